#include "services/importers/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/importers/source_identity.h"
#include "storage/errors/reason.h"
#include "tests/services/importers/import_test_support.h"
#include "tests/testing/status_matchers.h"

namespace courant::importers {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

ImportedItem One(absl::string_view text, const ImportOptions& options = {}) {
  return ImportOne(ImportFormat::kCsv, text, options);
}

Imported All(absl::string_view text, const ImportOptions& options = {}) {
  return ImportAll(ImportFormat::kCsv, text, options);
}

TEST(CsvReaderTest, ARowBecomesAPublishedArticle) {
  const std::string row =
      "https://news.example/a?id=1,2019-01-04,The quay reopens,"
      "\"First  paragraph \n\nSecond,\nwith a \"\"quote\"\".\n\n\n\"";
  const ImportedItem item =
      One(absl::StrCat("url,date,title,text\n", row, "\n"));
  const v1::Article& article = item.request.article();
  EXPECT_EQ(article.headline().value(), "The quay reopens");
  EXPECT_THAT(ParagraphsOf(article),
              ElementsAre("First  paragraph", "Second,\nwith a \"quote\"."));
  EXPECT_EQ(FirstPublishedOf(article), "2019-01-04T00:00:00Z DAY");
  EXPECT_EQ(article.provenance().source_url(), "https://news.example/a?id=1");
  EXPECT_EQ(article.canonical_url(), "https://news.example/a?id=1");
  EXPECT_EQ(article.provenance().source_system(), "news.example");
  EXPECT_EQ(article.provenance().format(), "csv");
  EXPECT_EQ(article.provenance().content_hash(), Sha256(row));
  EXPECT_THAT(NotesOf(article), ElementsAre("rewritten surrounding-space: "));
  EXPECT_EQ(article.language(), "en");
  EXPECT_EQ(article.rights().status(), v1::Rights::UNKNOWN);
  EXPECT_EQ(item.request.initial_state(), v1::CreateArticleRequest::PUBLISHED);
  EXPECT_EQ(item.request.article_id(), ArticleIdOf(article));
  EXPECT_EQ(item.label, "The quay reopens");
  EXPECT_EQ(item.line, 2);
}

TEST(CsvReaderTest, EveryKnownColumnFindsItsPlace) {
  const ImportedItem item =
      One("guid;language;section;kicker;title;subtitle;subtitle2;author;email;"
          "summary;slug;text;copyright;credit;license;source;tags\n"
          "urn:x:1;ko;정치;단독;부두 재개장;첫째 부제;둘째 부제;홍길동 기자;"
          "hong@example.com;요약이다;QUAY;본문이다.;ⓒ 항구신문;항구신문 제공;"
          "https://licence.example/by;harbour-cms;\"a;b\"\n");
  const v1::Article& article = item.request.article();
  EXPECT_EQ(article.provenance().source_id(), "urn:x:1");
  EXPECT_EQ(article.language(), "ko");
  EXPECT_EQ(article.sections(0).labels(0).value(), "정치");
  EXPECT_EQ(article.kicker().value(), "단독");
  EXPECT_THAT(DecksOf(article), ElementsAre("첫째 부제", "둘째 부제"));
  EXPECT_EQ(article.byline(), "홍길동 기자");
  ASSERT_EQ(article.contributors_size(), 1);
  EXPECT_EQ(article.contributors(0).contact(), "hong@example.com");
  EXPECT_EQ(article.summary().value(), "요약이다");
  EXPECT_EQ(article.slugline(), "QUAY");
  EXPECT_EQ(article.rights().copyright_notice(), "ⓒ 항구신문");
  EXPECT_EQ(article.rights().copyright_holder(), "항구신문");
  EXPECT_EQ(article.rights().credit_line(), "항구신문 제공");
  EXPECT_EQ(article.rights().linked_policy(), "https://licence.example/by");
  EXPECT_EQ(article.rights().status(), v1::Rights::STATUS_UNSPECIFIED);
  EXPECT_EQ(article.provenance().source_system(), "harbour-cms");
  EXPECT_THAT(article.provenance().unmapped(),
              UnorderedElementsAre(Pair("tags", "a;b")));
  EXPECT_THAT(item.remarks,
              ElementsAre("not mapped, kept in provenance.unmapped: \"tags\""));
}

TEST(CsvReaderTest, TheSameTableInOtherClothesIsTheSame) {
  const ImportedItem plain = One("title,text,date\nA,\"x\n\ny\",2019-01-04\n");
  for (const std::string& text :
       {std::string("title;text;date\r\nA;\"x\r\n\r\ny\";2019-01-04\r\n"),
        std::string("\xef\xbb\xbftitle\ttext\tdate\nA\t\"x\n\ny\"\t2019-01-04"),
        std::string("\n\ntitle|text|date\n\nA|\"x\n\ny\"|2019-01-04\n||\n"),
        std::string("\"title\",\"text\",\"date\"\rA,\"x\r\ry\",2019-01-04")}) {
    v1::Article article = One(text).request.article();
    EXPECT_EQ(article.provenance().content_hash().size(), 32u);
    *article.mutable_provenance() = plain.request.article().provenance();
    EXPECT_EQ(article.SerializeAsString(),
              plain.request.article().SerializeAsString())
        << text;
  }
}

TEST(CsvReaderTest, ADateKeepsWhatItCannotSay) {
  const ImportedItem item = One("title,text,date\nA,x,01/04/2019\n");
  EXPECT_EQ(FirstPublishedOf(item.request.article()),
            "2019-01-01T00:00:00Z YEAR");
  EXPECT_THAT(item.request.article().provenance().unmapped(),
              UnorderedElementsAre(Pair("date", "01/04/2019")));
  EXPECT_THAT(item.remarks,
              Contains("first_published is only as exact as YEAR: day and "
                       "month could be either way round"));
}

TEST(CsvReaderTest, AnEmptyDateStaysUnset) {
  EXPECT_EQ(FirstPublishedOf(One("title,text,date\nA,x, \n").request.article()),
            "");
}

TEST(CsvReaderTest, ABadRowIsNamedAndTheOthersGoOn) {
  struct {
    const char* row;
    const char* message;
    v1::ErrorReason reason;
    const char* field;
  } const cases[] = {
      {"https://a.example/1,2019-01-04, ,x",
       "line 3, column 3 \"title\": is required", v1::FIELD_REQUIRED,
       "headline"},
      {"https://a.example/1,2019-01-04,A,\" \n\n\"",
       "line 3, column 4 \"text\": is required", v1::FIELD_REQUIRED, "body"},
      {"https://a.example/1,soon,A,x",
       "line 3, column 2 \"date\": \"soon\" is not a date such as",
       v1::FIELD_INVALID, "first_published"},
      {"/wiki/A,2019-01-04,A,x",
       "line 3, column 1 \"url\": \"/wiki/A\" is not an absolute http",
       v1::FIELD_INVALID, "provenance.source_url"},
      {"https://a.example/1,2019-01-04,A\xb1\xb1,x",
       "line 3, column 3 \"title\": is not UTF-8 (byte 0xb1) at byte 1",
       v1::INVALID_UTF8, "headline"},
      {"https://a.example/1,2019-01-04,A,x\x07",
       "line 3, column 4 \"text\": holds U+0007", v1::FIELD_INVALID, "body"},
      {"https://a.example/1,2019-01-04,A",
       "line 3: has 3 columns where the header has 4", v1::MALFORMED_REQUEST,
       ""},
      {"https://a.example/1,2019-01-04,A,x,y",
       "line 3: has 5 columns where the header has 4", v1::MALFORMED_REQUEST,
       ""},
      {"https://a.example/1,2019-01-04,\"A\"B,x",
       "line 3, column 3: has text behind its closing quote",
       v1::MALFORMED_REQUEST, ""},
      {"https://a.example/1,2019-01-04,A,Порт открыт",
       "line 3, language: the source names none", v1::FIELD_REQUIRED,
       "language"},
  };
  for (const auto& c : cases) {
    const std::string headline = c.field == std::string("language") ? "Я" : "";
    std::string row = c.row;
    if (!headline.empty()) row.replace(row.find(",A,"), 3, ",Я,");
    const Imported result =
        All(absl::StrCat("url,date,title,text\nhttps://a.example/0,,B,x\n", row,
                         "\nhttps://a.example/2,,C,x\n"));
    ASSERT_THAT(result.errors, SizeIs(1)) << c.row;
    EXPECT_THAT(result.errors[0].message(), HasSubstr(c.message));
    EXPECT_EQ(ReasonOf(result.errors[0]), c.reason) << c.row;
    EXPECT_EQ(MetadataOf(result.errors[0], "line"), "3") << c.row;
    EXPECT_EQ(MetadataOf(result.errors[0], "field"), c.field) << c.row;
    EXPECT_THAT(result.items, SizeIs(2)) << c.row;
  }
}

TEST(CsvReaderTest, AnUnclosedQuoteEndsTheReading) {
  const Imported result = All("title,text\nA,x\nB,\"y\nC,z\n");
  EXPECT_THAT(result.items, SizeIs(1));
  ASSERT_THAT(result.errors, SizeIs(1));
  EXPECT_THAT(result.errors[0].message(),
              HasSubstr("line 3, column 2: the quote that opens here"));
}

TEST(CsvReaderTest, ABadHeaderRefusesTheFile) {
  EXPECT_THAT(All("").opened, StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("the file is empty")));
  EXPECT_THAT(All("when,what\n1,2\n").opened,
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("no column is known to be the headline")));
  EXPECT_THAT(All("title,te\xb1xt\n").opened,
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("line 1, column 2: the header is not UTF-8")));
  EXPECT_THAT(
      All("title,\"text\n").opened,
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("never closed")));
}

TEST(CsvReaderTest, AHeaderAloneHasNoItems) {
  const Imported result = All("title,text\n");
  EXPECT_THAT(result.opened, IsOk());
  EXPECT_THAT(result.items, IsEmpty());
  EXPECT_THAT(result.errors, IsEmpty());
}

TEST(CsvReaderTest, EqualSourcesHaveEqualIds) {
  const Imported result =
      All("url,title,text\nhttps://a.example/1,A,x\n"
          "https://a.example/1,A again,y\nhttps://a.example/2,A,x\n");
  ASSERT_THAT(result.items, SizeIs(3));
  EXPECT_EQ(result.items[0].request.article_id(),
            result.items[1].request.article_id());
  EXPECT_NE(result.items[0].request.article_id(),
            result.items[2].request.article_id());
  EXPECT_NE(result.items[0].request.article().provenance().content_hash(),
            result.items[1].request.article().provenance().content_hash());
}

TEST(CsvReaderTest, WhatHasNeitherNoticeNorSourceStaysADraft) {
  const ImportedItem item = One("title,text\nA,x\n");
  EXPECT_EQ(item.request.initial_state(), v1::CreateArticleRequest::DRAFT);
  EXPECT_FALSE(item.request.article().has_rights());
  EXPECT_THAT(item.remarks, Contains("no copyright notice and no source: "
                                     "imported as a draft"));
}

TEST(CsvReaderTest, OptionsFillWhatTheFileDoesNotSay) {
  ImportOptions options;
  options.language = "KO";
  options.section = "local";
  options.source_system = "harbour-cms";
  options.rights.set_copyright_notice("ⓒ 항구신문");
  options.rights.set_status(v1::Rights::CLEARED);
  const ImportedItem item =
      One("id,title,text,section\n7,Title,Text.,시정\n", options);
  const v1::Article& article = item.request.article();
  EXPECT_EQ(article.language(), "ko");
  ASSERT_EQ(article.sections_size(), 2);
  EXPECT_EQ(article.sections(0).code(), "local");
  EXPECT_EQ(article.sections(1).labels(0).value(), "시정");
  EXPECT_EQ(article.provenance().source_system(), "harbour-cms");
  EXPECT_EQ(article.rights().copyright_notice(), "ⓒ 항구신문");
  EXPECT_EQ(article.rights().status(), v1::Rights::CLEARED);
  EXPECT_EQ(item.request.initial_state(), v1::CreateArticleRequest::PUBLISHED);
  EXPECT_THAT(item.remarks, IsEmpty());
}

TEST(CsvReaderTest, WrongOptionsAreRefusedBeforeAnythingIsRead) {
  ImportOptions language;
  language.language = "englisch";
  ImportOptions section;
  section.section = "Local News";
  ImportOptions url;
  url.source_url = "news.example";
  ImportOptions separator;
  separator.separator = 'x';
  const std::pair<ImportOptions, const char*> cases[] = {
      {language, "language"},
      {section, "section"},
      {url, "source_url"},
      {separator, "separator"}};
  for (const auto& [options, name] : cases) {
    EXPECT_THAT(All("title,text\nA,x\n", options).opened,
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(name)));
  }
}

TEST(CsvReaderTest, LimitsOfTheServerAreNamedHere) {
  const std::string headline(1001, 'x');
  std::string decks;
  for (int i = 0; i < 21; ++i) absl::StrAppend(&decks, "deck ", i, "\n");
  std::string paragraphs;
  for (int i = 0; i < 2001; ++i) absl::StrAppend(&paragraphs, "p\n\n");
  const Imported result = All(absl::StrCat(
      "title,text,deck\n", headline, ",x,\nA,x,\"", decks, "\"\nA,\"",
      paragraphs, "\",\nA,", std::string((256 << 10) + 1, 'x'), ",\n"));
  ASSERT_THAT(result.errors, SizeIs(4));
  EXPECT_THAT(result.errors[0].message(),
              HasSubstr("line 2, headline: has more than 1,000"));
  EXPECT_THAT(result.errors[1].message(),
              HasSubstr("line 3, decks: are more than 20"));
  EXPECT_THAT(result.errors[2].message(),
              HasSubstr("body: has more than 2,000"));
  EXPECT_THAT(result.errors[3].message(),
              HasSubstr("body[0]: is a paragraph of more than 256 KiB"));
  for (const absl::Status& error : result.errors) {
    EXPECT_EQ(ReasonOf(error), v1::FIELD_TOO_LONG) << error;
  }
}

TEST(CsvReaderTest, AnUnmappedColumnTooLongIsLeftOut) {
  const ImportedItem item = One(absl::StrCat(
      "title,text,html\nA,x,", std::string((64 << 10) + 1, 'h'), "\n"));
  EXPECT_THAT(item.request.article().provenance().unmapped(), IsEmpty());
  EXPECT_THAT(item.remarks, Contains("not mapped, and longer than 64 KiB: "
                                     "left out: \"html\""));
}

TEST(CsvReaderTest, ATableIsToldFromText) {
  EXPECT_TRUE(LooksLikeCsv("title,text\nA,x\n"));
  EXPECT_TRUE(LooksLikeCsv("\xef\xbb\xbf제목;본문\n"));
  EXPECT_FALSE(LooksLikeCsv("Text, they say, is dead\n\nSo it is.\n"));
  EXPECT_FALSE(LooksLikeCsv(""));
}

}  // namespace
}  // namespace courant::importers
