#ifndef COURANT_SERVICES_CLI_DISPLAY_WIDTH_H_
#define COURANT_SERVICES_CLI_DISPLAY_WIDTH_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// How much room a text takes on a terminal, in columns: East Asian wide
// characters such as Hangul and Hanja and most emoji take 2, combining marks
// none, everything else 1. A grapheme (what a reader sees as one character)
// is never cut apart. All texts are UTF-8. All functions are thread-safe.
namespace courant {

// Columns that `text`, one line, takes.
int DisplayWidth(absl::string_view text);

// `text` if it takes at most `columns`; else its beginning and "…", at most
// `columns` together. `columns` of 0 and less give nothing.
std::string CutToWidth(absl::string_view text, int columns);

// `text`, one line, as lines of at most `columns`: broken at spaces, and within
// a word, as Korean and Japanese allow, where it is longer than a line. Nothing
// is lost but the spaces at which it is broken. `columns` of 0 and less, and
// texts that fit, give one line; no text gives none.
std::vector<std::string> WrapToWidth(absl::string_view text, int columns);

// `text` and as many spaces as make it at least `columns` wide.
std::string PadToWidth(absl::string_view text, int columns);

// `text` as one line that a terminal shows as it is: line breaks and tabs
// become spaces; other control characters, bidirectional overrides and bytes
// that are not UTF-8 become U+FFFD. Text from elsewhere passes through this
// before it is shown, since an escape sequence could rewrite the screen.
std::string OneLine(absl::string_view text);

// OneLine() with line breaks and tabs kept.
std::string PrintableLines(absl::string_view text);

// True when `text` is well-formed UTF-8.
bool IsUtf8(absl::string_view text);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_DISPLAY_WIDTH_H_
