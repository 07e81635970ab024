#include "services/http/host_rule.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace courant {
namespace {

TEST(HostRuleTest, AddressesAndLocalhostAreAlwaysAllowed) {
  for (const char* host :
       {"127.0.0.1", "127.0.0.1:7490", "10.1.2.3:80", "[::1]", "[::1]:7490",
        "[fd00::1]:7490", "localhost", "LocalHost:7490", "localhost."}) {
    EXPECT_TRUE(IsHostAllowed(host, {})) << host;
  }
}

TEST(HostRuleTest, OfNamesOnlyThoseThatAreListed) {
  const std::vector<std::string> names = {"wire.example.org", "Prom."};
  for (const char* host : {"wire.example.org", "WIRE.example.org:7490", "prom",
                           "wire.example.org.", "prom:1"}) {
    EXPECT_TRUE(IsHostAllowed(host, names)) << host;
    EXPECT_FALSE(IsHostAllowed(host, {})) << host;
  }
}

// What a page of somebody else's site could come with.
TEST(HostRuleTest, NothingElseIsAllowed) {
  const std::vector<std::string> names = {"wire.example.org"};
  for (const char* host : {"",
                           ".",
                           ":7490",
                           "rebind.example.net",
                           "rebind.example.net:7490",
                           "example.org",
                           "evil.wire.example.org",
                           "wire.example.org.evil.net",
                           "127.0.0.1.evil.net",
                           "localhost.evil.net",
                           "127.0.0.1evil",
                           "127.0.0.1@evil.net",
                           "localhost:7490:evil",
                           "localhost:",
                           "localhost:x",
                           "localhost:123456",
                           "[::1",
                           "[::1]evil.net",
                           "[::1]:",
                           "[::1]:x",
                           "[]",
                           "::1",
                           "127.1",
                           "0x7f000001",
                           "[evil.net]",
                           "localhost..",
                           "127.0.0.1\\evil"}) {
    EXPECT_FALSE(IsHostAllowed(host, names)) << host;
  }
}

}  // namespace
}  // namespace courant
