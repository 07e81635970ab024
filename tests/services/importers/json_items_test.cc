#include "services/importers/json/json_items.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/testing/status_matchers.h"

namespace courant::importers {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "line: text" of each item, "! message" of each error.
std::vector<std::string> ItemsOf(const std::string& text,
                                 ReadPosition from = {}) {
  std::istringstream in(text);
  JsonItems items(in);
  if (from.offset > 0) {
    EXPECT_THAT(items.SkipTo(from), IsOk());
  }
  std::vector<std::string> found;
  for (size_t calls = 0; calls < text.size() + 2; ++calls) {
    const auto item = items.Next();
    if (!item.ok()) {
      found.push_back(absl::StrCat("! ", item.status().message()));
    } else if (item->has_value()) {
      found.push_back(absl::StrCat((*item)->line, ": ", (*item)->text));
    } else {
      return found;
    }
  }
  ADD_FAILURE() << "never ends";
  return found;
}

TEST(JsonItemsTest, OneValueOrOneAfterTheOther) {
  EXPECT_THAT(ItemsOf(""), IsEmpty());
  EXPECT_THAT(ItemsOf(" \n"), IsEmpty());
  EXPECT_THAT(ItemsOf("\n{\n\"a\": {}\n}\n"),
              ElementsAre("2: {\n\"a\": {}\n}"));
  EXPECT_THAT(ItemsOf("{}{\n}\n\n{}"),
              ElementsAre("1: {}", "1: {\n}", "4: {}"));
  EXPECT_THAT(ItemsOf("\xef\xbb\xbf{\"a\":\n1}"),
              ElementsAre("1: {\"a\":\n1}"));
}

TEST(JsonItemsTest, BracketsInStringsAreText) {
  EXPECT_THAT(ItemsOf(R"({"a":"}\"]{"} {"b":"\\"})"),
              ElementsAre(R"(1: {"a":"}\"]{"})", R"(1: {"b":"\\"})"));
}

TEST(JsonItemsTest, AnArrayHasItsElements) {
  EXPECT_THAT(ItemsOf("[]"), IsEmpty());
  EXPECT_THAT(ItemsOf("[\n{},\n {\"a\":[1]}\n]\n"),
              ElementsAre("2: {}", "3: {\"a\":[1]}"));
  // What is no object is for the parser to refuse.
  EXPECT_THAT(ItemsOf("[1, {}, \"a b\"]"),
              ElementsAre("1: 1", "1: {}", "1: \"a b\""));
}

TEST(JsonItemsTest, ABrokenArrayIsNamed) {
  EXPECT_THAT(ItemsOf("[{}"),
              ElementsAre("1: {}", "! line 1: ends before the array does"));
  EXPECT_THAT(
      ItemsOf("[{}\n{}]"),
      ElementsAre("1: {}",
                  "! line 2: has no comma between two items of the array"));
  EXPECT_THAT(ItemsOf("[{}]\n{}"),
              ElementsAre("1: {}", "! line 2: has something behind the array"));
  EXPECT_THAT(ItemsOf("[,{}]"),
              ElementsAre("! line 1: has no item where one should be"));
  EXPECT_THAT(
      ItemsOf("[{}, {\"a\": [\n]"),
      ElementsAre("1: {}",
                  "! line 1: begins an item that the file does not end"));
}

TEST(JsonItemsTest, ABrokenLineSpoilsNoOther) {
  EXPECT_THAT(ItemsOf("{\"a\":1}\n{\"b\":[\n\n{\"c\":1}\n{\"d\":1}\n"),
              ElementsAre("1: {\"a\":1}", "2: {\"b\":[", "4: {\"c\":1}",
                          "5: {\"d\":1}"));
}

TEST(JsonItemsTest, WhatIsNoTextIsNamed) {
  EXPECT_THAT(ItemsOf("[{\"a\":\"\xff\"},{}]"),
              ElementsAre("! line 1: is not UTF-8 (byte 0xff) at byte 7 of "
                          "the item",
                          "1: {}"));
}

TEST(JsonItemsTest, GoesOnBehindAnyItem) {
  for (const std::string text :
       {"[{\"a\":1},\n{\"b\":2} , {\"c\":3}]",
        "{\"a\":1}\n{\"b\":2}\n{\"c\":3}", "{\"a\":1}{\"b\":\n2}{\"c\":3}"}) {
    const std::vector<std::string> all = ItemsOf(text);
    ASSERT_EQ(all.size(), 3u);
    std::istringstream in(text);
    JsonItems items(in);
    for (size_t i = 0; i < all.size(); ++i) {
      ASSERT_TRUE(items.Next()->has_value());
      const std::vector<std::string> rest = ItemsOf(text, items.position());
      EXPECT_EQ(rest, std::vector<std::string>(all.begin() + i + 1, all.end()))
          << text;
    }
  }
}

TEST(JsonItemsTest, AnItemHasALimit) {
  const std::string long_item =
      absl::StrCat("[{\"a\":\"", std::string(9 << 20, 'x'), "\"},{}]");
  EXPECT_THAT(
      ItemsOf(long_item),
      ElementsAre("! line 1: begins an item of more than 8 MiB", "1: {}"));
}

}  // namespace
}  // namespace courant::importers
