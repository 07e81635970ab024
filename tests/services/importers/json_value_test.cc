#include "services/importers/json/json_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/services/importers/import_test_support.h"
#include "tests/testing/status_matchers.h"

namespace courant::importers {
namespace {

using ::testing::HasSubstr;

JsonValue Parsed(absl::string_view text, int64_t first_line = 1) {
  auto value = ParseJsonObject(text, first_line);
  EXPECT_THAT(value.status(), IsOk()) << text;
  return value.ok() ? *std::move(value) : JsonValue();
}

TEST(JsonValueTest, EveryValueKnowsItsLine) {
  const JsonValue value = Parsed(
      "{\n \"a\": 1\n,\n \"b\": [true,\n  \"x\"], \"c\":\n {\"d\": null},"
      "\"e\": 2.50\n}",
      10);
  EXPECT_EQ(value.line, 10);
  EXPECT_EQ(FindMember(value, "a")->line, 11);
  const JsonValue& list = *FindMember(value, "b");
  EXPECT_EQ(list.line, 13);
  EXPECT_EQ(list.elements[0].line, 13);
  EXPECT_EQ(list.elements[1].line, 14);
  EXPECT_EQ(FindMember(value, "c")->line, 15);
  EXPECT_EQ(FindMember(*FindMember(value, "c"), "d")->line, 15);
  EXPECT_EQ(FindMember(value, "e")->line, 15);
}

TEST(JsonValueTest, WritesWhatItRead) {
  const std::string text =
      R"({"a":[1,-2,2.50,1e3,true,false,null],"b":{"c d":"\"\\ ü"},"e":[]})";
  EXPECT_EQ(CompactJson(Parsed(text)), text);
  EXPECT_EQ(CompactJson(Parsed("{ \"a\" :\n\"x\\r\\ny\" }")),
            R"({"a":"x\ny"})");
}

TEST(JsonValueTest, OnlyWholeNumbersAreIntegers) {
  const auto integer_of = [](absl::string_view number) {
    const JsonValue value = Parsed(absl::StrCat("{\"n\":", number, "}"));
    int64_t integer = -1;
    return IntegerOf(*FindMember(value, "n"), integer) ? integer : -1;
  };
  EXPECT_EQ(integer_of("7"), 7);
  EXPECT_EQ(integer_of("3.0"), 3);
  EXPECT_EQ(integer_of("30e-1"), 3);
  EXPECT_EQ(integer_of("3.5"), -1);
  EXPECT_EQ(integer_of("1e300"), -1);
  EXPECT_EQ(integer_of("\"7\""), -1);
  EXPECT_EQ(integer_of("true"), -1);
}

TEST(JsonValueTest, PathsQuoteWhatIsNoWord) {
  EXPECT_EQ(MemberPath("$", "uri"), "$.uri");
  EXPECT_EQ(MemberPath("$", "$schema"), "$.$schema");
  EXPECT_EQ(MemberPath("$.a", "b c"), R"($.a["b c"])");
  EXPECT_EQ(MemberPath("$", "1"), R"($["1"])");
  EXPECT_EQ(ElementPath("$.a", 12), "$.a[12]");
}

TEST(JsonValueTest, WhatIsBrokenIsNamedWithItsLine) {
  std::string deep = "{\"a\":";
  for (int i = 0; i < 100; ++i) deep += "[";
  std::string many = "{\"a\":[0";
  for (int i = 0; i < kMaxJsonValues; ++i) many += ",0";
  struct {
    std::string text;
    const char* what;
    const char* line;
  } const cases[] = {
      {"[1]", "is not a JSON object", "1"},
      {"1", "is not a JSON object", "1"},
      {"", "is not JSON here", "1"},
      {"{\n\"a\": 1,\n}", "is not JSON here", "3"},
      {"{} {}", "is not JSON here", "1"},
      {"{\"a\":1,\n\"a\":2}", "the key \"a\" twice", "2"},
      {"{\"a\":\"\\ud800\"}", "is not JSON here", "1"},
      {deep, "deeper than 64", "1"},
      {many + "]}", "more than 100000 values", "1"},
      {absl::StrCat("{\"", std::string(600, 'k'), "\":1}"),
       "key of more than 512 bytes", "1"},
  };
  for (const auto& c : cases) {
    const auto value = ParseJsonObject(c.text, 1);
    EXPECT_THAT(value.status(), StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr(c.what)));
    EXPECT_EQ(MetadataOf(value.status(), "line"), c.line) << c.what;
  }
}

}  // namespace
}  // namespace courant::importers
