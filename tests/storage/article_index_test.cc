#include "storage/article_index.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ArticleIndexTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(fixture_.Open(), IsOk());
    for (const char* id : {"first", "second", "third"}) {
      fixture_.clock.Advance(absl::Seconds(1));
      ASSERT_THAT(fixture_.Write(id, "text"), IsOk());
    }
  }

  ArticleCursor Cursor(ArticleIndex index, absl::string_view value) {
    return ArticleCursor(fixture_.store->database(), nullptr, index, value);
  }

  std::vector<std::string> Rest(ArticleCursor& cursor) {
    std::vector<std::string> ids;
    for (; cursor.Valid(); cursor.Next()) {
      ids.push_back(cursor.position().article_id);
    }
    EXPECT_THAT(cursor.status(), IsOk());
    return ids;
  }

  StoreFixture fixture_;
};

TEST_F(ArticleIndexTest, WalksNewestFirst) {
  ArticleCursor cursor = Cursor(ArticleIndex::kAll, "");
  cursor.SeekToNewest();
  EXPECT_THAT(Rest(cursor), ElementsAre("third", "second", "first"));
}

TEST_F(ArticleIndexTest, GoesOnAfterAPosition) {
  ArticleCursor cursor = Cursor(ArticleIndex::kAll, "");
  cursor.SeekToNewest();
  const ArticleIndexPosition newest = cursor.position();
  cursor.SeekAfter(newest);
  EXPECT_THAT(Rest(cursor), ElementsAre("second", "first"));
}

TEST_F(ArticleIndexTest, StartsAtATimeInclusive) {
  ArticleCursor cursor = Cursor(ArticleIndex::kAll, "");
  cursor.SeekTo(fixture_.clock.Now() - absl::Seconds(1));
  EXPECT_THAT(Rest(cursor), ElementsAre("second", "first"));
}

TEST_F(ArticleIndexTest, KnowsOnlyItsValue) {
  ArticleCursor english = Cursor(ArticleIndex::kLanguage, "en");
  english.SeekToNewest();
  EXPECT_EQ(Rest(english).size(), 3u);
  ArticleCursor korean = Cursor(ArticleIndex::kLanguage, "ko");
  korean.SeekToNewest();
  EXPECT_THAT(Rest(korean), IsEmpty());
}

TEST_F(ArticleIndexTest, ANewRevisionKeepsItsPlace) {
  fixture_.clock.Advance(absl::Hours(1));
  ASSERT_THAT(fixture_.Write("first", "again"), IsOk());
  ArticleCursor cursor = Cursor(ArticleIndex::kAll, "");
  cursor.SeekToNewest();
  EXPECT_THAT(Rest(cursor), ElementsAre("third", "second", "first"));
}

}  // namespace
}  // namespace courant::storage
