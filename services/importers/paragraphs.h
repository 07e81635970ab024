#ifndef COURANT_SERVICES_IMPORTERS_PARAGRAPHS_H_
#define COURANT_SERVICES_IMPORTERS_PARAGRAPHS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"

namespace courant::importers {

// A plain text cut into its paragraphs.
struct Paragraphs {
  // Verbatim, without the white space around each. None is empty.
  std::vector<std::string> texts;
  // Whether white space other than line feeds was left out: spaces at the end
  // of a paragraph, no-break spaces, indents.
  bool trimmed = false;
};

// Cuts `text`, which has LF line ends, at its blank lines: lines without
// anything but white space. A single line feed stays in its paragraph.
// Thread-safe.
Paragraphs SplitParagraphs(absl::string_view text);

// Adds one paragraph of plain text to the body. Thread-safe.
void AddParagraph(absl::string_view text, v1::Article& article);

// Notes that white space around paragraphs was left out, once for an article.
// `line` is where its text begins, 0 when not known. Thread-safe.
void NoteTrimmedSpace(int64_t line, v1::Article& article);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_PARAGRAPHS_H_
