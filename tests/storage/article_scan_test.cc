#include "storage/article_scan.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "courant/v1/partner.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/perf_context.h"
#include "rocksdb/perf_level.h"
#include "storage/keys.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> IdsAfter(ArticleScan& scan, const std::string& id) {
  std::vector<std::string> ids;
  for (scan.SeekAfter(id); scan.Valid(); scan.Next()) {
    ids.push_back(scan.article_id());
  }
  EXPECT_THAT(scan.status(), IsOk());
  return ids;
}

TEST(ArticleScanTest, OfNothing) {
  StoreFixture fixture;
  ASSERT_THAT(fixture.Open(), IsOk());
  auto scan = ArticleScan::Begin(fixture.store->database());
  ASSERT_THAT(scan, IsOk());
  EXPECT_EQ(scan->sequence(), Sequence(0));
  EXPECT_THAT(IdsAfter(*scan, ""), IsEmpty());
}

TEST(ArticleScanTest, WalksArticlesByIdAndNoTranslations) {
  StoreFixture fixture;
  ASSERT_THAT(fixture.Open(), IsOk());
  for (const char* id : {"tide", "moor", "moor/ko", "moor-2", "quay"}) {
    ASSERT_THAT(fixture.Write(id, "x"), IsOk());
  }
  auto scan = ArticleScan::Begin(fixture.store->database());
  ASSERT_THAT(scan, IsOk());
  EXPECT_EQ(scan->sequence(), Sequence(5));
  EXPECT_THAT(IdsAfter(*scan, ""),
              ElementsAre("moor", "moor-2", "quay", "tide"));
  EXPECT_THAT(IdsAfter(*scan, "moor"), ElementsAre("moor-2", "quay", "tide"));
  // Also after one that is not there.
  EXPECT_THAT(IdsAfter(*scan, "moor-1"), ElementsAre("moor-2", "quay", "tide"));
  EXPECT_THAT(IdsAfter(*scan, "tide"), IsEmpty());
}

// Commits `count` products.
absl::Status WriteProducts(StoreFixture& fixture, int count) {
  return fixture.store->committer()
      .Commit({.actor = "rights/kim"},
              [count](const DecisionContext&) -> absl::StatusOr<Decision> {
                Decision decision;
                for (int i = 0; i < count; ++i) {
                  courant::v1::Product product;
                  product.set_name(absl::StrCat("products/p", i));
                  ChangeDraft draft{.kind = courant::v1::Change::RIGHTS_UPDATED,
                                    .article_id = RightsId(product.name()),
                                    .named = product};
                  draft.attributes.set_resource(v1::PRODUCT);
                  decision.push_back(std::move(draft));
                }
                return decision;
              })
      .status();
}

// What partners may have is among the same rows, and can be a lot.
TEST(ArticleScanTest, PassesOverRightsAtOnce) {
  constexpr int kProducts = 200;
  StoreFixture fixture;
  ASSERT_THAT(fixture.Open(), IsOk());
  ASSERT_THAT(WriteProducts(fixture, kProducts), IsOk());
  for (const char* id : {"0", "tide", "tide/ko"}) {
    ASSERT_THAT(fixture.Write(id, "x"), IsOk());
  }
  auto scan = ArticleScan::Begin(fixture.store->database());
  ASSERT_THAT(scan, IsOk());
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kEnableCount);
  rocksdb::get_perf_context()->Reset();
  EXPECT_THAT(IdsAfter(*scan, ""), ElementsAre("0", "tide"));
  EXPECT_LT(rocksdb::get_perf_context()->internal_key_skipped_count,
            uint64_t{kProducts} / 2);
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
}

TEST(ArticleScanTest, IsOfOneMoment) {
  StoreFixture fixture;
  ASSERT_THAT(fixture.Open(), IsOk());
  ASSERT_THAT(fixture.Write("tide", "before"), IsOk());
  auto scan = ArticleScan::Begin(fixture.store->database());
  ASSERT_THAT(scan, IsOk());
  ASSERT_THAT(fixture.Write("tide", "after"), IsOk());
  ASSERT_THAT(fixture.Write("ebb", "new"), IsOk());
  EXPECT_EQ(scan->sequence(), Sequence(1));
  scan->SeekAfter("");
  ASSERT_TRUE(scan->Valid());
  EXPECT_EQ(scan->article_id(), "tide");
  EXPECT_EQ(scan->row().revision(), 1);
  const auto article =
      scan->view().ReadArticle(Sequence(scan->row().sequence()));
  ASSERT_THAT(article, IsOk());
  EXPECT_EQ(article->headline().value(), "before");
  scan->Next();
  EXPECT_FALSE(scan->Valid());
}

}  // namespace
}  // namespace courant::storage
