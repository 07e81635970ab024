#include "services/partners/territory_rules.h"

#include <unicode/uloc.h>

#include <cstring>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

bool IsKnown(absl::string_view code) {
  // About 250 of them, in ICU's own memory.
  for (const char* const* known = uloc_getISOCountries(); *known != nullptr;
       ++known) {
    if (code == *known) return true;
  }
  return false;
}

}  // namespace

absl::Status CheckTerritory(absl::string_view code, absl::string_view field) {
  if (code.empty()) return RequiredField(field);
  if (IsKnown(code)) return absl::OkStatus();
  std::string advice;
  const std::string capital = absl::AsciiStrToUpper(code);
  if (capital == "UK") {
    advice = "; for the United Kingdom it is \"GB\"";
  } else if (IsKnown(capital)) {
    advice = absl::StrCat("; did you mean \"", capital, "\"?");
  }
  return InvalidField(
      field,
      absl::StrCat("must be a code of ISO 3166-1 alpha-2, such as \"KR\"",
                   advice));
}

}  // namespace courant
