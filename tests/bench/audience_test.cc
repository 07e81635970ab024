#include "tests/bench/audience.h"

#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace courant::bench {
namespace {

constexpr int kSubscribers = 2;

// Delivers `numbers` to a subscriber, at positions 1, 2 and so on.
absl::Status Deliver(Audience& audience, int subscriber,
                     const std::vector<int>& numbers) {
  uint64_t position = 0;
  for (const int number : numbers) {
    const absl::Status status = audience.OnEvent(
        subscriber, ++position, absl::StrFormat("head @@%010d tail", number));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// What comes of it when one subscriber got everything and the other `numbers`.
absl::Status Outcome(const std::vector<int>& numbers) {
  Audience audience(kSubscribers, /*events=*/4);
  if (absl::Status status = Deliver(audience, 0, {0, 1, 2, 3}); !status.ok()) {
    return status;
  }
  if (absl::Status status = Deliver(audience, 1, numbers); !status.ok()) {
    return status;
  }
  return audience.Verify(4);
}

TEST(AudienceTest, EverythingInOneOrderIsRight) {
  EXPECT_TRUE(Outcome({0, 1, 2, 3}).ok());
}

TEST(AudienceTest, SeesWhatIsMissing) { EXPECT_FALSE(Outcome({0, 1, 3}).ok()); }

TEST(AudienceTest, SeesWhatCameTwice) {
  EXPECT_FALSE(Outcome({0, 1, 2, 2, 3}).ok());
}

TEST(AudienceTest, SeesOneThatCameTwiceInsteadOfAnother) {
  EXPECT_FALSE(Outcome({0, 3, 3, 0}).ok());
}

TEST(AudienceTest, SeesAnotherOrder) {
  EXPECT_FALSE(Outcome({0, 2, 1, 3}).ok());
}

TEST(AudienceTest, SeesWhatWasNeverPublished) {
  EXPECT_FALSE(Outcome({0, 1, 2, 4}).ok());
}

TEST(AudienceTest, SeesAPositionThatDoesNotGrow) {
  Audience audience(1, 2);
  EXPECT_TRUE(audience.OnEvent(0, 5, "@@0000000000").ok());
  EXPECT_FALSE(audience.OnEvent(0, 5, "@@0000000001").ok());
}

TEST(AudienceTest, IsCompleteWhenAllHaveAll) {
  Audience audience(kSubscribers, 2);
  EXPECT_TRUE(Deliver(audience, 0, {0, 1}).ok());
  EXPECT_FALSE(audience.HaveAll(2));
  EXPECT_TRUE(Deliver(audience, 1, {0, 1}).ok());
  EXPECT_TRUE(audience.HaveAll(2));
}

}  // namespace
}  // namespace courant::bench
