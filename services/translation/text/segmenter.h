#ifndef COURANT_SERVICES_TRANSLATION_TEXT_SEGMENTER_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_SEGMENTER_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

// Where the sentences of a text end: Unicode's rules (UAX 29, by ICU) and, on
// top of them, ours for what these get wrong in news, above all in Korean.
namespace courant {

// Which rules divided a text (TranslationContent.rules_version). One more
// whenever a text may be divided differently than before: segments of other
// rules must not be compared by DiffSource.
inline constexpr int kRulesVersion = 1;

// The ends of the sentences of `text`, as byte offsets that rise: the last is
// text.size(), none is 0, and none for an empty text. What lies between them,
// put together, is `text` byte for byte: nothing is trimmed, and the spaces
// after a sentence belong to it.
//
// A sentence ends at a full stop, question or exclamation mark with the closing
// quotes and brackets after it, at a blank line, and at the end of the text;
// never
//   * before a Korean particle that takes up a quotation ("...했다."고, 라며),
//   * before a bracket that opens, so that "(사진=...)" stays with what it
//     says, nor inside brackets,
//   * within dates such as "2018. 4. 27.", numbers, "No. 5", initials,
//   * after titles, ranks and other abbreviations that something follows.
//
// `language` is a BCP 47 tag; empty or unknown: rules of no language.
// `text` should be UTF-8; bytes that are not count as letters. Thread-safe: the
// iterators of ICU are kept per thread.
std::vector<size_t> SentenceEnds(absl::string_view text,
                                 absl::string_view language);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_SEGMENTER_H_
