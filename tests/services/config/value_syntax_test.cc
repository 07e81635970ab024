#include "services/config/value_syntax.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace courant {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

TEST(ValueSyntaxTest, CountsAreDigitsAndSaturate) {
  EXPECT_EQ(ParseCount("0"), 0);
  EXPECT_EQ(ParseCount("007"), 7);
  EXPECT_EQ(ParseCount("-3"), -3);
  EXPECT_EQ(ParseCount("9223372036854775807"), kMax);
  EXPECT_EQ(ParseCount("9223372036854775808"), kMax);
  EXPECT_EQ(ParseCount("-99999999999999999999"), kMin);
  for (const char* text : {"", "-", "--1", "+1", " 1", "1 ", "1.0", "1e3",
                           "0x1", "1_000", "one", "１"}) {
    EXPECT_EQ(ParseCount(text), std::nullopt) << text;
  }
}

TEST(ValueSyntaxTest, SizesHaveBinaryUnits) {
  EXPECT_EQ(ParseBytes("5"), 5);
  EXPECT_EQ(ParseBytes("5KiB"), 5 << 10);
  EXPECT_EQ(ParseBytes("5 MiB"), 5 << 20);
  EXPECT_EQ(ParseBytes("2GiB"), int64_t{2} << 30);
  EXPECT_EQ(ParseBytes("2TiB"), int64_t{2} << 40);
  EXPECT_EQ(ParseBytes("8388608TiB"), kMax);
  EXPECT_LT(*ParseBytes("-1KiB"), 0);
  for (const char* text :
       {"", "MiB", "5MB", "5mib", "5M", "5KiBKiB", "5 B", "0.5GiB", " 5KiB"}) {
    EXPECT_EQ(ParseBytes(text), std::nullopt) << text;
  }
}

TEST(ValueSyntaxTest, SizesAreWrittenWithTheLargestExactUnit) {
  EXPECT_EQ(FormatBytes(0), "0");
  EXPECT_EQ(FormatBytes(1000), "1000");
  EXPECT_EQ(FormatBytes(1024), "1KiB");
  EXPECT_EQ(FormatBytes(1536 << 10), "1536KiB");
  EXPECT_EQ(FormatBytes(int64_t{64} << 30), "64GiB");
}

TEST(ValueSyntaxTest, DomainNamesHaveTwoLabelsInLowerCase) {
  const std::string longest(63, 'a');
  for (const std::string& text :
       {std::string("example.org"), std::string("a-1.b.kr"),
        std::string("xn--3e0b707e.xn--3e0b"), longest + ".org"}) {
    EXPECT_TRUE(IsDomainName(text)) << text;
  }
  for (const std::string& text :
       {std::string(""), std::string("org"), std::string("a..b"),
        std::string(".a.b"), std::string("a.b."), std::string("-a.b"),
        std::string("a-.b"), std::string("A.b"), std::string("a_b.c"),
        std::string("신문.kr"), longest + "a.org"}) {
    EXPECT_FALSE(IsDomainName(text)) << text;
  }
}

TEST(ValueSyntaxTest, ScalarsWithAnotherTypeThanTextAreKnown) {
  for (const char* text : {"true", "false", "5", "-5", "1.5", ".5", "1e3"}) {
    EXPECT_TRUE(IsTypedScalar(text)) << text;
  }
  for (const char* text :
       {"", "True", "yes", "5s", "127.0.0.1", "inf", "nan", "-", ".", "a"}) {
    EXPECT_FALSE(IsTypedScalar(text)) << text;
  }
}

}  // namespace
}  // namespace courant
