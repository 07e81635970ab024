#ifndef COURANT_SERVICES_DISTRIBUTION_RECONNECT_DELAY_H_
#define COURANT_SERVICES_DISTRIBUTION_RECONNECT_DELAY_H_

#include "google/protobuf/duration.pb.h"

namespace courant {

// After how long a client is to connect again when the server stops: another
// time for each, from 0 s to 5 s, so that they do not all come back at once.
// Thread-safe.
google::protobuf::Duration ReconnectDelay();

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_RECONNECT_DELAY_H_
