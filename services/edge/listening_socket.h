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
  // Where it listens: a literal IP address without brackets, and a port, never
  // 0.
  std::string host;
  uint16_t port = 0;
  // Somebody else has it open too: who connects when we accept no more is not
  // refused but waits for the next one who does.
  bool is_kept = false;
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

// Takes over `fd`, which somebody else has open too and which is closed if it
// cannot be used. It is not inherited by programs that this one starts.
//   INVALID_ARGUMENT  it is not a TCP socket that listens; the text, without a
//                     subject, says what it is: "is not open"
absl::StatusOr<ListeningSocket> AdoptListening(Descriptor fd);

// Sets on `socket`, which was adopted, what Listen() sets when it makes one.
// Connections that wait already stay as they are.
//   UNAVAILABLE  the system refuses
absl::Status SetOptions(const ListeningSocket& socket, int receive_bytes);

// Where it listens, with IPv6 in brackets: "[::1]:7400".
std::string AddressOf(const ListeningSocket& socket);

}  // namespace courant

#endif  // COURANT_SERVICES_EDGE_LISTENING_SOCKET_H_
