#include "services/audience/audience.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/errors/reason.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::HasSubstr;

TEST(AudienceTest, IsOneOfTwoWordsInThatSpelling) {
  EXPECT_EQ(ParseAudience("internal").value(), Audience::kInternal);
  EXPECT_EQ(ParseAudience("public").value(), Audience::kPublic);
  for (const char* wrong : {"", "Public", " public", "partner", "internal,"}) {
    const absl::Status refused = ParseAudience(wrong).status();
    EXPECT_EQ(ReasonOf(refused), v1::FIELD_INVALID) << wrong;
    EXPECT_EQ(BadRequestOf(refused)->field_violations(0).field(),
              "courant-audience");
    EXPECT_THAT(std::string(refused.message()),
                HasSubstr("internal or public"));
  }
}

TEST(AudienceTest, TheHouseMayCallEverythingAndOthersWhatIsOpen) {
  EXPECT_TRUE(MayCall(Audience::kInternal, Audience::kInternal));
  EXPECT_TRUE(MayCall(Audience::kInternal, Audience::kPublic));
  EXPECT_TRUE(MayCall(Audience::kPublic, Audience::kPublic));
  EXPECT_FALSE(MayCall(Audience::kPublic, Audience::kInternal));
}

TEST(AudienceTest, TheRefusalNamesTheMethod) {
  const absl::Status refused = NotCleared("/a.B/C");
  EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ReasonOf(refused), v1::NOT_CLEARED);
  EXPECT_EQ(ErrorInfoOf(refused)->metadata().at("method"), "/a.B/C");
}

}  // namespace
}  // namespace courant
