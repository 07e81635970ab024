#include "services/edge/remote_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace courant {
namespace {

// Of an IPv6 address: what a network is given, in bytes.
constexpr size_t kNetworkBytes = 8;
// Where the IPv4 address is in an IPv6 address that stands for one.
constexpr size_t kMappedAt = 12;

std::string TextOf(const in_addr& address) {
  char text[INET_ADDRSTRLEN] = "";
  inet_ntop(AF_INET, &address, text, sizeof(text));
  return text;
}

std::string TextOf(const in6_addr& address) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(AF_INET6, &address, text, sizeof(text));
  return text;
}

RemoteAddress Of4(const in_addr& address, in_port_t port) {
  const std::string text = TextOf(address);
  return {.peer = absl::StrCat("ipv4:", text, ":", ntohs(port)),
          .neighbours = text};
}

RemoteAddress Of6(const sockaddr_in6& from) {
  // On one link the same address may be there more than once.
  const std::string scope =
      from.sin6_scope_id == 0 ? "" : absl::StrCat("%25", from.sin6_scope_id);
  in6_addr network = from.sin6_addr;
  std::fill(std::begin(network.s6_addr) + kNetworkBytes,
            std::end(network.s6_addr), uint8_t{0});
  return {.peer = absl::StrCat("ipv6:%5B", TextOf(from.sin6_addr), scope,
                               "%5D:", ntohs(from.sin6_port)),
          .neighbours = absl::StrCat(TextOf(network), "/64")};
}

}  // namespace

RemoteAddress RemoteAddressOf(const sockaddr_storage& from) {
  if (from.ss_family == AF_INET) {
    sockaddr_in ipv4;
    std::memcpy(&ipv4, &from, sizeof(ipv4));
    return Of4(ipv4.sin_addr, ipv4.sin_port);
  }
  if (from.ss_family != AF_INET6) return {};
  sockaddr_in6 ipv6;
  std::memcpy(&ipv6, &from, sizeof(ipv6));
  if (!IN6_IS_ADDR_V4MAPPED(&ipv6.sin6_addr)) return Of6(ipv6);
  in_addr ipv4;
  std::memcpy(&ipv4, &ipv6.sin6_addr.s6_addr[kMappedAt], sizeof(ipv4));
  return Of4(ipv4, ipv6.sin6_port);
}

}  // namespace courant
