#ifndef COURANT_SERVICES_CLI_HISTORY_TEXT_H_
#define COURANT_SERVICES_CLI_HISTORY_TEXT_H_

#include <string>
#include <vector>

#include "courant/v1/article.pb.h"
#include "services/cli/terminal.h"

namespace courant {

// The life of one article, from all of its revisions, oldest first: who did
// what, when, why and what changed.
//
//   articles/rail-talks (en)  Rail talks resume
//   1   2026-11-23T17:45:43Z  desk/kim  created as a draft
//   2   2026-11-23T17:46:01Z  desk/kim  published
//   3   2026-11-23T18:02:10Z  desk/lee  corrected: body
//         body/p3: "corruption" -> "collapse"
//         note: The minister said collapse.
//   4   2026-11-23T18:20:00Z  desk/lee  put on hold
//         reason: The figures are being checked.
//         subscribers: stop using it
//
// Of a killed article the last revision tells of the kill; those before it say
// no more than that it erased them. Ends with a line break; empty without
// revisions.
//
// On a screen the lines of revisions are cut to its width, details go on in
// the next line, and what happened is coloured by what it means for readers.
// Thread-safe.
std::string HistoryText(const std::vector<v1::Article>& revisions,
                        const Terminal& terminal);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_HISTORY_TEXT_H_
