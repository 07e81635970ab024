#include "storage/keys.h"

#include <algorithm>
#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace courant::storage {
namespace {

TEST(KeysTest, NumbersSortAsBytesInTheOrderOfTheirValues) {
  const uint64_t ascending[] = {0, 1, 255, 256, 65535, 1ull << 40, ~0ull};
  for (size_t i = 1; i < std::size(ascending); ++i) {
    EXPECT_LT(EncodeNumber(ascending[i - 1]), EncodeNumber(ascending[i]));
  }
}

TEST(KeysTest, NumbersComeBack) {
  for (const uint64_t number : {0ull, 7ull, 1ull << 63, ~0ull}) {
    EXPECT_EQ(DecodeNumber(EncodeNumber(number)), number);
  }
  EXPECT_EQ(DecodeNumber("short"), std::nullopt);
}

TEST(KeysTest, IndexKeysSortByTimeThenId) {
  const auto key = [](int64_t time, const char* id) {
    return ArticleIndexKey(ArticleIndex::kSection, "sport", time, id);
  };
  EXPECT_LT(key(-1, "z"), key(0, "a"));
  EXPECT_LT(key(0, "a"), key(0, "b"));
  EXPECT_LT(key(0, "b"), key(1, "a"));
}

TEST(KeysTest, AnIndexValueIsNoPrefixOfALongerOne) {
  const std::string key =
      ArticleIndexKey(ArticleIndex::kSection, "sports", 5, "x");
  EXPECT_EQ(DecodeArticleIndexKey(
                key, ArticleIndexPrefix(ArticleIndex::kSection, "sport")),
            std::nullopt);
  const auto position = DecodeArticleIndexKey(
      key, ArticleIndexPrefix(ArticleIndex::kSection, "sports"));
  ASSERT_TRUE(position.has_value());
  EXPECT_EQ(position->list_time_us, 5);
  EXPECT_EQ(position->article_id, "x");
}

TEST(KeysTest, AnArticleIsIndexedUnderEverythingItHas) {
  v1::Attributes attributes;
  attributes.add_sections("politics");
  attributes.add_sections("defence");
  attributes.add_subjects("medtop:20000639");
  attributes.set_language("ko");
  attributes.set_story("stories/s");
  EXPECT_EQ(ArticleIndexKeys("a", attributes).size(), 7u);
}

}  // namespace
}  // namespace courant::storage
