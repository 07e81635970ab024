#include "services/console/console_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "prometheus/registry.h"
#include "storage/store.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/temp_dir.h"

namespace courant {
namespace {

using testing::HasSubstr;
using testing::Not;

// The pages over an empty folder. What is in the state when there is something
// the tests in tests/observe say.
class ConsolePagesTest : public testing::Test {
 protected:
  ConsolePagesTest() {
    auto opened = storage::Store::Open({.data_dir = dir_.Join("data")}, clock_,
                                       registry_);
    EXPECT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    key_ = std::make_unique<TokenKey>(
        TokenKey::FromSecret(store_->token_key()).value());
    translations_ = std::make_unique<TranslationReads>(
        store_->database(), store_->applier(), *key_);
    sessions_ = std::make_unique<SessionTable>(store_->subscriptions(), clock_);
    state_ = std::make_unique<ConsoleState>(
        ConsoleState::Sources{.store = *store_,
                              .translations = *translations_,
                              .sessions = *sessions_,
                              .clock = clock_,
                              .version = "1.2.3",
                              .is_ready = [this] { return ready_; }});
  }

  std::string WriteFile(absl::string_view name, const std::string& bytes) {
    std::string path = dir_.Join(name);
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  OpsResponse Chart(std::vector<std::string> files) {
    return ConsolePages(*state_, std::move(files)).at("/console/chart.js")({});
  }

  TempDir dir_;
  FakeClock clock_;
  prometheus::Registry registry_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<TokenKey> key_;
  std::unique_ptr<TranslationReads> translations_;
  std::unique_ptr<SessionTable> sessions_;
  std::unique_ptr<ConsoleState> state_;
  bool ready_ = true;
};

TEST_F(ConsolePagesTest, TheFirstLibraryThatCanBeReadIsGiven) {
  const OpsResponse found =
      Chart({dir_.Join("none"), WriteFile("a.js", "chart"),
             WriteFile("b.js", "another")});
  EXPECT_EQ(found.status, 200);
  EXPECT_EQ(found.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(found.body, "chart");
}

TEST_F(ConsolePagesTest, WithoutALibraryItSaysWhatToInstall) {
  const OpsResponse none = Chart({dir_.Join("none")});
  EXPECT_EQ(none.status, 404);
  EXPECT_THAT(none.body, HasSubstr("libjs-chart.js"));
}

TEST_F(ConsolePagesTest, WhatIsTooLargeOrEmptyIsNoLibrary) {
  const std::string most(1 << 20, 'x');
  EXPECT_EQ(Chart({WriteFile("most.js", most)}).status, 200);
  EXPECT_EQ(Chart({WriteFile("more.js", most + "x")}).status, 404);
  EXPECT_EQ(Chart({WriteFile("empty.js", "")}).status, 404);
}

TEST_F(ConsolePagesTest, EveryFileIsServedUnderAStrictPolicy) {
  const auto pages = ConsolePages(*state_);
  for (const char* path : {"/console", "/console/console.css",
                           "/console/console.js", "/console/icon.svg"}) {
    ASSERT_EQ(pages.count(path), 1U) << path;
    const OpsResponse page = pages.at(path)({});
    EXPECT_EQ(page.status, 200);
    EXPECT_FALSE(page.body.empty());
    EXPECT_THAT(page.content_security_policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(page.content_security_policy, Not(HasSubstr("unsafe")));
  }
}

TEST_F(ConsolePagesTest, TheStateOfAnEmptyWireHasNothingInIt) {
  const auto state = nlohmann::json::parse(state_->Json());
  EXPECT_EQ(state["version"], "1.2.3");
  EXPECT_EQ(state["ready"], true);
  EXPECT_EQ(state["history"]["retention_hours"], 0);
  EXPECT_EQ(state["history"]["floor_sequence"], 1);
  EXPECT_TRUE(state["history"]["kept_since"].is_null());
  EXPECT_EQ(state["changes"], nlohmann::json::array());
  EXPECT_EQ(state["subscriptions"]["total"], 0);
  EXPECT_EQ(state["notices"]["kills"], nlohmann::json::array());
  EXPECT_EQ(state["translations"]["rows"], nlohmann::json::array());
}

TEST_F(ConsolePagesTest, TheStateIsMadeAnewOnceASecond) {
  const std::string first = state_->Json();
  ready_ = false;
  clock_.Advance(absl::Milliseconds(999));
  EXPECT_EQ(state_->Json(), first);
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_EQ(nlohmann::json::parse(state_->Json())["ready"], false);
}

}  // namespace
}  // namespace courant
