#include "services/importers/page_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/importers/source_identity.h"
#include "storage/errors/reason.h"
#include "tests/services/importers/import_test_support.h"
#include "tests/testing/status_matchers.h"

namespace courant::importers {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kPage[] =
    "News Zone\n\nRecent News\n\n"
    "“The Old Lighthouse Will Shine Again over the Northern Quay”\n\n"
    "Council votes twelve to eleven\n\nPilots: 'A light is not a luxury'\n\n"
    "The Old Lighthouse Will Shine Again over the North\n\n"
    "The council voted, “twelve to eleven.'  It was close.\n\n"
    "Nobody slept.\n\n"
    "By Su-Bin, Park < >\n\n"
    "<Copyright ⓒ The Harbour Courier, All rights reserved>\n\n\n"
    "  • (Lectures and what followed)\n";

ImportedItem OnePage(absl::string_view text,
                     const ImportOptions& options = {}) {
  return ImportOne(ImportFormat::kPage, text, options);
}

TEST(PageReaderTest, APageBecomesAPublishedArticle) {
  const ImportedItem item = OnePage(kPage);
  const v1::Article& article = item.request.article();
  EXPECT_EQ(article.headline().value(),
            "“The Old Lighthouse Will Shine Again over the Northern Quay”");
  EXPECT_THAT(DecksOf(article),
              ElementsAre("Council votes twelve to eleven",
                          "Pilots: 'A light is not a luxury'"));
  EXPECT_THAT(ParagraphsOf(article),
              ElementsAre("The council voted, “twelve to eleven.'  It was "
                          "close.",
                          "Nobody slept."));
  EXPECT_EQ(article.byline(), "By Su-Bin, Park");
  EXPECT_EQ(article.contributors(0).names(0).family(), "Park");
  EXPECT_EQ(article.sections(0).zone(), "News Zone");
  EXPECT_EQ(article.sections(0).labels(0).value(), "Recent News");
  EXPECT_EQ(article.rights().copyright_notice(),
            "<Copyright ⓒ The Harbour Courier, All rights reserved>");
  EXPECT_EQ(article.rights().copyright_holder(), "The Harbour Courier");
  EXPECT_EQ(article.rights().status(), v1::Rights::STATUS_UNSPECIFIED);
  ASSERT_EQ(article.media_size(), 1);
  EXPECT_EQ(article.media(0).alt().text().value(),
            "The Old Lighthouse Will Shine Again over the North");
  EXPECT_TRUE(article.media(0).alt().derived());
  EXPECT_EQ(article.media(0).alt().limit(), 50);
  EXPECT_EQ(article.language(), "en");
  EXPECT_EQ(article.provenance().format(), "page");
  EXPECT_EQ(article.provenance().content_hash(), Sha256(kPage));
  EXPECT_THAT(
      NotesOf(article),
      ElementsAre("moved derived-alt: The Old Lighthouse Will Shine Again over "
                  "the North",
                  "dropped address-remains: < >",
                  "dropped chrome: • (Lectures and what followed)"));
  EXPECT_EQ(article.provenance().cleaning(2).line(), 22);
  EXPECT_EQ(item.request.initial_state(), v1::CreateArticleRequest::PUBLISHED);
  EXPECT_EQ(item.line, 1);
}

TEST(PageReaderTest, NothingIsInvented) {
  const v1::Article article = OnePage(kPage).request.article();
  EXPECT_FALSE(article.has_first_published());
  EXPECT_FALSE(article.has_dateline());
  EXPECT_FALSE(article.media(0).has_caption());
  EXPECT_EQ(article.provenance().source_id(), "");
  EXPECT_EQ(article.canonical_url(), "");
  EXPECT_EQ(article.media(0).renditions_size(), 0);
}

TEST(PageReaderTest, LineEndsAndBlankLinesMakeNoOtherArticle) {
  const ImportedItem plain = OnePage(kPage);
  for (const std::string& text :
       {absl::StrReplaceAll(kPage, {{"\n", "\r\n"}}),
        absl::StrReplaceAll(kPage, {{"\n", "\r"}}),
        absl::StrCat("\xef\xbb\xbf", kPage), absl::StrCat("\n \n", kPage),
        absl::StrReplaceAll(kPage, {{"\n\n", "\n\n\u00a0\n"}}),
        absl::StrReplaceAll(kPage, {{"\n\n", "\n"}})}) {
    const ImportedItem item = OnePage(text);
    EXPECT_EQ(item.request.article_id(), plain.request.article_id()) << text;
    EXPECT_THAT(ParagraphsOf(item.request.article()),
                ParagraphsOf(plain.request.article()));
  }
}

TEST(PageReaderTest, SpaceAroundAParagraphIsToldOnce) {
  const v1::Article article =
      OnePage("A headline\n\n\u3000첫 문단이다. \n\n\u3000둘째 문단이다.\n")
          .request.article();
  EXPECT_THAT(ParagraphsOf(article),
              ElementsAre("첫 문단이다.", "둘째 문단이다."));
  EXPECT_THAT(NotesOf(article), ElementsAre("rewritten surrounding-space: "));
  EXPECT_EQ(article.language(), "ko");
}

TEST(PageReaderTest, LinesOfOneParagraphStayTogether) {
  EXPECT_THAT(
      ParagraphsOf(
          OnePage(
              "A headline\n\nRoses are red.\nViolets are blue.\n\nThe end.\n")
              .request.article()),
      ElementsAre("Roses are red.\nViolets are blue.", "The end."));
  EXPECT_THAT(ParagraphsOf(OnePage("A headline\n\nRoses are red.\nViolets are "
                                   "blue.\nThe end.\n")
                               .request.article()),
              ElementsAre("Roses are red.", "Violets are blue.", "The end."));
}

TEST(PageReaderTest, AnAddressIsNeverPublished) {
  const ImportedItem item = OnePage(
      "부두 재개장\n\n부두가 문을 열었다.\n\n"
      "홍길동 기자 hong@example.com\n\nⓒ 항구신문\n");
  v1::Article article = item.request.article();
  EXPECT_EQ(article.byline(), "홍길동 기자");
  EXPECT_EQ(article.contributors(0).contact(), "hong@example.com");
  article.mutable_contributors(0)->clear_contact();
  EXPECT_THAT(article.DebugString(), Not(HasSubstr("hong")));
  for (const std::string& remark : item.remarks) {
    EXPECT_THAT(remark, Not(HasSubstr("hong")));
  }
}

TEST(PageReaderTest, APrintedDateIsKeptAsExactAsItIs) {
  const v1::Article article =
      OnePage("부두 재개장\n\n입력 2019.01.04 10:30\n\n부두가 문을 열었다.\n")
          .request.article();
  EXPECT_EQ(FirstPublishedOf(article), "2019-01-04T00:00:00Z DAY");
  EXPECT_THAT(NotesOf(article),
              ElementsAre("rewritten date: 입력 2019.01.04 10:30"));
}

TEST(PageReaderTest, WithoutANoticeItStaysADraftUnlessItsSourceIsKnown) {
  const char* const page = "A headline\n\nSome text.\n";
  const ImportedItem draft = OnePage(page);
  EXPECT_EQ(draft.request.initial_state(), v1::CreateArticleRequest::DRAFT);
  EXPECT_THAT(draft.remarks, Contains(HasSubstr("imported as a draft")));

  ImportOptions options;
  options.source_url = "https://News.Example:8080/a/1?x#y";
  const ImportedItem sourced = OnePage(page, options);
  EXPECT_EQ(sourced.request.initial_state(),
            v1::CreateArticleRequest::PUBLISHED);
  const v1::Article& article = sourced.request.article();
  EXPECT_EQ(article.rights().status(), v1::Rights::UNKNOWN);
  EXPECT_EQ(article.canonical_url(), options.source_url);
  EXPECT_EQ(article.provenance().source_system(), "news.example:8080");

  ImportOptions ours;
  ours.rights.set_copyright_notice("© Us");
  EXPECT_EQ(OnePage(page, ours).request.initial_state(),
            v1::CreateArticleRequest::PUBLISHED);
}

TEST(PageReaderTest, PagesThatAreNoneSayWhy) {
  struct {
    std::string text;
    const char* message;
    v1::ErrorReason reason;
  } const cases[] = {
      {"", "headline: was not found", v1::FIELD_REQUIRED},
      {"\n \n", "headline: was not found", v1::FIELD_REQUIRED},
      {"A headline\n", "body: was not found", v1::FIELD_REQUIRED},
      {"A headline\n\nTe\xb1xt.\n", "line 3: is not UTF-8 (byte 0xb1)",
       v1::INVALID_UTF8},
      {"A headline\r\n\r\nText.\x01", "line 3: holds U+0001",
       v1::FIELD_INVALID},
      {std::string((8 << 20) + 1, 'x'), "longer than 8 MiB",
       v1::FIELD_TOO_LONG},
      {absl::StrReplaceAll(std::string(20001, 'x'), {{"x", "x\n"}}),
       "more than 20,000 lines", v1::FIELD_TOO_LONG},
  };
  for (const auto& c : cases) {
    const Imported result = ImportAll(ImportFormat::kPage, c.text);
    EXPECT_THAT(result.items, IsEmpty()) << c.message;
    ASSERT_THAT(result.errors, SizeIs(1)) << c.message;
    EXPECT_THAT(result.errors[0].message(), HasSubstr(c.message));
    EXPECT_EQ(ReasonOf(result.errors[0]), c.reason) << c.message;
  }
}

TEST(PageReaderTest, NotesAreNotMoreThanAServerTakes) {
  std::string page = "A headline\n\nSome text.\n\n© Us\n\n";
  for (int i = 0; i < 2000; ++i) absl::StrAppend(&page, "Link ", i, "\n");
  EXPECT_THAT(OnePage(page).request.article().provenance().cleaning(),
              SizeIs(500));
}

}  // namespace
}  // namespace courant::importers
