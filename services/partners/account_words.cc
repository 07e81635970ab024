#include "services/partners/account_words.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "storage/entry_builder.h"

namespace courant {
namespace {

using google::protobuf::Timestamp;
using storage::FromTimestamp;

template <typename Record>
bool IsInTime(const Record& record, absl::Time now) {
  return (!record.has_valid_from() ||
          FromTimestamp(record.valid_from()) <= now) &&
         (!record.has_valid_to() || now < FromTimestamp(record.valid_to()));
}

// Narrows the window of `entitlement` to that of `record`.
template <typename Record>
void Narrow(const Record& record, v1::Entitlement* entitlement) {
  if (record.has_valid_from() && (!entitlement->has_valid_from() ||
                                  FromTimestamp(entitlement->valid_from()) <
                                      FromTimestamp(record.valid_from()))) {
    *entitlement->mutable_valid_from() = record.valid_from();
  }
  if (record.has_valid_to() && (!entitlement->has_valid_to() ||
                                FromTimestamp(record.valid_to()) <
                                    FromTimestamp(entitlement->valid_to()))) {
    *entitlement->mutable_valid_to() = record.valid_to();
  }
}

std::string TimeText(const Timestamp& time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", FromTimestamp(time),
                          absl::UTCTimeZone());
}

std::string WordsOf(const v1::Entitlement& what) {
  const bool blocks = what.effect() == v1::Grant::BLOCK;
  std::string words = absl::StrCat(
      blocks ? "Must not use \"" : "May use \"", what.product_display_name(),
      "\" (", what.filter().empty() ? "all articles" : what.filter(), ")");
  if (what.uses().empty()) {
    absl::StrAppend(&words, " for anything");
  } else {
    absl::StrAppend(
        &words, " for ",
        absl::StrJoin(what.uses(), ", ", [](std::string* out, int use) {
          absl::StrAppend(
              out, v1::Grant::Use_Name(static_cast<v1::Grant::Use>(use)));
        }));
  }
  const auto add = [&](absl::string_view before, const auto& list) {
    if (list.empty()) return;
    absl::StrAppend(&words, before, absl::StrJoin(list, ", "));
  };
  add(", in the languages ", what.languages());
  add(", in ", what.territories());
  add(what.territories().empty() ? ", in " : " as far as it is in ",
      what.contract_territories());
  add(", never in ", what.excluded_territories());
  if (what.has_valid_from()) {
    absl::StrAppend(&words, ", from ", TimeText(what.valid_from()));
  }
  if (what.has_valid_to()) {
    absl::StrAppend(&words, ", until ", TimeText(what.valid_to()));
  }
  if (what.archive_days() > 0) {
    absl::StrAppend(&words, ", articles of the last ", what.archive_days(),
                    " days");
  }
  return absl::StrCat(words, what.in_force() ? "." : ". Not in force now.");
}

}  // namespace

v1::Entitlement EntitlementOf(const v1::Contract& contract,
                              const v1::Grant& grant,
                              const v1::Product& product, absl::Time now) {
  v1::Entitlement entitlement;
  entitlement.set_grant(grant.name());
  entitlement.set_effect(grant.effect());
  const bool blocks = grant.effect() == v1::Grant::BLOCK;
  const bool suspended = grant.has_suspension() || contract.has_suspension() ||
                         product.has_suspension();
  entitlement.set_in_force(IsInTime(contract, now) && IsInTime(grant, now) &&
                           (blocks || !suspended));
  entitlement.set_product(product.name());
  entitlement.set_product_display_name(product.display_name());
  entitlement.set_filter(product.filter());
  *entitlement.mutable_uses() = grant.uses();
  *entitlement.mutable_languages() = grant.languages();
  *entitlement.mutable_territories() = grant.territories();
  // Where a contract is for does not bound what its grants forbid.
  if (!blocks) {
    *entitlement.mutable_contract_territories() = contract.territories();
    *entitlement.mutable_excluded_territories() =
        contract.excluded_territories();
    entitlement.set_archive_days(contract.archive_days());
  }
  Narrow(contract, &entitlement);
  Narrow(grant, &entitlement);
  entitlement.set_words(WordsOf(entitlement));
  return entitlement;
}

}  // namespace courant
