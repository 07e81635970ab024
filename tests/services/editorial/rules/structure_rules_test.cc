#include "services/editorial/rules/structure_rules.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/editorial/rules/validation.h"
#include "storage/errors/reason.h"
#include "tests/services/editorial/rules/sample_article.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Marks on the text "붕괴 abc", 6 code points in 10 bytes.
struct MarkCase {
  const char* name;
  // In text format.
  const char* marks;
  // Below the text; empty when the marks are right.
  const char* field;
  v1::ErrorReason reason = v1::FIELD_INVALID;
};

class MarkTest : public testing::TestWithParam<MarkCase> {};

TEST_P(MarkTest, IsJudged) {
  v1::RichText text;
  ASSERT_TRUE(
      google::protobuf::TextFormat::ParseFromString(GetParam().marks, &text));
  text.set_text("붕괴 abc");
  v1::Article article = SampleArticle();
  *AddParagraph("", &article)->mutable_paragraph()->mutable_text() = text;
  const absl::Status status = ValidateArticle(article, "article");
  if (*GetParam().field == '\0') {
    EXPECT_THAT(status, IsOk());
    return;
  }
  EXPECT_THAT(FieldsOf(status),
              ElementsAre(absl::StrCat("article.body[8].paragraph.text.",
                                       GetParam().field)));
  EXPECT_EQ(ReasonOf(status), GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Marks, MarkTest,
    testing::ValuesIn<MarkCase>({
        {"Whole", "marks { type: STRONG start: 0 end: 6 }", ""},
        {"LastOne", "marks { type: STRONG start: 5 end: 6 }", ""},
        {"Same",
         "marks { type: STRONG start: 1 end: 3 }"
         "marks { type: EMPHASIS start: 1 end: 3 }",
         ""},
        {"Nested",
         "marks { type: STRONG start: 0 end: 6 }"
         "marks { type: EMPHASIS start: 1 end: 3 }"
         "marks { type: CODE start: 3 end: 6 }",
         ""},
        {"NestedInnerFirst",
         "marks { type: CODE start: 2 end: 3 }"
         "marks { type: EMPHASIS start: 1 end: 3 }"
         "marks { type: STRONG start: 0 end: 6 }",
         ""},
        {"SideBySide",
         "marks { type: STRONG start: 3 end: 6 }"
         "marks { type: STRONG start: 0 end: 3 }",
         ""},
        {"Link",
         "marks { type: LINK start: 0 end: 2 href: 'https://example.org' }",
         ""},
        {"LinkToAMailbox",
         "marks { type: LINK start: 0 end: 2 href: 'mailto:a@example.org' }",
         ""},
        {"OtherLanguage",
         "marks { type: LANGUAGE start: 0 end: 2 language: 'ko' }", ""},
        {"WithoutType", "marks { start: 0 end: 2 }", "marks[0].type",
         v1::FIELD_REQUIRED},
        {"BehindTheEnd", "marks { type: STRONG start: 0 end: 7 }",
         "marks[0].end"},
        {"CountedInBytes", "marks { type: STRONG start: 0 end: 10 }",
         "marks[0].end"},
        {"NegativeStart", "marks { type: STRONG start: -1 end: 2 }",
         "marks[0].start"},
        {"Empty", "marks { type: STRONG start: 2 end: 2 }", "marks[0].end"},
        {"Backwards", "marks { type: STRONG start: 3 end: 2 }", "marks[0].end"},
        {"FarAway", "marks { type: STRONG start: 2147483646 end: 2147483647 }",
         "marks[0].end"},
        {"Crossing",
         "marks { type: STRONG start: 0 end: 3 }"
         "marks { type: EMPHASIS start: 2 end: 5 }",
         "marks[1]"},
        {"CrossingTheInner",
         "marks { type: STRONG start: 0 end: 6 }"
         "marks { type: CODE start: 3 end: 5 }"
         "marks { type: EMPHASIS start: 1 end: 4 }",
         "marks[1]"},
        {"LinkWithoutTarget", "marks { type: LINK start: 0 end: 2 }",
         "marks[0].href", v1::FIELD_REQUIRED},
        {"LinkToAScript",
         "marks { type: LINK start: 0 end: 2 href: 'javascript:alert(1)' }",
         "marks[0].href"},
        {"LinkToNobody",
         "marks { type: LINK start: 0 end: 2 href: 'mailto:@' }",
         "marks[0].href"},
        {"TargetWithoutLink",
         "marks { type: STRONG start: 0 end: 2 href: 'https://a.org' }",
         "marks[0].href"},
        {"LanguageWithoutTag", "marks { type: LANGUAGE start: 0 end: 2 }",
         "marks[0].language", v1::FIELD_REQUIRED},
        {"UnknownTag",
         "marks { type: LANGUAGE start: 0 end: 2 language: 'xx' }",
         "marks[0].language"},
        {"TagWithoutLanguage",
         "marks { type: STRONG start: 0 end: 2 language: 'ko' }",
         "marks[0].language"},
    }),
    [](const auto& info) { return info.param.name; });

using A = v1::Article;

void Mark(v1::RichText* text) {
  v1::Mark* const mark = text->add_marks();
  mark->set_type(v1::Mark::STRONG);
  mark->set_end(1000);
}

struct BodyCase {
  const char* name;
  std::function<void(A*)> spoil;
  const char* field;
  v1::ErrorReason reason = v1::FIELD_INVALID;
};

class BodyTest : public testing::TestWithParam<BodyCase> {};

TEST_P(BodyTest, IsRefusedByName) {
  A article = SampleArticle();
  GetParam().spoil(&article);
  const absl::Status status = ValidateArticle(article, "article");
  EXPECT_THAT(FieldsOf(status),
              ElementsAre(absl::StrCat("article.", GetParam().field)));
  EXPECT_EQ(ReasonOf(status), GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Body, BodyTest,
    testing::ValuesIn<BodyCase>({
        {"BlockWithoutContent", [](A* a) { a->add_body()->set_id("x"); },
         "body[8]", v1::FIELD_REQUIRED},
        {"TwoBlocksOfOneId",
         [](A* a) {
           a->mutable_body(1)->set_id("same");
           a->mutable_body(3)->set_id("same");
         },
         "body[3].id"},
        {"TwoMediaOfOneId", [](A* a) { a->add_media()->set_id("m1"); },
         "media[1].id"},
        {"ReferenceToNothing",
         [](A* a) { a->mutable_body(4)->mutable_media()->set_media_id("m2"); },
         "body[4].media.media_id"},
        {"EmptyReference",
         [](A* a) { a->mutable_body(4)->mutable_media()->clear_media_id(); },
         "body[4].media.media_id", v1::FIELD_REQUIRED},
        {"MarkInAHeading",
         [](A* a) {
           Mark(a->mutable_body(1)->mutable_heading()->mutable_text());
         },
         "body[1].heading.text.marks[0].end"},
        {"MarkInAList",
         [](A* a) {
           Mark(a->mutable_body(2)->mutable_list()->mutable_items(1));
         },
         "body[2].list.items[1].marks[0].end"},
        {"MarkInAQuote",
         [](A* a) {
           Mark(a->mutable_body(3)->mutable_quote()->mutable_paragraphs(0));
         },
         "body[3].quote.paragraphs[0].marks[0].end"},
        {"MarkInATable",
         [](A* a) {
           Mark(a->mutable_body(5)
                    ->mutable_table()
                    ->mutable_rows(0)
                    ->mutable_cells(1));
         },
         "body[5].table.rows[0].cells[1].marks[0].end"},
        {"MarkInACaption",
         [](A* a) {
           Mark(a->mutable_body(5)->mutable_table()->mutable_caption());
         },
         "body[5].table.caption.marks[0].end"},
    }),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Relations, BodyTest,
    testing::ValuesIn<BodyCase>({
        {"SectionWithoutCodeAndLabel",
         [](A* a) {
           a->add_sections()->set_zone("News Zone");
           a->mutable_sections(1)->add_labels();
         },
         "sections[1].code", v1::FIELD_REQUIRED},
        {"SubjectWithoutAnything",
         [](A* a) { a->add_subjects()->set_relevance(1); }, "subjects[1].qcode",
         v1::FIELD_REQUIRED},
        {"RelationToNothing",
         [](A* a) { a->add_relations()->set_type(v1::Relation::SERIES); },
         "relations[1].article", v1::FIELD_REQUIRED},
        {"RelationToTwo",
         [](A* a) { a->mutable_relations(0)->set_uri("urn:x:y"); },
         "relations[0].uri"},
        {"RelationToItself",
         [](A* a) { a->set_name("articles/ferry-timetable"); },
         "relations[0].article"},
        {"TranslationOfItself",
         [](A* a) {
           a->set_name("articles/a");
           a->mutable_translation_of()->set_article("articles/a");
         },
         "translation_of.article"},
        {"PrecisionOfNothing",
         [](A* a) { a->set_first_published_precision(v1::YEAR); },
         "first_published_precision"},
        {"DayWithAnHour",
         [](A* a) {
           a->set_first_published_precision(v1::DAY);
           a->mutable_first_published()->set_seconds(1527897600 + 3600);
         },
         "first_published"},
        {"MonthWithADay",
         [](A* a) {
           a->set_first_published_precision(v1::MONTH);
           a->mutable_first_published()->set_seconds(1527897600);
         },
         "first_published"},
        {"YearWithAMonth",
         [](A* a) {
           a->set_first_published_precision(v1::YEAR);
           a->mutable_first_published()->set_seconds(1527811200);
         },
         "first_published"},
        {"DatelineWithAnHour",
         [](A* a) {
           a->mutable_dateline()->mutable_date()->set_seconds(1527897601);
         },
         "dateline.date"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(CheckRelationsTest, TakesATimeAsCoarseAsItsPrecision) {
  A article = SampleArticle();
  // 2018-06-02, 2018-06-01, 2018-01-01, and a day before 1970.
  const std::vector<std::pair<v1::TimePrecision, int64_t>> times = {
      {v1::DAY, 1527897600},
      {v1::MONTH, 1527811200},
      {v1::YEAR, 1514764800},
      {v1::DAY, -86400}};
  for (const auto& [precision, seconds] : times) {
    article.set_first_published_precision(precision);
    article.mutable_first_published()->set_seconds(seconds);
    EXPECT_THAT(ValidateArticle(article, "article"), IsOk()) << seconds;
  }
}

TEST(CheckMarksTest, SaysWhichTwoMarksCross) {
  v1::RichText text;
  text.set_text("0123456789");
  for (const auto& [start, end] : {std::pair(0, 5), std::pair(3, 8)}) {
    v1::Mark* const mark = text.add_marks();
    mark->set_start(start);
    mark->set_end(end);
  }
  Violations violations(10);
  CheckMarks(text, FieldPath("text"), &violations);
  EXPECT_EQ(AdviceOf(violations.ToStatus()),
            "[3, 8) crosses marks[0], [0, 5); marks may only nest");
}

}  // namespace
}  // namespace courant
