#include "services/editorial/rules/text_diff.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/editorial/rules/text_places.h"

namespace courant {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t'; }

// Bytes that `a` and `b` begin with in common, back to the start of a word.
size_t CommonStart(absl::string_view a, absl::string_view b) {
  const size_t shorter = std::min(a.size(), b.size());
  size_t same = 0;
  while (same < shorter && a[same] == b[same]) ++same;
  // Both go on with a space or end here: a word ends on both sides.
  const auto ends = [same](absl::string_view text) {
    return same == text.size() || IsSpace(text[same]);
  };
  if (ends(a) && ends(b)) return same;
  while (same > 0 && !IsSpace(a[same - 1])) --same;
  return same;
}

// The same from the end, of what is left after `start`.
size_t CommonEnd(absl::string_view a, absl::string_view b, size_t start) {
  const size_t shorter = std::min(a.size(), b.size()) - start;
  size_t same = 0;
  while (same < shorter && a[a.size() - 1 - same] == b[b.size() - 1 - same]) {
    ++same;
  }
  const auto begins = [same, start](absl::string_view text) {
    return same + start == text.size() || IsSpace(text[text.size() - same - 1]);
  };
  if (begins(a) && begins(b)) return same;
  while (same > 0 && !IsSpace(a[a.size() - same])) --same;
  return same;
}

std::string Trimmed(absl::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return std::string(text);
}

std::string Shortened(absl::string_view text) {
  size_t code_points = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    // Every byte but those that continue a code point begins one.
    if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
    if (code_points++ == kMaxDiffCodePoints) {
      return absl::StrCat(text.substr(0, i), "\u2026");
    }
  }
  return std::string(text);
}

void AddDiff(const std::string& where, absl::string_view was,
             absl::string_view now, CorrectionList* diffs) {
  if (was == now || diffs->size() == kMaxDiffs) return;
  const size_t start = CommonStart(was, now);
  const size_t end = CommonEnd(was, now, start);
  const auto middle = [start, end](absl::string_view text) {
    return Shortened(Trimmed(text.substr(start, text.size() - start - end)));
  };
  v1::ChangeNote::Correction& diff = *diffs->Add();
  diff.set_where(where);
  diff.set_was(middle(was));
  diff.set_now(middle(now));
}

}  // namespace

CorrectionList DiffTexts(const v1::Article& before, const v1::Article& after) {
  std::map<std::string, std::string> left;
  for (TextAt& at : TextsOf(before)) {
    left.emplace(std::move(at.where), std::move(at.text));
  }
  CorrectionList diffs;
  for (const TextAt& at : TextsOf(after)) {
    const auto found = left.find(at.where);
    AddDiff(at.where, found == left.end() ? "" : found->second, at.text,
            &diffs);
    if (found != left.end()) left.erase(found);
  }
  for (const auto& [where, text] : left) AddDiff(where, text, "", &diffs);
  return diffs;
}

}  // namespace courant
