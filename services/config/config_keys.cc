#include "services/config/config_keys.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace courant {
namespace {

constexpr int64_t kKiB = 1024;
constexpr int64_t kMiB = 1024 * kKiB;
constexpr int64_t kGiB = 1024 * kMiB;
constexpr int64_t kSecond = 1000;
constexpr int64_t kHour = 3600 * kSecond;

// The longest path Linux takes, and the longest name of the DNS, in bytes.
constexpr int64_t kMaxPath = 4096;
constexpr int64_t kMaxDomain = 253;

using enum ValueKind;
using enum TakesEffect;

constexpr ConfigKey kKeys[] = {
    {"data_dir", kAtStart, kText, "./var", 1, kMaxPath},

    {"listeners.internal.address", kAtStart, kAddress, "127.0.0.1:7400"},
    {"listeners.internal.allow_insecure_non_loopback", kAtStart, kSwitch,
     "false"},
    {"listeners.internal.tls.certificate_file", kAtStart, kText, "", 0,
     kMaxPath},
    {"listeners.internal.tls.key_file", kAtStart, kText, "", 0, kMaxPath},
    {"listeners.internal.tls.client_ca_file", kAtStart, kText, "", 0, kMaxPath},

    {"listeners.partner.address", kAtStart, kAddress, "127.0.0.1:7401"},
    {"listeners.partner.allow_insecure_non_loopback", kAtStart, kSwitch,
     "false"},
    {"listeners.partner.tls.certificate_file", kAtStart, kText, "", 0,
     kMaxPath},
    {"listeners.partner.tls.key_file", kAtStart, kText, "", 0, kMaxPath},
    {"listeners.partner.tls.client_ca_file", kAtStart, kText, "", 0, kMaxPath},

    {"listeners.http.address", kAtStart, kAddress, "127.0.0.1:7480"},
    {"listeners.http.allow_insecure_non_loopback", kAtStart, kSwitch, "false"},
    {"listeners.http.tls.certificate_file", kAtStart, kText, "", 0, kMaxPath},
    {"listeners.http.tls.key_file", kAtStart, kText, "", 0, kMaxPath},
    {"listeners.http.tls.client_ca_file", kAtStart, kText, "", 0, kMaxPath},

    {"listeners.ops.address", kAtStart, kAddress, "127.0.0.1:7490"},
    {"listeners.ops.allow_insecure_non_loopback", kAtStart, kSwitch, "false"},
    {"listeners.ops.tls.certificate_file", kAtStart, kText, "", 0, kMaxPath},
    {"listeners.ops.tls.key_file", kAtStart, kText, "", 0, kMaxPath},
    {"listeners.ops.tls.client_ca_file", kAtStart, kText, "", 0, kMaxPath},

    {"limits.max_request_bytes", kAtStart, kBytes, "8MiB", 64 * kKiB,
     64 * kMiB},
    {"limits.worker_threads", kAtStart, kCount, "64", 1, 1024},
    {"limits.max_streams", kOnReload, kCount, "4096", 1, 100000},

    {"stream.default_progress_interval", kOnReload, kDuration, "5s", kSecond,
     60 * kSecond},
    {"stream.stall_timeout", kOnReload, kDuration, "30s", kSecond, kHour},
    {"stream.ring_bytes", kAtStart, kBytes, "64MiB", kMiB, 64 * kGiB},

    {"storage.block_cache_bytes", kAtStart, kBytes, "256MiB", 8 * kMiB,
     1024 * kGiB},
    {"storage.max_wal_bytes", kAtStart, kBytes, "64MiB", 4 * kMiB, 64 * kGiB},
    {"storage.write_buffer_bytes", kAtStart, kBytes, "64MiB", kMiB, 4 * kGiB},
    {"storage.reserved_bytes", kOnReload, kBytes, "256MiB", 0, 1024 * kGiB},
    {"storage.retention", kAtStart, kDuration, "0", 0, 876000 * kHour},

    {"request_id.retention", kAtStart, kDuration, "168h", kHour, 8760 * kHour},

    {"publisher.domain", kAtStart, kDomain, "", 0, kMaxDomain},
    {"publisher.contact", kOnReload, kText, "", 0, 200},

    {"editorial.kill_confirm_window", kOnReload, kDuration, "1h", 60 * kSecond,
     24 * kHour},

    {"auth.pepper_file", kAtStart, kText, "", 0, kMaxPath},
    {"auth.environment", kAtStart, kChoice, "live"},

    {"partners.acknowledge_within", kOnReload, kDuration, "30m", kSecond,
     720 * kHour},
    {"partners.calls_per_second", kOnReload, kCount, "100", 1, 100000},
    {"partners.call_burst", kOnReload, kCount, "1000", 1, 100000},
    {"partners.max_streams", kOnReload, kCount, "1000", 1, 100000},
    {"partners.openings_per_minute", kOnReload, kCount, "3000", 1, 1000000},
    {"partners.bytes_per_second", kOnReload, kBytes, "64MiB", 64 * kKiB,
     1024 * kGiB},
    {"partners.replay_days", kOnReload, kCount, "0", 0, 36500},
    {"partners.max_connections", kOnReload, kCount, "10000", 1, 1000000},
    {"partners.max_connections_per_address", kOnReload, kCount, "512", 1,
     1000000},
    {"partners.max_cuts_per_minute", kOnReload, kCount, "5", 0, 100000},
    {"partners.failed_logins_per_minute", kOnReload, kCount, "10", 1, 100000},
    {"partners.failed_login_burst", kOnReload, kCount, "20", 1, 100000},

    {"backup.dir", kAtStart, kText, "", 0, kMaxPath},

    {"audit.file", kAtStart, kText, "", 0, kMaxPath},
    {"audit.max_file_bytes", kAtStart, kBytes, "64MiB", 64 * kKiB, 16 * kGiB},
    {"audit.on_failure", kOnReload, kChoice, "continue"},

    {"ops.hosts", kAtStart, kText, "", 0, kMaxPath},

    {"log.level", kOnReload, kChoice, "info"},
    {"log.calls", kAtStart, kChoice, "errors"},
};

// Longer names are not compared: nobody mistyped "level" with 200 letters.
constexpr size_t kMaxComparedBytes = 128;

// The least number of letters to insert, delete or replace.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

// The candidate spelled most like `name`, unless it is far from all. One that
// is `name` with something in front counts as near.
std::optional<std::string> Nearest(absl::string_view name, char separator,
                                   const std::vector<std::string>& candidates) {
  if (name.size() > kMaxComparedBytes) return std::nullopt;
  std::optional<std::string> nearest;
  size_t nearest_distance = 1 + name.size() / 5 + 1;
  for (const std::string& candidate : candidates) {
    const bool is_tail = absl::EndsWith(
        candidate, absl::StrCat(std::string(1, separator), name));
    const size_t distance = is_tail ? 1 : EditDistance(name, candidate);
    if (distance >= nearest_distance) continue;
    nearest_distance = distance;
    nearest = candidate;
  }
  return nearest;
}

// The parts of `name` up to and without its last dot; "" at the top.
absl::string_view Parent(absl::string_view name) {
  const size_t dot = name.rfind('.');
  return dot == absl::string_view::npos ? "" : name.substr(0, dot);
}

// Every section, each once, in the order of the schema.
std::vector<std::string> Sections() {
  std::vector<std::string> sections;
  for (const ConfigKey& key : kKeys) {
    for (size_t dot = key.name.find('.'); dot != absl::string_view::npos;
         dot = key.name.find('.', dot + 1)) {
      std::string section(key.name.substr(0, dot));
      if (std::find(sections.begin(), sections.end(), section) ==
          sections.end()) {
        sections.push_back(std::move(section));
      }
    }
  }
  return sections;
}

// The names directly in `section` ("" is the top), in order.
std::vector<std::string> Children(absl::string_view section) {
  std::vector<std::string> children;
  for (const ConfigKey& key : kKeys) {
    absl::string_view rest = key.name;
    if (!section.empty() && !(absl::ConsumePrefix(&rest, section) &&
                              absl::ConsumePrefix(&rest, "."))) {
      continue;
    }
    std::string child(rest.substr(0, rest.find('.')));
    if (children.empty() || children.back() != child) {
      children.push_back(std::move(child));
    }
  }
  return children;
}

}  // namespace

absl::Span<const ConfigKey> ConfigKeys() { return kKeys; }

const ConfigKey* FindConfigKey(absl::string_view name) {
  for (const ConfigKey& key : kKeys) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

bool IsConfigSection(absl::string_view name) {
  return !name.empty() && !Children(name).empty();
}

std::string EnvironmentName(absl::string_view key) {
  return absl::StrCat(
      kEnvironmentPrefix,
      absl::AsciiStrToUpper(absl::StrReplaceAll(key, {{".", "_"}})));
}

std::string DescribeSection(absl::string_view section) {
  return absl::StrCat(
      section.empty() ? "the top level" : absl::StrCat("\"", section, "\""),
      " has: ", absl::StrJoin(Children(section), ", "));
}

std::string SuggestKey(absl::string_view unknown_key) {
  std::vector<std::string> candidates = Sections();
  for (const ConfigKey& key : kKeys) candidates.emplace_back(key.name);
  const auto nearest = Nearest(unknown_key, '.', candidates);
  if (nearest.has_value()) {
    return absl::StrCat("did you mean \"", *nearest, "\"?");
  }
  // The nearest section around it that exists.
  absl::string_view section = Parent(unknown_key);
  while (!section.empty() && !IsConfigSection(section)) {
    section = Parent(section);
  }
  return DescribeSection(section);
}

std::string SuggestVariable(absl::string_view unknown_variable) {
  std::vector<std::string> candidates;
  for (const ConfigKey& key : kKeys) {
    candidates.push_back(EnvironmentName(key.name));
  }
  const auto nearest = Nearest(unknown_variable, '_', candidates);
  if (nearest.has_value()) {
    return absl::StrCat("did you mean ", *nearest, "?");
  }
  return absl::StrCat("names are made of the keys, such as ",
                      EnvironmentName("log.level"), " for log.level");
}

}  // namespace courant
