#include "services/filter/language_range.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace courant::filter {
namespace {

constexpr size_t kMaxPartBytes = 8;

}  // namespace

bool IsLanguageRange(absl::string_view text) {
  if (text.empty() || !absl::ascii_isalpha(text.front())) return false;
  for (const absl::string_view part : absl::StrSplit(text, '-')) {
    if (part.empty() || part.size() > kMaxPartBytes ||
        !std::all_of(part.begin(), part.end(), absl::ascii_isalnum)) {
      return false;
    }
  }
  return true;
}

bool LanguageIsIn(absl::string_view tag, absl::string_view range) {
  return absl::StartsWithIgnoreCase(tag, range) &&
         (tag.size() == range.size() || tag[range.size()] == '-');
}

}  // namespace courant::filter
