#include "services/entitlement/partner_rights.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "storage/errors/reason.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

// What the server never lets in: it is damaged, and gives nobody anything.
class PartnerRightsTest : public testing::Test {
 protected:
  PartnerRightsTest() {
    records_.partner.set_name("partners/daily");
    records_.contracts.emplace_back().set_name("partners/daily/contracts/c");
    records_.products.emplace_back().set_name("products/all");
    v1::Grant& grant = records_.grants.emplace_back();
    grant.set_name("partners/daily/contracts/c/grants/g");
    grant.set_product("products/all");
  }

  v1::ErrorReason Refused() {
    return ReasonOf(CompileRights(records_).status());
  }

  RightsRecords records_;
};

TEST_F(PartnerRightsTest, TakesWhatIsWhole) {
  EXPECT_THAT(CompileRights(records_), IsOk());
  EXPECT_THAT(CompileRights({}), IsOk());
}

// As long as the server lets them be: more text than a filter may have.
TEST_F(PartnerRightsTest, TakesAsManyLanguagesAsAGrantMayHave) {
  const std::string common =
      "en-x-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaa";
  for (int i = 10; i < 60; ++i) {
    const std::string tag = absl::StrCat(common, i);
    ASSERT_EQ(tag.size(), 64u);
    records_.grants.front().add_languages(tag);
  }
  COURANT_ASSERT_OK_AND_ASSIGN(const PartnerRights rights,
                               CompileRights(records_));
  EXPECT_EQ(rights.grants.front().languages.size(), 50u);
}

TEST_F(PartnerRightsTest, RefusesAGrantWithoutItsProduct) {
  records_.products.clear();
  EXPECT_EQ(Refused(), v1::DATA_CORRUPTED);
}

TEST_F(PartnerRightsTest, RefusesAGrantWithoutItsContract) {
  records_.contracts.front().set_name("partners/daily/contracts/cc");
  EXPECT_EQ(Refused(), v1::DATA_CORRUPTED);
}

TEST_F(PartnerRightsTest, RefusesWhatItCannotRead) {
  records_.products.front().set_filter("section==");
  EXPECT_EQ(Refused(), v1::DATA_CORRUPTED);
  records_.products.front().set_filter("");
  records_.grants.front().add_languages("e\" OR kind=\"TEXT");
  EXPECT_EQ(Refused(), v1::DATA_CORRUPTED);
  records_.grants.front().clear_languages();
  for (const char* territory : {"", "K", "kr", "KOR", "K1", "\xea\xb0\x80"}) {
    records_.contracts.front().clear_territories();
    records_.contracts.front().add_territories(territory);
    EXPECT_EQ(Refused(), v1::DATA_CORRUPTED) << territory;
  }
}

TEST(TerritoryTest, EachHasAPlaceOfItsOwn) {
  TerritorySet set;
  EXPECT_TRUE(set.empty());
  set.Add(*Territory::Parse("AZ"));
  EXPECT_FALSE(set.empty());
  for (char a = 'A'; a <= 'Z'; ++a) {
    for (char b = 'A'; b <= 'Z'; ++b) {
      const std::string code = {a, b};
      EXPECT_EQ(set.Contains(*Territory::Parse(code)), code == "AZ") << code;
    }
  }
}

}  // namespace
}  // namespace courant
