#ifndef COURANT_SERVICES_CLI_WORD_DIFF_H_
#define COURANT_SERVICES_CLI_WORD_DIFF_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/v1/translation.pb.h"
#include "services/cli/terminal.h"

// Which words of a text differ, found and shown. Thread-safe.
namespace courant {

// What differs between two texts, UTF-8, by words and in order: the fewest
// words that have to go and come. Where both are long, what is between their
// common begin and end.
std::vector<v1::DiffSpan> WordSpans(absl::string_view was,
                                    absl::string_view now);

// `now` with what was there before, on one line: "[-corruption-]{+collapse+}",
// and in colour, without brackets, where `terminal` shows it. `spans` may come
// from anybody: what is outside of the texts is cut off. Both texts are cleaned
// as by OneLine().
std::string ChangedWords(absl::string_view was, absl::string_view now,
                         std::vector<v1::DiffSpan> spans,
                         const Terminal& terminal);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_WORD_DIFF_H_
