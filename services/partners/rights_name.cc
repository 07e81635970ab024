#include "services/partners/rights_name.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/editorial/rules/identifiers.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using Parts = std::vector<absl::string_view>;

bool Fits(absl::string_view part, absl::string_view wanted) {
  return absl::StartsWith(wanted, "{") ? IsResourceId(part) : part == wanted;
}

// `name` up to its slash number `count`.
absl::string_view BeforeSlash(absl::string_view name, int count) {
  size_t end = 0;
  for (size_t at = 0; count > 0 && at != absl::string_view::npos; --count) {
    end = name.find('/', at);
    at = end == absl::string_view::npos ? end : end + 1;
  }
  return name.substr(0, end);
}

}  // namespace

absl::Status CheckRightsName(absl::string_view name, absl::string_view pattern,
                             absl::string_view field) {
  if (name.empty()) return RequiredField(field);
  const Parts parts = absl::StrSplit(name, '/');
  const Parts wanted = absl::StrSplit(pattern, '/');
  if (parts.size() == wanted.size() &&
      std::equal(parts.begin(), parts.end(), wanted.begin(), Fits)) {
    return absl::OkStatus();
  }
  return InvalidField(field, absl::StrCat("must be ", pattern,
                                          ", each id 1 to 64 characters of a-z,"
                                          " 0-9 and -, first a letter or "
                                          "digit"));
}

absl::Status CheckRightsId(absl::string_view id, absl::string_view field) {
  if (id.empty()) return RequiredField(field);
  if (IsResourceId(id)) return absl::OkStatus();
  return InvalidField(field,
                      "must be 1 to 64 characters of a-z, 0-9 and -, first a "
                      "letter or digit");
}

absl::string_view PartnerOf(absl::string_view name) {
  return BeforeSlash(name, 2);
}

absl::string_view ContractOf(absl::string_view name) {
  return BeforeSlash(name, 4);
}

}  // namespace courant
