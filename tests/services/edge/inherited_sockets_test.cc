#include "services/edge/inherited_sockets.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

// What is refused, and with which words, is tested from outside, in
// tests/integration/socket_activation_test.py.

namespace courant {
namespace {

const std::vector<std::string>& Known() {
  static const auto* const known =
      new std::vector<std::string>({"internal", "ops"});
  return *known;
}

TEST(InheritedSocketsTest, OneIsTakenOnceByItsName) {
  const auto held = Listen("127.0.0.1", 0, /*receive_bytes=*/0);
  ASSERT_TRUE(held.ok()) << held.status();
  const int number = dup(held->fd.get());
  auto sockets = InheritedSockets::Adopt(number, {"ops"}, Known());
  ASSERT_TRUE(sockets.ok()) << sockets.status();
  EXPECT_EQ(sockets->Addresses().at("ops"), AddressOf(*held));
  EXPECT_FALSE(sockets->Take("internal"));
  const auto taken = sockets->Take("ops");
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->fd.get(), number);
  EXPECT_EQ(taken->port, held->port);
  EXPECT_TRUE(taken->is_kept);
  EXPECT_NE(fcntl(number, F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_NE(fcntl(number, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_FALSE(sockets->Take("ops"));
}

TEST(InheritedSocketsTest, WhenOneIsRefusedAllAreClosed) {
  const auto held = Listen("127.0.0.1", 0, /*receive_bytes=*/0);
  ASSERT_TRUE(held.ok()) << held.status();
  const int number = dup(held->fd.get());
  EXPECT_EQ(InheritedSockets::Adopt(number, {"wire"}, Known()).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(fcntl(number, F_GETFD), -1);
}

TEST(InheritedSocketsTest, TheVariablesAreGoneWhoeverTheyAreFor) {
  for (const std::string& pid : {std::string("1"), absl::StrCat(getpid())}) {
    setenv("LISTEN_PID", pid.c_str(), 1);
    setenv("LISTEN_FDS", "0", 1);
    setenv("LISTEN_FDNAMES", "", 1);
    const auto sockets = InheritedSockets::FromEnvironment(Known());
    for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
      EXPECT_EQ(getenv(name), nullptr) << name;
    }
  }
  EXPECT_TRUE(InheritedSockets::FromEnvironment(Known()).ok());
}

}  // namespace
}  // namespace courant
