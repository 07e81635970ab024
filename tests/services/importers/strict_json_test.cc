#include "services/importers/strict_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/testing/status_matchers.h"

namespace courant::importers {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(StrictJsonTest, AnObjectGivesItsOwnKeys) {
  EXPECT_THAT(
      CheckStrictJson(R"( {"a": {"x": 1}, "b": [{"y": null}], "c": -1.5e3} )"),
      IsOkAndHolds(ElementsAre("a", "b", "c")));
  EXPECT_THAT(CheckStrictJson("{}"), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(CheckStrictJson(R"({"a":"\ud83d\udcf0 한글"})"), IsOk());
}

TEST(StrictJsonTest, SameKeysInDifferentObjectsAreFine) {
  EXPECT_THAT(
      CheckStrictJson(R"({"a":{"v":1},"b":{"v":1},"c":[{"v":1},{"v":1}]})"),
      IsOk());
}

TEST(StrictJsonTest, EverythingElseIsRefused) {
  struct {
    const char* text;
    const char* fault;
  } const cases[] = {
      {"", "is not JSON at byte 1 of the line"},
      {"[]", "is not a JSON object"},
      {"5", "is not a JSON object"},
      {"\"a\"", "is not a JSON object"},
      {"null", "is not a JSON object"},
      {"{\"a\":1,}", "is not JSON at byte 8 of the line"},
      {"{'a':1}", "is not JSON at byte 2 of the line"},
      {"{a:1}", "is not JSON at byte 2 of the line"},
      {"{\"a\":1} x", "is not JSON at byte 9 of the line"},
      {"{\"a\":1", "is not JSON at byte 7 of the line"},
      {"{\"a\":\"\t\"}", "is not JSON at byte 7 of the line"},
      {"{\"a\":NaN}", "is not JSON at byte 6 of the line"},
      {"{\"a\":01}", "is not JSON at byte 7 of the line"},
      {"{\"a\":\"\\ud800\"}", "is not JSON at byte 13 of the line"},
      {"{\"a\":\"\xb1\"}", "is not JSON at byte 7 of the line"},
      {"{/**/\"a\":1}", "is not JSON at byte 2 of the line"},
      {"{\"a\":1,\"a\":2}", "has the key \"a\" twice in one object"},
      {"{\"x\":[{\"a\":1,\"a\":2}]}", "has the key \"a\" twice in one object"},
      {"{\"a\":1,\"\\u0061\":2}", "has the key \"a\" twice in one object"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(CheckStrictJson(c.text),
                StatusIs(absl::StatusCode::kInvalidArgument, c.fault))
        << c.text;
  }
}

TEST(StrictJsonTest, NestingHasALimit) {
  const auto nested = [](int depth) {
    return "{\"a\":" + std::string(depth - 1, '[') +
           std::string(depth - 1, ']') + "}";
  };
  EXPECT_THAT(CheckStrictJson(nested(64)), IsOk());
  EXPECT_THAT(
      CheckStrictJson(nested(65)),
      StatusIs(absl::StatusCode::kInvalidArgument, "is nested deeper than 64"));
  EXPECT_THAT(CheckStrictJson("{\"a\":" + std::string(1 << 20, '[')),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace courant::importers
