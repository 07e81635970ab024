#include "services/importers/source_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/services/importers/import_test_support.h"

namespace courant::importers {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ImportedItem Item(absl::string_view id, absl::string_view source) {
  ImportedItem item;
  item.request.set_article_id(std::string(id));
  if (!source.empty()) {
    item.request.mutable_article()->mutable_translation_of()->set_article(
        absl::StrCat("articles/", source));
  }
  return item;
}

// Takes all that can be taken.
std::vector<std::string> Take(SourceOrder& order) {
  std::vector<std::string> ids;
  while (std::optional<ImportedItem> item = order.Take()) {
    ids.push_back(item->request.article_id());
  }
  return ids;
}

// Adds items, (id, source), and takes them all, those in hand first.
std::vector<std::string> OrderOf(
    const std::vector<std::pair<const char*, const char*>>& items) {
  SourceOrder order;
  std::vector<std::string> ids;
  int64_t offset = 0;
  const auto take = [&] {
    for (std::string& id : Take(order)) ids.push_back(std::move(id));
  };
  for (const auto& [id, source] : items) {
    order.Add(Item(id, source), {offset++, 0}, 1);
    take();
  }
  for (size_t i = 0; i <= items.size(); ++i) {
    order.Finish();
    take();
  }
  EXPECT_FALSE(order.earliest());
  return ids;
}

TEST(SourceOrderTest, WhatIsNoTranslationComesAsItComes) {
  EXPECT_THAT(OrderOf({{"c", ""}, {"a", ""}, {"b", ""}}),
              ElementsAre("c", "a", "b"));
}

TEST(SourceOrderTest, ATranslationComesAfterItsSource) {
  EXPECT_THAT(OrderOf({{"en", "ko"}, {"x", ""}, {"ko", ""}, {"y", ""}}),
              ElementsAre("x", "ko", "en", "y"));
  EXPECT_THAT(OrderOf({{"ko", ""}, {"x", ""}, {"en", "ko"}}),
              ElementsAre("ko", "x", "en"));
}

TEST(SourceOrderTest, TranslationsOfTranslationsFollowOneAnother) {
  EXPECT_THAT(OrderOf({{"fr", "en"}, {"de", "en"}, {"en", "ko"}, {"ko", ""}}),
              ElementsAre("ko", "en", "fr", "de"));
}

TEST(SourceOrderTest, ASourceThatIsNotInTheFileIsNotWaitedForForEver) {
  EXPECT_THAT(OrderOf({{"fr", "en"}, {"en", "ko"}, {"x", ""}}),
              ElementsAre("x", "en", "fr"));
}

TEST(SourceOrderTest, ItemsThatWaitForEachOtherComeInTheEnd) {
  EXPECT_THAT(OrderOf({{"a", "b"}, {"b", "a"}, {"c", "c"}, {"d", "a"}}),
              ElementsAre("a", "b", "d", "c"));
}

TEST(SourceOrderTest, WhenTooMuchWaitsTheFirstGoesOn) {
  SourceOrder order;
  order.Add(Item("a-en", "a"), {0, 0}, kMaxWaitingBytes / 2);
  order.Add(Item("b-en", "b"), {1, 1}, kMaxWaitingBytes / 2);
  EXPECT_THAT(Take(order), IsEmpty());
  order.Add(Item("c-en", "c"), {2, 2}, 1);
  EXPECT_THAT(Take(order), ElementsAre("a-en"));
  order.Add(Item("b", ""), {3, 3}, 1);
  EXPECT_THAT(Take(order), ElementsAre("b", "b-en"));
}

TEST(SourceOrderTest, TheEarliestPlaceIsThatOfTheFirstThatWaits) {
  SourceOrder order;
  EXPECT_FALSE(order.earliest());
  order.Add(Item("x", ""), {10, 1}, 1);
  order.Add(Item("en", "ko"), {20, 2}, 1);
  order.Add(Item("y", ""), {30, 3}, 1);
  EXPECT_EQ(order.earliest()->offset, 10);
  EXPECT_THAT(Take(order), ElementsAre("x", "y"));
  EXPECT_EQ(order.earliest()->offset, 20);
  EXPECT_EQ(order.earliest()->lines, 2);
  order.Add(Item("ko", ""), {40, 4}, 1);
  EXPECT_THAT(Take(order), ElementsAre("ko", "en"));
  EXPECT_FALSE(order.earliest());
}

}  // namespace
}  // namespace courant::importers
