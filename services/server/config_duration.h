#ifndef COURANT_SERVICES_SERVER_CONFIG_DURATION_H_
#define COURANT_SERVICES_SERVER_CONFIG_DURATION_H_

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"

namespace courant {

// A duration of the configuration as the rest of the program has them. It was
// checked before: it is one that there can be. Pure; for all parts of the
// server that read one, when they start and when they are given another.
inline absl::Duration ToDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) +
         absl::Nanoseconds(duration.nanos());
}

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_CONFIG_DURATION_H_
