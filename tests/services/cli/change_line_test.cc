#include <functional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/cli/change_text.h"
#include "services/cli/display_width.h"

namespace courant {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

v1::Change OneChange() {
  v1::Change change;
  change.set_sequence(12);
  change.mutable_commit_time()->set_seconds(1795455943);
  change.set_kind(v1::Change::PUBLISHED);
  change.set_resource("articles/rail");
  v1::Article& article = *change.mutable_article();
  article.set_language("ko");
  article.add_sections()->set_code("news");
  article.mutable_headline()->set_value("이 회담은 재개되었다");
  return change;
}

TEST(ChangeLineTest, HasTimeSequenceKindLanguageSectionNameAndHeadline) {
  EXPECT_EQ(ChangeLine(OneChange(), Terminal::None()),
            "2026-11-23T17:45:43Z      12  PUBLISHED       ko     news         "
            "articles/rail                 이 회담은 재개되었다");
}

TEST(ChangeLineTest, LeavesRoomForTheHeadlineOnANarrowScreen) {
  EXPECT_EQ(
      ChangeLine(OneChange(), Terminal::Screen(80, Terminal::Colour::kOff)),
      "2026-11-23T17:45:43Z  12  PUBLISHED  ko  news  rail  "
      "이 회담은 재개되었다");
}

TEST(ChangeLineTest, IsCutToTheScreenByDisplayWidth) {
  for (int columns = 70; columns < 130; ++columns) {
    const Terminal screen = Terminal::Screen(columns, Terminal::Colour::kOff);
    EXPECT_LE(DisplayWidth(ChangeLine(OneChange(), screen)), columns);
  }
}

TEST(ChangeLineTest, ShowsColourOnlyWhereThereIs) {
  v1::Change change = OneChange();
  change.set_kind(v1::Change::KILLED);
  change.mutable_tombstone()->set_action(v1::Tombstone::REMOVE);
  change.mutable_tombstone()->set_reason("legal");
  const std::string line =
      ChangeLine(change, Terminal::Screen(200, Terminal::Colour::kOn));
  EXPECT_THAT(line, HasSubstr("\x1b[1;37;41mKILLED\x1b[0m"));
  EXPECT_THAT(line, EndsWith("\x1b[1;37;41mREMOVE: legal\x1b[0m"));
  EXPECT_THAT(ChangeLine(change, Terminal::None()), Not(HasSubstr("\x1b")));
}

// What stands behind the name of a change of `kind`.
std::string EndOfLine(v1::Change::Kind kind,
                      const std::function<void(v1::Article&)>& set) {
  v1::Change change = OneChange();
  change.set_kind(kind);
  set(*change.mutable_article());
  const std::string line = ChangeLine(change, Terminal::None());
  const std::string name = "articles/rail";
  const size_t behind = line.find(name) + name.size();
  return line.substr(line.find_first_not_of(' ', behind));
}

TEST(ChangeLineTest, ACorrectionSaysWhatWasAndWhatIsNow) {
  EXPECT_EQ(EndOfLine(v1::Change::CORRECTED,
                      [](v1::Article& article) {
                        v1::ChangeNote& note = *article.mutable_change_note();
                        note.set_severity(v1::ChangeNote::CRITICAL);
                        auto& correction = *note.add_corrections();
                        correction.set_where("body/p3");
                        correction.set_was("부패");
                        correction.set_now("붕괴");
                        note.add_corrections()->set_where("headline");
                        note.mutable_corrections(1)->set_was("a");
                      }),
            "CRITICAL body/p3: \"부패\" -> \"붕괴\"; headline: removed \"a\"  "
            "이 회담은 재개되었다");
}

TEST(ChangeLineTest, WhatIsToComeSaysWhen) {
  EXPECT_EQ(
      EndOfLine(v1::Change::SCHEDULED,
                [](v1::Article& article) {
                  article.mutable_schedule_time()->set_seconds(1795455943);
                }),
      "for 2026-11-23T17:45:43Z  이 회담은 재개되었다");
  for (const auto kind :
       {v1::Change::PRE_NOTICED, v1::Change::EMBARGO_CHANGED}) {
    EXPECT_EQ(
        EndOfLine(kind,
                  [](v1::Article& article) {
                    article.mutable_embargo_until()->set_seconds(1795455943);
                  }),
        "until 2026-11-23T17:45:43Z  이 회담은 재개되었다");
  }
  EXPECT_EQ(EndOfLine(v1::Change::KILL_REQUESTED,
                      [](v1::Article& article) {
                        v1::KillRequest& asked =
                            *article.mutable_kill_request();
                        asked.set_reason("Court.");
                        asked.mutable_expire_time()->set_seconds(1795455943);
                      }),
            "confirm before 2026-11-23T17:45:43Z: Court.  "
            "이 회담은 재개되었다");
}

TEST(ChangeLineTest, WhatWasKilledSinceLooksLikeNothingToUse) {
  v1::Change change = OneChange();
  change.mutable_tombstone()->set_action(v1::Tombstone::REMOVE);
  EXPECT_THAT(
      ChangeLine(change, Terminal::Screen(200, Terminal::Colour::kOn)),
      AllOf(HasSubstr("\x1b[32mPUBLISHED"), EndsWith("\x1b[31mREMOVE\x1b[0m")));
}

TEST(ChangeLineTest, ATombstoneSaysWhatToDoWhyAndWhomToAsk) {
  v1::Change change = OneChange();
  for (const auto kind :
       {v1::Change::HELD, v1::Change::WITHDRAWN, v1::Change::KILLED}) {
    change.set_kind(kind);
    v1::Tombstone& tombstone = *change.mutable_tombstone();
    tombstone.set_action(v1::Tombstone::REPLACE);
    tombstone.set_reason("Sent \x1b[2Jtwice");
    tombstone.set_replacement("articles/b");
    tombstone.set_contact("desk@c.example");
    EXPECT_THAT(ChangeLine(change, Terminal::None()),
                EndsWith("REPLACE: Sent \uFFFD[2Jtwice (see "
                         "articles/b) (ask desk@c.example)"));
    EXPECT_THAT(
        ChangeLine(change, Terminal::Screen(200, Terminal::Colour::kOn)),
        HasSubstr("\x1b[1;37;41mREPLACE"));
  }
}

TEST(ChangeLineTest, SaysWhatWasLetGoOfTheHistory) {
  v1::Change change;
  change.set_sequence(12);
  change.set_kind(v1::Change::HISTORY_TRIMMED);
  change.set_resource("history");
  change.mutable_history_trim()->set_texts(7);
  change.mutable_history_trim()->mutable_kept_since()->set_seconds(1795455943);
  change.mutable_history_trim()->set_floor_sequence(9);
  EXPECT_THAT(ChangeLine(change, Terminal::None()),
              AllOf(HasSubstr("HISTORY_TRIMMED"),
                    EndsWith("7 old texts let go; kept since "
                             "2026-11-23T17:45:43Z, whole from change 9")));
}

}  // namespace
}  // namespace courant
