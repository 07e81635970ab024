// Examples of what the random comparison covers, for people to read.

#include "services/entitlement/access.h"

#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using testing::ElementsAre;
using testing::Pair;
using Reason = v1::AccessRule;

const absl::Time kNoon = absl::FromUnixSeconds(1'772'366'400);  // 2026-03-01

// An outlet that has the Korean sport in print and on the web, in Korea and
// Japan, for the month of March.
class AccessTest : public testing::Test {
 protected:
  AccessTest() {
    records_.partner.set_name("partners/daily");
    v1::Product sport;
    sport.set_name("products/sport");
    sport.set_filter("section=sport");
    records_.products = {sport};
    contract().set_name("partners/daily/contracts/2026");
    contract().mutable_valid_from()->set_seconds(absl::ToUnixSeconds(kNoon));
    contract().mutable_valid_to()->set_seconds(
        absl::ToUnixSeconds(kNoon + absl::Hours(24 * 31)));
    v1::Grant grant;
    grant.set_name("partners/daily/contracts/2026/grants/sport");
    grant.set_product("products/sport");
    grant.add_uses(v1::Grant::PRINT);
    grant.add_uses(v1::Grant::WEB);
    grant.add_languages("ko");
    grant.add_territories("KR");
    grant.add_territories("JP");
    records_.grants = {grant};
    article_.add_sections("sport");
    article_.set_language("ko-KR");
    article_.set_state(v1::Article::PUBLISHED);
    article_.set_rights_status(v1::Rights::CLEARED);
    article_.set_list_time_us(absl::ToUnixMicros(kNoon));
  }

  v1::Contract& contract() {
    if (records_.contracts.empty()) records_.contracts.emplace_back();
    return records_.contracts.front();
  }

  // The decision, and of each rule its last word and the reason.
  std::pair<v1::Access::Decision, std::vector<std::string>> Ask(
      absl::Duration after = absl::ZeroDuration(),
      v1::Grant::Use use = v1::Grant::WEB, absl::string_view where = "KR") {
    const absl::StatusOr<PartnerRights> rights = CompileRights(records_);
    EXPECT_THAT(rights, IsOk());
    if (!rights.ok()) return {};
    const AccessQuestion question{.article = "articles/final",
                                  .revision = 3,
                                  .attributes = article_,
                                  .use = use,
                                  .territory = *Territory::Parse(where),
                                  .time = kNoon + after,
                                  .is_to_come = is_to_come_};
    const AccessAnswer answer = Decide(*rights, question);
    std::vector<std::string> rules;
    for (const CountedRule& rule : answer.rules) {
      rules.push_back(absl::StrCat(rule.name.substr(rule.name.rfind('/') + 1),
                                   " ",
                                   v1::AccessRule::Reason_Name(rule.reason)));
    }
    return {answer.decision, rules};
  }

  static auto Denied(const std::string& rule) {
    return Pair(v1::Access::DENY, ElementsAre(rule));
  }
  static auto Full() {
    return Pair(v1::Access::FULL, ElementsAre("sport GRANTED"));
  }

  RightsRecords records_;
  storage::v1::Attributes article_;
  bool is_to_come_ = false;
};

TEST_F(AccessTest, WhatIsGrantedAndNothingElse) {
  EXPECT_THAT(Ask(), Full());
  EXPECT_THAT(Ask({}, v1::Grant::APP), Denied("daily NO_GRANT"));
  EXPECT_THAT(Ask({}, v1::Grant::WEB, "US"), Denied("daily NO_GRANT"));
  article_.set_language("en");
  EXPECT_THAT(Ask(), Denied("daily NO_GRANT"));
  article_.set_language("ko");
  article_.clear_sections();
  EXPECT_THAT(Ask(), Denied("daily NO_GRANT"));
}

TEST_F(AccessTest, TheFirstMomentIsInAndTheLastIsNot) {
  EXPECT_THAT(Ask(-absl::Nanoseconds(1)), Denied("daily NO_GRANT"));
  EXPECT_THAT(Ask(absl::Hours(24 * 31) - absl::Nanoseconds(1)), Full());
  EXPECT_THAT(Ask(absl::Hours(24 * 31)), Denied("daily NO_GRANT"));
}

TEST_F(AccessTest, TheArchiveEndsAfterTheLastDay) {
  contract().set_archive_days(2);
  EXPECT_THAT(Ask(absl::Hours(48)), Full());
  EXPECT_THAT(Ask(absl::Hours(48) + absl::Microseconds(1)),
              Denied("daily NO_GRANT"));
}

TEST_F(AccessTest, WhatOneForbidsNoOtherAllows) {
  v1::Contract other;
  other.set_name("partners/daily/contracts/other");
  records_.contracts.push_back(other);
  v1::Grant block = records_.grants.front();
  block.set_name("partners/daily/contracts/other/grants/no-web");
  block.set_effect(v1::Grant::BLOCK);
  block.clear_uses();
  block.add_uses(v1::Grant::WEB);
  records_.grants.push_back(block);
  EXPECT_THAT(Ask(), Denied("no-web BLOCKED"));
  EXPECT_THAT(Ask({}, v1::Grant::PRINT), Full());
  // Suspended, it goes on forbidding.
  records_.grants.back().mutable_suspension()->set_reason("unpaid");
  records_.contracts.back().mutable_suspension()->set_reason("unpaid");
  EXPECT_THAT(Ask(), Denied("no-web BLOCKED"));
}

TEST_F(AccessTest, AnExcludedTerritoryIsOutForThatContent) {
  contract().add_excluded_territories("JP");
  v1::Contract other = contract();
  other.set_name("partners/daily/contracts/other");
  other.clear_excluded_territories();
  records_.contracts.push_back(other);
  v1::Grant all = records_.grants.front();
  all.set_name("partners/daily/contracts/other/grants/all");
  all.set_product("products/all");
  all.clear_territories();
  records_.grants.push_back(all);
  records_.products.emplace_back().set_name("products/all");
  EXPECT_THAT(Ask({}, v1::Grant::WEB, "JP"), Denied("2026 TERRITORY_EXCLUDED"));
  EXPECT_THAT(Ask(), Pair(v1::Access::FULL,
                          ElementsAre("sport GRANTED", "all GRANTED")));
  // What the contract is not about, it does not exclude.
  article_.clear_sections();
  EXPECT_THAT(Ask({}, v1::Grant::WEB, "JP"),
              Pair(v1::Access::FULL, ElementsAre("all GRANTED")));
}

TEST_F(AccessTest, AnEmbargoIsNoticeForTheClearedAndNothingForOthers) {
  article_.set_state(v1::Article::EMBARGOED);
  article_.set_embargo_until_us(absl::ToUnixMicros(kNoon + absl::Hours(1)));
  EXPECT_THAT(Ask(), Denied("final UNDER_EMBARGO"));
  records_.partner.set_embargo_clearance(v1::Partner::PRE_NOTICE);
  const auto notice =
      Pair(v1::Access::METADATA,
           ElementsAre("final PRE_NOTICE_ONLY", "sport GRANTED"));
  EXPECT_THAT(Ask(), notice);
  EXPECT_THAT(Ask(absl::Hours(1) - absl::Microseconds(1)), notice);
  // Cleared, and still without a grant.
  EXPECT_THAT(Ask({}, v1::Grant::APP), Denied("daily NO_GRANT"));
}

TEST_F(AccessTest, AnEmbargoEndsWithAChangeAndNotByTheClock) {
  article_.set_state(v1::Article::EMBARGOED);
  article_.set_embargo_until_us(absl::ToUnixMicros(kNoon + absl::Hours(1)));
  EXPECT_THAT(Ask(absl::Hours(2)), Denied("final UNDER_EMBARGO"));
  // What will be is what the article says.
  is_to_come_ = true;
  EXPECT_THAT(Ask(absl::Hours(1) - absl::Microseconds(1)),
              Denied("final UNDER_EMBARGO"));
  EXPECT_THAT(Ask(absl::Hours(1)), Full());
  // It does not say when.
  article_.clear_embargo_until_us();
  EXPECT_THAT(Ask(absl::Hours(1)), Denied("final UNDER_EMBARGO"));
  is_to_come_ = false;
  article_.set_embargo_until_us(absl::ToUnixMicros(kNoon + absl::Hours(1)));
  article_.set_state(v1::Article::PUBLISHED);
  EXPECT_THAT(Ask(absl::Hours(1)), Full());
}

TEST_F(AccessTest, WhatTheArticleSaysComesFirst) {
  article_.set_state(v1::Article::KILLED);
  article_.set_data_mining(v1::Rights::PROHIBITED);
  records_.partner.mutable_suspension()->set_reason("unpaid");
  EXPECT_THAT(Ask({}, v1::Grant::AI_INPUT),
              Pair(v1::Access::DENY,
                   ElementsAre("final STOPPED", "final DATA_MINING_PROHIBITED",
                               "daily PARTNER_SUSPENDED")));
}

TEST_F(AccessTest, WhatIsNotClearedIsNobodys) {
  for (const int status :
       {int{v1::Rights::STATUS_UNSPECIFIED}, int{v1::Rights::UNKNOWN},
        int{v1::Rights::RESTRICTED}, 77}) {
    article_.set_rights_status(static_cast<v1::Rights::Status>(status));
    EXPECT_THAT(Ask(), Denied("final RIGHTS_UNKNOWN")) << status;
  }
  article_.clear_rights_status();
  EXPECT_THAT(Ask(), Denied("final RIGHTS_UNKNOWN"));
}

TEST_F(AccessTest, WhatANewerProgramKnowsIsDenied) {
  article_.set_state(static_cast<v1::Article::State>(77));
  EXPECT_THAT(Ask(), Denied("final NOT_OUT"));
  article_.set_state(v1::Article::PUBLISHED);
  EXPECT_THAT(Ask({}, static_cast<v1::Grant::Use>(77)),
              Denied("daily NO_GRANT"));
  v1::Grant& grant = records_.grants.front();
  grant.set_effect(static_cast<v1::Grant::Effect>(77));
  EXPECT_THAT(Ask(), Denied("sport BLOCKED"));
  grant.set_effect(v1::Grant::ALLOW);
  article_.set_data_mining(static_cast<v1::Rights::DataMining>(77));
  EXPECT_THAT(
      Ask({}, v1::Grant::SEARCH_INDEX),
      Pair(v1::Access::DENY, ElementsAre("final DATA_MINING_PROHIBITED")));
}

}  // namespace
}  // namespace courant
