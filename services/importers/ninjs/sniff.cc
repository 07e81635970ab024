#include "services/importers/ninjs/sniff.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace courant::importers {
namespace {

constexpr absl::string_view kTelling[] = {
    "uri",          "standard",        "headlines",       "bodies",
    "descriptions", "associations",    "versionCreated",  "versioncreated",
    "firstCreated", "firstcreated",    "pubstatus",       "embargoedUntil",
    "embargoed",    "copyrightNotice", "copyrightnotice", "$schema"};

// Where the string ends that begins at `begin`: behind its second quote.
size_t EndOfString(absl::string_view text, size_t begin) {
  size_t i = begin + 1;
  while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
  return i < text.size() ? i + 1 : text.size();
}

}  // namespace

bool LooksLikeNinjs(absl::string_view text) {
  text = absl::StripLeadingAsciiWhitespace(text);
  if (absl::StartsWith(text, "[")) {
    // Of objects; a page may begin with a word in brackets.
    text = absl::StripLeadingAsciiWhitespace(text.substr(1));
    return absl::StartsWith(text, "{");
  }
  if (!absl::StartsWith(text, "{")) return false;
  int depth = 0;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth == 0) return false;
    if (c != '"') {
      ++i;
      continue;
    }
    const size_t end = EndOfString(text, i);
    const absl::string_view key = text.substr(i + 1, end - i - 2);
    const bool is_key =
        depth == 1 &&
        absl::StartsWith(absl::StripLeadingAsciiWhitespace(text.substr(end)),
                         ":");
    i = end;
    if (!is_key) continue;
    // One line of a request of ours.
    if (key == "article") return false;
    for (const absl::string_view telling : kTelling) {
      if (key == telling) return true;
    }
  }
  return false;
}

}  // namespace courant::importers
