#ifndef COURANT_SERVICES_EDITORIAL_RULES_FIELD_WALK_H_
#define COURANT_SERVICES_EDITORIAL_RULES_FIELD_WALK_H_

#include "courant/v1/article.pb.h"
#include "services/editorial/rules/violations.h"

namespace courant {

// Looks once at every field of `article`, at any depth, and adds to
// `violations` what breaks the rules of field_rules.h: empty where required,
// too long, out of range, an unknown field or enum value, a time outside of the
// years 1 to 9999, not UTF-8, a forbidden character, a wrong format. Stops when
// `violations` is full. Thread-safe.
void CheckFields(const v1::Article& article, const FieldPath& path,
                 Violations* violations);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_FIELD_WALK_H_
