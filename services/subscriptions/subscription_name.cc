#include "services/subscriptions/subscription_name.h"

#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/editorial/rules/identifiers.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

constexpr absl::string_view kPartners = "partners/";
constexpr absl::string_view kSubscriptions = "/subscriptions/";
constexpr absl::string_view kChanges = "changes/";

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

absl::StatusOr<Sequence> ParseSequenceName(absl::string_view name,
                                           absl::string_view field) {
  if (name.empty()) return RequiredField(field);
  absl::string_view number = name;
  uint64_t sequence = 0;
  if (!absl::ConsumePrefix(&number, kChanges) ||
      !absl::SimpleAtoi(number, &sequence) || sequence == 0) {
    return InvalidField(field, "must be changes/{sequence}, e.g. changes/17");
  }
  return Sequence(sequence);
}

std::string SequenceName(Sequence sequence) {
  return absl::StrCat(kChanges, sequence.value());
}

}  // namespace courant
