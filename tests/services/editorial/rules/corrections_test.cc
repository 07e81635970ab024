#include "services/editorial/rules/corrections.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/editorial/rules/text_diff.h"
#include "storage/errors/reason.h"
#include "tests/services/editorial/rules/sample_article.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

v1::Article TwoParagraphs() {
  v1::Article article;
  article.mutable_headline()->set_value("Talks after the collapse");
  v1::Block& first = *article.add_body();
  first.set_id("p1");
  first.mutable_paragraph()->mutable_text()->set_text(
      "장관은 “corruption” 이라고 했다, corruption of trust.");
  v1::Block& second = *article.add_body();
  second.set_id("p2");
  second.mutable_paragraph()->mutable_text()->set_text("The end.");
  return article;
}

CorrectionList One(const std::string& where, const std::string& was,
                   const std::string& now) {
  CorrectionList list;
  v1::ChangeNote::Correction& correction = *list.Add();
  correction.set_where(where);
  correction.set_was(was);
  correction.set_now(now);
  return list;
}

const std::string& TextOf(const v1::Article& article, int block) {
  return article.body(block).paragraph().text().text();
}

TEST(CorrectionsTest, ReplacesAtItsPlaceAndNowhereElse) {
  const v1::Article before = TwoParagraphs();
  v1::Article after = before;
  CorrectionList list = One("body/p1", "“corruption”", "“collapse”");
  ASSERT_THAT(ApplyCorrections(before, &list, &after), IsOk());
  EXPECT_EQ(TextOf(after, 0),
            "장관은 “collapse” 이라고 했다, corruption of trust.");
  EXPECT_EQ(after.headline().value(), before.headline().value());
}

TEST(CorrectionsTest, LeavesNoTraceWhereItOnlyLooked) {
  v1::Article before = TwoParagraphs();
  before.add_media()->set_id("m1");
  before.add_body()->mutable_table();
  before.add_body()->mutable_embed();
  before.add_body()->mutable_paragraph();
  before.add_body()->mutable_heading();
  v1::Article after = before;
  CorrectionList none;
  ASSERT_THAT(ApplyCorrections(before, &none, &after), IsOk());
  EXPECT_EQ(after.SerializeAsString(), before.SerializeAsString());
  CorrectionList list = One("headline", "after", "before");
  ASSERT_THAT(ApplyCorrections(before, &list, &after), IsOk());
  before.mutable_headline()->set_value("Talks before the collapse");
  EXPECT_EQ(after.SerializeAsString(), before.SerializeAsString());
}

TEST(CorrectionsTest, BodyStandsForTheBlockAndIsRecordedAsIt) {
  const v1::Article before = TwoParagraphs();
  v1::Article after = before;
  CorrectionList list = One("body", "The end", "An end");
  ASSERT_THAT(ApplyCorrections(before, &list, &after), IsOk());
  EXPECT_EQ(TextOf(after, 1), "An end.");
  EXPECT_EQ(list[0].where(), "body/p2");
}

TEST(CorrectionsTest, RefusesWhatIsNotThereOrNotUnique) {
  const v1::Article before = TwoParagraphs();
  v1::Article after = before;
  CorrectionList missing = One("headline", "corruption", "collapse");
  absl::Status status = ApplyCorrections(before, &missing, &after);
  EXPECT_EQ(ReasonOf(status), v1::CORRECTION_NOT_FOUND);
  EXPECT_EQ(MetadataOf(status, "count"), "0");
  CorrectionList twice = One("body/p1", "corruption", "collapse");
  status = ApplyCorrections(before, &twice, &after);
  EXPECT_EQ(ReasonOf(status), v1::CORRECTION_NOT_FOUND);
  EXPECT_EQ(MetadataOf(status, "count"), "2");
}

TEST(CorrectionsTest, WhereTheRequestBringsWordsTheyMustSayWhatIsNow) {
  const v1::Article before = TwoParagraphs();
  v1::Article after = before;
  after.mutable_headline()->set_value("Talks before the fall");
  CorrectionList right = One("headline", "collapse", "fall");
  EXPECT_THAT(ApplyCorrections(before, &right, &after), IsOk());
  CorrectionList wrong = One("headline", "collapse", "rise");
  EXPECT_EQ(ReasonOf(ApplyCorrections(before, &wrong, &after)),
            v1::CORRECTION_NOT_FOUND);
}

TEST(CorrectionsTest, MarksMoveAlongInCodePoints) {
  v1::Article before = TwoParagraphs();
  v1::RichText& text =
      *before.mutable_body(0)->mutable_paragraph()->mutable_text();
  text.set_text("가나 bad word 끝");
  const auto mark = [&text](int start, int end) {
    v1::Mark& added = *text.add_marks();
    added.set_type(v1::Mark::STRONG);
    added.set_start(start);
    added.set_end(end);
  };
  mark(0, 13);   // all: covers what is now
  mark(3, 6);    // "bad": exactly what was
  mark(4, 11);   // a part of it: keeps what is outside
  mark(12, 13);  // behind
  v1::Article after = before;
  CorrectionList list = One("body/p1", "bad", "better");
  ASSERT_THAT(ApplyCorrections(before, &list, &after), IsOk());
  const v1::RichText& now = after.body(0).paragraph().text();
  EXPECT_EQ(now.text(), "가나 better word 끝");
  ASSERT_EQ(now.marks_size(), 4);
  const auto span = [&now](int i) {
    return std::make_pair(now.marks(i).start(), now.marks(i).end());
  };
  EXPECT_EQ(span(0), std::make_pair(0, 16));
  EXPECT_EQ(span(1), std::make_pair(3, 9));
  EXPECT_EQ(span(2), std::make_pair(9, 14));
  EXPECT_EQ(span(3), std::make_pair(15, 16));
}

TEST(CorrectionsTest, NamesTheFieldThatIsMissing) {
  EXPECT_EQ(ReasonOf(CheckCorrections(One("", "a", "b"))), v1::FIELD_REQUIRED);
  EXPECT_EQ(ReasonOf(CheckCorrections(One("body", "", "b"))),
            v1::FIELD_REQUIRED);
  EXPECT_EQ(ReasonOf(CheckCorrections(One("body", "a", "a"))),
            v1::FIELD_INVALID);
  EXPECT_THAT(CheckCorrections(One("body", "a", "")), IsOk());
}

TEST(TextDiffTest, GivesTheShortestStretchOfWholeWords) {
  const v1::Article before = TwoParagraphs();
  v1::Article after = before;
  after.mutable_body(1)->mutable_paragraph()->mutable_text()->set_text(
      "The ending.");
  after.mutable_headline()->set_value("Talks long after the collapse");
  const CorrectionList diffs = DiffTexts(before, after);
  ASSERT_EQ(diffs.size(), 2);
  EXPECT_EQ(diffs[0].where(), "headline");
  EXPECT_EQ(diffs[0].was(), "");
  EXPECT_EQ(diffs[0].now(), "long");
  EXPECT_EQ(diffs[1].where(), "body/p2");
  EXPECT_EQ(diffs[1].was(), "end.");
  EXPECT_EQ(diffs[1].now(), "ending.");
}

TEST(TextDiffTest, ABlockThatIsGoneHasNoNow) {
  const v1::Article before = TwoParagraphs();
  v1::Article after = before;
  after.mutable_body()->RemoveLast();
  const CorrectionList diffs = DiffTexts(before, after);
  ASSERT_EQ(diffs.size(), 1);
  EXPECT_EQ(diffs[0].where(), "body/p2");
  EXPECT_EQ(diffs[0].was(), "The end.");
  EXPECT_EQ(diffs[0].now(), "");
}

}  // namespace
}  // namespace courant
