#ifndef COURANT_SERVICES_CLI_WRITE_REPORT_H_
#define COURANT_SERVICES_CLI_WRITE_REPORT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "services/cli/command.h"

namespace courant {

// Prints `article`, the answer to a write, as the user of `context` wants it:
// the Article as JSON, or
//
//   articles/a  SCHEDULED  revision 2  change 8  for 2026-03-02T06:10:00Z
//
// where the last part is there for SCHEDULED ("for") and EMBARGOED ("until")
// alone: whoever gave the time as it is on the wall sees what was understood.
//
// An error is returned with what the user can do about it: how to try the same
// again where it is not known whether it took effect, else WithNextSteps() for
// the article `name`.
absl::Status ReportWrite(const absl::StatusOr<v1::Article>& article,
                         absl::string_view name, Context& context);

// How to send the same request again, as the options to be added to the command
// line: "to try the same again, at most once in effect: --request-id …".
// Thread-safe.
std::string TryAgainText(const Context& context);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_WRITE_REPORT_H_
