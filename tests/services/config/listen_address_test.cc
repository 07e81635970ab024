#include "services/config/listen_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace courant {
namespace {

TEST(ListenAddressTest, LoopbackIsToldFromWhatOthersCanReach) {
  struct Case {
    const char* text;
    const char* canonical;
    bool is_loopback;
  };
  for (const Case& c : {
           Case{"127.0.0.1:7400", "127.0.0.1:7400", true},
           Case{"127.8.9.10:0", "127.8.9.10:0", true},
           Case{"localhost:65535", "127.0.0.1:65535", true},
           Case{"[::1]:7400", "[::1]:7400", true},
           Case{"[0:0::1]:07", "[::1]:7", true},
           Case{"[::ffff:127.0.0.1]:1", "[::ffff:127.0.0.1]:1", true},
           Case{"0.0.0.0:1", "0.0.0.0:1", false},
           Case{"[::]:1", "[::]:1", false},
           Case{"[::ffff:10.0.0.1]:1", "[::ffff:10.0.0.1]:1", false},
           Case{"192.0.2.1:1", "192.0.2.1:1", false},
           Case{"126.255.255.255:1", "126.255.255.255:1", false},
           Case{"128.0.0.1:1", "128.0.0.1:1", false},
       }) {
    const auto address = ParseListenAddress(c.text);
    ASSERT_TRUE(address.ok()) << c.text << ": " << address.status();
    EXPECT_EQ(address->ToString(), c.canonical);
    EXPECT_EQ(address->is_loopback, c.is_loopback) << c.text;
  }
}

TEST(ListenAddressTest, AnythingElseIsRefused) {
  for (const char* text : {"",
                           ":",
                           ":80",
                           "80",
                           "127.0.0.1",
                           "127.0.0.1:",
                           "127.0.0.1:-1",
                           "127.0.0.1:65536",
                           "127.0.0.1:+80",
                           "127.0.0.1: 80",
                           "127.0.0.1:80 ",
                           "127.0.0.1:000080",
                           "127.1:80",
                           "0x7f.0.0.1:80",
                           "256.0.0.1:80",
                           "2130706433:80",
                           "example.org:80",
                           "LOCALHOST:80",
                           "::1:80",
                           "[::1]",
                           "[::1]80",
                           "[::1:80",
                           "::1]:80",
                           "[127.0.0.1]:80",
                           "[]:80",
                           "[fe80::1%lo]:80",
                           "[localhost]:80",
                           "unix:/tmp/x",
                           "127.0.0.1:80:80",
                           "http://127.0.0.1:80"}) {
    EXPECT_EQ(ParseListenAddress(text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
}

}  // namespace
}  // namespace courant
