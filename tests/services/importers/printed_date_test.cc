#include "services/importers/printed_date.h"

#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"

namespace courant::importers {
namespace {

// "2019-01-04T00:00:00Z DAY", with " !" when something was lost.
std::string ReadDate(const char* text) {
  const std::optional<PrintedDate> date = ParsePrintedDate(text);
  if (!date) return "none";
  return absl::StrCat(google::protobuf::util::TimeUtil::ToString(date->time),
                      " ",
                      date->precision == v1::TIME_PRECISION_UNSPECIFIED
                          ? "EXACT"
                          : v1::TimePrecision_Name(date->precision),
                      date->lost.empty() ? "" : " !");
}

TEST(PrintedDateTest, DaysAreReadInEveryUsualForm) {
  for (const char* text :
       {"2019-01-04", " 2019-01-04\u00a0", "20190104", "2019/01/04",
        "2019.01.04", "2019. 1. 4.", "2019.01.04(금)", "2019-01-04 (Fri)",
        "2019년 1월 4일", "2019년 01월 04일 금요일", "January 4, 2019",
        "Friday, January 4, 2019", "Fri Jan. 4th 2019", "Jan 4 2019",
        "4 January 2019", "4th of January, 2019", "04-Jan-2019"}) {
    EXPECT_EQ(ReadDate(text), "2019-01-04T00:00:00Z DAY") << text;
  }
}

TEST(PrintedDateTest, LessThanADayStaysLess) {
  EXPECT_EQ(ReadDate("2019"), "2019-01-01T00:00:00Z YEAR");
  EXPECT_EQ(ReadDate("2019-07"), "2019-07-01T00:00:00Z MONTH");
  EXPECT_EQ(ReadDate("July 2019"), "2019-07-01T00:00:00Z MONTH");
  EXPECT_EQ(ReadDate("2019년 7월"), "2019-07-01T00:00:00Z MONTH");
  EXPECT_EQ(ReadDate("2019-00-00"), "2019-01-01T00:00:00Z YEAR");
}

TEST(PrintedDateTest, TimesCountOnlyWithTheirOffset) {
  for (const char* text :
       {"2019-01-04T10:30:00+09:00", "2019-01-04 01:30Z",
        "2019-01-04 10:30:00 KST", "Fri, 04 Jan 2019 10:30:00 +0900",
        "January 4, 2019, 1:30 AM UTC", "2019-01-04T10:30:00.000+09"}) {
    EXPECT_EQ(ReadDate(text), "2019-01-04T01:30:00Z EXACT") << text;
  }
  EXPECT_EQ(ReadDate("2019-01-04T10:30:05.250Z"),
            "2019-01-04T10:30:05.250Z EXACT");
  EXPECT_EQ(ReadDate("2019-01-04 12:10 AM KST"), "2019-01-03T15:10:00Z EXACT");
  for (const char* text :
       {"2019-01-04 10:30", "2019-01-04T10:30:00", "2019-01-04 10:30 PM EST",
        "2019년 1월 4일 오후 2시 30분", "2019.01.04 오전 9:05"}) {
    EXPECT_EQ(ReadDate(text), "2019-01-04T00:00:00Z DAY !") << text;
  }
}

TEST(PrintedDateTest, DayAndMonthAreNeverGuessed) {
  EXPECT_EQ(ReadDate("13/01/2019"), "2019-01-13T00:00:00Z DAY");
  EXPECT_EQ(ReadDate("01/13/2019"), "2019-01-13T00:00:00Z DAY");
  EXPECT_EQ(ReadDate("5.5.2019"), "2019-05-05T00:00:00Z DAY");
  EXPECT_EQ(ReadDate("01/04/2019"), "2019-01-01T00:00:00Z YEAR !");
  EXPECT_EQ(ReadDate("1. 4. 2019"), "2019-01-01T00:00:00Z YEAR !");
}

TEST(PrintedDateTest, WhatNoCalendarHasIsNoDate) {
  for (const char* text : {"",
                           "n/a",
                           "yesterday",
                           "2019-02-30",
                           "2019-13-01",
                           "2019-00-04",
                           "0000-01-01",
                           "19-01-04",
                           "2019-01-04x",
                           "2019-01-04-05",
                           "13/13/2019",
                           "1546560000",
                           "Jan 4",
                           "Jan foo 4 2019",
                           "2019-01-04 25:00",
                           "2019-01-04 10:60",
                           "2019-01-04 10:30+99:00",
                           "2019-01 10:30Z",
                           "Smarch 4, 2019",
                           "2019-01-04 13:00 PM"}) {
    EXPECT_EQ(ReadDate(text), "none") << text;
  }
  EXPECT_EQ(ReadDate(std::string(200, '1').c_str()), "none");
}

TEST(PrintedDateTest, LeapDaysExistInLeapYears) {
  EXPECT_EQ(ReadDate("2020-02-29"), "2020-02-29T00:00:00Z DAY");
  EXPECT_EQ(ReadDate("2019-02-29"), "none");
  EXPECT_EQ(ReadDate("1900-02-29"), "none");
}

}  // namespace
}  // namespace courant::importers
