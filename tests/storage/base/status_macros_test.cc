#include "storage/base/status_macros.h"

#include <map>
#include <memory>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::Pointee;

absl::Status Pass(absl::Status status, int* reached) {
  COURANT_RETURN_IF_ERROR(std::move(status));
  ++*reached;
  return absl::OkStatus();
}

TEST(ReturnIfErrorTest, GoesOnWhenOk) {
  int reached = 0;
  EXPECT_THAT(Pass(absl::OkStatus(), &reached), IsOk());
  EXPECT_EQ(reached, 1);
}

TEST(ReturnIfErrorTest, ReturnsTheErrorUnchanged) {
  int reached = 0;
  absl::Status error = absl::DataLossError("frame 9");
  error.SetPayload("reason", absl::Cord("digest"));
  EXPECT_EQ(Pass(error, &reached), error);
  EXPECT_EQ(reached, 0);
}

TEST(ReturnIfErrorTest, IsOneStatementAndEvaluatesOnce) {
  int evaluations = 0;
  const auto run = [&](bool first) -> absl::Status {
    const auto evaluate = [&] {
      ++evaluations;
      return absl::OkStatus();
    };
    if (first)
      COURANT_RETURN_IF_ERROR(evaluate());
    else
      return absl::AbortedError("the else belongs to the if");
    return absl::OkStatus();
  };
  EXPECT_THAT(run(true), IsOk());
  EXPECT_EQ(evaluations, 1);
  EXPECT_THAT(run(false), StatusIs(absl::StatusCode::kAborted));
}

absl::StatusOr<std::unique_ptr<int>> AddOne(
    absl::StatusOr<std::unique_ptr<int>> number) {
  COURANT_ASSIGN_OR_RETURN(const std::unique_ptr<int> held, std::move(number));
  return std::make_unique<int>(*held + 1);
}

TEST(AssignOrReturnTest, MovesTheValue) {
  EXPECT_THAT(AddOne(std::make_unique<int>(41)), IsOkAndHolds(Pointee(42)));
}

TEST(AssignOrReturnTest, ReturnsTheError) {
  EXPECT_THAT(AddOne(absl::NotFoundError("no number")),
              StatusIs(absl::StatusCode::kNotFound, "no number"));
}

TEST(AssignOrReturnTest, AssignsTwiceInOneFunctionAndTakesCommas) {
  const auto run = []() -> absl::StatusOr<int> {
    int sum = 0;
    COURANT_ASSIGN_OR_RETURN(sum, absl::StatusOr<int>(3));
    COURANT_ASSIGN_OR_RETURN(
        const auto table,
        absl::StatusOr<std::map<int, int>>(std::map<int, int>{{1, 2}}));
    return sum + table.at(1);
  };
  EXPECT_THAT(run(), IsOkAndHolds(5));
}

}  // namespace
}  // namespace courant
