#ifndef COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_SERVICE_H_
#define COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_SERVICE_H_

#include "services/rpc/handler.h"
#include "services/subscriptions/subscription_reads.h"
#include "services/subscriptions/subscription_writes.h"

namespace courant {

// courant.v1.SubscriptionService as a table; for the house alone. Neither is
// owned; both must outlive what is made of it.
//
// Writes are answered by the thread of the store, when they are on stable
// storage, and hold no worker until then; reads, and the replay of what is
// parked, run on a worker and may block on the disk.
ServiceTable SubscriptionServiceTable(SubscriptionWrites& writes,
                                      SubscriptionReads& reads);

}  // namespace courant

#endif  // COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_SERVICE_H_
