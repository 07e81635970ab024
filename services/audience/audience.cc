#include "services/audience/audience.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "storage/errors/reason.h"

namespace courant {

absl::StatusOr<Audience> ParseAudience(absl::string_view value) {
  if (value == "internal") return Audience::kInternal;
  if (value == "public") return Audience::kPublic;
  // A value that is misspelt must not be read as the wider of the two.
  return InvalidField(kAudienceKey, "must be internal or public");
}

bool MayCall(Audience caller, Audience open_to) {
  return caller == Audience::kInternal || open_to == Audience::kPublic ||
         caller == open_to;
}

absl::Status NotCleared(absl::string_view method) {
  return MakeError(v1::NOT_CLEARED,
                   absl::StrCat(method, " is for callers inside the house"),
                   {{"method", std::string(method)}});
}

}  // namespace courant
