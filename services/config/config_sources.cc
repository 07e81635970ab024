#include "services/config/config_sources.h"

#include <algorithm>
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
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  // One byte more than allowed, for the reader to refuse: a device may have
  // no end.
  std::string text(kMaxYamlBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  // A directory opens and fails on reading; the end of a file is no failure.
  if (file.bad() || (text.empty() && errno != 0)) {
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
