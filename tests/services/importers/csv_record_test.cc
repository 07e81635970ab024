#include "services/importers/csv_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/errors/reason.h"
#include "tests/services/importers/import_test_support.h"
#include "tests/testing/status_matchers.h"

namespace courant::importers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Fields = std::vector<std::string>;

// All records of `text`; a record with an error is one field with its message.
std::vector<Fields> Read(const std::string& text, char separator = ',') {
  std::istringstream in(text);
  ByteSource source(in);
  std::vector<Fields> records;
  CsvRecord record;
  while (true) {
    const absl::StatusOr<bool> found = TakeCsvRecord(source, separator, record);
    if (!found.ok()) {
      records.push_back({absl::StrCat("ERROR ", found.status().message())});
    } else if (*found) {
      records.push_back(record.fields);
    } else {
      return records;
    }
  }
}

TEST(CsvRecordTest, RecordsEndWithAnyLineEndAndWithTheFile) {
  for (const char* text : {"a,b\nc,d\n", "a,b\r\nc,d\r\n", "a,b\rc,d\r",
                           "a,b\nc,d", "\xef\xbb\xbf\x61,b\nc,d"}) {
    EXPECT_THAT(Read(text), ElementsAre(Fields{"a", "b"}, Fields{"c", "d"}))
        << text;
  }
}

TEST(CsvRecordTest, QuotedFieldsHoldAnything) {
  EXPECT_THAT(
      Read("\"a,b\",\"say \"\"hi\"\"\",\"one\r\n\ntwo\"\nx\n"),
      ElementsAre(Fields{"a,b", "say \"hi\"", "one\r\n\ntwo"}, Fields{"x"}));
}

TEST(CsvRecordTest, AQuoteWithinAPlainFieldIsAByteLikeAnyOther) {
  EXPECT_THAT(Read("5\" gun, \"x\"\n"),
              ElementsAre(Fields{"5\" gun", " \"x\""}));
}

TEST(CsvRecordTest, EmptyFieldsAndLinesAreThere) {
  EXPECT_THAT(Read(",\n\n\"\",\n"),
              ElementsAre(Fields{"", ""}, Fields{""}, Fields{"", ""}));
  EXPECT_THAT(Read(""), ElementsAre());
}

TEST(CsvRecordTest, OtherSeparatorsSeparate) {
  EXPECT_THAT(Read("a;b,c\n", ';'), ElementsAre(Fields{"a", "b,c"}));
  EXPECT_THAT(Read("a\tb\n", '\t'), ElementsAre(Fields{"a", "b"}));
}

TEST(CsvRecordTest, TextBehindAClosingQuoteSpoilsOnlyItsRecord) {
  EXPECT_THAT(
      Read("a,\"b\"c\nd,e\n"),
      ElementsAre(ElementsAre(HasSubstr("line 1, column 2: has text behind its "
                                        "closing quote")),
                  Fields{"d", "e"}));
}

TEST(CsvRecordTest, AQuoteThatNothingClosesIsNamedWhereItOpens) {
  EXPECT_THAT(
      Read("a\nb,\"c\nd\n"),
      ElementsAre(Fields{"a"},
                  ElementsAre(HasSubstr(
                      "line 2, column 2: the quote that opens here is never "
                      "closed"))));
}

TEST(CsvRecordTest, RecordsKnowTheirLineAndBytes) {
  std::istringstream in("a\r\n\"b\nc\",d\r\ne\n");
  ByteSource source(in);
  CsvRecord record;
  const std::vector<std::pair<int, std::string>> expected = {
      {1, "a"}, {2, "\"b\nc\",d"}, {4, "e"}};
  for (const auto& [line, bytes] : expected) {
    ASSERT_THAT(TakeCsvRecord(source, ',', record), IsOkAndHolds(true));
    EXPECT_EQ(record.line, line);
    EXPECT_EQ(record.bytes, bytes);
  }
  EXPECT_EQ(source.position().offset, 14);
  EXPECT_EQ(source.position().lines, 4);
}

TEST(CsvRecordTest, TheLongestRecordIsRead) {
  const std::vector<Fields> records =
      Read(std::string(kMaxCsvRecordBytes, 'x') + "\nb\n");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0][0].size(), kMaxCsvRecordBytes);
}

TEST(CsvRecordTest, ALongerOneIsPassedOver) {
  EXPECT_THAT(
      Read(std::string(kMaxCsvRecordBytes + 1, 'x') + "\nb\n"),
      ElementsAre(ElementsAre(HasSubstr("longer than 8 MiB")), Fields{"b"}));
}

TEST(CsvRecordTest, ColumnsHaveALimit) {
  EXPECT_EQ(Read(std::string(kMaxCsvColumns - 1, ','))[0].size(),
            kMaxCsvColumns);
  EXPECT_THAT(Read(std::string(kMaxCsvColumns, ',') + "\nb\n"),
              ElementsAre(ElementsAre(HasSubstr("more than 1,000 columns")),
                          Fields{"b"}));
}

}  // namespace
}  // namespace courant::importers
