#include "tests/testing/status_matchers.h"

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"

namespace courant {
namespace {

using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pointee;

TEST(StatusMatchersTest, IsOkMatchesBothTypes) {
  EXPECT_THAT(absl::OkStatus(), IsOk());
  EXPECT_THAT(absl::StatusOr<int>(3), IsOk());
  EXPECT_THAT(absl::AbortedError("x"), Not(IsOk()));
  EXPECT_THAT(absl::StatusOr<int>(absl::AbortedError("x")), Not(IsOk()));
}

TEST(StatusMatchersTest, StatusIsComparesTheCodeAndTheMessage) {
  const absl::Status status = absl::NotFoundError("no article 7");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(status, Not(StatusIs(absl::StatusCode::kAborted)));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound, "no article 7"));
  EXPECT_THAT(absl::StatusOr<int>(status),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("7")));
  EXPECT_THAT(status,
              Not(StatusIs(absl::StatusCode::kNotFound, HasSubstr("8"))));
}

TEST(StatusMatchersTest, IsOkAndHoldsLooksAtTheValue) {
  EXPECT_THAT(absl::StatusOr<int>(3), IsOkAndHolds(3));
  EXPECT_THAT(absl::StatusOr<int>(3), Not(IsOkAndHolds(Gt(3))));
  EXPECT_THAT(absl::StatusOr<int>(absl::AbortedError("x")),
              Not(IsOkAndHolds(3)));
  EXPECT_THAT(absl::StatusOr<std::unique_ptr<int>>(std::make_unique<int>(4)),
              IsOkAndHolds(Pointee(4)));
}

TEST(StatusMatchersTest, AMismatchShowsTheStatus) {
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(absl::DataLossError("frame 9"), IsOk()),
                          "DATA_LOSS: frame 9");
  EXPECT_NONFATAL_FAILURE(
      EXPECT_THAT(absl::StatusOr<int>(absl::DataLossError("frame 9")),
                  IsOkAndHolds(1)),
      "DATA_LOSS: frame 9");
}

TEST(StatusMatchersTest, AssertOkAndAssignMovesTheValue) {
  COURANT_ASSERT_OK_AND_ASSIGN(
      const std::unique_ptr<int> value,
      absl::StatusOr<std::unique_ptr<int>>(std::make_unique<int>(5)));
  EXPECT_THAT(value, Pointee(5));
}

void AssignFromAnError() {
  COURANT_ASSERT_OK_AND_ASSIGN(const int value,
                               absl::StatusOr<int>(absl::AbortedError("no")));
  FAIL() << "went on with " << value;
}

TEST(StatusMatchersTest, AssertOkAndAssignEndsTheTestOnAnError) {
  EXPECT_FATAL_FAILURE(AssignFromAnError(), "ABORTED: no");
}

}  // namespace
}  // namespace courant
