#include "services/config/host_names.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/config/text_check.h"

namespace courant {
namespace {

// The longest name of the DNS.
constexpr size_t kMaxName = 253;

bool IsHostName(absl::string_view name) {
  return !name.empty() && name.size() <= kMaxName &&
         std::all_of(name.begin(), name.end(), [](unsigned char byte) {
           return absl::ascii_isalnum(byte) || byte == '-' || byte == '_' ||
                  byte == '.';
         });
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ParseHostNames(
    absl::string_view text) {
  std::vector<std::string> names;
  if (absl::StripAsciiWhitespace(text).empty()) return names;
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    const absl::string_view name = absl::StripAsciiWhitespace(part);
    if (!IsHostName(name)) {
      return absl::InvalidArgumentError(absl::StrCat(
          QuoteForMessage(name),
          " is not a host name; want names without port and with commas "
          "between, such as \"courant.example.org, courant-ops\""));
    }
    names.emplace_back(name);
  }
  return names;
}

}  // namespace courant
