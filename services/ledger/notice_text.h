#ifndef COURANT_SERVICES_LEDGER_NOTICE_TEXT_H_
#define COURANT_SERVICES_LEDGER_NOTICE_TEXT_H_

#include "absl/status/statusor.h"
#include "courant/v1/ledger.pb.h"
#include "services/audience/viewer.h"
#include "storage/ledger_store.h"
#include "storage/view.h"

// Rows of the ledger as messages: the one place that knows how what is stored
// becomes what ledger.proto says. Pure, but for what is read of the log; keeps
// no state, and may be used from any thread.
namespace courant {

// What a delivery says: all of it is in the row and its key.
v1::Delivery DeliveryText(const storage::StoredDelivery& delivery);

// What a notice says to `viewer`: the partner itself, or the house. Why, whom
// to ask and what was wrong is read from the change; what was wrong only where
// `viewer` may have the text after it and before it, has not lost it since, and
// is told of that place; as much as fits into 64 KiB. `view` must be of the
// moving state: it is of the newest that there is. Of a change that is damaged
// there is the outline alone: what has to be done is in that.
//   UNAVAILABLE  as storage::View
absl::StatusOr<v1::Notice> NoticeText(const storage::StoredNotice& notice,
                                      const Viewer& viewer,
                                      const storage::View& view);

// The same without what is in the log: names, times and states.
v1::Notice NoticeOutline(const storage::StoredNotice& notice);

}  // namespace courant

#endif  // COURANT_SERVICES_LEDGER_NOTICE_TEXT_H_
