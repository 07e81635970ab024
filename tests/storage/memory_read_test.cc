#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"
#include "storage/database.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

// Reads that must not block: they give what is there, or say that they cannot
// know.

namespace courant::storage {
namespace {

constexpr int kKeys = 40;

std::string Key(int i) { return absl::StrCat("key-", i); }
std::string Value(int i) { return std::string(2000, 'a' + i % 26); }

std::unique_ptr<Database> OpenIn(const std::string& path) {
  absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(path, {});
  EXPECT_THAT(database, IsOk());
  return database.ok() ? *std::move(database) : nullptr;
}

// One key in each of many files: RocksDB opens no more than 16 at the start.
void WriteFiles(Database& database) {
  for (int i = 0; i < kKeys; ++i) {
    rocksdb::WriteBatch batch;
    ASSERT_TRUE(
        batch.Put(database.handle(Family::kMeta), Key(i), Value(i)).ok());
    ASSERT_THAT(database.WriteDurably(&batch), IsOk());
    ASSERT_TRUE(
        database.rocksdb()
            .Flush(rocksdb::FlushOptions(), database.handle(Family::kMeta))
            .ok());
  }
}

// How many keys memory alone has, each right.
int CountInMemory(const Database& database) {
  int known = 0;
  for (int i = 0; i < kKeys; ++i) {
    const auto value =
        database.Get(Family::kMeta, Key(i), nullptr, Database::Reach::kMemory);
    if (!value.ok()) {
      EXPECT_TRUE(NeedsDisk(value.status())) << value.status();
      continue;
    }
    EXPECT_EQ(*value, Value(i)) << Key(i);
    ++known;
  }
  return known;
}

TEST(MemoryReadTest, WhatWasJustWrittenIsThere) {
  const TempDir folder;
  const auto database = OpenIn(folder.path());
  ASSERT_NE(database, nullptr);
  rocksdb::WriteBatch batch;
  ASSERT_TRUE(batch.Put(database->handle(Family::kMeta), "key", "value").ok());
  ASSERT_THAT(database->WriteDurably(&batch), IsOk());
  const auto value =
      database->Get(Family::kMeta, "key", nullptr, Database::Reach::kMemory);
  ASSERT_THAT(value, IsOk());
  EXPECT_EQ(*value, "value");
}

TEST(MemoryReadTest, FilesThatAreNotOpenAreNotTakenForEmpty) {
  const TempDir folder;
  {
    const auto database = OpenIn(folder.path());
    ASSERT_NE(database, nullptr);
    ASSERT_TRUE(database->rocksdb()
                    .SetOptions(database->handle(Family::kMeta),
                                {{"disable_auto_compactions", "true"}})
                    .ok());
    WriteFiles(*database);
  }
  const auto database = OpenIn(folder.path());
  ASSERT_NE(database, nullptr);
  const int at_first = CountInMemory(*database);
  EXPECT_LT(at_first, kKeys);
  for (int i = 0; i < kKeys; ++i) {
    const auto value = database->Get(Family::kMeta, Key(i));
    ASSERT_THAT(value, IsOk());
    EXPECT_EQ(*value, Value(i));
  }
  EXPECT_GT(CountInMemory(*database), at_first);
}

}  // namespace
}  // namespace courant::storage
