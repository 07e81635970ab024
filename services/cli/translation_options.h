#ifndef COURANT_SERVICES_CLI_TRANSLATION_OPTIONS_H_
#define COURANT_SERVICES_CLI_TRANSLATION_OPTIONS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/translation.pb.h"
#include "services/cli/command.h"

// What the command line says about a translation. Thread-safe.
namespace courant {

// The operand NAME of a command on one translation.
Operand TranslationOperand();

// `articles/{article}/translations/{translation}` for `text`, which may be
// "ARTICLE/TRANSLATION" alone. A usage error for what has no two parts.
absl::StatusOr<std::string> TranslationName(absl::string_view text);

// The shortest form of a name that the command line takes: "talks/en". Cleaned
// for a terminal.
std::string ShortTranslationName(absl::string_view name);

// --lease and --token.
Option LeaseOption();
Option TokenOption();

// Seconds of --lease DURATION, such as "30m"; 0 when it was not given. A usage
// error when it is no duration, or not between 5 minutes and 8 hours.
absl::StatusOr<int> ReadLease(const Arguments& arguments);

// The value of --token; 0 when it was not given. A usage error when it is no
// number from 1.
absl::StatusOr<int64_t> ReadToken(const Arguments& arguments);

// The token that a command on the translation `name` shows: that of --token,
// else of the lease that the actor holds, for which the server is asked.
//
// Errors:
// * FAILED_PRECONDITION: nobody has the work, or somebody else; says what to
// do.
// * those of GetTranslation.
absl::StatusOr<int64_t> TokenFor(const std::string& name, Context& context);

// As TokenFor(), but 0 when the actor holds no lease: for what can be done
// when nobody has the work.
absl::StatusOr<int64_t> TokenIfAny(const std::string& name, Context& context);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_TRANSLATION_OPTIONS_H_
