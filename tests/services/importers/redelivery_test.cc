#include "services/importers/redelivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace courant {
namespace {

using ::testing::AllOf;
using ::testing::Contains;

using ::testing::Not;

// A delivery; no time for 0.
v1::Provenance Delivery(const std::string& version, int64_t seconds = 0) {
  v1::Provenance provenance;
  provenance.set_source_version(version);
  if (seconds != 0) {
    provenance.mutable_source_version_time()->set_seconds(seconds);
  }
  return provenance;
}

TEST(RedeliveryTest, VersionsAreComparedNumberByNumber) {
  const struct {
    const char* there;
    const char* now;
    Redelivery expected;
  } cases[] = {
      {"1", "2", Redelivery::kNewer},
      {"9", "10", Redelivery::kNewer},
      {"10", "9", Redelivery::kOlder},
      {"2", "2", Redelivery::kSame},
      {"02", "2", Redelivery::kSame},
      {"0", "0.0", Redelivery::kSame},
      {"1", "1.0", Redelivery::kSame},
      {"1.9", "1.10", Redelivery::kNewer},
      {"1.2", "1.2.1", Redelivery::kNewer},
      {"2", "1.9", Redelivery::kOlder},
      {"v3", "v4", Redelivery::kNewer},
      {"20260304103000123456789", "20260304103000123456790",
       Redelivery::kNewer},
      {"final", "final", Redelivery::kSame},
      {"draft", "final", Redelivery::kUnknown},
      {"1a", "1b", Redelivery::kUnknown},
      {"", "1", Redelivery::kUnknown},
      {"1", "", Redelivery::kUnknown},
      {"", "", Redelivery::kUnknown},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(CompareDeliveries(Delivery(c.there), Delivery(c.now)), c.expected)
        << c.there << " and " << c.now;
  }
}

TEST(RedeliveryTest, TimesTellWhereVersionsDoNot) {
  EXPECT_EQ(CompareDeliveries(Delivery("", 5), Delivery("", 6)),
            Redelivery::kNewer);
  EXPECT_EQ(CompareDeliveries(Delivery("", 6), Delivery("", 5)),
            Redelivery::kOlder);
  EXPECT_EQ(CompareDeliveries(Delivery("", 5), Delivery("", 5)),
            Redelivery::kSame);
  EXPECT_EQ(CompareDeliveries(Delivery("1a", 5), Delivery("1b", 6)),
            Redelivery::kNewer);
  EXPECT_EQ(CompareDeliveries(Delivery("", 5), Delivery("", 0)),
            Redelivery::kUnknown);
  // A number goes before a time: clocks of desks differ.
  EXPECT_EQ(CompareDeliveries(Delivery("2", 5), Delivery("1", 6)),
            Redelivery::kOlder);
  EXPECT_EQ(CompareDeliveries(Delivery("2", 5), Delivery("2", 6)),
            Redelivery::kSame);
}

std::vector<std::string> PathsOf(const v1::UpdateArticleRequest& update) {
  return {update.update_mask().paths().begin(),
          update.update_mask().paths().end()};
}

TEST(RedeliveryTest, WhatIsTheDesksTooStaysUnlessTheDeliveryHasIt) {
  v1::Article there;
  there.set_name("articles/a");
  there.set_etag("3-x");
  there.set_state(v1::Article::PUBLISHED);
  ImportedItem item;
  v1::Article& article = *item.request.mutable_article();
  article.mutable_rights()->set_status(v1::Rights::UNKNOWN);
  article.set_story("stories/other");
  const v1::UpdateArticleRequest bare =
      UpdateFor(there, item, absl::UnixEpoch());
  EXPECT_EQ(bare.article().name(), "articles/a");
  EXPECT_EQ(bare.article().etag(), "3-x");
  EXPECT_THAT(PathsOf(bare),
              AllOf(Contains("decks"), Contains("body"), Contains("provenance"),
                    Not(Contains("sections")), Not(Contains("rights")),
                    Not(Contains("story")), Not(Contains("alias_ids"))));
  article.add_sections()->set_code("local");
  article.mutable_rights()->set_copyright_notice("© A");
  EXPECT_THAT(PathsOf(UpdateFor(there, item, absl::UnixEpoch())),
              AllOf(Contains("sections"), Contains("rights")));
}

TEST(RedeliveryTest, AnEmbargoIsTakenOverWhileItCanBe) {
  v1::Article there;
  ImportedItem item;
  item.request.mutable_article()->mutable_embargo_until()->set_seconds(10);
  const auto takes_over = [&](v1::Article::State state, int64_t now) {
    there.set_state(state);
    const std::vector<std::string> paths =
        PathsOf(UpdateFor(there, item, absl::FromUnixSeconds(now)));
    return std::count(paths.begin(), paths.end(), "embargo_until") > 0;
  };
  EXPECT_TRUE(takes_over(v1::Article::EMBARGOED, 9));
  EXPECT_TRUE(takes_over(v1::Article::DRAFT, 9));
  EXPECT_FALSE(takes_over(v1::Article::EMBARGOED, 10));
  EXPECT_FALSE(takes_over(v1::Article::PUBLISHED, 9));
  EXPECT_FALSE(takes_over(v1::Article::CORRECTED, 9));
}

TEST(RedeliveryTest, AliasIdsAreAddedToThoseThere) {
  const auto add = [](v1::Article& article, const char* id) {
    v1::AliasId& alias = *article.add_alias_ids();
    alias.set_source_system("desk");
    alias.set_id(id);
  };
  v1::Article there;
  add(there, "1");
  ImportedItem item;
  add(*item.request.mutable_article(), "1");
  EXPECT_THAT(PathsOf(UpdateFor(there, item, absl::UnixEpoch())),
              Not(Contains("alias_ids")));
  add(*item.request.mutable_article(), "2");
  const v1::UpdateArticleRequest update =
      UpdateFor(there, item, absl::UnixEpoch());
  EXPECT_THAT(PathsOf(update), Contains("alias_ids"));
  ASSERT_EQ(update.article().alias_ids_size(), 2);
  EXPECT_EQ(update.article().alias_ids(0).id(), "1");
  EXPECT_EQ(update.article().alias_ids(1).id(), "2");
}

}  // namespace
}  // namespace courant
