#include "services/edge/listening_socket.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

namespace courant {
namespace {

using testing::HasSubstr;

// Whether IPv4 gets through to `port` of this machine.
bool Connects(uint16_t port) {
  const Descriptor fd(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0;
}

TEST(ListenTest, ThePortIsOursAlone) {
  for (const std::string host : {"127.0.0.1", "::1", "::", "0.0.0.0"}) {
    const auto first = Listen(host, 0, 0);
    ASSERT_TRUE(first.ok()) << host << first.status();
    EXPECT_NE(first->port, 0);
    const auto second = Listen(host, first->port, 0);
    EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable) << host;
    EXPECT_THAT(std::string(second.status().message()),
                HasSubstr("another program"));
  }
}

TEST(ListenTest, AllOfIpv6IsIpv4Too) {
  const auto all = Listen("::", 0, 0);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_TRUE(Connects(all->port));
  const auto one = Listen("::1", 0, 0);
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_FALSE(Connects(one->port));
}

TEST(ListenTest, SaysWhatIsWrong) {
  EXPECT_THAT(std::string(Listen("192.0.2.1", 0, 0).status().message()),
              HasSubstr("no such address"));
  EXPECT_THAT(std::string(Listen("wire", 0, 0).status().message()),
              HasSubstr("not an IP address"));
}

}  // namespace
}  // namespace courant
