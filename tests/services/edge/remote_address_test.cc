#include "services/edge/remote_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

namespace courant {
namespace {

RemoteAddress Of(int family, const char* text, uint16_t port,
                 uint32_t scope = 0) {
  sockaddr_storage from = {};
  if (family == AF_INET) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    EXPECT_EQ(inet_pton(AF_INET, text, &address.sin_addr), 1);
    std::memcpy(&from, &address, sizeof(address));
  } else {
    sockaddr_in6 address = {};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    address.sin6_scope_id = scope;
    EXPECT_EQ(inet_pton(AF_INET6, text, &address.sin6_addr), 1);
    std::memcpy(&from, &address, sizeof(address));
  }
  return RemoteAddressOf(from);
}

TEST(RemoteAddressTest, IsWhatGrpcCallsIt) {
  EXPECT_EQ(Of(AF_INET, "192.0.2.1", 4711).peer, "ipv4:192.0.2.1:4711");
  EXPECT_EQ(Of(AF_INET6, "2001:db8::1", 4711).peer,
            "ipv6:%5B2001:db8::1%5D:4711");
  EXPECT_EQ(Of(AF_INET6, "fe80::1", 1, /*scope=*/2).peer,
            "ipv6:%5Bfe80::1%252%5D:1");
  EXPECT_EQ(Of(AF_INET6, "::ffff:192.0.2.1", 4711).peer, "ipv4:192.0.2.1:4711");
}

TEST(RemoteAddressTest, ANetworkOfIpv6IsOneNeighbour) {
  EXPECT_EQ(Of(AF_INET, "192.0.2.1", 1).neighbours, "192.0.2.1");
  EXPECT_EQ(Of(AF_INET6, "::ffff:192.0.2.1", 1).neighbours, "192.0.2.1");
  EXPECT_EQ(Of(AF_INET6, "2001:db8:1:2:3:4:5:6", 1).neighbours,
            "2001:db8:1:2::/64");
  EXPECT_NE(Of(AF_INET6, "2001:db8:1:3::", 1).neighbours, "2001:db8:1:2::/64");
}

TEST(RemoteAddressTest, OtherFamiliesHaveNone) {
  sockaddr_storage from = {};
  from.ss_family = AF_UNIX;
  EXPECT_EQ(RemoteAddressOf(from).peer, "");
}

}  // namespace
}  // namespace courant
