#ifndef COURANT_SERVICES_CLI_TRANSLATION_TEXT_H_
#define COURANT_SERVICES_CLI_TRANSLATION_TEXT_H_

#include <string>
#include <vector>

#include "courant/v1/translation.pb.h"
#include "services/cli/terminal.h"

// Translations made into text. All of it is clean for a terminal. Thread-safe.
namespace courant {

// "3 of 5", and "3 of 5, 2 reviewed" where somebody has.
std::string DoneText(const v1::Completeness& completeness);

// Who has the work, else who did it last, else nobody: empty.
std::string WhoText(const v1::Translation& translation);

// The SGR style for a freshness: green for CURRENT, yellow for what is behind,
// red for what says something wrong or must not be used.
const char* FreshnessStyle(v1::Translation::Freshness freshness);

// The facts of a translation, a line each, and its texts as SegmentsText()
// where it has them.
std::string TranslationText(const v1::Translation& translation,
                            const Terminal& terminal);

// Each segment: its id and state, the source, what the source said before and
// what a reviewer said, and the words. Source and words stand side by side on
// a screen that has the room, else below each other.
std::string SegmentsText(const v1::Translation& translation,
                         const Terminal& terminal);

// How the source differs, a paragraph for each segment:
//
//   body/p3.2  EDITED  CRITICAL  revision 5
//     The minister spoke of [-corruption-]{+collapse+}.
std::string SourceChangesText(const std::vector<v1::SourceChange>& changes,
                              const Terminal& terminal);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_TRANSLATION_TEXT_H_
