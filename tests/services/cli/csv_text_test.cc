// CSV that a program reads back as it was, and that a spreadsheet does not run.

#include "services/cli/csv_text.h"

#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/importers/csv_record.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::ElementsAreArray;

TEST(CsvLineTest, PlainValuesStandAsTheyAre) {
  EXPECT_EQ(CsvLine({"partners/daily", "3", "", "데일리 신문", " x "}),
            "partners/daily,3,,데일리 신문, x \r\n");
}

TEST(CsvLineTest, WhatSeparatesAndEndsIsQuoted) {
  EXPECT_EQ(CsvLine({"a,b", "say \"hi\"", "one\ntwo", "\"", "a;b", "a\tb"}),
            "\"a,b\",\"say \"\"hi\"\"\",\"one\ntwo\",\"\"\"\",\"a;b\","
            "\"a\tb\"\r\n");
}

TEST(CsvLineTest, NothingRunsInASpreadsheet) {
  for (const std::string start : {"=", "+", "-", "@", "＝", "＋", "－", "＠"}) {
    EXPECT_EQ(CsvLine({start + "1", "a" + start}),
              "'" + start + "1,a" + start + "\r\n");
  }
  // Quotes alone would not keep it from running.
  EXPECT_EQ(CsvLine({"=A1,\"x\"\n"}), "\"'=A1,\"\"x\"\"\n\"\r\n");
  EXPECT_EQ(CsvLine({"\t=1"}), "\"'\t=1\"\r\n");
  EXPECT_EQ(CsvLine({"\n=1"}), "\"'\n=1\"\r\n");
  EXPECT_EQ(CsvLine({"\r=1"}), "'\uFFFD=1\r\n");
  EXPECT_EQ(CsvLine({"\r\n=1"}), "\"'\n=1\"\r\n");
}

TEST(CsvLineTest, NoEscapeSequenceReachesATerminal) {
  EXPECT_EQ(CsvLine({"a\x1b[2J", "b\rc", "\xff"}),
            "a\uFFFD[2J,b\uFFFDc,\uFFFD\r\n");
}

TEST(CsvLineTest, AProgramReadsItBack) {
  const std::vector<std::string> values = {
      "", "a,b", "\"\"", "야간 데스크:\n\"내렸습니다\"", ";", "x\n", "'"};
  std::istringstream in(CsvLine(values) + CsvLine({"next"}));
  importers::ByteSource source(in);
  importers::CsvRecord record;
  EXPECT_THAT(importers::TakeCsvRecord(source, ',', record),
              IsOkAndHolds(true));
  EXPECT_THAT(record.fields, ElementsAreArray(values));
  EXPECT_THAT(importers::TakeCsvRecord(source, ',', record),
              IsOkAndHolds(true));
  EXPECT_THAT(record.fields, ElementsAreArray({"next"}));
}

}  // namespace
}  // namespace courant
