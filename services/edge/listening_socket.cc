#include "services/edge/listening_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

// Data that nobody confirms for so long ends a connection: what gRPC sets with
// the keepalive of a listener.
constexpr int kUnconfirmedMs = 10000;

struct SocketAddress {
  sockaddr_storage bytes = {};
  socklen_t size = 0;
};

absl::StatusOr<SocketAddress> AddressOf(const std::string& host,
                                        uint16_t port) {
  SocketAddress address;
  sockaddr_in ipv4 = {};
  sockaddr_in6 ipv6 = {};
  if (inet_pton(AF_INET, host.c_str(), &ipv4.sin_addr) == 1) {
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(port);
    address.size = sizeof(ipv4);
    std::memcpy(&address.bytes, &ipv4, sizeof(ipv4));
    return address;
  }
  if (inet_pton(AF_INET6, host.c_str(), &ipv6.sin6_addr) != 1) {
    return absl::UnavailableError("it is not an IP address");
  }
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = htons(port);
  address.size = sizeof(ipv6);
  std::memcpy(&address.bytes, &ipv6, sizeof(ipv6));
  return address;
}

absl::Status SystemRefused() {
  const int why = errno;
  if (why == EADDRINUSE) {
    return absl::UnavailableError("another program is there already");
  }
  if (why == EADDRNOTAVAIL) {
    return absl::UnavailableError("this machine has no such address");
  }
  return absl::UnavailableError(strerror(why));
}

bool Set(const Descriptor& fd, int level, int option, int value) {
  return setsockopt(fd.get(), level, option, &value, sizeof(value)) == 0;
}

bool SetOptions(const Descriptor& fd, int family, int receive_bytes) {
  return Set(fd, SOL_SOCKET, SO_REUSEADDR, 1) &&
         Set(fd, IPPROTO_TCP, TCP_NODELAY, 1) &&
         Set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, kUnconfirmedMs) &&
         (family != AF_INET6 || Set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0)) &&
         // Before listen(): it says how large a window is offered.
         (receive_bytes == 0 || Set(fd, SOL_SOCKET, SO_RCVBUF, receive_bytes));
}

uint16_t PortOf(const SocketAddress& address) {
  if (address.bytes.ss_family == AF_INET) {
    sockaddr_in ipv4;
    std::memcpy(&ipv4, &address.bytes, sizeof(ipv4));
    return ntohs(ipv4.sin_port);
  }
  sockaddr_in6 ipv6;
  std::memcpy(&ipv6, &address.bytes, sizeof(ipv6));
  return ntohs(ipv6.sin6_port);
}

}  // namespace

absl::StatusOr<ListeningSocket> Listen(const std::string& host, uint16_t port,
                                       int receive_bytes) {
  COURANT_ASSIGN_OR_RETURN(SocketAddress address, AddressOf(host, port));
  const int family = address.bytes.ss_family;
  ListeningSocket made{
      .fd = Descriptor(socket(
          family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP))};
  if (!made.fd.is_open() || !SetOptions(made.fd, family, receive_bytes)) {
    return SystemRefused();
  }
  auto* const at = reinterpret_cast<sockaddr*>(&address.bytes);
  if (bind(made.fd.get(), at, address.size) != 0 ||
      listen(made.fd.get(), SOMAXCONN) != 0 ||
      getsockname(made.fd.get(), at, &address.size) != 0) {
    return SystemRefused();
  }
  made.port = PortOf(address);
  return made;
}

}  // namespace courant
