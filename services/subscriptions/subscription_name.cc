#include "services/subscriptions/subscription_name.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/editorial/rules/identifiers.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

constexpr absl::string_view kPartners = "partners/";
constexpr absl::string_view kSubscriptions = "/subscriptions/";

}  // namespace

absl::Status CheckPartnerName(absl::string_view name, absl::string_view field) {
  if (name.empty()) return RequiredField(field);
  if (absl::ConsumePrefix(&name, kPartners) && IsResourceId(name)) {
    return absl::OkStatus();
  }
  return InvalidField(field, "must be partners/{partner}, e.g. partners/site");
}

absl::Status CheckSubscriptionName(absl::string_view name,
                                   absl::string_view field) {
  if (name.empty()) return RequiredField(field);
  const size_t middle = name.find(kSubscriptions);
  if (middle != absl::string_view::npos &&
      CheckPartnerName(name.substr(0, middle), field).ok() &&
      IsResourceId(name.substr(middle + kSubscriptions.size()))) {
    return absl::OkStatus();
  }
  return InvalidField(field,
                      "must be partners/{partner}/subscriptions/{subscription},"
                      " e.g. partners/site/subscriptions/sport");
}

std::string SubscriptionName(absl::string_view parent, absl::string_view id) {
  return absl::StrCat(parent, kSubscriptions, id);
}

}  // namespace courant
