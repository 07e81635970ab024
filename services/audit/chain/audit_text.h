#ifndef COURANT_SERVICES_AUDIT_CHAIN_AUDIT_TEXT_H_
#define COURANT_SERVICES_AUDIT_CHAIN_AUDIT_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

// What others have written, made fit for a line of the audit log: one line of
// ASCII, short, and without a secret. Thread-safe.
namespace courant {

// `text` as the inside of a JSON string: at most 128 bytes of it, cut between
// two characters; what is not printable ASCII as \u escapes, bytes that are not
// UTF-8 as U+FFFD. From an API key on, which begins with `cour_`, nothing is
// left but "(key removed)": somebody may have put one where a name belongs.
std::string AuditText(absl::string_view text);

// `name` if it may be the name of a resource, which is at most 256 characters
// of [A-Za-z0-9] and of "-_./~:"; "(not a name)" for anything else. Keys are
// removed as from a text.
std::string AuditName(absl::string_view name);

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIT_CHAIN_AUDIT_TEXT_H_
