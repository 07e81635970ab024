#ifndef COURANT_SERVICES_EDITORIAL_RULES_VALUE_RULES_H_
#define COURANT_SERVICES_EDITORIAL_RULES_VALUE_RULES_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/editorial/rules/field_rules.h"
#include "services/editorial/rules/violations.h"

// One value against the rule of its field. Each function adds what is wrong to
// `violations` under `path`. Pure and thread-safe.
namespace courant {

// UTF-8, no forbidden character, not too many code points. Returns whether it
// is text at all, so that looking at its format makes sense.
bool CheckText(absl::string_view value, const FieldRule& rule,
               const FieldPath& path, Violations* violations);

// One of the values of the enum, and not its zero when it is required.
void CheckEnum(int value, const FieldPlan& plan, const FieldPath& path,
               Violations* violations);

// Within the range of the rule, both ends allowed. NaN is in no range.
void CheckInteger(int64_t value, const FieldRule& rule, const FieldPath& path,
                  Violations* violations);
void CheckFloat(float value, const FieldRule& rule, const FieldPath& path,
                Violations* violations);

// In the years 0001 to 9999, with 0 to 999,999,999 nanoseconds, as
// timestamp.proto has it.
void CheckTimestamp(const google::protobuf::Timestamp& time,
                    const FieldPath& path, Violations* violations);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_VALUE_RULES_H_
