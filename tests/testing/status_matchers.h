#ifndef COURANT_TESTS_TESTING_STATUS_MATCHERS_H_
#define COURANT_TESTS_TESTING_STATUS_MATCHERS_H_

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace courant {

// Matchers for absl::Status and absl::StatusOr<T>; a mismatch prints the
// status.
//
//   EXPECT_THAT(log.Append(frame), IsOk());
//   EXPECT_THAT(log.Tail(), IsOkAndHolds(Sequence(9)));
//   EXPECT_THAT(log.Read(after), StatusIs(absl::StatusCode::kOutOfRange));
//   EXPECT_THAT(Parse(text), StatusIs(absl::StatusCode::kInvalidArgument,
//                                     testing::HasSubstr("line 3")));
//   COURANT_ASSERT_OK_AND_ASSIGN(const Frame frame, log.Read(index));

// The status of either type, so that one matcher serves both.
inline const absl::Status& StatusOf(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

// Matches a status that is OK.
MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  *result_listener << "whose status is " << StatusOf(arg);
  return StatusOf(arg).ok();
}

// Matches a status with the code `code`.
MATCHER_P(StatusIs, code,
          std::string(negation ? "has not" : "has") + " the code " +
              absl::StatusCodeToString(code)) {
  *result_listener << "whose status is " << StatusOf(arg);
  return StatusOf(arg).code() == code;
}

// Matches a status with the code `code` and a message that `message`, a
// string or a matcher of strings, matches.
MATCHER_P2(StatusIs, code, message,
           std::string(negation ? "has not" : "has") + " the code " +
               absl::StatusCodeToString(code) + " and a message that " +
               ::testing::DescribeMatcher<std::string>(message)) {
  *result_listener << "whose status is " << StatusOf(arg);
  return StatusOf(arg).code() == code &&
         ::testing::Matches(::testing::SafeMatcherCast<const std::string&>(
             message))(std::string(StatusOf(arg).message()));
}

// Matches an absl::StatusOr that is OK and whose value `value`, a value or a
// matcher, matches.
MATCHER_P(
    IsOkAndHolds, value,
    std::string(negation ? "is not OK or holds no" : "is OK and holds a") +
        " value that " +
        ::testing::DescribeMatcher<typename std::decay_t<arg_type>::value_type>(
            value)) {
  if (!arg.ok()) {
    *result_listener << "whose status is " << arg.status();
    return false;
  }
  return ::testing::ExplainMatchResult(value, *arg, result_listener);
}

}  // namespace courant

// Evaluates an absl::StatusOr<T> once. Moves the value into `lhs`, a variable
// or a declaration, or fails the test and returns. Only where a void return
// is legal.
#define COURANT_ASSERT_OK_AND_ASSIGN(lhs, ...)                            \
  COURANT_ASSERT_OK_INTO_(COURANT_ASSERT_CONCAT_(tested_, __LINE__), lhs, \
                          __VA_ARGS__)

// Private to this file. Two steps, so that __LINE__ is a number first.
#define COURANT_ASSERT_OK_INTO_(status_or, lhs, ...) \
  auto status_or = (__VA_ARGS__);                    \
  ASSERT_THAT(status_or, ::courant::IsOk());         \
  lhs = *std::move(status_or)
#define COURANT_ASSERT_CONCAT_(a, b) COURANT_ASSERT_CONCAT_TOKENS_(a, b)
#define COURANT_ASSERT_CONCAT_TOKENS_(a, b) a##b

#endif  // COURANT_TESTS_TESTING_STATUS_MATCHERS_H_
