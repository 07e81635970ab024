#ifndef COURANT_SERVICES_LEDGER_LEDGER_CALLS_H_
#define COURANT_SERVICES_LEDGER_LEDGER_CALLS_H_

#include "services/audience/viewer.h"
#include "services/ledger/delivery_ledger.h"
#include "services/ledger/ledger_reads.h"
#include "services/rpc/handler.h"

// The methods of PartnerService and of AccountService that are about the
// ledger. Each answers as of all that was committed before it was called.
// Nothing is owned; all must outlive what is made.
namespace courant {

// PartnerService with ListDeliveries, ListNotices and ListExposures.
ServiceTable WithLedger(ServiceTable partner_service, const LedgerReads& reads,
                        DeliveryLedger& ledger);

// AccountService with ListDeliveries, ListNotices and AcknowledgeNotice, for
// partners alone. `rights` say what of its notices a partner may see.
ServiceTable WithLedger(ServiceTable account_service, const LedgerReads& reads,
                        DeliveryLedger& ledger, RightsBook& rights);

}  // namespace courant

#endif  // COURANT_SERVICES_LEDGER_LEDGER_CALLS_H_
