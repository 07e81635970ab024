#ifndef COURANT_SERVICES_ENTITLEMENT_ACCESS_H_
#define COURANT_SERVICES_ENTITLEMENT_ACCESS_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/storage/v1/record.pb.h"
#include "courant/v1/partner.pb.h"
#include "services/entitlement/partner_rights.h"
#include "services/entitlement/territory.h"

// Whether somebody may have an article: the one decision about partners.
// ExplainAccess asks it; reads, lists and deliveries do through delivery.h.
// What it is, in which order, is the contract of Access.Decision in
// partner.proto. Pure and thread-safe; stored attributes alone are looked at.
namespace courant {

// What somebody wants to do with a revision of an article. Refers to what it
// was made from.
struct AccessQuestion {
  // `articles/{article}`, and the revision: the id of what it says itself.
  absl::string_view article;
  int64_t revision = 0;
  // Of that revision. Unless rights_status is CLEARED nobody may have it, also
  // where it was not recorded: see AttributesOf() in editorial/rules.
  const storage::v1::Attributes& attributes;
  // For what, where.
  v1::Grant::Use use = v1::Grant::USE_UNSPECIFIED;
  Territory territory;
  // When it is used. May be before the revision was made, or long after.
  absl::Time time;
  // `time` is still to come: that the embargo of what is EMBARGOED will end
  // when it says may be assumed. Of now and of the past the log knows better:
  // an embargo lasts until a change ends it.
  bool is_to_come = false;
};

// A rule that counted, and what it said.
struct CountedRule {
  // Good for as long as the rights and the question are.
  absl::string_view name;
  int64_t revision = 0;
  v1::AccessRule::Reason reason = v1::AccessRule::REASON_UNSPECIFIED;

  friend bool operator==(const CountedRule&, const CountedRule&) = default;
};

// Which rules, each at most once: what the article says, then the partner, then
// contracts and grants in the order of the rights.
using CountedRules = absl::InlinedVector<CountedRule, 4>;

// The answer, and all rules that decided it.
struct AccessAnswer {
  // Until something is decided, nothing is allowed.
  v1::Access::Decision decision = v1::Access::DENY;
  CountedRules rules;
};

// Decides. Takes time for each grant, most of it for the filter of its product,
// which is asked when nothing cheaper says no; allocates no more than its
// answer.
AccessAnswer Decide(const PartnerRights& rights,
                    const AccessQuestion& question);

// Whether some grant that allows anything is for such articles at all: of their
// product and language. If not, no use anywhere is allowed.
bool IsInAnyGrant(const PartnerRights& rights, const AccessQuestion& question);

// What stood in the way of each grant that allows something of a product with
// this article: for people who wonder why the answer is NO_GRANT. Says nothing
// of what denies by itself, which Decide() names.
CountedRules ObstaclesTo(const PartnerRights& rights,
                         const AccessQuestion& question);

}  // namespace courant

#endif  // COURANT_SERVICES_ENTITLEMENT_ACCESS_H_
