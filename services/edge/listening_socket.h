#ifndef COURANT_SERVICES_EDGE_LISTENING_SOCKET_H_
#define COURANT_SERVICES_EDGE_LISTENING_SOCKET_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "services/edge/descriptor.h"

namespace courant {

// A socket that listens. A value; one thread at a time.
struct ListeningSocket {
  // Does not block; connections that it gives take over what is set here.
  Descriptor fd;
  // Where it listens; never 0.
  uint16_t port = 0;
};

// Listens on `host`, a literal IP address without brackets, and `port`, of
// which 0 lets the system pick one. `::` takes IPv4 as well, any other address
// is that alone. Nobody else can listen on the same: SO_REUSEPORT is off.
//
// The kernel keeps at most `receive_bytes` of a connection that nobody has read
// yet, twice that with what it adds; 0: as much as it thinks right.
//   UNAVAILABLE  another program is there, or the address is not of this
//                machine; the text says which
absl::StatusOr<ListeningSocket> Listen(const std::string& host, uint16_t port,
                                       int receive_bytes);

}  // namespace courant

#endif  // COURANT_SERVICES_EDGE_LISTENING_SOCKET_H_
