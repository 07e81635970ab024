#ifndef COURANT_SERVICES_IMPORTERS_SENTENCE_H_
#define COURANT_SERVICES_IMPORTERS_SENTENCE_H_

#include "absl/strings/string_view.h"

namespace courant::importers {

// Whether `text` ends as a sentence of running text does: with a full stop,
// closing quotation marks and brackets behind it aside. An ellipsis and the
// point of an abbreviation ("in the U.S.", "Inc.") do not end one, nor do
// question and exclamation marks, which headlines have too. Thread-safe.
bool EndsSentence(absl::string_view text);

// `text` without the quotation marks that open it. Thread-safe.
absl::string_view WithoutOpeningQuotes(absl::string_view text);

// Whether `text` has a quotation mark; an apostrophe between letters is none.
// Thread-safe.
bool HasQuote(absl::string_view text);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_SENTENCE_H_
