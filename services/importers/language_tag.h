#ifndef COURANT_SERVICES_IMPORTERS_LANGUAGE_TAG_H_
#define COURANT_SERVICES_IMPORTERS_LANGUAGE_TAG_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace courant::importers {

// Languages of imported texts. Pure, thread-safe functions.

// The canonical BCP 47 form of `name`: "en" for "EN", "ko-KR" for "ko_kr" and
// "kor-KR"; also "en" and "ko" for the names of these two languages in either
// of them, as tables have them. Nothing if it is no tag of a known form, or
// "und".
std::optional<std::string> CanonicalLanguage(absl::string_view name);

// Whether somebody registered the language of a canonical tag: "en-KR" is known
// and "zz" is not.
bool IsKnownLanguage(const std::string& tag);

// A language that was told from a text.
struct ToldLanguage {
  std::string tag;
  // True when the script fits several languages and the tag is the likely one.
  bool assumed;
};

// Tells the language of `text` from its script alone: Hangul is written in
// Korean, kana in Japanese, and Latin is taken for English, which is an
// assumption. A text is of a script that has at least half as many letters as
// Latin has, since a syllable of Hangul or kana stands for two or three
// letters and names and units are often left in Latin.
//
// Nothing for a text in other scripts, each of which serves several languages,
// or without letters.
std::optional<ToldLanguage> LanguageOfText(absl::string_view text);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_LANGUAGE_TAG_H_
