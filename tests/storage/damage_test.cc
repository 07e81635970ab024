// Damages one file of a data folder at a time, in many ways: a bit is flipped,
// a stretch is zero, the end is gone, or the whole file. Whatever was done, one
// of three things comes of it: everything is right; the folder is refused, and
// the text names what is wrong; or exactly what lay there is DATA_LOSS. Never a
// wrong text, and never one that is silently not there.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/view.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

namespace fs = std::filesystem;

constexpr int kArticles = 300;
// The first of them are in tables, the others in the log alone.
constexpr int kInTables = kArticles * 2 / 3 + 1;
constexpr uint64_t kBlock = 4096;

int FromEnvironment(const char* name, int otherwise) {
  const char* const text = std::getenv(name);
  int number = 0;
  return text != nullptr && absl::SimpleAtoi(text, &number) ? number
                                                            : otherwise;
}

std::string IdOf(int number) { return absl::StrCat("a", number); }

std::string HeadlineFor(int number) {
  std::mt19937_64 random(static_cast<uint64_t>(number));
  std::string text;
  while (text.size() < 600) absl::StrAppend(&text, random(), " ");
  return text;
}

// Files whose bytes count: not the lock, nor what is for people.
bool Counts(const fs::path& path) {
  const std::string name = path.filename().string();
  return fs::file_size(path) > 0 && !absl::StartsWith(name, "LOG") &&
         name != "LOCK" && name != "IDENTITY";
}

// Which kind of file it is: what is before its number, or its ending.
std::string KindOf(const fs::path& path) {
  if (path.has_extension()) return path.extension().string();
  const std::string name = path.filename().string();
  return name.substr(0, name.find('-'));
}

// Where a data folder was damaged: `size` bytes of `file` from `begin` on.
struct Damage {
  fs::path file;
  uint64_t begin = 0;
  uint64_t size = 0;
  std::string how;
};

class DamageTest : public testing::Test {
 protected:
  // A table of the good folder.
  struct Table {
    Family family;
    rocksdb::TableProperties properties;
  };

  void SetUp() override {
    // So that some of it is in tables, and some in the log.
    ASSERT_THAT(fixture_.Open(), IsOk());
    for (int i = 0; i < kArticles; ++i) {
      ASSERT_THAT(fixture_.Write(IdOf(i), HeadlineFor(i)).status(), IsOk());
      if (i + 1 == kInTables) MakeTables();
    }
    fixture_.Close();
    fs::rename(fixture_.data_dir(), good_);
    for (const auto& entry : fs::recursive_directory_iterator(good_)) {
      if (entry.is_regular_file() && Counts(entry.path())) {
        files_.push_back(fs::relative(entry.path(), good_));
      }
    }
    std::sort(files_.begin(), files_.end());
  }

  void MakeTables() {
    const Database& database = fixture_.store->database();
    for (const Family family : kFamilies) {
      rocksdb::ColumnFamilyHandle* const handle = database.handle(family);
      ASSERT_TRUE(
          database.rocksdb().Flush(rocksdb::FlushOptions(), handle).ok());
      rocksdb::TablePropertiesCollection tables;
      ASSERT_TRUE(
          database.rocksdb().GetPropertiesOfAllTables(handle, &tables).ok());
      for (const auto& [path, properties] : tables) {
        tables_[fs::path(path).filename()] = {family, *properties};
      }
    }
  }

  // Puts the folder back and damages one file of it.
  Damage Mutate(std::mt19937_64& random) {
    fixture_.Close();
    fs::remove_all(fixture_.data_dir());
    fs::copy(good_, fixture_.data_dir(), fs::copy_options::recursive);
    const fs::path name = files_[random() % files_.size()];
    const fs::path path = fs::path(fixture_.data_dir()) / name;
    const uint64_t size = fs::file_size(path);
    const uint64_t at = random() % size;
    switch (random() % 8) {
      case 0:
        fs::remove(path);
        return {name, 0, size, "removed"};
      case 1:
      case 2:
        fs::resize_file(path, at);
        return {name, at, size - at, "cut"};
      case 3:
      case 4: {
        const uint64_t begin = at / kBlock * kBlock;
        const uint64_t length = std::min(kBlock, size - begin);
        Overwrite(path, begin, std::string(length, '\0'));
        return {name, begin, length, "zero"};
      }
      default: {
        std::ifstream in(path, std::ios::binary);
        in.seekg(static_cast<std::streamoff>(at));
        const int bit = static_cast<int>(random() % 8);
        const char byte = static_cast<char>(in.get() ^ (1 << bit));
        Overwrite(path, at, std::string(1, byte));
        return {name, at, 1, absl::StrCat("bit ", bit, " flipped")};
      }
    }
  }

  static void Overwrite(const fs::path& path, uint64_t at,
                        const std::string& bytes) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file << bytes;
  }

  // What came of it.
  std::string Outcome(const Damage& damage) {
    const absl::Status opened = fixture_.Open();
    if (!opened.ok()) {
      ExpectNamed(opened, damage);
      return "refused";
    }
    const std::vector<int> lost = Lost();
    if (lost.empty()) return "right";
    ExpectThere(lost, damage);
    const Store& store = *fixture_.store;
    EXPECT_FALSE(store.VerifyAll().ok() && store.database().VerifyFiles().ok())
        << lost.size() << " cannot be read";
    return "lost some";
  }

  // A refusal names the file. Of a log that ends early it names the change that
  // is not there, of which another file knows.
  static void ExpectNamed(const absl::Status& refusal, const Damage& damage) {
    EXPECT_TRUE(absl::IsDataLoss(refusal) || absl::IsUnavailable(refusal) ||
                absl::IsFailedPrecondition(refusal))
        << refusal;
    std::vector<testing::Matcher<std::string>> names = {
        testing::HasSubstr(damage.file.filename().string())};
    if (KindOf(damage.file) == ".log") {
      names.push_back(testing::HasSubstr("change "));
    }
    EXPECT_THAT(std::string(refusal.message()), testing::AnyOfArray(names));
  }

  // Which articles cannot be read; all others are right.
  std::vector<int> Lost() const {
    std::vector<int> lost;
    const View view(fixture_.store->database());
    for (int i = 0; i < kArticles; ++i) {
      const auto row = view.FindArticle(IdOf(i));
      if (!row.ok()) {
        EXPECT_TRUE(absl::IsDataLoss(row.status())) << row.status();
        lost.push_back(i);
        continue;
      }
      if (!row->has_value()) {
        ADD_FAILURE() << IdOf(i) << " is silently not there";
        continue;
      }
      const auto article = view.ReadArticle(Sequence((*row)->sequence()));
      if (article.ok()) {
        EXPECT_EQ(article->headline().value(), HeadlineFor(i));
      } else {
        EXPECT_TRUE(absl::IsDataLoss(article.status())) << article.status();
        lost.push_back(i);
      }
    }
    return lost;
  }

  // What is lost was in the table that is damaged and, where its blocks of data
  // are, in the blocks that are.
  void ExpectThere(const std::vector<int>& lost, const Damage& damage) const {
    const auto table = tables_.find(damage.file.filename());
    ASSERT_NE(table, tables_.end()) << "lost, though no table is damaged";
    const auto& [family, properties] = table->second;
    ASSERT_THAT(family, testing::AnyOf(Family::kChange, Family::kArticle));
    EXPECT_LT(lost.back(), kInTables);
    if (damage.begin + damage.size > properties.data_size) return;

    // In the order of the table's keys, one next to the other.
    std::vector<int> order(kInTables);
    std::iota(order.begin(), order.end(), 0);
    if (family == Family::kArticle) {
      std::sort(order.begin(), order.end(),
                [](int a, int b) { return IdOf(a) < IdOf(b); });
    }
    const auto is_lost = [&](int i) {
      return std::binary_search(lost.begin(), lost.end(), i);
    };
    const auto first = std::find_if(order.begin(), order.end(), is_lost);
    const auto last = std::find_if_not(first, order.end(), is_lost);
    EXPECT_EQ(last - first, static_cast<std::ptrdiff_t>(lost.size()))
        << "there is something between them that is not lost";
    // No block has twice as much as the average one.
    const uint64_t block = properties.data_size / properties.num_data_blocks;
    const uint64_t blocks = damage.size == 1 ? 1 : 2 + damage.size * 2 / block;
    EXPECT_LE(lost.size(),
              blocks * 2 * properties.num_entries / properties.num_data_blocks);
  }

  StoreFixture fixture_;
  const std::string good_ = fixture_.dir.Join("good");
  std::vector<fs::path> files_;
  std::map<fs::path, Table> tables_;  // by name
};

TEST_F(DamageTest, IsNeverServedAndNeverSilent) {
  const int seed = FromEnvironment("COURANT_SEED", 20261130);
  const int mutants = FromEnvironment("COURANT_MUTANTS", 200);
  std::map<std::string, int> outcomes, kinds;
  for (int i = 0; i < mutants; ++i) {
    std::mt19937_64 random(static_cast<uint64_t>(seed + i));
    const Damage damage = Mutate(random);
    SCOPED_TRACE(absl::StrCat("seed ", seed + i, ": ", damage.file.string(),
                              ", ", damage.size, " bytes from ", damage.begin,
                              ": ", damage.how));
    ++kinds[KindOf(damage.file)];
    ++outcomes[Outcome(damage)];
  }
  // One alone is somebody who looks at it again.
  if (mutants >= 200) {
    for (const char* kind :
         {".log", ".sst", "MANIFEST", "CURRENT", "OPTIONS", "WATERMARK"}) {
      EXPECT_GT(kinds[kind], 0) << kind;
    }
  }
  std::cout << mutants << " mutants from seed " << seed;
  for (const auto& [outcome, count] : outcomes) {
    std::cout << ", " << count << " " << outcome;
  }
  std::cout << std::endl;
}

}  // namespace
}  // namespace courant::storage
