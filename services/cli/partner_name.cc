#include "services/cli/partner_name.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"

namespace courant {
namespace {

using Parts = std::vector<absl::string_view>;

// The words between the ids of a name in full.
constexpr absl::string_view kWords[] = {"partners", "contracts", "grants"};

// The ids of the full name of a partner, contract or grant; nothing for other
// names.
Parts IdsOf(const Parts& parts) {
  Parts ids;
  if (parts.size() % 2 != 0 || parts.size() > 2 * std::size(kWords)) return {};
  for (size_t i = 0; i < parts.size(); i += 2) {
    if (parts[i] != kWords[i / 2]) return {};
    ids.push_back(parts[i + 1]);
  }
  return ids;
}

}  // namespace

absl::StatusOr<RightsName> ReadRightsName(absl::string_view text) {
  const Parts parts = absl::StrSplit(text, '/');
  const bool has_empty =
      std::find(parts.begin(), parts.end(), "") != parts.end();
  if (parts.size() == 2 && parts[0] == "products" && !has_empty) {
    return RightsName{RightsNameKind::kProduct, std::string(text), "",
                      std::string(parts[1])};
  }
  Parts ids = IdsOf(parts);
  if (ids.empty()) ids = parts;
  if (ids.size() > std::size(kWords) || has_empty) {
    return UsageError(
        "a name is PARTNER, PARTNER/CONTRACT, PARTNER/CONTRACT/GRANT or "
        "products/PRODUCT");
  }
  RightsName name{static_cast<RightsNameKind>(ids.size() - 1)};
  for (size_t i = 0; i < ids.size(); ++i) {
    name.parent = name.name;
    absl::StrAppend(&name.name, i > 0 ? "/" : "", kWords[i], "/", ids[i]);
  }
  name.id = std::string(ids.back());
  return name;
}

std::string ShortRightsName(absl::string_view name) {
  const Parts ids = IdsOf(absl::StrSplit(name, '/'));
  return OneLine(ids.empty() ? std::string(name) : absl::StrJoin(ids, "/"));
}

}  // namespace courant
