#ifndef COURANT_SERVICES_ENTITLEMENT_DELIVERY_H_
#define COURANT_SERVICES_ENTITLEMENT_DELIVERY_H_

#include <vector>

#include "absl/time/time.h"
#include "courant/storage/v1/record.pb.h"
#include "courant/v1/partner.pb.h"
#include "services/entitlement/partner_rights.h"
#include "services/entitlement/territory.h"

namespace courant {

// What a partner is given, before it says what for and where: the most that
// Decide() (access.h) allows for any use in any territory. What it then does
// with it is bound by its contract, use by use; but what it may do nothing with
// never leaves.
//
// Uses that no rule tells apart are asked about once, and so are territories:
// mostly one question of each is enough. Immutable, hence thread-safe.
class DeliveryRights {
 public:
  // Sorts uses and territories by how the rules see them: takes some 100 us for
  // usual rights, so that it is done once for each change of them.
  explicit DeliveryRights(PartnerRights rights);

  // What it was made of.
  const PartnerRights& rights() const { return rights_; }

  // Decides about an article with `attributes` at `time`, which is now or was:
  // an embargo lasts as long as the attributes say. DENY unless rights_status
  // is among them and CLEARED. Mostly one or two decisions, also
  // where no grant is for such an article; allocates little. `asked`, if any,
  // is set to how many it took, and `why` of DENY to the first rule that said
  // so of the purpose that was asked about last.
  v1::Access::Decision DecideAt(const storage::v1::Attributes& attributes,
                                absl::Time time, int* asked = nullptr,
                                v1::AccessRule::Reason* why = nullptr) const;

 private:
  // A use in a territory that some grant allows at some time.
  struct Purpose {
    v1::Grant::Use use;
    Territory territory;
  };

  const PartnerRights rights_;
  std::vector<Purpose> purposes_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_ENTITLEMENT_DELIVERY_H_
