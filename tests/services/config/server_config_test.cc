#include "services/config/server_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/config/config_keys.h"
#include "tests/services/config/config_test_support.h"

namespace courant {
namespace {

using google::protobuf::util::MessageDifferencer;
using testing::HasSubstr;

LoadedConfig MustLoad(const ConfigInputs& inputs) {
  auto loaded = LoadConfig(inputs);
  EXPECT_TRUE(loaded.ok()) << loaded.status();
  return loaded.ok() ? *std::move(loaded) : LoadedConfig();
}

LoadedConfig MustLoadText(absl::string_view text) {
  auto loaded = LoadText(text);
  EXPECT_TRUE(loaded.ok()) << loaded.status();
  return loaded.ok() ? *std::move(loaded) : LoadedConfig();
}

TEST(ServerConfigTest, NothingGivenMeansTheDocumentedDefaults) {
  const LoadedConfig loaded = MustLoad({});
  const config::v1::ServerConfig& config = loaded.config;
  EXPECT_EQ(config.data_dir(), "./var");
  EXPECT_EQ(config.listeners().internal().address(), "127.0.0.1:7400");
  EXPECT_EQ(config.listeners().partner().address(), "127.0.0.1:7401");
  EXPECT_EQ(config.listeners().http().address(), "127.0.0.1:7480");
  EXPECT_EQ(config.listeners().ops().address(), "127.0.0.1:7490");
  EXPECT_FALSE(config.listeners().ops().allow_insecure_non_loopback());
  EXPECT_EQ(config.limits().max_request_bytes(), 8u << 20);
  EXPECT_EQ(config.limits().worker_threads(), 64u);
  EXPECT_EQ(config.stream().default_progress_interval().seconds(), 5);
  EXPECT_EQ(config.stream().stall_timeout().seconds(), 30);
  EXPECT_EQ(config.stream().ring_bytes(), 64u << 20);
  EXPECT_EQ(config.storage().block_cache_bytes(), 256u << 20);
  EXPECT_EQ(config.storage().max_wal_bytes(), 64u << 20);
  EXPECT_EQ(config.storage().write_buffer_bytes(), 64u << 20);
  EXPECT_EQ(config.storage().retention().seconds(), 0);
  EXPECT_EQ(config.request_id().retention().seconds(), 7 * 24 * 3600);
  EXPECT_EQ(config.publisher().domain(), "");
  EXPECT_EQ(config.log().level(), config::v1::Log::LEVEL_INFO);
  EXPECT_EQ(loaded.origins.size(), ConfigKeys().size());
}

TEST(ServerConfigTest, EveryKindOfValueIsReadFromAFile) {
  const LoadedConfig loaded = MustLoadText(R"(
# A wire for the newsroom.
data_dir: /var/lib/courant   # without quotes
listeners:
  internal:
    address: "[::1]:7400"
  partner:
    address: 192.0.2.7:7401
    tls: {certificate_file: "a.pem", key_file: 'b.pem'}
  ops: {address: "0.0.0.0:7490", allow_insecure_non_loopback: true}
limits:
  max_request_bytes: 1048576
  worker_threads: 1024
stream:
  default_progress_interval: 1.5s
  stall_timeout: "1m30s"
  ring_bytes: "1 GiB"
publisher:
  domain: wire.example.org
log:
  level: warning
)");
  const config::v1::ServerConfig& config = loaded.config;
  EXPECT_EQ(config.data_dir(), "/var/lib/courant");
  EXPECT_EQ(config.listeners().internal().address(), "[::1]:7400");
  EXPECT_EQ(config.listeners().partner().tls().key_file(), "b.pem");
  EXPECT_TRUE(config.listeners().ops().allow_insecure_non_loopback());
  EXPECT_EQ(config.limits().max_request_bytes(), 1u << 20);
  EXPECT_EQ(config.limits().worker_threads(), 1024u);
  EXPECT_EQ(config.stream().default_progress_interval().seconds(), 1);
  EXPECT_EQ(config.stream().default_progress_interval().nanos(), 500'000'000);
  EXPECT_EQ(config.stream().stall_timeout().seconds(), 90);
  EXPECT_EQ(config.stream().ring_bytes(), 1u << 30);
  EXPECT_EQ(config.publisher().domain(), "wire.example.org");
  EXPECT_EQ(config.log().level(), config::v1::Log::LEVEL_WARNING);
}

TEST(ServerConfigTest, BothEndsOfEveryRangeAreAllowed) {
  for (const ConfigKey& key : ConfigKeys()) {
    std::string unit;
    if (key.kind == ValueKind::kDuration) {
      unit = "ms";
    } else if (key.kind != ValueKind::kCount && key.kind != ValueKind::kBytes) {
      continue;
    }
    const auto load = [&](int64_t value) {
      return LoadConfig({.set = {absl::StrCat(key.name, "=", value, unit)}})
          .status();
    };
    EXPECT_TRUE(load(key.min).ok()) << load(key.min);
    EXPECT_TRUE(load(key.max).ok()) << load(key.max);
    EXPECT_FALSE(load(key.min - 1).ok()) << key.name;
    EXPECT_FALSE(load(key.max + 1).ok()) << key.name;
  }
}

TEST(ServerConfigTest, AnEmptyFileOrSectionLeavesTheDefaults) {
  const LoadedConfig defaults = MustLoad({});
  for (const char* text : {"", "# nothing yet\n", "---\n", "limits:\n",
                           "limits:\n  # worker_threads: 3\nlog: {}\n"}) {
    EXPECT_TRUE(
        MessageDifferencer::Equals(MustLoadText(text).config, defaults.config))
        << text;
  }
}

TEST(ServerConfigTest, FlagsBeatTheEnvironmentBeatsTheFileBeatsTheDefault) {
  const ConfigFile file(
      "limits:\n  worker_threads: 1\n  max_streams: 1\nlog:\n  level: debug\n");
  const LoadedConfig loaded = MustLoad(
      {.file = file.path(),
       .environment = {"HOME=/root", "COURANTD_LIMITS_WORKER_THREADS=2",
                       "COURANTD_LIMITS_MAX_STREAMS=2"},
       .set = {"limits.worker_threads=3"}});
  EXPECT_EQ(loaded.config.limits().worker_threads(), 3u);
  EXPECT_EQ(loaded.config.limits().max_streams(), 2u);
  EXPECT_EQ(loaded.config.log().level(), config::v1::Log::LEVEL_DEBUG);
  EXPECT_EQ(loaded.config.data_dir(), "./var");
  EXPECT_EQ(loaded.origins.at("limits.worker_threads"), "--set");
  EXPECT_EQ(loaded.origins.at("limits.max_streams"),
            "COURANTD_LIMITS_MAX_STREAMS");
  EXPECT_EQ(loaded.origins.at("log.level"), file.path() + ":5:3");
  EXPECT_EQ(loaded.origins.at("data_dir"), "default");
}

TEST(ServerConfigTest, TheLastOfTwoFlagsWinsAndDataDirHasTheLastWord) {
  const LoadedConfig loaded =
      MustLoad({.environment = {"COURANTD_DATA_DIR=a"},
                .set = {"data_dir=b", "log.level=debug", "log.level=error"},
                .data_dir = "c=d"});
  EXPECT_EQ(loaded.config.data_dir(), "c=d");
  EXPECT_EQ(loaded.origins.at("data_dir"), "--data-dir");
  EXPECT_EQ(loaded.config.log().level(), config::v1::Log::LEVEL_ERROR);
}

TEST(ServerConfigTest, VariablesOfTheClientAreNotOurs) {
  const LoadedConfig loaded =
      MustLoad({.environment = {"COURANT_ADDRESS=127.0.0.1:1",
                                "COURANT_DATA=/data", "COURANTD=x", "=", ""}});
  EXPECT_EQ(loaded.config.listeners().internal().address(), "127.0.0.1:7400");
}

TEST(ServerConfigTest, AddressesAreStoredInTheirShortestForm) {
  const LoadedConfig loaded =
      MustLoad({.set = {"listeners.internal.address=localhost:0",
                        "listeners.ops.address=[0:0:0:0:0:0:0:1]:0"}});
  EXPECT_EQ(loaded.config.listeners().internal().address(), "127.0.0.1:0");
  EXPECT_EQ(loaded.config.listeners().ops().address(), "[::1]:0");
}

TEST(ServerConfigTest, ListenersMayShareAnAddressOnPortZero) {
  MustLoad({.set = {"listeners.internal.address=127.0.0.1:0",
                    "listeners.ops.address=127.0.0.1:0"}});
}

TEST(ServerConfigTest, HistoryIsKeptForLongEnoughOrForEver) {
  MustLoad({.set = {"storage.retention=0"}});
  MustLoad({.set = {"storage.retention=720h"}});
  MustLoad({.set = {"storage.retention=801h", "request_id.retention=801h"}});
  using Settings = std::vector<std::string>;
  for (const Settings& settings : {
           Settings{"storage.retention=719h59m59s"},
           Settings{"storage.retention=1ms"},
           Settings{"storage.retention=800h", "request_id.retention=801h"},
       }) {
    const absl::Status status = LoadConfig({.set = settings}).status();
    EXPECT_THAT(status.message(), HasSubstr("storage.retention: must be 0"));
  }
}

TEST(ServerConfigTest, APrintedConfigurationLoadsToTheSame) {
  const ConfigFile file(R"(
data_dir: "a \"quoted\" \\ path/기사 #1"
limits: {max_request_bytes: 1000001}
stream: {stall_timeout: 1h}
request_id: {retention: 1h30m0.25s}
publisher: {domain: example.org}
log: {level: error}
)");
  const LoadedConfig loaded = MustLoad({.file = file.path()});
  const std::string printed = PrintConfig(loaded);
  const LoadedConfig again = MustLoadText(printed);
  EXPECT_TRUE(MessageDifferencer::Equals(again.config, loaded.config))
      << printed;
}

TEST(ServerConfigTest, APrintedConfigurationNamesEveryKeyAndItsOrigin) {
  const ConfigFile file("log:\n  level: error\n");
  const std::string printed = absl::StrReplaceAll(
      PrintConfig(MustLoad({.file = file.path(),
                            .environment = {"COURANTD_STREAM_RING_BYTES=1MiB"},
                            .set = {"limits.max_streams=7"},
                            .data_dir = "here"})),
      {{file.path(), "wire.yaml"}});
  EXPECT_THAT(printed, HasSubstr("data_dir: \"here\"  # --data-dir\n"));
  EXPECT_THAT(printed, HasSubstr("listeners:\n  internal:\n    address: "
                                 "\"127.0.0.1:7400\"  # default\n"));
  EXPECT_THAT(
      printed,
      HasSubstr("\nlog:\n  level: error  # wire.yaml:2:3; reloadable\n"));
  EXPECT_THAT(printed, HasSubstr("  max_streams: 7  # --set; reloadable\n"));
  EXPECT_THAT(printed,
              HasSubstr("  ring_bytes: 1MiB  # COURANTD_STREAM_RING_BYTES\n"));
  EXPECT_THAT(printed, HasSubstr("request_id:\n  retention: 168h  # default"));
  for (const ConfigKey& key : ConfigKeys()) {
    const absl::string_view leaf = key.name.substr(key.name.rfind('.') + 1);
    EXPECT_THAT(printed, HasSubstr(absl::StrCat(leaf, ": "))) << key.name;
  }
}

TEST(ServerConfigTest, AFileThatIsMissingOrADirectoryIsRefused) {
  for (const char* path : {"/nonexistent/wire.yaml", "/", ""}) {
    const absl::Status status = LoadConfig({.file = path}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), HasSubstr("cannot be read"));
  }
}

TEST(ServerConfigTest, AFileWithoutAnEndIsRefused) {
  const absl::Status status = LoadConfig({.file = "/dev/zero"}).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("larger than 1048576"));
}

}  // namespace
}  // namespace courant
