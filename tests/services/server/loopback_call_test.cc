#include "services/server/loopback_call.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/edge/listening_socket.h"

// What it finds when all is well, also over TLS, is seen from outside: see
// tests/integration/watchdog_test.py.

namespace courant {
namespace {

TEST(LoopbackCallTest, GoesToThisMachine) {
  EXPECT_EQ(LoopbackTarget("127.0.0.2:7400"), "ipv4:127.0.0.2:7400");
  EXPECT_EQ(LoopbackTarget("0.0.0.0:7400"), "ipv4:127.0.0.1:7400");
  EXPECT_EQ(LoopbackTarget("[::1]:7400"), "ipv6:[::1]:7400");
  EXPECT_EQ(LoopbackTarget("[::]:7400"), "ipv6:[::1]:7400");
}

TEST(LoopbackCallTest, AListenerThatTakesNobodyIsFoundOut) {
  const auto socket = Listen("127.0.0.1", 0, /*receive_bytes=*/0);
  ASSERT_TRUE(socket.ok()) << socket.status();
  const LoopbackCall call(AddressOf(*socket), /*tls=*/nullptr);
  // It connects, for the kernel takes whoever comes.
  EXPECT_EQ(call.Make(absl::Milliseconds(200)).code(),
            absl::StatusCode::kUnavailable);
}

TEST(LoopbackCallTest, AndOneThatIsNotThere) {
  auto socket = Listen("127.0.0.1", 0, /*receive_bytes=*/0);
  ASSERT_TRUE(socket.ok()) << socket.status();
  const LoopbackCall call(AddressOf(*socket), /*tls=*/nullptr);
  socket->fd.Close();
  EXPECT_EQ(call.Make(absl::Seconds(30)).code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace courant
