#include "services/edge/listening_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
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

absl::StatusOr<SocketAddress> ParseAddress(const std::string& host,
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

// What connections take over from the socket.
bool SetForConnections(const Descriptor& fd, int receive_bytes) {
  return Set(fd, IPPROTO_TCP, TCP_NODELAY, 1) &&
         Set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, kUnconfirmedMs) &&
         // Before a client connects: it says how large a window is offered.
         (receive_bytes == 0 || Set(fd, SOL_SOCKET, SO_RCVBUF, receive_bytes));
}

bool SetBeforeBind(const Descriptor& fd, int family) {
  return Set(fd, SOL_SOCKET, SO_REUSEADDR, 1) &&
         (family != AF_INET6 || Set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0));
}

// An option of `fd`; -1 if it has none of that kind.
int Get(const Descriptor& fd, int option) {
  int value = 0;
  socklen_t size = sizeof(value);
  return getsockopt(fd.get(), SOL_SOCKET, option, &value, &size) == 0 ? value
                                                                      : -1;
}

// Writes down where `socket` is bound. False: the system will not say.
bool TellWhere(ListeningSocket& socket) {
  SocketAddress address;
  address.size = sizeof(address.bytes);
  auto* const at = reinterpret_cast<sockaddr*>(&address.bytes);
  if (getsockname(socket.fd.get(), at, &address.size) != 0) return false;
  char text[INET6_ADDRSTRLEN] = {};
  if (address.bytes.ss_family == AF_INET) {
    sockaddr_in ipv4;
    std::memcpy(&ipv4, &address.bytes, sizeof(ipv4));
    socket.port = ntohs(ipv4.sin_port);
    inet_ntop(AF_INET, &ipv4.sin_addr, text, sizeof(text));
  } else {
    sockaddr_in6 ipv6;
    std::memcpy(&ipv6, &address.bytes, sizeof(ipv6));
    socket.port = ntohs(ipv6.sin6_port);
    inet_ntop(AF_INET6, &ipv6.sin6_addr, text, sizeof(text));
  }
  socket.host = text;
  return true;
}

// What is wrong with a descriptor that should be a TCP socket that listens.
const char* FaultOf(const Descriptor& fd) {
  if (fcntl(fd.get(), F_GETFD) < 0) return "is not open";
  const int family = Get(fd, SO_DOMAIN);
  if (family < 0) return "is not a socket";
  if ((family != AF_INET && family != AF_INET6) ||
      Get(fd, SO_TYPE) != SOCK_STREAM || Get(fd, SO_PROTOCOL) != IPPROTO_TCP) {
    return "is not a TCP socket";
  }
  if (Get(fd, SO_ACCEPTCONN) != 1) return "does not listen";
  return nullptr;
}

}  // namespace

absl::StatusOr<ListeningSocket> Listen(const std::string& host, uint16_t port,
                                       int receive_bytes) {
  COURANT_ASSIGN_OR_RETURN(SocketAddress address, ParseAddress(host, port));
  const int family = address.bytes.ss_family;
  ListeningSocket made{
      .fd = Descriptor(socket(
          family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP))};
  if (!made.fd.is_open() || !SetBeforeBind(made.fd, family) ||
      !SetForConnections(made.fd, receive_bytes)) {
    return SystemRefused();
  }
  auto* const at = reinterpret_cast<sockaddr*>(&address.bytes);
  if (bind(made.fd.get(), at, address.size) != 0 ||
      listen(made.fd.get(), SOMAXCONN) != 0 || !TellWhere(made)) {
    return SystemRefused();
  }
  return made;
}

absl::StatusOr<ListeningSocket> AdoptListening(Descriptor fd) {
  if (const char* const fault = FaultOf(fd)) {
    return absl::InvalidArgumentError(fault);
  }
  ListeningSocket adopted{.fd = std::move(fd), .is_kept = true};
  const int number = adopted.fd.get();
  if (fcntl(number, F_SETFD, FD_CLOEXEC) != 0 ||
      fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) != 0 ||
      !TellWhere(adopted)) {
    return absl::InvalidArgumentError("cannot be used");
  }
  return adopted;
}

absl::Status SetOptions(const ListeningSocket& socket, int receive_bytes) {
  if (SetForConnections(socket.fd, receive_bytes)) return absl::OkStatus();
  return SystemRefused();
}

std::string AddressOf(const ListeningSocket& socket) {
  const bool is_ipv6 = absl::StrContains(socket.host, ':');
  return is_ipv6 ? absl::StrCat("[", socket.host, "]:", socket.port)
                 : absl::StrCat(socket.host, ":", socket.port);
}

}  // namespace courant
