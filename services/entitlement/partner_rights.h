#ifndef COURANT_SERVICES_ENTITLEMENT_PARTNER_RIGHTS_H_
#define COURANT_SERVICES_ENTITLEMENT_PARTNER_RIGHTS_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "courant/v1/partner.pb.h"
#include "services/entitlement/territory.h"
#include "services/filter/filter.h"

// What one partner may have, as of one position of the log: as it is stored,
// and made ready to be compared.
namespace courant {

// As it is stored. Grants name their product; a contract is that of a grant
// whose name begins with its name.
struct RightsRecords {
  v1::Partner partner;
  std::vector<v1::Contract> contracts;
  std::vector<v1::Grant> grants;
  // Those that grants name, and perhaps others.
  std::vector<v1::Product> products;
};

// What every rule has: what an answer names it by, so that whoever gets the
// answer can look the rule up as it was.
struct RuleId {
  // `partners/daily/contracts/2026`.
  std::string name;
  // That was looked at.
  int64_t revision = 0;
};

// When something holds: `from` is included, `to` is not.
struct TimeWindow {
  absl::Time from = absl::InfinitePast();
  absl::Time to = absl::InfiniteFuture();

  bool Contains(absl::Time time) const { return from <= time && time < to; }
};

// What a contract says.
struct ContractRule {
  RuleId id;
  // Its grants allow nothing. Those that block go on, as does `excluded`.
  bool suspended = false;
  TimeWindow window;
  // How old an article may be at the time of use.
  absl::Duration max_age = absl::InfiniteDuration();
  // Where its grants allow use. Empty: everywhere.
  TerritorySet territories;
  // Where nothing that they cover may be used.
  TerritorySet excluded;
};

// What a product is.
struct ProductRule {
  RuleId id;
  // Nothing of it is allowed. What blocks it goes on.
  bool suspended = false;
  // Which articles it has.
  Filter articles;
};

// What a grant says.
struct GrantRule {
  RuleId id;
  // It forbids what it covers, rather than allows it.
  bool blocks = false;
  // It allows nothing. One that blocks goes on.
  bool suspended = false;
  TimeWindow window;
  // By number. Of one that blocks every use: all.
  std::bitset<v1::Grant::Use_ARRAYSIZE> uses;
  // Of the articles, as ranges: "en" takes "en-GB". Empty: all.
  std::vector<std::string> languages;
  // Where it covers use. Empty: everywhere.
  TerritorySet territories;
  // What it depends on: places in PartnerRights.
  size_t contract = 0;
  size_t product = 0;
};

// The rights of one partner. Immutable once it is made, hence thread-safe.
struct PartnerRights {
  RuleId id;
  // It may have nothing.
  bool suspended = false;
  // It gets pre-notices of what is under an embargo.
  bool gets_notices = false;
  // In the order of the records; grants refer to the others by place.
  std::vector<ContractRule> contracts;
  std::vector<ProductRule> products;
  std::vector<GrantRule> grants;
};

// Makes `records` ready. Expects what the server lets in: an error says that
// they are damaged, and nothing is allowed then.
//   DATA_LOSS / DATA_CORRUPTED  a filter, territory or language that cannot be
//                               read, or a grant without contract or product
absl::StatusOr<PartnerRights> CompileRights(const RightsRecords& records);

}  // namespace courant

#endif  // COURANT_SERVICES_ENTITLEMENT_PARTNER_RIGHTS_H_
