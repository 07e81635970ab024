#ifndef COURANT_SERVICES_CLI_MARKED_TEXT_H_
#define COURANT_SERVICES_CLI_MARKED_TEXT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"

// Marks of a text as signs within its words, for an editor of plain text:
//
//   He spoke of ⟦1⟧collapse⟦/1⟧.
//
// The number is that of a kind of mark in a palette, so that a translator sees
// in the source what there is and can use each as often as the words need. The
// sign ⟦ itself is written twice. Thread-safe.
namespace courant {

// The kinds of marks that a text may have: type and what belongs to it, without
// a place. The first one is number 1.
using MarkPalette = std::vector<v1::Mark>;

// The kinds in `texts`, each once, in the order in which they begin.
MarkPalette PaletteOf(const std::vector<const v1::RichText*>& texts);

// What the palette means, on one line: "1 strong, 2 link https://a.example".
// Empty for an empty palette. What comes from a server is not cleaned here.
std::string PaletteText(const MarkPalette& palette);

// The words of `text` with its marks as signs. A mark that crosses another, is
// outside of the words or in no palette is left out: no server makes any.
std::string MarkedText(const v1::RichText& text, const MarkPalette& palette);

// A place in a text that cannot be read, and why.
struct MarkError {
  // Lines above it in the same text.
  int lines_above = 0;
  // One sentence without a full stop; empty when all is well.
  std::string what;
};

// Reads what MarkedText() wrote, UTF-8, and what was made of it by hand.
// Returns false and sets `error` for a sign that is none, a number that the
// palette does not have, a mark that does not end, crosses another or has no
// words.
bool ReadMarkedText(absl::string_view marked, const MarkPalette& palette,
                    v1::RichText& text, MarkError& error);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_MARKED_TEXT_H_
