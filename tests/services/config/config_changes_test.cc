#include "services/config/config_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/config/config_value.h"
#include "tests/services/config/config_test_support.h"

namespace courant {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

LoadedConfig LoadedFrom(absl::string_view text) {
  auto loaded = LoadText(text);
  EXPECT_TRUE(loaded.ok()) << loaded.status();
  return loaded.ok() ? *std::move(loaded) : LoadedConfig();
}

LoadedConfig LoadedWith(const std::vector<std::string>& set) {
  auto loaded = LoadConfig({.set = set});
  EXPECT_TRUE(loaded.ok()) << loaded.status();
  return loaded.ok() ? *std::move(loaded) : LoadedConfig();
}

// Another value of `key` than its default, that it allows by itself.
std::string Another(const ConfigKey& key) {
  switch (key.kind) {
    case ValueKind::kText:
      return "another";
    case ValueKind::kDomain:
      return "another.example";
    case ValueKind::kAddress:
      return "127.0.0.1:7999";
    case ValueKind::kSwitch:
      return "true";
    case ValueKind::kChoice:
      if (key.name == "auth.environment") return "test";
      if (key.name == "log.calls") return "all";
      return key.name == "log.level" ? "error" : "refuse";
    case ValueKind::kDuration:
      return absl::StrCat(key.min == 0 ? key.max : key.min, "ms");
    case ValueKind::kCount:
    case ValueKind::kBytes:
      return absl::StrCat(key.max);
  }
  return "";
}

TEST(ConfigChangesTest, NothingHasChangedWhereItIsWrittenInAnotherWay) {
  const LoadedConfig before =
      LoadedFrom("partners: {bytes_per_second: 67108864}\n");
  const LoadedConfig after = LoadedWith(
      {"partners.bytes_per_second=64MiB", "stream.stall_timeout=30s"});
  EXPECT_THAT(FindChanges(before.config, after.config), IsEmpty());
  EXPECT_TRUE(CheckReloadable(before, after).ok());
}

TEST(ConfigChangesTest, EveryKeyIsComparedAndTakenOverOnlyIfItSaysSo) {
  const LoadedConfig running = LoadedWith({});
  for (const ConfigKey& key : ConfigKeys()) {
    LoadedConfig next = running;
    ASSERT_TRUE(AssignValue(key, {.key = "", .text = Another(key), .place = ""},
                            next.config)
                    .ok())
        << key.name;
    next.origins[std::string(key.name)] = "--set";
    const auto changes = FindChanges(running.config, next.config);
    ASSERT_EQ(changes.size(), 1) << key.name;
    EXPECT_EQ(changes[0].key, FindConfigKey(key.name));
    EXPECT_NE(changes[0].before, changes[0].after);
    const absl::Status reloadable = CheckReloadable(running, next);
    EXPECT_EQ(reloadable.ok(), key.takes_effect == TakesEffect::kOnReload)
        << key.name;
    if (reloadable.ok()) continue;
    EXPECT_THAT(std::string(reloadable.message()),
                HasSubstr(absl::StrCat("--set: ", key.name,
                                       ": has changed, "
                                       "and needs a restart")));
  }
}

TEST(ConfigChangesTest, ARefusalHasALineForEachKeyThatNeedsARestart) {
  const LoadedConfig running =
      LoadedFrom("limits:\n  worker_threads: 8\n  max_request_bytes: 1MiB\n");
  const LoadedConfig next =
      LoadedFrom("limits:\n  worker_threads: 9\n  max_streams: 5\n");
  const absl::Status refused = CheckReloadable(running, next);
  const std::string message(refused.message());
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(message,
              HasSubstr(":2:3: limits.worker_threads: has changed, and needs a "
                        "restart; the server runs with 8"));
  EXPECT_THAT(message,
              HasSubstr(":3:3: limits.max_request_bytes: is set no more, and "
                        "needs a restart; the server runs with 1MiB"));
  EXPECT_THAT(message, Not(HasSubstr("max_streams")));
}

TEST(ConfigChangesTest, ChangesAreToldAsTheyAreWritten) {
  const auto changes = FindChanges(
      LoadedWith({}).config,
      LoadedWith({"log.level=debug", "partners.acknowledge_within=90m"})
          .config);
  std::vector<std::string> told;
  for (const ConfigChange& change : changes) {
    told.push_back(absl::StrCat(change.key->name, ": ", change.before, " -> ",
                                change.after));
  }
  EXPECT_THAT(told, ElementsAre("partners.acknowledge_within: 30m -> 1h30m",
                                "log.level: info -> debug"));
}

}  // namespace
}  // namespace courant
