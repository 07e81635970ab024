#include "tests/history/history_reader.h"

#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/history/filter_oracle.h"

namespace courant::history {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr absl::string_view kBegin = R"({"k":"begin","t":5,"format":1})";

// What is wrong with a history of a good first line and `line`.
std::string Refusal(absl::string_view line) {
  std::istringstream in(absl::StrCat(kBegin, "\n", line, "\n"));
  return std::string(ReadHistory(in).status().message());
}

TEST(HistoryReaderTest, ErrorsNameTheLineAndTheField) {
  EXPECT_EQ(Refusal(R"({"k":"fault","t":5,"name":"kill"})"), "");
  EXPECT_EQ(Refusal(R"({"k":"fault","t":4,"name":"kill"})"),
            "line 2: \"t\" is less than in a line before");
  EXPECT_EQ(Refusal(R"({"k":"fault","t":6})"), "line 2: \"name\" is missing");
  EXPECT_EQ(Refusal(R"({"k":"fault","t":6,"name":7})"),
            "line 2: \"name\" must be a string");
  EXPECT_EQ(Refusal(R"({"k":"fault","t":6,"name":"a","nmae":"b"})"),
            "line 2: \"nmae\" is no field of such a line");
  EXPECT_EQ(Refusal(R"({"k":"fault","t":6,"name":"a","name":"b"})"),
            "line 2: \"name\" is there twice");
  EXPECT_EQ(Refusal(R"({"k":"fault","t":-6,"name":"a"})"),
            "line 2: \"t\" must be a whole number, 0 or more");
  EXPECT_EQ(Refusal(R"({"k":"wave","t":6})"),
            "line 2: \"k\" is no kind of line; README.md lists them");
  EXPECT_EQ(Refusal(R"({"k":"answer","t":6,"op":3})"),
            "line 2: \"op\" 3 is no call that is open");
  EXPECT_EQ(Refusal(R"({"k":"open","t":6,"op":3,"start":"today"})"),
            "line 2: \"start\" must be latest, earliest, snapshot, after or "
            "token");
  EXPECT_EQ(Refusal(R"({"k":"call","t":6,"op":3,"method":"M","words":"abc"})"),
            "line 2: \"words\" must be 16 hexadecimal digits, not all of them "
            "0");
  EXPECT_THAT(Refusal(R"({"k":"fault",)"), StartsWith("line 2: is no JSON: "));
  EXPECT_EQ(Refusal("[1]"), "line 2: is no JSON object");
  EXPECT_EQ(Refusal(kBegin), "line 2: there is a second \"begin\"");
}

TEST(HistoryReaderTest, ErrorsInVersionsSayWhere) {
  const auto answer = [](absl::string_view version) {
    std::istringstream in(absl::StrCat(
        kBegin, "\n", R"({"k":"call","t":6,"op":3,"method":"M"})", "\n",
        R"({"k":"answer","t":6,"op":3,"versions":[)", version, "]}\n"));
    return std::string(ReadHistory(in).status().message());
  };
  EXPECT_EQ(answer(R"({"seq":1,"key":"a","rev":1})"), "");
  EXPECT_EQ(answer(R"({"seq":1,"key":"a"})"),
            "line 3: in \"versions\": \"rev\" is missing");
  EXPECT_EQ(answer(R"({"seq":1,"key":"a","rev":4294967296})"),
            "line 3: in \"versions\": \"rev\" must be less than 2^32");
  EXPECT_EQ(answer(R"({"seq":1,"key":"a","rev":1,"attrs":[]})"),
            "line 3: in \"versions\": \"attrs\" must be an object");
  EXPECT_EQ(answer("7"), "line 3: \"versions\" must be a list of objects");
}

TEST(HistoryReaderTest, WhatIsTooLargeOrTooDeepIsRefused) {
  EXPECT_EQ(Refusal(std::string(HistoryReader::kMaxLineBytes + 9, ' ')),
            absl::StrCat("line 2: has more than ", HistoryReader::kMaxLineBytes,
                         " bytes"));
  const std::string deep(40, '[');
  EXPECT_EQ(Refusal(absl::StrCat(R"({"k":)", deep, std::string(40, ']'), "}")),
            "line 2: is deeper than 8 levels");
  // A long line that is not too long is not deeper for it.
  EXPECT_EQ(Refusal(absl::StrCat(R"({"k":)", deep, std::string(40, ']'),
                                 std::string(20000, ' '), "}")),
            "line 2: is deeper than 8 levels");
}

TEST(HistoryReaderTest, TheFirstLineIsTheBeginning) {
  std::istringstream empty("");
  EXPECT_EQ(ReadHistory(empty).status().message(), "the history is empty");
  std::istringstream other(R"({"k":"fault","t":6,"name":"a"})");
  EXPECT_EQ(ReadHistory(other).status().message(),
            "line 1: the first line must be of kind \"begin\"");
  std::istringstream later(R"({"k":"begin","t":6,"format":2})");
  EXPECT_EQ(ReadHistory(later).status().message(),
            "line 1: \"format\" must be 1");
}

TEST(FilterOracleTest, Means) {
  Attributes article;
  article.sections = {"sport", "local"};
  article.language = "en-GB";
  article.state = "PUBLISHED";
  const auto takes = [&](absl::string_view filter) {
    const auto oracle = FilterOracle::Parse(filter);
    EXPECT_TRUE(oracle.ok()) << filter << ": " << oracle.status().message();
    return oracle.ok() && oracle->Matches(article);
  };
  EXPECT_TRUE(takes(""));
  EXPECT_TRUE(takes("section=sport"));
  EXPECT_TRUE(takes("section = \"local\" AND language:en"));
  EXPECT_FALSE(takes("language=en"));
  EXPECT_TRUE(takes("language=en-gb"));
  EXPECT_FALSE(takes("section!=sport"));
  EXPECT_TRUE(takes("section!=news"));
  EXPECT_TRUE(takes("-section:news state=PUBLISHED"));
  EXPECT_TRUE(takes("kind=TEXT"));
  EXPECT_TRUE(takes("section=(news OR local) AND NOT language:(cy OR ko)"));
  // OR binds tighter than AND.
  EXPECT_FALSE(takes("state=DRAFT AND section=news OR section=sport"));
  EXPECT_TRUE(takes("section=news OR (section=sport AND section=local)"));
  EXPECT_FALSE(takes("subject=medtop:20000639"));
  EXPECT_FALSE(FilterOracle::Parse("publish_time>2026-01-01").ok());
  EXPECT_FALSE(FilterOracle::Parse("section=").ok());
  EXPECT_FALSE(FilterOracle::Parse("(section=a").ok());
  EXPECT_FALSE(FilterOracle::Parse("section=a)").ok());
  EXPECT_FALSE(FilterOracle::Parse(std::string(5000, '(')).ok());
}

}  // namespace
}  // namespace courant::history
