#include "services/importers/ninjs/rights.h"

#include <utility>

#include "services/importers/finish_item.h"
#include "services/importers/json/json_value.h"
#include "services/importers/ninjs/fields.h"

namespace courant::importers::ninjs {

bool TakeRights(JsonValue& item, v1::Rights& rights) {
  v1::Rights taken;
  taken.set_copyright_holder(TakeString(item, "copyrightHolder"));
  taken.set_copyright_notice(TakeString(item, "copyrightNotice"));
  taken.set_usage_terms(TakeString(item, "usageTerms"));
  if (JsonValue* info = FindMember(item, "rightsInfo")) {
    if (IsWebUrl(PeekString(*info, "linkedRights"))) {
      taken.set_linked_policy(TakeString(*info, "linkedRights"));
    }
    // An ODRL policy is an object; XML of older languages is left.
    const absl::string_view encoded = PeekString(*info, "encodedRights");
    if (!encoded.empty() && ParseJsonObject(encoded, 1).ok()) {
      taken.set_encoded_policy(TakeString(*info, "encodedRights"));
    }
  }
  if (taken.ByteSizeLong() == 0) return false;
  rights = std::move(taken);
  return true;
}

}  // namespace courant::importers::ninjs
