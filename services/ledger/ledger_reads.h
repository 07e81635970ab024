#ifndef COURANT_SERVICES_LEDGER_LEDGER_READS_H_
#define COURANT_SERVICES_LEDGER_LEDGER_READS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/ledger.pb.h"
#include "courant/v1/partner_service.pb.h"
#include "services/audience/viewer.h"
#include "services/rpc/token_mac.h"
#include "storage/database.h"
#include "storage/ledger_store.h"

namespace courant {

// The lists of the ledger; see ledger.proto and partner_service.proto for the
// contract. Each is of what is on stable storage when it is read, and blocks on
// the disk. What is added while somebody lists is on a later page or on none;
// nothing is listed twice. Thread-safe.
//
// Errors besides those of the contract: DATA_LOSS and UNAVAILABLE, when what is
// stored cannot be read.
class LedgerReads {
 public:
  // Nothing is owned; all must outlive the object. `key` seals page tokens.
  LedgerReads(const storage::LedgerStore& store,
              const storage::Database& database, const TokenKey& key)
      : store_(store), database_(database), key_(key) {}

  // What was given to `partner`, `partners/{partner}`, which the caller has
  // checked: `parent` is not looked at.
  absl::StatusOr<v1::ListDeliveriesResponse> ListDeliveries(
      absl::string_view partner,
      const v1::ListDeliveriesRequest& request) const;

  // Notices to a partner, or with an empty one to all, as `viewer` may see
  // them: what was wrong is in them for whoever may have the text.
  absl::StatusOr<v1::ListNoticesResponse> ListNotices(
      absl::string_view partner, const v1::ListNoticesRequest& request,
      const Viewer& viewer) const;

  // What a notice says to `viewer`, who must be the house or the partner.
  absl::StatusOr<v1::Notice> Text(const storage::StoredNotice& notice,
                                  const Viewer& viewer) const;

  // Who has an article, also when it was killed. Reads all that there is about
  // it for each page: some 10 us for each partner and revision.
  absl::StatusOr<v1::ListExposuresResponse> ListExposures(
      const v1::ListExposuresRequest& request) const;

 private:
  const storage::LedgerStore& store_;
  const storage::Database& database_;
  const TokenKey& key_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_LEDGER_LEDGER_READS_H_
