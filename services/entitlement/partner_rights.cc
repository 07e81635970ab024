#include "services/entitlement/partner_rights.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/filter/language_range.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using Places = absl::flat_hash_map<std::string, size_t>;
using Texts = google::protobuf::RepeatedPtrField<std::string>;

absl::Status Damaged(absl::string_view name, absl::string_view what) {
  return MakeError(v1::DATA_CORRUPTED, absl::StrCat(name, " ", what));
}

template <typename Record>
RuleId IdOf(const Record& record) {
  return {record.name(), record.revision()};
}

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

template <typename Record>
TimeWindow WindowOf(const Record& record) {
  TimeWindow window;
  if (record.has_valid_from()) window.from = ToTime(record.valid_from());
  if (record.has_valid_to()) window.to = ToTime(record.valid_to());
  return window;
}

absl::StatusOr<TerritorySet> ReadTerritories(const Texts& codes,
                                             absl::string_view name) {
  TerritorySet set;
  for (const std::string& code : codes) {
    const std::optional<Territory> territory = Territory::Parse(code);
    if (!territory) return Damaged(name, "names a territory that is none");
    set.Add(*territory);
  }
  return set;
}

absl::StatusOr<Filter> ReadFilter(absl::string_view text,
                                  absl::string_view name) {
  absl::StatusOr<Filter> filter = Filter::Parse(text, FieldSet::kChanges);
  if (!filter.ok()) return Damaged(name, "has a filter that cannot be read");
  return filter;
}

absl::StatusOr<std::vector<std::string>> ReadLanguages(const Texts& tags,
                                                       absl::string_view name) {
  for (const std::string& tag : tags) {
    if (!filter::IsLanguageRange(tag)) {
      return Damaged(name, "names a language that is none");
    }
  }
  return std::vector<std::string>(tags.begin(), tags.end());
}

// An effect that this program does not know is no reason to allow.
bool Blocks(v1::Grant::Effect effect) {
  return effect != v1::Grant::EFFECT_UNSPECIFIED && effect != v1::Grant::ALLOW;
}

absl::StatusOr<ContractRule> ReadContract(const v1::Contract& contract) {
  ContractRule rule{.id = IdOf(contract),
                    .suspended = contract.has_suspension(),
                    .window = WindowOf(contract)};
  if (contract.archive_days() > 0) {
    rule.max_age = absl::Hours(24) * contract.archive_days();
  }
  COURANT_ASSIGN_OR_RETURN(
      rule.territories,
      ReadTerritories(contract.territories(), contract.name()));
  COURANT_ASSIGN_OR_RETURN(
      rule.excluded,
      ReadTerritories(contract.excluded_territories(), contract.name()));
  return rule;
}

absl::StatusOr<GrantRule> ReadGrant(const v1::Grant& grant,
                                    const Places& contracts,
                                    const Places& products) {
  GrantRule rule{.id = IdOf(grant),
                 .blocks = Blocks(grant.effect()),
                 .suspended = grant.has_suspension(),
                 .window = WindowOf(grant)};
  for (const int use : grant.uses()) {
    if (v1::Grant::Use_IsValid(use)) rule.uses.set(use);
  }
  // Uses that are not known here would be nothing to allow, and all to block.
  if (rule.blocks && (grant.uses().empty() || rule.uses.none())) {
    rule.uses.set();
  }
  COURANT_ASSIGN_OR_RETURN(rule.languages,
                           ReadLanguages(grant.languages(), grant.name()));
  COURANT_ASSIGN_OR_RETURN(rule.territories,
                           ReadTerritories(grant.territories(), grant.name()));
  const auto contract =
      contracts.find(grant.name().substr(0, grant.name().find("/grants/")));
  const auto product = products.find(grant.product());
  if (contract == contracts.end()) return Damaged(grant.name(), "is of none");
  if (product == products.end()) return Damaged(grant.product(), "is missing");
  rule.contract = contract->second;
  rule.product = product->second;
  return rule;
}

}  // namespace

absl::StatusOr<PartnerRights> CompileRights(const RightsRecords& records) {
  const v1::Partner& partner = records.partner;
  PartnerRights rights{
      .id = IdOf(partner),
      .suspended = partner.has_suspension(),
      .gets_notices = partner.embargo_clearance() == v1::Partner::PRE_NOTICE};
  Places contracts;
  for (const v1::Contract& contract : records.contracts) {
    COURANT_ASSIGN_OR_RETURN(ContractRule rule, ReadContract(contract));
    contracts[contract.name()] = rights.contracts.size();
    rights.contracts.push_back(std::move(rule));
  }
  Places products;
  for (const v1::Product& product : records.products) {
    COURANT_ASSIGN_OR_RETURN(Filter articles,
                             ReadFilter(product.filter(), product.name()));
    products[product.name()] = rights.products.size();
    rights.products.push_back({.id = IdOf(product),
                               .suspended = product.has_suspension(),
                               .articles = std::move(articles)});
  }
  for (const v1::Grant& grant : records.grants) {
    COURANT_ASSIGN_OR_RETURN(GrantRule rule,
                             ReadGrant(grant, contracts, products));
    rights.grants.push_back(std::move(rule));
  }
  return rights;
}

}  // namespace courant
