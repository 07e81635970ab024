#ifndef COURANT_SERVICES_CLI_HISTORY_TEXT_H_
#define COURANT_SERVICES_CLI_HISTORY_TEXT_H_

#include <string>
#include <vector>

#include "courant/v1/article.pb.h"
#include "services/cli/terminal.h"

namespace courant {

// The life of one article, from its revisions, oldest first: who did what,
// when, why and what changed.
//
//   articles/rail-talks (en)  Rail talks resume
//   1   2026-11-23T17:45:43Z  desk/kim  created as a draft
//   2   2026-11-23T17:46:01Z  desk/kim  published
//   3   2026-11-23T18:02:10Z  desk/lee  corrected: body
//         body/p3: "corruption" -> "collapse"
//
// Ends with a line break; empty without revisions. Lines are cut to the width
// of `terminal`. Thread-safe.
std::string HistoryText(const std::vector<v1::Article>& revisions,
                        const Terminal& terminal);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_HISTORY_TEXT_H_
