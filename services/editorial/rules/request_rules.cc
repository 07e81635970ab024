#include "services/editorial/rules/request_rules.h"

#include "absl/strings/str_cat.h"
#include "services/editorial/rules/field_rules.h"
#include "services/editorial/rules/language_tag.h"
#include "services/editorial/rules/value_rules.h"
#include "services/editorial/rules/violations.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {

absl::Status CheckWords(absl::string_view words, absl::string_view field,
                        int max_code_points, bool required) {
  if (required && words.empty()) return RequiredField(field);
  Violations violations(1);
  CheckText(words, {.required = required, .max_code_points = max_code_points},
            FieldPath(field), &violations);
  return violations.ToStatus();
}

absl::Status CheckNote(const v1::Text& note, absl::string_view field) {
  COURANT_RETURN_IF_ERROR(CheckWords(note.value(),
                                     absl::StrCat(field, ".value"),
                                     kMaxNoteCodePoints, /*required=*/false));
  if (note.language().empty() || CanonicalLanguageTag(note.language())) {
    return absl::OkStatus();
  }
  return InvalidField(absl::StrCat(field, ".language"),
                      LanguageTagAdvice(note.language()));
}

absl::Status CheckTime(bool is_set, const google::protobuf::Timestamp& time,
                       absl::string_view field) {
  if (!is_set) return RequiredField(field);
  Violations violations(1);
  CheckTimestamp(time, FieldPath(field), &violations);
  return violations.ToStatus();
}

absl::Status SettleAction(v1::Tombstone::Action fallback,
                          absl::string_view replacement,
                          v1::Tombstone::Action* action) {
  if (!v1::Tombstone::Action_IsValid(*action)) {
    return InvalidField("action",
                        "must be REMOVE, STOP_USING, REPLACE or REVIEW");
  }
  if (*action == v1::Tombstone::ACTION_UNSPECIFIED) {
    *action = replacement.empty() ? fallback : v1::Tombstone::REPLACE;
  }
  if (*action == v1::Tombstone::REPLACE && replacement.empty()) {
    return RequiredField("replacement");
  }
  if (*action != v1::Tombstone::REPLACE && !replacement.empty()) {
    return InvalidField("replacement", "goes with the action REPLACE alone");
  }
  return absl::OkStatus();
}

}  // namespace courant
