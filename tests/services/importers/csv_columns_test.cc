#include "services/importers/csv_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "storage/errors/reason.h"
#include "tests/testing/status_matchers.h"

namespace courant::importers {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Choices = std::vector<std::pair<std::string, std::string>>;

std::vector<CsvField> FieldsOf(const std::vector<std::string>& header,
                               const Choices& choices = {}) {
  std::vector<CsvField> fields;
  const auto columns = MapCsvColumns(header, choices);
  EXPECT_THAT(columns, IsOk());
  if (!columns.ok()) return fields;
  for (const CsvColumn& column : *columns) fields.push_back(column.field);
  return fields;
}

TEST(CsvColumnsTest, UsualNamesAreKnown) {
  EXPECT_THAT(FieldsOf({"url", "date", "title", "text"}),
              ElementsAre(CsvField::kUrl, CsvField::kDate, CsvField::kHeadline,
                          CsvField::kBody));
  EXPECT_THAT(
      FieldsOf({"Link", "Published At", " Headline ", "article_body", "AUTHOR",
                "lang", "Category", "guid", "Sub-title"}),
      ElementsAre(CsvField::kUrl, CsvField::kDate, CsvField::kHeadline,
                  CsvField::kBody, CsvField::kByline, CsvField::kLanguage,
                  CsvField::kSection, CsvField::kSourceId, CsvField::kDeck));
  EXPECT_THAT(
      FieldsOf({"제목", "본문", "날짜", "기자", "분류", "부제"}),
      ElementsAre(CsvField::kHeadline, CsvField::kBody, CsvField::kDate,
                  CsvField::kByline, CsvField::kSection, CsvField::kDeck));
}

TEST(CsvColumnsTest, OfTwoForOneFieldTheMoreUsualNameCounts) {
  EXPECT_THAT(
      FieldsOf({"title", "headline", "content", "text", "date", "published"}),
      ElementsAre(CsvField::kUnmapped, CsvField::kHeadline, CsvField::kUnmapped,
                  CsvField::kBody, CsvField::kUnmapped, CsvField::kDate));
}

TEST(CsvColumnsTest, DecksMayBeSeveral) {
  EXPECT_THAT(FieldsOf({"title", "text", "deck1", "deck2"}),
              ElementsAre(CsvField::kHeadline, CsvField::kBody, CsvField::kDeck,
                          CsvField::kDeck));
}

TEST(CsvColumnsTest, ChoicesComeFirst) {
  EXPECT_THAT(FieldsOf({"title", "text", "Name", "date"},
                       {{"name", "headline"}, {"DATE", "-"}}),
              ElementsAre(CsvField::kUnmapped, CsvField::kBody,
                          CsvField::kHeadline, CsvField::kUnmapped));
}

TEST(CsvColumnsTest, EveryColumnHasANameOfItsOwn) {
  const auto columns = MapCsvColumns({"", "title", "text", "x", "x", " "}, {});
  ASSERT_THAT(columns, IsOk());
  std::vector<std::string> names;
  for (const CsvColumn& column : *columns) names.push_back(column.name);
  EXPECT_THAT(names, ElementsAre("column 1", "title", "text", "x",
                                 "x (column 5)", "column 6"));
}

TEST(CsvColumnsTest, WithoutHeadlineOrBodyTheHeaderIsShown) {
  EXPECT_THAT(MapCsvColumns({"when", "what"}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("headline"), HasSubstr("\"when\""),
                             HasSubstr("\"what\""))));
  EXPECT_THAT(MapCsvColumns({"title", "when"}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("body")));
}

TEST(CsvColumnsTest, WrongChoicesSayWhatThereIs) {
  const std::vector<std::string> header = {"title", "text"};
  EXPECT_THAT(MapCsvColumns(header, {{"name", "headline"}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("no column \"name\""),
                             HasSubstr("\"title\", \"text\""))));
  EXPECT_THAT(MapCsvColumns(header, {{"title", "heading"}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("no field \"heading\""),
                             HasSubstr("headline, body"))));
  EXPECT_THAT(MapCsvColumns(header, {{"title", "byline"}, {"text", "byline"}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("two columns are chosen for byline")));
}

TEST(CsvColumnsTest, KnownColumnsAreCountedOncePerField) {
  EXPECT_EQ(CountKnownColumns({"title", "headline", "text", "x"}), 2);
  EXPECT_EQ(CountKnownColumns({"title;text"}), 0);
}

}  // namespace
}  // namespace courant::importers
