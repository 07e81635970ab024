#ifndef COURANT_SERVICES_EDGE_REMOTE_ADDRESS_H_
#define COURANT_SERVICES_EDGE_REMOTE_ADDRESS_H_

#include <sys/socket.h>

#include <string>

namespace courant {

// Where a connection comes from, in the two forms that are asked for. A value;
// both are empty when it is not known.
struct RemoteAddress {
  // As gRPC calls it, grpc::ServerContext::peer(): "ipv4:192.0.2.1:4711",
  // "ipv6:%5B2001:db8::1%5D:4711". IPv4 that came by an IPv6 socket is IPv4.
  std::string peer;
  // Whom limits for an address count together: "192.0.2.1", and of IPv6 the
  // first 64 bits, "2001:db8::/64", since whoever has one has all of them.
  std::string neighbours;
};

// Of `from`, as accept() gives it. A family that is not of the Internet gives
// two empty texts. A pure function.
RemoteAddress RemoteAddressOf(const sockaddr_storage& from);

}  // namespace courant

#endif  // COURANT_SERVICES_EDGE_REMOTE_ADDRESS_H_
