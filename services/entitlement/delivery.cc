#include "services/entitlement/delivery.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "services/entitlement/access.h"

namespace courant {
namespace {

// How a use looks to the rules: two with the same text get the same answers.
std::string LookOf(const PartnerRights& rights, v1::Grant::Use use) {
  std::string look;
  for (const GrantRule& grant : rights.grants) {
    look.push_back(grant.uses.test(use) ? '1' : '0');
  }
  // What articles say of programs tells these from the others.
  if (use == v1::Grant::AI_TRAINING || use == v1::Grant::AI_INPUT ||
      use == v1::Grant::SEARCH_INDEX) {
    look += v1::Grant::Use_Name(use);
  }
  return look;
}

std::string LookOf(const PartnerRights& rights, Territory territory) {
  std::string look;
  const auto add = [&](const TerritorySet& set) {
    look.push_back(set.Contains(territory) ? '1' : '0');
  };
  for (const ContractRule& contract : rights.contracts) {
    add(contract.territories);
    add(contract.excluded);
  }
  for (const GrantRule& grant : rights.grants) add(grant.territories);
  return look;
}

// One of each kind of use, and of territory.
std::vector<v1::Grant::Use> DistinctUses(const PartnerRights& rights) {
  std::map<std::string, v1::Grant::Use> distinct;
  for (int use = v1::Grant::USE_UNSPECIFIED + 1; use < v1::Grant::Use_ARRAYSIZE;
       ++use) {
    if (!v1::Grant::Use_IsValid(use)) continue;
    const auto one = static_cast<v1::Grant::Use>(use);
    distinct.emplace(LookOf(rights, one), one);
  }
  std::vector<v1::Grant::Use> uses;
  uses.reserve(distinct.size());
  for (const auto& [look, use] : distinct) uses.push_back(use);
  std::sort(uses.begin(), uses.end());
  return uses;
}

std::vector<Territory> DistinctTerritories(const PartnerRights& rights) {
  std::map<std::string, Territory> distinct;
  for (char first = 'A'; first <= 'Z'; ++first) {
    for (char second = 'A'; second <= 'Z'; ++second) {
      const Territory one = *Territory::Parse(std::string{first, second});
      distinct.emplace(LookOf(rights, one), one);
    }
  }
  std::vector<Territory> territories;
  territories.reserve(distinct.size());
  for (const auto& [look, territory] : distinct) {
    territories.push_back(territory);
  }
  return territories;
}

bool IsIn(const TerritorySet& set, Territory territory) {
  return set.empty() || set.Contains(territory);
}

// Whether some grant could allow it at all.
bool IsEverAllowed(const PartnerRights& rights, v1::Grant::Use use,
                   Territory territory) {
  return std::any_of(
      rights.grants.begin(), rights.grants.end(), [&](const GrantRule& grant) {
        const ContractRule& contract = rights.contracts[grant.contract];
        return !grant.blocks && grant.uses.test(use) &&
               IsIn(grant.territories, territory) &&
               IsIn(contract.territories, territory) &&
               !contract.excluded.Contains(territory);
      });
}

// Whether `reason` denies every use everywhere.
bool IsForEveryPurpose(v1::AccessRule::Reason reason) {
  switch (reason) {
    case v1::AccessRule::NOT_OUT:
    case v1::AccessRule::STOPPED:
    case v1::AccessRule::EXPIRED:
    case v1::AccessRule::UNDER_EMBARGO:
    case v1::AccessRule::RIGHTS_UNKNOWN:
    case v1::AccessRule::PARTNER_SUSPENDED:
      return true;
    default:
      return false;
  }
}

}  // namespace

DeliveryRights::DeliveryRights(PartnerRights rights)
    : rights_(std::move(rights)) {
  const std::vector<Territory> territories = DistinctTerritories(rights_);
  for (const v1::Grant::Use use : DistinctUses(rights_)) {
    for (const Territory territory : territories) {
      if (IsEverAllowed(rights_, use, territory)) {
        purposes_.push_back({use, territory});
      }
    }
  }
}

v1::Access::Decision DeliveryRights::DecideAt(
    const storage::v1::Attributes& attributes, absl::Time time, int* asked,
    v1::AccessRule::Reason* why) const {
  int count = 0;
  // Who has no purpose has no grant that allows anything.
  v1::AccessRule::Reason reason = v1::AccessRule::NO_GRANT;
  v1::Access::Decision decision = v1::Access::DENY;
  for (const Purpose& purpose : purposes_) {
    const AccessQuestion question{.attributes = attributes,
                                  .use = purpose.use,
                                  .territory = purpose.territory,
                                  .time = time};
    const AccessAnswer answer = Decide(rights_, question);
    ++count;
    // An embargo is the same for every use.
    decision = answer.decision;
    reason = answer.rules.front().reason;
    if (decision != v1::Access::DENY ||
        std::any_of(answer.rules.begin(), answer.rules.end(),
                    [](const CountedRule& rule) {
                      return IsForEveryPurpose(rule.reason);
                    })) {
      break;
    }
    // Most of what a partner may not have is of no product of its.
    if (count == 1 && !IsInAnyGrant(rights_, question)) break;
  }
  if (asked != nullptr) *asked = count;
  if (why != nullptr) *why = reason;
  return decision;
}

}  // namespace courant
