#include "storage/kill_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace courant::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

const char kLogId[] = "0123456789abcdef";

class KillBookTest : public testing::Test {
 protected:
  absl::StatusOr<KillBook> Open(const std::string& log_id = kLogId) {
    return KillBook::Open(folder(), log_id);
  }
  absl::StatusOr<std::optional<KillNotes>> Read() {
    return KillBook::Read(folder());
  }
  std::string folder() const { return dir_.Join("backups"); }
  std::string path() const { return dir_.Join("backups") + "/KILLS"; }

  std::string Text() const {
    std::ifstream file(path());
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  void SetText(const std::string& text) const {
    std::ofstream(path(), std::ios::trunc) << text;
  }

  TempDir dir_;
};

TEST_F(KillBookTest, KeepsWhatIsNoted) {
  COURANT_ASSERT_OK_AND_ASSIGN(const auto none, Read());
  EXPECT_FALSE(none.has_value());
  COURANT_ASSERT_OK_AND_ASSIGN(KillBook book, Open());
  EXPECT_TRUE(book.notes().seen.empty());
  ASSERT_THAT(book.Add({{"tide", Sequence(7)}}, Epoch(1), Sequence(9)), IsOk());
  ASSERT_THAT(book.Add({}, Epoch(2), Sequence(3)), IsOk());
  for (int opened = 0; opened < 2; ++opened) {
    COURANT_ASSERT_OK_AND_ASSIGN(const auto notes, Read());
    ASSERT_TRUE(notes.has_value());
    EXPECT_THAT(notes->kills, ElementsAre(KilledArticle{"tide", Sequence(7)}));
    EXPECT_THAT(notes->seen, ElementsAre(Pair(Epoch(1), Sequence(9)),
                                         Pair(Epoch(2), Sequence(3))));
    ASSERT_THAT(Open().status(), IsOk());
  }
}

TEST_F(KillBookTest, NotesHowEachEpochBeganOnce) {
  const std::vector<EpochBranch> branches = {{Epoch(2), Epoch(1), Sequence(5)},
                                             {Epoch(3), Epoch(1), Sequence(9)}};
  COURANT_ASSERT_OK_AND_ASSIGN(KillBook book, Open());
  ASSERT_THAT(book.Add({}, Epoch(2), Sequence(6), {branches[0]}), IsOk());
  const std::string one = Text();
  ASSERT_THAT(book.Add({}, Epoch(3), Sequence(9), branches), IsOk());
  const std::string both = Text();
  ASSERT_THAT(book.Add({}, Epoch(3), Sequence(12), branches), IsOk());
  EXPECT_EQ(Text().find("branch", both.size()), std::string::npos);
  // Also when it is written anew, since it ends with half a line.
  SetText(both + "seen 3");
  ASSERT_THAT(Open().status(), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const auto notes, Read());
  EXPECT_EQ(notes->branches, branches);
  EXPECT_FALSE(notes->torn);
}

TEST_F(KillBookTest, IsOfOneLog) {
  ASSERT_THAT(Open().status(), IsOk());
  EXPECT_EQ(Open("fedcba9876543210").status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(KillBookTest, DropsALineThatWasCutShort) {
  COURANT_ASSERT_OK_AND_ASSIGN(KillBook book, Open());
  ASSERT_THAT(book.Add({{"tide", Sequence(7)}}, Epoch(1), Sequence(9)), IsOk());
  const std::string before = Text();
  ASSERT_THAT(book.Add({}, Epoch(1), Sequence(12)), IsOk());
  const std::string whole = Text();
  for (size_t size = before.size(); size < whole.size(); ++size) {
    SetText(whole.substr(0, size));
    COURANT_ASSERT_OK_AND_ASSIGN(KillBook again, Open());
    EXPECT_EQ(again.notes().seen.at(Epoch(1)), Sequence(9));
    ASSERT_THAT(again.Add({{"ebb", Sequence(20)}}, Epoch(1), Sequence(20)),
                IsOk());
    COURANT_ASSERT_OK_AND_ASSIGN(const auto notes, Read());
    EXPECT_EQ(notes->kills.size(), 2U);
  }
}

TEST_F(KillBookTest, RefusesEveryOtherDamageByName) {
  COURANT_ASSERT_OK_AND_ASSIGN(KillBook book, Open());
  ASSERT_THAT(book.Add({{"tide", Sequence(7)}}, Epoch(1), Sequence(9)), IsOk());
  const std::string whole = Text();
  const size_t last = whole.rfind("seen");
  for (size_t at = 0; at < last; ++at) {
    std::string text = whole;
    text[at] = static_cast<char>(text[at] ^ 0x04);
    SetText(text);
    const absl::Status status = Read().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << at;
    EXPECT_THAT(std::string(status.message()), HasSubstr("KILLS"));
  }
}

}  // namespace
}  // namespace courant::storage
