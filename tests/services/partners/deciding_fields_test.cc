#include "services/partners/deciding_fields.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace courant {
namespace {

RightsRecords SomeRights() {
  RightsRecords records;
  records.partner.set_name("partners/daily");
  records.contracts.emplace_back().set_name("partners/daily/contracts/c");
  v1::Grant& grant = records.grants.emplace_back();
  grant.set_name("partners/daily/contracts/c/grants/g");
  grant.add_uses(v1::Grant::WEB);
  records.products.emplace_back().set_name("products/all");
  return records;
}

using Edit = std::function<void(RightsRecords&)>;

TEST(DecidingFieldsTest, WhatPeopleReadIsLeftOut) {
  const std::string before = DecidingFields(SomeRights());
  const std::vector<Edit> edits = {
      [](auto& all) { all.partner.set_display_name("Daily"); },
      [](auto& all) { all.partner.add_contacts()->set_name("Kim"); },
      [](auto& all) { all.partner.add_certificate_sans("a.example"); },
      [](auto& all) { all.partner.mutable_quota()->set_max_streams(1); },
      [](auto& all) { all.partner.set_revision(7); },
      [](auto& all) { all.contracts[0].set_terms("Be nice."); },
      [](auto& all) { all.grants[0].set_etag("x"); },
      [](auto& all) { all.products[0].set_actor("rights/kim"); },
  };
  for (size_t i = 0; i < edits.size(); ++i) {
    RightsRecords records = SomeRights();
    edits[i](records);
    EXPECT_EQ(DecidingFields(records), before) << i;
  }
}

TEST(DecidingFieldsTest, WhatDecidesIsIn) {
  const std::string before = DecidingFields(SomeRights());
  const std::vector<Edit> edits = {
      [](auto& all) { all.partner.mutable_suspension(); },
      [](auto& all) {
        all.partner.set_embargo_clearance(v1::Partner::PRE_NOTICE);
      },
      [](auto& all) { all.contracts[0].mutable_suspension(); },
      [](auto& all) { all.contracts[0].mutable_valid_to()->set_seconds(1); },
      [](auto& all) { all.contracts[0].set_archive_days(1); },
      [](auto& all) { all.contracts[0].add_territories("KR"); },
      [](auto& all) { all.contracts.emplace_back(); },
      [](auto& all) { all.grants[0].add_languages("en"); },
      [](auto& all) { all.grants[0].set_effect(v1::Grant::BLOCK); },
      [](auto& all) { all.grants[0].add_uses(v1::Grant::APP); },
      [](auto& all) { all.grants.clear(); },
      [](auto& all) { all.products[0].set_filter("section=\"a\""); },
      [](auto& all) { all.products[0].mutable_suspension(); },
  };
  for (size_t i = 0; i < edits.size(); ++i) {
    RightsRecords records = SomeRights();
    edits[i](records);
    EXPECT_NE(DecidingFields(records), before) << i;
  }
}

TEST(DecidingFieldsTest, OfASuspensionThatThereIsOne) {
  RightsRecords one = SomeRights();
  one.partner.mutable_suspension()->set_reason("Unpaid.");
  RightsRecords other = SomeRights();
  other.partner.mutable_suspension()->set_actor("rights/kim");
  EXPECT_EQ(DecidingFields(one), DecidingFields(other));
}

}  // namespace
}  // namespace courant
