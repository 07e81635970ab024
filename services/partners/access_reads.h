#ifndef COURANT_SERVICES_PARTNERS_ACCESS_READS_H_
#define COURANT_SERVICES_PARTNERS_ACCESS_READS_H_

#include <string>

#include "absl/status/statusor.h"
#include "courant/v1/partner_service.pb.h"
#include "services/entitlement/partner_rights.h"
#include "services/rpc/request_context.h"
#include "storage/base/clock.h"
#include "storage/change_log.h"
#include "storage/database.h"
#include "storage/partner_store.h"

namespace courant {

// Answers whether somebody may have an article at some time, from the revisions
// that the log has of rights and of articles: ExplainAccess. Blocks on the
// disk, for some reads of the log and one for each right of the partner.
// Thread-safe.
class AccessReads {
 public:
  // Nothing is owned; all must outlive the object.
  AccessReads(const storage::Database& database,
              const storage::ChangeLog& change_log, const Clock& clock)
      : database_(database), change_log_(change_log), clock_(clock) {}

  // Says what follows from the rights of the partner and from the article at a
  // time, as the change of the log left them that was the newest then.
  //   NOT_FOUND / RESOURCE_NOT_FOUND  there was never such a partner or article
  absl::StatusOr<v1::ExplainAccessResponse> ExplainAccess(
      const RequestContext& context, const v1::ExplainAccessRequest& request);

 private:
  const storage::Database& database_;
  const storage::ChangeLog& change_log_;
  const Clock& clock_;
};

// What the change `at` and those before it left of the rights of `partner`,
// `partners/{partner}`, who was there by then. What has ended, or is
// suspended, is among them as it is: what follows from that is decided later.
//   DATA_LOSS / DATA_CORRUPTED  something of it is damaged
//   NOT_FOUND / RESOURCE_NOT_FOUND  the partner was not there
absl::StatusOr<RightsRecords> ReadRightsAt(const storage::PartnerStore& store,
                                           const std::string& partner,
                                           Sequence at);

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_ACCESS_READS_H_
