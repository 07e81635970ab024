#include "services/importers/sentence.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "services/importers/unicode_text.h"

namespace courant::importers {
namespace {

constexpr const char* kQuotes[] = {"\"", "'", "“",  "”",  "‘",  "’",  "„",
                                   "«",  "»", "「", "」", "『", "』", "＂"};
constexpr const char* kClosing[] = {")", "]", ">", "〉", "》"};
constexpr const char* kAbbreviations[] = {"Inc.", "Ltd.", "Corp.", "Co.",
                                          "Jr.",  "Sr.",  "No.",   "etc."};

absl::string_view WithoutClosing(absl::string_view text) {
  for (bool cut = true; cut;) {
    text = TrimSpace(text);
    cut = false;
    for (const char* quote : kQuotes) cut |= absl::ConsumeSuffix(&text, quote);
    for (const char* mark : kClosing) cut |= absl::ConsumeSuffix(&text, mark);
  }
  return text;
}

// "U.S.", "a.m.": a point after a letter that follows a point.
bool EndsWithInitials(absl::string_view text) {
  return text.size() >= 4 && text[text.size() - 3] == '.';
}

}  // namespace

bool EndsSentence(absl::string_view text) {
  text = WithoutClosing(text);
  if (absl::EndsWith(text, "。") || absl::EndsWith(text, "．")) return true;
  if (!absl::EndsWith(text, ".") || absl::EndsWith(text, "..")) return false;
  if (EndsWithInitials(text)) return false;
  for (const char* abbreviation : kAbbreviations) {
    if (absl::EndsWith(text, abbreviation)) return false;
  }
  return true;
}

absl::string_view WithoutOpeningQuotes(absl::string_view text) {
  for (bool cut = true; cut;) {
    cut = false;
    for (const char* quote : kQuotes) cut |= absl::ConsumePrefix(&text, quote);
  }
  return text;
}

bool HasQuote(absl::string_view text) {
  for (const absl::string_view quote : kQuotes) {
    const bool may_be_apostrophe = quote == "'" || quote == "’";
    for (size_t at = text.find(quote); at != absl::string_view::npos;
         at = text.find(quote, at + quote.size())) {
      const size_t next = at + quote.size();
      if (!may_be_apostrophe || at == 0 || next == text.size() ||
          !absl::ascii_isalpha(text[at - 1]) ||
          !absl::ascii_isalpha(text[next])) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace courant::importers
