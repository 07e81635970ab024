#include "services/importers/ninjs/written_text.h"

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/importers/markup/markup_blocks.h"
#include "services/importers/ninjs/fields.h"
#include "services/importers/unicode_text.h"

namespace courant::importers::ninjs {
namespace {

// `text` with each run of spaces and line ends as one space.
std::string Folded(absl::string_view text) {
  std::string folded;
  for (const char c : TrimSpace(text)) {
    if (!absl::ascii_isspace(c)) {
      folded.push_back(c);
    } else if (!absl::EndsWith(folded, " ")) {
      folded.push_back(' ');
    }
  }
  return folded;
}

}  // namespace

Writing WritingOf(const JsonValue& entry) {
  const std::string type =
      absl::AsciiStrToLower(TrimSpace(PeekString(entry, "contentType")));
  if (absl::StrContains(type, "xhtml")) return Writing::kXhtml;
  if (absl::StrContains(type, "html")) return Writing::kHtml;
  if (type.empty() || type.substr(0, type.find(';')) == "text/plain") {
    return Writing::kPlain;
  }
  return Writing::kOther;
}

std::string RoleOf(const JsonValue& entry) {
  return absl::AsciiStrToLower(TrimSpace(PeekString(entry, "role")));
}

std::string TakeWords(JsonValue& entry, absl::string_view path,
                      Faults& faults) {
  const Writing writing = WritingOf(entry);
  if (writing == Writing::kOther) return "";
  MarkUsed(entry, "contentType");
  const std::string value = TakeString(entry, "value");
  if (writing == Writing::kPlain) return std::string(TrimSpace(value));
  absl::StatusOr<std::string> words = WordsOfMarkup(
      writing == Writing::kXhtml ? MarkupKind::kXhtml : MarkupKind::kHtml,
      value);
  if (words.ok()) return *std::move(words);
  faults.Add(v1::FIELD_INVALID, entry.line, absl::StrCat(path, ".value"),
             words.status().message());
  return "";
}

bool SameWords(absl::string_view one, absl::string_view other) {
  return Folded(one) == Folded(other);
}

}  // namespace courant::importers::ninjs
