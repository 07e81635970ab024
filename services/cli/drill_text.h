#ifndef COURANT_SERVICES_CLI_DRILL_TEXT_H_
#define COURANT_SERVICES_CLI_DRILL_TEXT_H_

#include <string>

#include "google/protobuf/struct.pb.h"
#include "services/cli/drill.h"
#include "services/cli/terminal.h"

// What became of the steps of a drill, as text. Cleaned for a terminal.
// Thread-safe.
namespace courant {

// One line, and below it, of a step that was missed, what can be done:
//
//   pass  correction      0.1s  said APPLIED, https://outlet.example/drill-7
//   MISS  kill           20.0s  was sent the notice, and said nothing to it
//         its client must call AcknowledgeNotice ...
std::string DrillLines(const DrillResult& result, const Terminal& terminal);

// The same for a program: `step`, `passed`, `article`, `seconds`, `words`, and
// `advice` if it was missed.
google::protobuf::Struct DrillFields(const DrillResult& result);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_DRILL_TEXT_H_
