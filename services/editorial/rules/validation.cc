#include "services/editorial/rules/validation.h"

#include "services/editorial/rules/field_walk.h"
#include "services/editorial/rules/structure_rules.h"
#include "services/editorial/rules/violations.h"

namespace courant {

absl::Status ValidateArticle(const v1::Article& article,
                             absl::string_view path_prefix) {
  Violations violations(kMaxViolations);
  const FieldPath path(path_prefix);
  CheckFields(article, path, &violations);
  CheckRelations(article, path, &violations);
  CheckBody(article, path, &violations);
  return violations.ToStatus();
}

}  // namespace courant
