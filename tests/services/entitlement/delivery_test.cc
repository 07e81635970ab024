// What is delivered, against asking for every use in every territory.

#include "services/entitlement/delivery.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/entitlement/access.h"
#include "tests/model/environment.h"
#include "tests/services/entitlement/naive_access.h"
#include "tests/services/entitlement/random_rights.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

// Partners; each is asked about some articles, for 11 uses in 676 territories.
constexpr uint64_t kPartners = 60;
constexpr int kArticles = 8;

// The most that Decide() says for anything anywhere.
v1::Access::Decision MostForAnything(const PartnerRights& rights,
                                     const storage::v1::Attributes& attributes,
                                     absl::Time time) {
  v1::Access::Decision most = v1::Access::DENY;
  for (int use = 1; use < v1::Grant::Use_ARRAYSIZE; ++use) {
    for (char a = 'A'; a <= 'Z'; ++a) {
      for (char b = 'A'; b <= 'Z'; ++b) {
        most = std::max(
            most,
            Decide(rights, {.attributes = attributes,
                            .use = static_cast<v1::Grant::Use>(use),
                            .territory = *Territory::Parse(std::string{a, b}),
                            .time = time})
                .decision);
      }
    }
  }
  return most;
}

TEST(DeliveryTest, IsTheMostThatAnyUseAnywhereAllows) {
  const uint64_t seed = model::SeedFromEnvironment();
  const uint64_t partners =
      model::NumberFrom("COURANT_DECISIONS", kPartners * 10'000) / 10'000;
  std::cout << "COURANT_SEED=" << seed << std::endl;
  RightsMaker maker(seed);
  std::map<v1::Access::Decision, int> seen;
  for (uint64_t i = 0; i < partners; ++i) {
    const PlainRights plain = maker.MakeRights();
    COURANT_ASSERT_OK_AND_ASSIGN(const PartnerRights rights,
                                 CompileRights({plain.partner, plain.contracts,
                                                plain.grants, plain.products}));
    const DeliveryRights delivery(rights);
    for (int j = 0; j < kArticles; ++j) {
      const PlainQuestion asked = maker.MakeQuestion();
      const absl::Time time = absl::FromUnixMicros(asked.time_us);
      const auto expected = MostForAnything(rights, asked.attributes, time);
      ASSERT_EQ(delivery.DecideAt(asked.attributes, time), expected)
          << "COURANT_SEED=" << seed << ", partner " << i << "\n"
          << asked.attributes.ShortDebugString();
      ++seen[expected];
    }
  }
  if (partners < kPartners) return;
  for (const auto decision :
       {v1::Access::DENY, v1::Access::METADATA, v1::Access::FULL}) {
    EXPECT_GT(seen[decision], 5) << v1::Access::Decision_Name(decision);
  }
}

// What is of no product of a partner is most of what goes by, and must not cost
// a decision for each use in each territory.
TEST(DeliveryTest, WhatNoGrantIsForTakesOneDecision) {
  RightsRecords records;
  records.partner.set_name("partners/daily");
  v1::Contract& contract = records.contracts.emplace_back();
  contract.set_name("partners/daily/contracts/c");
  v1::Product& product = records.products.emplace_back();
  product.set_name("products/sport");
  product.set_filter("section=sport");
  const char* const territories[] = {"KR", "JP", "GB", "FR"};
  for (int i = 0; i < 4; ++i) {
    v1::Grant& grant = records.grants.emplace_back();
    grant.set_name(absl::StrCat("partners/daily/contracts/c/grants/g", i));
    grant.set_product("products/sport");
    grant.add_languages("ko");
    grant.add_uses(static_cast<v1::Grant::Use>(i + 1));
    grant.add_territories(territories[i]);
  }
  COURANT_ASSERT_OK_AND_ASSIGN(PartnerRights rights, CompileRights(records));
  const DeliveryRights delivery(std::move(rights));
  storage::v1::Attributes article;
  article.add_sections("sport");
  article.set_language("ko");
  article.set_state(v1::Article::PUBLISHED);
  article.set_rights_status(v1::Rights::CLEARED);
  int asked = 0;
  auto why = v1::AccessRule::REASON_UNSPECIFIED;
  const absl::Time now = absl::FromUnixSeconds(1);
  EXPECT_EQ(delivery.DecideAt(article, now, &asked), v1::Access::FULL);
  EXPECT_EQ(asked, 1);
  article.set_language("en");
  EXPECT_EQ(delivery.DecideAt(article, now, &asked), v1::Access::DENY);
  EXPECT_EQ(asked, 1);
  article.set_language("ko");
  article.set_sections(0, "politics");
  EXPECT_EQ(delivery.DecideAt(article, now, &asked, &why), v1::Access::DENY);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(why, v1::AccessRule::NO_GRANT);
  article.set_rights_status(v1::Rights::STATUS_UNSPECIFIED);
  EXPECT_EQ(delivery.DecideAt(article, now, &asked, &why), v1::Access::DENY);
  EXPECT_EQ(why, v1::AccessRule::RIGHTS_UNKNOWN);
}

}  // namespace
}  // namespace courant
