#include "services/editorial/rules/validation.h"

#include <chrono>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/errors/reason.h"
#include "tests/services/editorial/rules/sample_article.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(ValidateArticleTest, TakesAnArticleThatIsRight) {
  EXPECT_THAT(ValidateArticle(SampleArticle(), "article"), IsOk());
}

TEST(ValidateArticleTest, TakesADraftThatHasALanguageAndNothingElse) {
  v1::Article article;
  article.set_language("ko");
  EXPECT_THAT(ValidateArticle(article, "article"), IsOk());
}

TEST(ValidateArticleTest, NamesEveryWrongFieldAtOnce) {
  v1::Article article = SampleArticle();
  article.set_language("en_US");
  article.mutable_headline()->set_value("line\rfeed");
  article.set_urgency(10);
  article.mutable_body(0)->mutable_paragraph()->mutable_text()->add_marks();
  EXPECT_THAT(FieldsOf(ValidateArticle(article, "article")),
              ElementsAre("article.language", "article.headline.value",
                          "article.body[0].paragraph.text.marks[0].type",
                          "article.urgency",
                          "article.body[0].paragraph.text.marks[0].end"));
}

TEST(ValidateArticleTest, HasTheReasonOfTheFirstWrongField) {
  v1::Article article = SampleArticle();
  article.set_urgency(10);
  article.clear_language();
  EXPECT_EQ(ReasonOf(ValidateArticle(article, "article")), v1::FIELD_REQUIRED);
}

TEST(ValidateArticleTest, NamesFieldsWithoutAPrefixWhenThereIsNone) {
  EXPECT_THAT(FieldsOf(ValidateArticle(v1::Article(), "")),
              ElementsAre("language"));
}

TEST(ValidateArticleTest, StopsAtTwentyViolations) {
  v1::Article article = SampleArticle();
  for (int i = 0; i < 100; ++i) article.add_body();
  const absl::Status status = ValidateArticle(article, "article");
  EXPECT_THAT(FieldsOf(status), SizeIs(kMaxViolations));
  for (int i = 0; i < 100; ++i) article.add_alias_urls("no url");
  EXPECT_THAT(FieldsOf(ValidateArticle(article, "article")),
              SizeIs(kMaxViolations));
}

TEST(ValidateArticleTest, SaysTheLimitOfWhatIsTooLong) {
  v1::Article article = SampleArticle();
  article.set_slugline(std::string(201, 'x'));
  const absl::Status status = ValidateArticle(article, "article");
  EXPECT_EQ(ReasonOf(status), v1::FIELD_TOO_LONG);
  EXPECT_EQ(MetadataOf(status, "limit"), "200");
  EXPECT_EQ(AdviceOf(status), "has 201 code points; at most 200 are allowed");
}

TEST(ValidateArticleTest, SaysWhichCharacterAndWhere) {
  v1::Article article = SampleArticle();
  article.set_byline("붕괴\u0085");
  EXPECT_THAT(AdviceOf(ValidateArticle(article, "article")),
              HasSubstr("U+0085 at code point 2"));
}

TEST(ValidateArticleTest, NeverRepeatsTheTextOfAnArticle) {
  v1::Article article = SampleArticle();
  article.mutable_rights()->set_encoded_policy("{\"secret\": nonsense");
  AddParagraph("secret\x01", &article);
  article.set_byline("secret \xFF");
  const absl::Status status = ValidateArticle(article, "article");
  EXPECT_THAT(FieldsOf(status), SizeIs(3));
  EXPECT_THAT(std::string(status.message()), testing::Not(HasSubstr("secret")));
}

TEST(ValidateArticleTest, RefusesFieldsThatItDoesNotKnow) {
  v1::Article article = SampleArticle();
  v1::Block* const block = article.mutable_body(0);
  block->GetReflection()->MutableUnknownFields(block)->AddVarint(99, 1);
  const absl::Status status = ValidateArticle(article, "article");
  EXPECT_THAT(FieldsOf(status), ElementsAre("article.body[0]"));
  EXPECT_THAT(AdviceOf(status), HasSubstr("99"));
}

// The largest request that the server takes is 8 MiB. Even under sanitizers
// and on a busy machine it must not hold a thread for long.
TEST(ValidateArticleTest, IsDoneSoonWithAnArticleOfEightMebibytes) {
  const std::string words(4 << 10, 'x');
  for (const absl::string_view paragraph :
       {absl::string_view(words), absl::string_view("붕괴 평화 ")}) {
    const v1::Article article = LongArticle(1900, paragraph);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_THAT(ValidateArticle(article, "article"), IsOk());
    const auto took = std::chrono::steady_clock::now() - start;
    RecordProperty(
        "microseconds",
        std::chrono::duration_cast<std::chrono::microseconds>(took).count());
    EXPECT_LT(took, std::chrono::seconds(5));
  }
}

TEST(ValidateArticleTest, IsDoneSoonWithMarksAtTheirWorst) {
  v1::Article article = SampleArticle();
  v1::RichText* const text = AddParagraph(std::string(2000, 'x'), &article)
                                 ->mutable_paragraph()
                                 ->mutable_text();
  // Nested a thousand deep, the innermost first.
  for (int i = 0; i < 1000; ++i) {
    v1::Mark* const mark = text->add_marks();
    mark->set_type(v1::Mark::EMPHASIS);
    mark->set_start(999 - i);
    mark->set_end(1001 + i);
  }
  EXPECT_THAT(ValidateArticle(article, "article"), IsOk());
}

}  // namespace
}  // namespace courant
