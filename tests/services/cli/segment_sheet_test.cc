#include "services/cli/segment_sheet.h"

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/cli/segment_edits.h"
#include "tests/services/cli/sample_translation.h"

namespace courant {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// The message of what is wrong with `text`.
std::string WrongIn(const std::string& text) {
  return std::string(ReadSheet(text).status().message());
}

std::vector<v1::SegmentUpdate> Edits(const std::string& text,
                                     const v1::Translation& now) {
  const auto sheet = ReadSheet(text);
  EXPECT_TRUE(sheet.ok()) << sheet.status();
  if (!sheet.ok()) return {};
  const auto edits = EditsOf(*sheet, now, false);
  EXPECT_TRUE(edits.ok()) << edits.status();
  return edits.ok() ? *edits : std::vector<v1::SegmentUpdate>();
}

TEST(SegmentSheetTest, ShowsTheSourceBesideTheWords) {
  v1::Translation translation = SampleTranslation();
  translation.set_note("For the evening.");
  v1::ReviewComment& comment = *translation.mutable_task()->add_comments();
  comment.set_segment("body/p1.1");
  comment.set_text("He said collapse.");
  v1::Segment& first = *translation.mutable_content()->mutable_segments(1);
  first.set_previous_source("장관은 부패라고 했다. ");
  EXPECT_THAT(
      WriteSheet(translation),
      AllOf(StartsWith("===== 1 articles/talks/translations/en\n"
                       "# ko -> en, source revision 3, CURRENT\n"),
            HasSubstr("# note    | For the evening.\n"),
            HasSubstr("\n# body/p1.1  TRANSLATED\n"
                      "# ko      | 장관은 ⟦1⟧붕괴⟦/1⟧라고 했다.\n"
                      "# was     | 장관은 부패라고 했다.\n"
                      "# changed | 장관은 [-부패라고-]{+붕괴라고+} 했다. \n"
                      "# marks   | 1 strong\n"
                      "# comment | He said collapse.\n"
                      ">>>>> body/p1.1\n"
                      "The minister spoke of ⟦1⟧corruption⟦/1⟧.\n"
                      "<<<<< body/p1.1 000000000000000b-")));
}

TEST(SegmentSheetTest, ShowsWhatTheSourceSaysSince) {
  v1::Translation translation = SampleTranslation();
  v1::SourceChange& change = *translation.add_source_changes();
  change.add_segments("headline.1");
  change.set_was("회담 재개");
  change.set_now("회담 중단");
  change.set_revision(5);
  change.set_kind(v1::SourceChange::EDITED);
  v1::DiffSpan& span = *change.add_spans();
  span.set_was_start(3);
  span.set_was_end(5);
  span.set_now_start(3);
  span.set_now_end(5);
  EXPECT_THAT(WriteSheet(translation),
              HasSubstr("# rev 5   | 회담 [-재개-]{+중단+}\n"));
}

TEST(SegmentSheetTest, ReadBackUntouchedItAsksForNothing) {
  const v1::Translation translation = SampleTranslation();
  const std::string text = WriteSheet(translation);
  EXPECT_THAT(Edits(text, translation), testing::IsEmpty());
  // What editors do.
  EXPECT_THAT(Edits(text + "\n", translation), testing::IsEmpty());
  EXPECT_THAT(Edits(text + "\n\n  \n", translation), testing::IsEmpty());
  EXPECT_THAT(Edits(text.substr(0, text.size() - 1), translation),
              testing::IsEmpty());
  EXPECT_THAT(Edits(absl::StrReplaceAll(text, {{"\n", "\r\n"}}), translation),
              testing::IsEmpty());
  EXPECT_THAT(Edits("\xef\xbb\xbf" + text, translation), testing::IsEmpty());
}

TEST(SegmentSheetTest, OnlyWhatWasChangedIsSentWithTheVersionSeen) {
  const v1::Translation translation = SampleTranslation();
  const auto edits =
      Edits(absl::StrReplaceAll(WriteSheet(translation),
                                {{"⟦1⟧corruption⟦/1⟧", "a ⟦1⟧collapse⟦/1⟧"}}),
            translation);
  ASSERT_EQ(edits.size(), 1u);
  EXPECT_EQ(edits[0].segment(), "body/p1.1");
  EXPECT_EQ(edits[0].version(), 11u);
  EXPECT_FALSE(edits[0].draft());
  EXPECT_TRUE(edits[0].sources().empty());
  // With the space that followed before, which no sheet shows.
  EXPECT_EQ(edits[0].target().text(), "The minister spoke of a collapse. ");
  ASSERT_EQ(edits[0].target().marks_size(), 1);
  EXPECT_EQ(edits[0].target().marks(0).type(), v1::Mark::STRONG);
  EXPECT_EQ(edits[0].target().marks(0).start(), 24);
  EXPECT_EQ(edits[0].target().marks(0).end(), 32);
}

TEST(SegmentSheetTest, AnEmptySegmentCanBeFilledAndAFilledOneEmptied) {
  const v1::Translation translation = SampleTranslation();
  std::string text = WriteSheet(translation);
  text = absl::StrReplaceAll(
      text, {{">>>>> body/p1.2\n\n", ">>>>> body/p1.2\n두 줄,\n\n그리고 셋.\n"},
             {"Talks resume\n", "\n"}});
  const auto edits = Edits(text, translation);
  ASSERT_EQ(edits.size(), 2u);
  EXPECT_EQ(edits[0].segment(), "headline.1");
  EXPECT_EQ(edits[0].target().text(), "");
  EXPECT_EQ(edits[1].segment(), "body/p1.2");
  EXPECT_EQ(edits[1].target().text(), "두 줄,\n\n그리고 셋.");
}

TEST(SegmentSheetTest, ALineBreakOfTheSourceFollowsTheNewWords) {
  v1::Translation translation = SampleTranslation();
  translation.mutable_content()
      ->mutable_source_segments(2)
      ->mutable_text()
      ->set_text("끝.\n");
  const auto edits = Edits(
      absl::StrReplaceAll(WriteSheet(translation),
                          {{">>>>> body/p1.2\n\n", ">>>>> body/p1.2\nEnd.\n"}}),
      translation);
  ASSERT_EQ(edits.size(), 1u);
  EXPECT_EQ(edits[0].target().text(), "End.\n");
}

TEST(SegmentSheetTest, WordsThatLookLikeTheSheetItselfComeBack) {
  for (const char* words :
       {">>>>> body/p1.2", "<<<<< headline.1 0-0-0", "\\>>>>> a", "\\\\<<<<<x",
        "# no note", "===== 1 articles/a/translations/b", "a\n>>>>>\nb", "\\",
        "<<<<<", "⟦1⟧", "⟦", "  indented", "a\n\n\nb", "-", "\t|"}) {
    v1::Translation translation = SampleTranslation();
    v1::Segment& segment = *translation.mutable_content()->mutable_segments(0);
    segment.mutable_target()->Clear();
    segment.mutable_target()->set_text(words);
    const std::string text = WriteSheet(translation);
    EXPECT_THAT(Edits(text, translation), testing::IsEmpty()) << text;
    // And when they were written by hand.
    v1::Translation before = SampleTranslation();
    const auto edits = Edits(
        absl::StrCat(text.substr(0, text.find("<<<<< headline.1 0000")),
                     WriteSheet(before).substr(
                         WriteSheet(before).find("<<<<< headline.1 0000"))),
        before);
    ASSERT_EQ(edits.size(), 1u) << text;
    EXPECT_EQ(edits[0].target().text(), words);
  }
}

TEST(SegmentSheetTest, DraftAndDoneAreWishes) {
  const v1::Translation translation = SampleTranslation();
  const std::string text = WriteSheet(translation);
  const auto with = [&](const std::string& from, const std::string& to) {
    return absl::StrReplaceAll(text, {{from, to}});
  };
  // A segment that is translated and shall be no more.
  auto edits = Edits(with(">>>>> headline.1\n", ">>>>> headline.1 draft\n"),
                     translation);
  ASSERT_EQ(edits.size(), 1u);
  EXPECT_TRUE(edits[0].draft());
  EXPECT_EQ(edits[0].target().text(), "Talks resume");
  // Is done already.
  EXPECT_THAT(
      Edits(with(">>>>> headline.1\n", ">>>>> headline.1 done\n"), translation),
      testing::IsEmpty());

  // After a rebase: the words are right, but nobody has said so yet.
  v1::Translation rebased = translation;
  rebased.mutable_content()->mutable_segments(0)->set_state(
      v1::Segment::INITIAL);
  EXPECT_THAT(Edits(WriteSheet(rebased), rebased), testing::IsEmpty());
  edits = Edits(absl::StrReplaceAll(
                    WriteSheet(rebased),
                    {{">>>>> headline.1\n", ">>>>> headline.1  done \n"}}),
                rebased);
  ASSERT_EQ(edits.size(), 1u);
  EXPECT_FALSE(edits[0].draft());
  EXPECT_EQ(edits[0].target().text(), "Talks resume");

  const auto empty =
      ReadSheet(with(">>>>> body/p1.2\n", ">>>>> body/p1.2 done\n"));
  ASSERT_TRUE(empty.ok());
  EXPECT_THAT(EditsOf(*empty, translation, false).status().message(),
              HasSubstr("has no words"));
}

TEST(SegmentSheetTest, ASheetCanBeSentAgain) {
  v1::Translation translation = SampleTranslation();
  const std::string text = absl::StrReplaceAll(
      WriteSheet(translation),
      {{"Talks resume", "Talks go on"}, {"corruption", "collapse"}});
  // The first of two batches has arrived.
  v1::Segment& first = *translation.mutable_content()->mutable_segments(0);
  first.mutable_target()->set_text("Talks go on");
  first.set_version(77);
  const auto edits = Edits(text, translation);
  ASSERT_EQ(edits.size(), 1u);
  EXPECT_EQ(edits[0].segment(), "body/p1.1");
}

TEST(SegmentSheetTest, WhoLeavesASegmentAloneOverwritesNobody) {
  v1::Translation translation = SampleTranslation();
  const std::string text = absl::StrReplaceAll(WriteSheet(translation),
                                               {{"corruption", "collapse"}});
  for (v1::Segment& segment :
       *translation.mutable_content()->mutable_segments()) {
    segment.mutable_target()->set_text("Somebody else's.");
    segment.set_version(segment.version() + 100);
  }
  const auto edits = Edits(text, translation);
  ASSERT_EQ(edits.size(), 1u);
  EXPECT_EQ(edits[0].version(), 11u);  // The server will refuse it.
  const auto sheet = ReadSheet(text);
  const auto forced = EditsOf(*sheet, translation, true);
  ASSERT_EQ(forced->size(), 1u);
  EXPECT_EQ((*forced)[0].version(), 0u);
}

TEST(SegmentSheetTest, WithoutDraftASentDraftIsDone) {
  v1::Translation translation = SampleTranslation();
  const std::string text = absl::StrReplaceAll(
      WriteSheet(translation), {{"Talks resume", "Talks go on"}});
  v1::Segment& first = *translation.mutable_content()->mutable_segments(0);
  first.mutable_target()->set_text("Talks go on");
  first.set_state(v1::Segment::INITIAL);
  first.set_version(77);
  const auto edits = Edits(text, translation);
  ASSERT_EQ(edits.size(), 1u);
  EXPECT_FALSE(edits[0].draft());
  EXPECT_EQ(edits[0].version(), 77u);  // The same words: nothing is lost.
}

TEST(SegmentSheetTest, SegmentsCanBeTakenOut) {
  const v1::Translation translation = SampleTranslation();
  const std::string text = WriteSheet(translation);
  const size_t second = text.find(">>>>> body/p1.1");
  EXPECT_THAT(Edits(text.substr(0, second), translation), testing::IsEmpty());
}

TEST(SegmentSheetTest, WhatCannotBeWrittenNamesItsLine) {
  const v1::Translation translation = SampleTranslation();
  const auto refusal = [&](const std::string& from, const std::string& to,
                           v1::Translation now) {
    const auto sheet =
        ReadSheet(absl::StrReplaceAll(WriteSheet(translation), {{from, to}}));
    EXPECT_TRUE(sheet.ok()) << sheet.status();
    return std::string(EditsOf(*sheet, now, false).status().message());
  };
  v1::Translation other = translation;
  other.set_name("articles/talks/translations/fr");
  EXPECT_THAT(refusal("x", "x", other), StartsWith("line 1: the file is of"));

  v1::Translation shorter = translation;
  shorter.mutable_content()->mutable_segments()->RemoveLast();
  EXPECT_THAT(refusal("x", "x", shorter), "");  // Nobody touched it.
  EXPECT_THAT(
      refusal(">>>>> body/p1.2\n\n", ">>>>> body/p1.2\nEnd.\n", shorter),
      HasSubstr("there is no segment body/p1.2"));

  EXPECT_THAT(refusal("⟦1⟧corruption⟦/1⟧", "\n⟦2⟧corruption⟦/2⟧", translation),
              HasSubstr("there is no mark ⟦2⟧ here"));

  v1::Translation marked = translation;
  v1::Mark& mark = *marked.mutable_content()
                        ->mutable_source_segments(1)
                        ->mutable_text()
                        ->mutable_marks(0);
  mark.set_type(v1::Mark::CODE);
  EXPECT_THAT(refusal("corruption", "collapse", marked),
              HasSubstr("has other marks since"));
}

TEST(SegmentSheetTest, ABrokenFileIsRefusedWithItsLine) {
  const std::string origin =
      " 0000000000000001-0000000000000002-0000000000000003\n";
  const std::string head = "===== 1 articles/a/translations/en\n";
  EXPECT_THAT(WrongIn(""), HasSubstr("the line ====="));
  EXPECT_THAT(WrongIn("hello\n"), StartsWith("line 1: stands outside"));
  EXPECT_THAT(WrongIn(head + "\nlost words\n"),
              StartsWith("line 3: stands outside"));
  EXPECT_THAT(WrongIn(head + head), StartsWith("line 2: is a second"));
  EXPECT_THAT(WrongIn("===== 2 articles/a/translations/en\n"),
              StartsWith("line 1: must be"));
  EXPECT_THAT(WrongIn(">>>>> a\n"), StartsWith("line 1: comes before"));
  EXPECT_THAT(WrongIn(head + ">>>>> a\nx\n"),
              StartsWith("line 2: the segment a begins and does not end"));
  EXPECT_THAT(WrongIn(head + ">>>>> a\nx\n>>>>> b\ny\n<<<<< b" + origin),
              StartsWith("line 4: begins a segment, but a of line 2"));
  EXPECT_THAT(WrongIn(head + "<<<<< a" + origin),
              StartsWith("line 2: ends a segment that did not begin"));
  EXPECT_THAT(WrongIn(head + ">>>>> a\nx\n<<<<< b" + origin),
              StartsWith("line 4: must be the line that the segment a"));
  EXPECT_THAT(WrongIn(head + ">>>>> a\n<<<<< a\n"), StartsWith("line 3: "));
  EXPECT_THAT(WrongIn(head + ">>>>> a\n<<<<< a 1-2-3\n"),
              StartsWith("line 3: "));
  EXPECT_THAT(WrongIn(head + ">>>>> a\n<<<<< a 000000000000000+-"
                             "0000000000000002-0000000000000003\n"),
              StartsWith("line 3: "));
  EXPECT_THAT(WrongIn(head + ">>>>>\n"), StartsWith("line 2: must be"));
  EXPECT_THAT(WrongIn(head + ">>>>> a maybe\n"),
              HasSubstr("not draft nor done"));
  EXPECT_THAT(
      WrongIn(head + ">>>>> a\n<<<<< a" + origin + ">>>>> a\n<<<<< a" + origin),
      StartsWith("line 4: the segment a is there a second time"));
  EXPECT_THAT(WrongIn(head + ">>>>> a\n\xff\n<<<<< a" + origin),
              StartsWith("line 3: is not UTF-8"));
  EXPECT_THAT(WrongIn(std::string("\xff\xfe", 2)), StartsWith("line 1: "));
  EXPECT_THAT(WrongIn(std::string(kMostSheetBytes + 1, '#')),
              HasSubstr("more than"));
}

TEST(SegmentSheetTest, NeverMoreSegmentsThanItSays) {
  std::string text = "===== 1 articles/a/translations/en\n";
  for (size_t i = 0; i <= kMostSheetSegments; ++i) {
    absl::StrAppend(&text, ">>>>> a", i, "\n<<<<< a", i,
                    " 0000000000000001-0000000000000002-0000000000000003\n");
  }
  EXPECT_THAT(WrongIn(text), HasSubstr("more than 50000 segments"));
}

// Words of anybody, with the pieces that a sheet is made of.
std::string AnyWords(std::mt19937& random) {
  static const char* const kPieces[] = {
      ">>>>>", "<<<<<", "\\", "\n", "\r\n", "\r", " ",  "#", "=====", "붕괴",
      "⟦",     "⟧",     "1",  "/",  "a",    "é",  "\t", "😀", "draft", "\v"};
  std::string words;
  for (unsigned i = random() % 10; i > 0; --i) {
    words += kPieces[random() % std::size(kPieces)];
  }
  return words;
}

TEST(SegmentSheetTest, AnyWordsComeBack) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 3000; ++i) {
    v1::Translation translation = SampleTranslation();
    for (v1::Segment& segment :
         *translation.mutable_content()->mutable_segments()) {
      segment.mutable_target()->Clear();
      segment.mutable_target()->set_text(AnyWords(random));
    }
    const std::string text = WriteSheet(translation);
    const auto sheet = ReadSheet(text);
    ASSERT_TRUE(sheet.ok()) << sheet.status() << "\n" << text;
    ASSERT_EQ(sheet->segments.size(), 3u);
    const auto edits = EditsOf(*sheet, translation, false);
    ASSERT_TRUE(edits.ok()) << edits.status() << "\n" << text;
    EXPECT_TRUE(edits->empty()) << text;
  }
}

}  // namespace
}  // namespace courant
