#include "services/importers/paragraphs.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/importers/unicode_text.h"

namespace courant::importers {
namespace {

// Whether anything but line feeds was cut away from `whole` to get `part`,
// which points into it.
bool LostSpace(absl::string_view whole, absl::string_view part) {
  const size_t front = part.data() - whole.data();
  return whole.substr(0, front).find_first_not_of('\n') !=
             absl::string_view::npos ||
         whole.substr(front + part.size()).find_first_not_of('\n') !=
             absl::string_view::npos;
}

}  // namespace

Paragraphs SplitParagraphs(absl::string_view text) {
  Paragraphs result;
  size_t begin = 0;  // Of the paragraph that is being gathered.
  size_t end = 0;    // Behind its last line that is not blank.
  const auto finish = [&] {
    const absl::string_view whole = text.substr(begin, end - begin);
    const absl::string_view part = TrimSpace(whole);
    if (part.empty()) return;
    result.trimmed |= LostSpace(whole, part);
    result.texts.emplace_back(part);
  };
  size_t line_begin = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (IsBlank(line)) {
      finish();
      begin = end = line_begin + line.size();
    } else {
      end = line_begin + line.size();
    }
    line_begin += line.size() + 1;
  }
  finish();
  return result;
}

void AddParagraph(absl::string_view text, v1::Article& article) {
  article.add_body()->mutable_paragraph()->mutable_text()->set_text(
      std::string(text));
}

void NoteTrimmedSpace(int64_t line, v1::Article& article) {
  v1::Provenance::Cleaning* note = article.mutable_provenance()->add_cleaning();
  note->set_action("rewritten");
  note->set_reason("surrounding-space");
  note->set_line(static_cast<int32_t>(line));
}

}  // namespace courant::importers
