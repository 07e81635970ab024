#include "services/config/server_config.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/config/config_keys.h"
#include "services/config/config_sources.h"
#include "services/config/config_value.h"
#include "services/config/host_names.h"
#include "services/config/listener_rules.h"
#include "services/config/setting.h"
#include "services/config/text_check.h"

namespace courant {
namespace {

// A file with more problems than this is not the file that was meant.
constexpr size_t kMaxErrors = 20;

std::vector<Setting> Defaults() {
  std::vector<Setting> settings;
  for (const ConfigKey& key : ConfigKeys()) {
    settings.push_back({std::string(key.name), std::string(key.default_text),
                        Setting::Form::kArgument, std::string(kDefaultPlace)});
  }
  return settings;
}

// All settings, the weakest source first.
std::vector<Setting> CollectSettings(const ConfigInputs& inputs,
                                     std::vector<std::string>& errors) {
  std::vector<Setting> all = Defaults();
  const auto add = [&all](std::vector<Setting> more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
  };
  if (inputs.file.has_value()) add(SettingsFromFile(*inputs.file, errors));
  add(SettingsFromEnvironment(inputs.environment, errors));
  add(SettingsFromFlags(inputs.set, errors));
  if (inputs.data_dir.has_value()) {
    add({{"data_dir", *inputs.data_dir, Setting::Form::kArgument,
          "--data-dir"}});
  }
  return all;
}

// Why `setting` cannot be applied to any key; empty if it is a section as it
// should be.
std::string ExplainNoKey(const Setting& setting) {
  if (!IsConfigSection(setting.key)) {
    return absl::StrCat(setting.place, ": there is no key ",
                        QuoteForMessage(setting.key), "; ",
                        SuggestKey(setting.key));
  }
  // A section whose entries are all commented out is none.
  if (setting.form == Setting::Form::kSection ||
      setting.form == Setting::Form::kNothing) {
    return "";
  }
  return absl::StrCat(setting.place, ": ", setting.key,
                      ": takes no value of its own; ",
                      DescribeSection(setting.key));
}

void ApplySettings(const std::vector<Setting>& settings, LoadedConfig& loaded,
                   std::vector<std::string>& errors) {
  // What hangs below a refused section is not worth a line of its own.
  std::string refused;
  for (const Setting& setting : settings) {
    if (errors.size() > kMaxErrors) return;
    if (!refused.empty() && absl::StartsWith(setting.key, refused)) continue;
    const ConfigKey* key = FindConfigKey(setting.key);
    if (key == nullptr) {
      std::string error = ExplainNoKey(setting);
      if (error.empty()) continue;
      errors.push_back(std::move(error));
      refused = absl::StrCat(setting.key, ".");
      continue;
    }
    const absl::Status status = AssignValue(*key, setting, loaded.config);
    if (!status.ok()) {
      errors.push_back(absl::StrCat(setting.place, ": ", setting.key, ": ",
                                    status.message()));
      refused = absl::StrCat(setting.key, ".");
    }
    loaded.origins[setting.key] = setting.place;
  }
}

// Why history cannot be kept for as long as is set; empty when it can.
std::string CheckRetention(const LoadedConfig& loaded) {
  constexpr int64_t kLeastSeconds = int64_t{720} * 3600;
  const int64_t kept = loaded.config.storage().retention().seconds();
  if (loaded.config.storage().retention().nanos() == 0 && kept == 0) return "";
  const int64_t requests = loaded.config.request_id().retention().seconds();
  if (kept >= std::max(kLeastSeconds, requests)) return "";
  return absl::StrCat(
      loaded.origins.at("storage.retention"),
      ": storage.retention: must be 0, by which everything is kept, or 720h at "
      "least and no less than request_id.retention, whose answers are told "
      "from history");
}

// The path of a file may hold what cannot stand in YAML, even a line end.
std::string CommentText(const std::string& origin) {
  return FindTextFault(origin, Lines::kRefused).has_value()
             ? absl::CEscape(origin)
             : origin;
}

absl::Status ToStatus(std::vector<std::string> errors) {
  if (errors.empty()) return absl::OkStatus();
  if (errors.size() > kMaxErrors) {
    errors.resize(kMaxErrors);
    errors.push_back("and more");
  }
  return absl::InvalidArgumentError(absl::StrJoin(errors, "\n"));
}

}  // namespace

absl::StatusOr<LoadedConfig> LoadConfig(const ConfigInputs& inputs) {
  std::vector<std::string> errors;
  LoadedConfig loaded;
  ApplySettings(CollectSettings(inputs, errors), loaded, errors);
  // Whether values fit together says nothing while one of them is missing.
  if (errors.empty()) {
    errors = CheckListeners(loaded.config.listeners(), loaded.origins);
    if (std::string error = CheckRetention(loaded); !error.empty()) {
      errors.push_back(std::move(error));
    }
    const auto hosts = ParseHostNames(loaded.config.ops().hosts());
    if (!hosts.ok()) {
      errors.push_back(absl::StrCat(loaded.origins.at("ops.hosts"),
                                    ": ops.hosts: ", hosts.status().message()));
    }
  }
  absl::Status status = ToStatus(std::move(errors));
  if (!status.ok()) return status;
  return loaded;
}

std::string PrintConfig(const LoadedConfig& loaded) {
  std::string out;
  std::vector<absl::string_view> open_sections;
  for (const ConfigKey& key : ConfigKeys()) {
    std::vector<absl::string_view> path = absl::StrSplit(key.name, '.');
    const absl::string_view name = path.back();
    path.pop_back();
    // Opens the sections that the key before was not in.
    const auto shared = std::mismatch(
        path.begin(), path.end(), open_sections.begin(), open_sections.end());
    for (auto section = shared.first; section != path.end(); ++section) {
      const size_t depth = static_cast<size_t>(section - path.begin());
      absl::StrAppend(&out, std::string(2 * depth, ' '), *section, ":\n");
    }
    const std::string& origin = loaded.origins.at(std::string(key.name));
    absl::StrAppend(
        &out, std::string(2 * path.size(), ' '), name, ": ",
        FormatValue(key, loaded.config), "  # ", CommentText(origin),
        key.takes_effect == TakesEffect::kOnReload ? "; reloadable" : "", "\n");
    open_sections = std::move(path);
  }
  return out;
}

}  // namespace courant
