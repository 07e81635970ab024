#ifndef COURANT_SERVICES_PARTNERS_ACCOUNT_READS_H_
#define COURANT_SERVICES_PARTNERS_ACCOUNT_READS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "courant/v1/account_service.pb.h"
#include "services/rpc/handler.h"
#include "services/rpc/request_context.h"
#include "storage/base/clock.h"
#include "storage/change_log.h"
#include "storage/database.h"

namespace courant {

// What a partner may ask about itself, but for its ledger, which is another
// layer (services/ledger); see account_service.proto for the contract.
// Everything is read anew for each call, so that it is of one moment: it blocks
// on the disk, once for each right and key. It is for people and for tests of
// their programs, not for every call that they make. Thread-safe.
class AccountReads {
 public:
  // Nothing is owned; all must outlive the object. `max_request_bytes` is what
  // the partner is told of.
  AccountReads(const storage::Database& database,
               const storage::ChangeLog& change_log, const Clock& clock,
               int64_t max_request_bytes)
      : database_(database),
        change_log_(change_log),
        clock_(clock),
        max_request_bytes_(max_request_bytes) {}

  // Of the principal of `context`, by the newest change of the log, with what
  // its allowance says, if it has one. Tells it
  // neither who made something, nor why it is suspended, nor the terms.
  //   UNIMPLEMENTED / NOT_OFFERED  the call has no principal
  //   DATA_LOSS / DATA_CORRUPTED   something of it is damaged
  absl::StatusOr<v1::Account> GetAccount(const RequestContext& context,
                                         const v1::GetAccountRequest& request);

 private:
  const storage::Database& database_;
  const storage::ChangeLog& change_log_;
  const Clock& clock_;
  const int64_t max_request_bytes_;
};

// courant.v1.AccountService as a table, for partners alone: who is outside and
// shows no key is not cleared, and who is in the house is told that there is
// nothing. `reads` is not owned and must outlive what is made of it.
ServiceTable AccountServiceTable(AccountReads& reads);

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_ACCOUNT_READS_H_
