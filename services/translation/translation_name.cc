#include "services/translation/translation_name.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/editorial/rules/identifiers.h"
#include "storage/errors/reason.h"

namespace courant {

absl::StatusOr<std::string> ParseTranslationName(absl::string_view name,
                                                 absl::string_view field) {
  if (name.empty()) return RequiredField(field);
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 4 || parts[0] != "articles" ||
      parts[2] != "translations" || !IsResourceId(parts[1]) ||
      !IsResourceId(parts[3])) {
    return InvalidField(field,
                        "must be articles/{article}/translations/{translation}"
                        ", each 1 to 64 characters of a-z, 0-9 and -");
  }
  return absl::StrCat(parts[1], "/", parts[3]);
}

std::string TranslationIdOf(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  return absl::StrCat(parts[1], "/", parts[3]);
}

std::string TranslationName(absl::string_view translation_id) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(translation_id, absl::MaxSplits('/', 1));
  return absl::StrCat("articles/", parts.first, "/translations/", parts.second);
}

}  // namespace courant
