// What people see of partners, measured as a terminal shows it.

#include "services/cli/partner_text.h"

#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/cli/display_width.h"
#include "services/cli/partner_name.h"
#include "services/cli/table.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

v1::Grant SportGrant() {
  v1::Grant grant;
  grant.set_name("partners/daily/contracts/2026/grants/sport");
  grant.set_product("products/sport");
  grant.set_effect(v1::Grant::ALLOW);
  grant.add_uses(v1::Grant::WEB);
  grant.add_uses(v1::Grant::AI_INPUT);
  return grant;
}

TEST(PartnerNameTest, ReadsShortAndFullNames) {
  const struct {
    const char* text;
    RightsNameKind kind;
    const char* name;
    const char* parent;
    const char* id;
  } cases[] = {
      {"daily", RightsNameKind::kPartner, "partners/daily", "", "daily"},
      {"partners/daily", RightsNameKind::kPartner, "partners/daily", "",
       "daily"},
      {"daily/2026", RightsNameKind::kContract, "partners/daily/contracts/2026",
       "partners/daily", "2026"},
      {"partners/daily/contracts/2026", RightsNameKind::kContract,
       "partners/daily/contracts/2026", "partners/daily", "2026"},
      {"daily/2026/sport", RightsNameKind::kGrant,
       "partners/daily/contracts/2026/grants/sport",
       "partners/daily/contracts/2026", "sport"},
      {"products/sport", RightsNameKind::kProduct, "products/sport", "",
       "sport"},
      // A partner may have any id.
      {"partners/products", RightsNameKind::kPartner, "partners/products", "",
       "products"},
  };
  for (const auto& one : cases) {
    COURANT_ASSERT_OK_AND_ASSIGN(const RightsName read,
                                 ReadRightsName(one.text));
    EXPECT_EQ(read.kind, one.kind) << one.text;
    EXPECT_EQ(read.name, one.name);
    EXPECT_EQ(read.parent, one.parent);
    EXPECT_EQ(read.id, one.id);
    if (one.kind != RightsNameKind::kProduct) {
      EXPECT_EQ(ReadRightsName(ShortRightsName(read.name))->name, read.name);
    }
  }
  for (const char* wrong : {"", "/", "a/", "/a", "a/b/c/d", "products/", "a//b",
                            "partners/a/contracts/b/grants/c/d"}) {
    EXPECT_THAT(ReadRightsName(wrong),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << wrong;
  }
}

TEST(PartnerTextTest, ShowsAPartner) {
  v1::Partner partner;
  partner.set_name("partners/daily");
  partner.set_display_name("데일리 신문");
  partner.set_class_(v1::Partner::OUTLET);
  partner.set_embargo_clearance(v1::Partner::PRE_NOTICE);
  v1::PartnerContact& desk = *partner.add_contacts();
  desk.set_role(v1::PartnerContact::KILL_DESK);
  desk.set_name("야간 데스크");
  desk.set_address("+82-2-555-0100");
  partner.add_contacts()->set_address("desk@daily.example");
  partner.add_certificate_sans("feed.daily.example");
  partner.mutable_suspension()->set_reason("미납\x1b[2J");
  partner.mutable_suspension()->set_actor("rights/kim");
  const std::string text = PartnerText(partner);
  EXPECT_THAT(text, HasSubstr("partners/daily  데일리 신문\n"));
  EXPECT_THAT(text, HasSubstr("  embargo      gets pre-notices\n"));
  EXPECT_THAT(text, HasSubstr("  contact      KILL_DESK  야간 데스크  "
                              "+82-2-555-0100\n"));
  EXPECT_THAT(text, HasSubstr("  contact      desk@daily.example\n"));
  EXPECT_THAT(text, HasSubstr("  certificate  feed.daily.example\n"));
  EXPECT_THAT(text, HasSubstr("by rights/kim: 미납"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("time zone")));
}

TEST(PartnerTextTest, ShowsContractsAndGrants) {
  v1::Contract contract;
  contract.set_name("partners/daily/contracts/2026");
  contract.set_display_name("2026년 계약");
  EXPECT_EQ(ContractLine(contract), "daily/2026  2026년 계약  at all times");
  contract.mutable_valid_to()->set_seconds(86'400);
  contract.set_archive_days(30);
  contract.add_territories("KR");
  contract.add_excluded_territories("JP");
  EXPECT_EQ(ContractLine(contract),
            "daily/2026  2026년 계약  to 1970-01-02T00:00:00Z, articles of 30 "
            "days, in KR, never in JP");
  EXPECT_THAT(GrantCells(SportGrant()),
              ElementsAre("daily/2026/sport", "ALLOW", "products/sport",
                          "WEB, AI_INPUT", "all", "as the contract",
                          "as the contract"));
  v1::Grant block = SportGrant();
  block.set_effect(v1::Grant::BLOCK);
  block.clear_uses();
  block.mutable_suspension()->set_reason("미납");
  EXPECT_EQ(GrantCells(block)[3], "every use");
  EXPECT_EQ(GrantCells(block)[5], "everywhere");
  EXPECT_EQ(GrantCells(block)[6], "suspended: 미납");
}

// Hangul takes two columns: what stands behind it is in line all the same.
TEST(PartnerTextTest, ColumnsBehindHangulAreInLine) {
  Table table({"NAME", "CALLED", "FILTER"});
  table.Add({"products/all", "모든 기사", "everything"});
  table.Add({"products/sport", "Sport", "everything"});
  std::ostringstream out;
  table.Print(out, 0);
  std::istringstream lines(out.str());
  std::string line;
  std::getline(lines, line);
  const int column = DisplayWidth(line.substr(0, line.find("FILTER")));
  while (std::getline(lines, line)) {
    EXPECT_EQ(DisplayWidth(line.substr(0, line.find("everything"))), column)
        << line;
  }
}

TEST(PartnerTextTest, ExplainsInTheOrderOfWeight) {
  v1::ExplainAccessRequest request;
  request.set_partner("partners/daily");
  request.set_article("articles/ferries");
  request.set_use(v1::Grant::APP);
  request.set_territory("KR");
  v1::ExplainAccessResponse answer;
  answer.set_decision(v1::Access::DENY);
  answer.set_article_revision(3);
  answer.set_sequence(31);
  answer.mutable_time()->set_seconds(86'400);
  v1::AccessRule& rule = *answer.add_rules();
  rule.set_name("partners/daily");
  rule.set_revision(1);
  rule.set_reason(v1::AccessRule::NO_GRANT);
  v1::AccessRule& obstacle = *answer.add_obstacles();
  obstacle.set_name("partners/daily/contracts/2026/grants/sport");
  obstacle.set_reason(v1::AccessRule::USE_NOT_GRANTED);
  EXPECT_EQ(AccessText(request, answer),
            "DENY  partners/daily  articles/ferries revision 3  APP in KR  "
            "1970-01-02T00:00:00Z  as of change 31\n"
            "NO_GRANT         partners/daily (revision 1)\n"
            "in the way:\n"
            "USE_NOT_GRANTED  partners/daily/contracts/2026/grants/sport\n");
}

}  // namespace
}  // namespace courant
