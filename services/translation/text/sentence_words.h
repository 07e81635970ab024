#ifndef COURANT_SERVICES_TRANSLATION_TEXT_SENTENCE_WORDS_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_SENTENCE_WORDS_H_

#include "absl/strings/string_view.h"

// The words that the rules about sentences know. Without the full stop at their
// end; "Ph.D" keeps the one within. Internal to translation/text; a word more
// is another version of the rules, see kRulesVersion. Pure and thread-safe.
namespace courant::text {

// A sentence begins with it, and a name does not: "The", "However".
bool IsStarter(absl::string_view word);

// Stands before a name and never at the end of a sentence: "Gen", "Mr", "vs".
// All but the first letter may be capitals.
bool IsTitle(absl::string_view word);

// Stands before a number, and else ends a sentence: "No", "Fig", "Jan".
bool IsBeforeNumber(absl::string_view word);

// Stands within a sentence or at its end: "Inc", "etc".
bool IsAbbreviation(absl::string_view word);

// A Korean particle that takes up a quotation: "고", "라며".
bool IsQuotative(absl::string_view word);

// Whether `language`, a primary subtag, writes "27." for "27th".
bool WritesOrdinals(absl::string_view language);

}  // namespace courant::text

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_SENTENCE_WORDS_H_
