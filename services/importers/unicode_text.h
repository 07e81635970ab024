#ifndef COURANT_SERVICES_IMPORTERS_UNICODE_TEXT_H_
#define COURANT_SERVICES_IMPORTERS_UNICODE_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "courant/v1/error.pb.h"

namespace courant::importers {

// What the importers need to know of Unicode. White space is the property
// White_Space: no-break and ideographic spaces belong to it, joiners do not.
// All functions are pure and thread-safe. Those that take valid UTF-8 do not
// crash on other bytes; they count each stray byte as one code point.

// The first byte of a text that an article cannot hold.
struct BadText {
  size_t offset;           // In bytes, from 0.
  std::string what;        // "is not UTF-8 (byte 0xb1)", "holds U+0007, ...".
  v1::ErrorReason reason;  // INVALID_UTF8 or FIELD_INVALID.
};

// Finds the first byte that is not well-formed UTF-8, or the first character
// that no article may hold: a control character (C0, DEL, C1) other than line
// feed, carriage return and tab, U+FFFE or U+FFFF. Nothing if there is none.
std::optional<BadText> FindBadText(absl::string_view text);

// `text` with CR LF and CR alone turned into LF.
std::string WithLineFeeds(absl::string_view text);

// `text` without the white space around it.
absl::string_view TrimSpace(absl::string_view text);

// Whether `text` has nothing but white space.
bool IsBlank(absl::string_view text);

// `text` on one line: each run of white space with a line feed in it becomes
// one space.
std::string OnOneLine(absl::string_view text);

// Code points in `text`.
int CountCodePoints(absl::string_view text);

// The first `count` code points of `text`, or all of it.
absl::string_view FirstCodePoints(absl::string_view text, int count);

// The columns that `text` takes in print: 2 for a letter of Korean, Japanese or
// Chinese, 1 for any other code point. So a limit on the length of a headline
// holds in all of them.
int PrintWidth(absl::string_view text);

// Whether the first code point of `text` begins a name: an upper-case letter,
// or one of a script without case.
bool BeginsLikeName(absl::string_view text);

// `text` in double quotes for a message: cut after 60 code points, on one line,
// without control characters.
std::string Quoted(absl::string_view text);

// How many letters `text` has of the scripts that tell languages apart.
struct LetterCounts {
  int hangul = 0;
  int kana = 0;
  int latin = 0;
  int other = 0;  // Any other script, Han among them.
};
LetterCounts CountLetters(absl::string_view text);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_UNICODE_TEXT_H_
