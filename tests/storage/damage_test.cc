// Damages one file of a data folder at a time, in many ways: a bit is flipped,
// a stretch is zero, the end is gone, or the whole file. Whatever was done, one
// of three things comes of it: everything is right; the folder is refused, and
// the text names what is wrong; or exactly what cannot be read right is
// DATA_LOSS. Never a wrong text, and never one that is silently not there.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
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

class DamageTest : public testing::Test {
 protected:
  void SetUp() override {
    // So that some of it is in tables, and some in the log.
    ASSERT_THAT(fixture_.Open(), IsOk());
    for (int i = 0; i < kArticles; ++i) {
      ASSERT_THAT(fixture_.Write(IdOf(i), HeadlineFor(i)).status(), IsOk());
      if (i != kArticles * 2 / 3) continue;
      rocksdb::DB& db = fixture_.store->database().rocksdb();
      for (const Family family : kFamilies) {
        ASSERT_TRUE(db.Flush(rocksdb::FlushOptions(),
                             fixture_.store->database().handle(family))
                        .ok());
      }
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

  // Puts the folder back and damages one file of it. Says what was done.
  std::string Mutate(std::mt19937_64& random) {
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
        return absl::StrCat(name.string(), " removed");
      case 1:
      case 2:
        fs::resize_file(path, at);
        return absl::StrCat(name.string(), " cut at ", at);
      case 3:
      case 4: {
        const uint64_t begin = at / kBlock * kBlock;
        Overwrite(path, begin,
                  std::string(std::min(kBlock, size - begin), '\0'));
        return absl::StrCat(name.string(), " zero from ", begin);
      }
      default: {
        std::ifstream in(path, std::ios::binary);
        in.seekg(static_cast<std::streamoff>(at));
        const int bit = static_cast<int>(random() % 8);
        const char byte = static_cast<char>(in.get() ^ (1 << bit));
        Overwrite(path, at, std::string(1, byte));
        return absl::StrCat(name.string(), " bit ", bit, " of ", at);
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
  std::string Outcome() {
    const absl::Status opened = fixture_.Open();
    if (!opened.ok()) {
      EXPECT_TRUE(absl::IsDataLoss(opened) || absl::IsUnavailable(opened) ||
                  absl::IsFailedPrecondition(opened))
          << opened;
      // The file, or, of one that ends early, the change that is not there.
      EXPECT_THAT(std::string(opened.message()),
                  testing::AnyOf(testing::HasSubstr(fixture_.data_dir()),
                                 testing::HasSubstr(".log is bad"),
                                 testing::HasSubstr("change ")));
      return "refused";
    }
    const View view(fixture_.store->database());
    int lost = 0;
    for (int i = 0; i < kArticles; ++i) {
      const auto row = view.FindArticle(IdOf(i));
      if (!row.ok()) {
        EXPECT_TRUE(absl::IsDataLoss(row.status())) << row.status();
        ++lost;
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
        ++lost;
      }
    }
    if (lost == 0) return "right";
    const Store& store = *fixture_.store;
    EXPECT_FALSE(store.VerifyAll().ok() && store.database().VerifyFiles().ok())
        << lost << " cannot be read";
    return "lost some";
  }

  StoreFixture fixture_;
  const std::string good_ = fixture_.dir.Join("good");
  std::vector<fs::path> files_;
};

TEST_F(DamageTest, IsNeverServedAndNeverSilent) {
  const int seed = FromEnvironment("COURANT_SEED", 20261130);
  const int mutants = FromEnvironment("COURANT_MUTANTS", 200);
  std::map<std::string, int> outcomes;
  for (int i = 0; i < mutants; ++i) {
    std::mt19937_64 random(static_cast<uint64_t>(seed + i));
    const std::string what = Mutate(random);
    SCOPED_TRACE(absl::StrCat("seed ", seed + i, ": ", what));
    ++outcomes[Outcome()];
  }
  std::cout << mutants << " mutants from seed " << seed;
  for (const auto& [outcome, count] : outcomes) {
    std::cout << ", " << count << " " << outcome;
  }
  std::cout << std::endl;
}

}  // namespace
}  // namespace courant::storage
