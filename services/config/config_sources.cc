#include "services/config/config_sources.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/config/config_keys.h"
#include "services/config/text_check.h"
#include "services/config/yaml_reader.h"

namespace courant {

std::vector<Setting> SettingsFromFile(const std::string& path,
                                      std::vector<std::string>& errors) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 4096> block;
  // Not to the end, which a device may not have: the reader refuses what is
  // too long.
  while (file.good() && text.size() <= kMaxYamlBytes) {
    file.read(block.data(), block.size());
    text.append(block.data(), static_cast<size_t>(file.gcount()));
  }
  // A directory can be opened and fails on reading.
  if (!file.is_open() || file.bad()) {
    errors.push_back(absl::StrCat(path,
                                  ": cannot be read: ", std::strerror(errno),
                                  "; name a readable file with --config"));
    return {};
  }
  return ReadYaml(text, path, errors);
}

std::vector<Setting> SettingsFromEnvironment(
    absl::Span<const std::string> environment,
    std::vector<std::string>& errors) {
  std::vector<Setting> settings;
  for (const absl::string_view variable : environment) {
    if (!absl::StartsWith(variable, kEnvironmentPrefix)) continue;
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(variable, absl::MaxSplits('=', 1));
    const auto key = std::find_if(
        ConfigKeys().begin(), ConfigKeys().end(), [&](const ConfigKey& k) {
          return EnvironmentName(k.name) == parts.first;
        });
    if (key == ConfigKeys().end()) {
      errors.push_back(
          absl::StrCat("environment: ", QuoteForMessage(parts.first),
                       " sets nothing; ", SuggestVariable(parts.first)));
      continue;
    }
    settings.push_back({std::string(key->name), std::string(parts.second),
                        Setting::Form::kArgument, std::string(parts.first)});
  }
  return settings;
}

std::vector<Setting> SettingsFromFlags(absl::Span<const std::string> arguments,
                                       std::vector<std::string>& errors) {
  std::vector<Setting> settings;
  for (const std::string& argument : arguments) {
    const size_t equals = argument.find('=');
    if (equals == std::string::npos) {
      errors.push_back(absl::StrCat("--set: ", QuoteForMessage(argument),
                                    " has no \"=\"; write --set key=value"));
      continue;
    }
    settings.push_back({argument.substr(0, equals), argument.substr(equals + 1),
                        Setting::Form::kArgument, "--set"});
  }
  return settings;
}

}  // namespace courant
