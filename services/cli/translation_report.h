#ifndef COURANT_SERVICES_CLI_TRANSLATION_REPORT_H_
#define COURANT_SERVICES_CLI_TRANSLATION_REPORT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/translation.pb.h"
#include "services/cli/command.h"

namespace courant {

// What a write on a translation left, on one line without a line break:
//
//   articles/talks/translations/en  CLAIMED  revision 2  change 8  token 7
//   until 2026-03-02T06:10:00Z
//
// (on one line): the state of the task; the token and the end of the lease if
// the actor has it; the article once there is one; the freshness unless it is
// CURRENT. Clean for a terminal. Thread-safe.
std::string TranslationLine(const v1::Translation& translation,
                            const std::string& actor);

// Prints `translation`, the answer to a write, as the user of `context` wants
// it: as JSON, or as TranslationLine().
//
// An error is returned with what the user can do about it, for the translation
// `name`: how to try the same again, with the fencing token `token` unless that
// is 0, where it is not known whether it took effect; else
// WithTranslationSteps().
absl::Status ReportTranslation(
    const absl::StatusOr<v1::Translation>& translation, absl::string_view name,
    Context& context, int64_t token = 0);

// `error`, unless it is OK, with the hints that ReportTranslation() gives.
absl::Status WithTranslationHints(absl::Status error, absl::string_view name,
                                  const Context& context, int64_t token = 0);

// Says on the error stream, for a person, what can be done next: "next:
// courant translation submit talks/en". Nothing where the output is JSON.
void SayNext(absl::string_view commands, Context& context);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_TRANSLATION_REPORT_H_
