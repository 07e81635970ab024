#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/importers/byline.h"
#include "services/importers/unicode_text.h"

namespace courant::importers {
namespace {

constexpr struct {
  const char* open;
  const char* close;
} kBrackets[] = {{"<", ">"},   {"(", ")"},   {"[", "]"},
                 {"〈", "〉"}, {"＜", "＞"}, {"（", "）"}};

bool IsLocalPart(char c) {
  return absl::ascii_isalnum(c) || absl::StrContains("._%+-", c);
}

bool IsDomain(char c) { return absl::ascii_isalnum(c) || c == '.' || c == '-'; }

// Takes the first e-mail address out of `text`. False if there is none.
bool TakeAddress(std::string& text, std::vector<std::string>& addresses) {
  for (size_t at = text.find('@'); at != std::string::npos;
       at = text.find('@', at + 1)) {
    size_t begin = at;
    while (begin > 0 && IsLocalPart(text[begin - 1])) --begin;
    size_t end = at + 1;
    while (end < text.size() && IsDomain(text[end])) ++end;
    while (end > at + 1 && !absl::ascii_isalnum(text[end - 1])) --end;
    const bool has_point =
        absl::StrContains(absl::string_view(text).substr(at, end - at), ".");
    // "@desk" alone is a handle, which people print to be found by.
    if (begin == at || !has_point) continue;
    addresses.push_back(text.substr(begin, end - begin));
    text.erase(begin, end - begin);
    return true;
  }
  return false;
}

// Takes the first pair of brackets with nothing between out of `text`, and the
// space before it. Returns it as it stood; empty if there is none.
std::string TakeEmptyBrackets(std::string& text) {
  for (const auto& bracket : kBrackets) {
    const absl::string_view open = bracket.open;
    size_t from = text.find(bracket.open);
    for (; from != std::string::npos;
         from = text.find(bracket.open, from + open.size())) {
      const size_t inside = from + open.size();
      const size_t close = text.find(bracket.close, inside);
      if (close == std::string::npos) break;
      if (!IsBlank(absl::string_view(text).substr(inside, close - inside))) {
        continue;
      }
      const size_t end = close + absl::string_view(bracket.close).size();
      std::string taken = text.substr(from, end - from);
      size_t begin = from;
      while (begin > 0 && text[begin - 1] == ' ') --begin;
      text.erase(begin, end - begin);
      return taken;
    }
  }
  return "";
}

}  // namespace

CleanByline TakeAddressesOut(absl::string_view line) {
  CleanByline clean;
  clean.text = std::string(TrimSpace(line));
  for (std::string taken = TakeEmptyBrackets(clean.text); !taken.empty();
       taken = TakeEmptyBrackets(clean.text)) {
    clean.remains.push_back(taken);
  }
  while (TakeAddress(clean.text, clean.addresses)) {
  }
  if (!clean.addresses.empty()) {
    while (!TakeEmptyBrackets(clean.text).empty()) {
    }
  }
  absl::string_view text = TrimSpace(clean.text);
  if (!clean.addresses.empty() || !clean.remains.empty()) {
    // What separated the address from the name.
    for (bool cut = true; cut;) {
      cut = false;
      for (const char* mark : {"/", "|", ",", ";", "·", "=", ":"}) {
        cut |= absl::ConsumeSuffix(&text, mark);
      }
      text = TrimSpace(text);
    }
  }
  clean.text = std::string(text);
  return clean;
}

}  // namespace courant::importers
