#include "services/edge/acceptor.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <memory>
#include <utility>
#include <vector>

#include "services/edge/listening_socket.h"
#include "storage/base/mutex.h"

// The acceptor over real sockets, with a test in the place of gRPC.

namespace courant {
namespace {

// For what must happen, on a busy machine under a sanitizer.
constexpr int kPatienceMs = 60000;

class AcceptorTest : public testing::Test {
 protected:
  void Listens(const Acceptor::Options& options) {
    auto socket = Listen("127.0.0.1", 0, 0);
    ASSERT_TRUE(socket.ok()) << socket.status();
    port_ = socket->port;
    acceptor_ = std::make_unique<Acceptor>(*std::move(socket), options, &book_,
                                           metrics_, nullptr);
    ASSERT_TRUE(acceptor_->Start({.hand_over = [this](Descriptor fd) {
      MutexLock lock(mu_);
      held_.push_back(std::move(fd));
      changed_.SignalAll();
    }}));
  }

  Descriptor Connect() const {
    Descriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_port = htons(port_);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof(to)),
              0);
    return fd;
  }

  // Waits until the other side has ended it.
  static bool IsClosed(const Descriptor& fd) {
    pollfd one = {.fd = fd.get(), .events = POLLIN, .revents = 0};
    char byte = 0;
    return poll(&one, 1, kPatienceMs) == 1 &&
           recv(fd.get(), &byte, 1, MSG_DONTWAIT) <= 0;
  }

  // Waits until so many were handed over and not let go.
  void AwaitHeld(size_t count) {
    MutexLock lock(mu_);
    while (held_.size() != count) changed_.Wait(mu_);
  }

  // As gRPC does it.
  void LetGoOfOne() {
    MutexLock lock(mu_);
    shutdown(held_.back().get(), SHUT_RDWR);
    held_.pop_back();
  }

  void AwaitOpen(size_t count) const {
    while (book_.size() != count) std::this_thread::yield();
  }

  prometheus::Registry registry_;
  EdgeMetrics metrics_{registry_, "test", /*are_followed=*/true};
  ConnectionBook book_;
  uint16_t port_ = 0;
  Mutex mu_;
  CondVar changed_;
  std::vector<Descriptor> held_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<Acceptor> acceptor_;
};

TEST_F(AcceptorTest, ThereIsAMostOfConnections) {
  Listens({.max_connections = 2, .max_per_address = 100});
  std::vector<Descriptor> clients;
  for (int i = 0; i < 2; ++i) clients.push_back(Connect());
  AwaitHeld(2);
  EXPECT_TRUE(IsClosed(Connect()));
  EXPECT_EQ(metrics_.refused(AcceptRefusal::kConnections).Value(), 1);
  LetGoOfOne();
  AwaitOpen(1);
  const Descriptor another = Connect();
  AwaitHeld(2);
  EXPECT_EQ(metrics_.accepted().Value(), 3);
}

TEST_F(AcceptorTest, AndOfThoseFromOneAddress) {
  Listens({.max_connections = 10, .max_per_address = 1});
  Descriptor first = Connect();
  AwaitHeld(1);
  EXPECT_TRUE(IsClosed(Connect()));
  EXPECT_EQ(metrics_.refused(AcceptRefusal::kAddress).Value(), 1);
  // Also when the client ends it, and gRPC after it.
  first.Close();
  LetGoOfOne();
  AwaitOpen(0);
  const Descriptor another = Connect();
  AwaitHeld(1);
}

TEST_F(AcceptorTest, AnAddressThatWasCutTooOftenGetsNoMore) {
  AddressLimit cuts(/*per_minute=*/1, /*burst=*/1);
  Listens({.max_connections = 10, .max_per_address = 10, .cuts = &cuts});
  const Descriptor first = Connect();
  AwaitHeld(1);
  EXPECT_TRUE(cuts.Take("127.0.0.1", SteadyNow()));
  EXPECT_TRUE(IsClosed(Connect()));
  EXPECT_EQ(metrics_.refused(AcceptRefusal::kCuts).Value(), 1);
  acceptor_->Stop();
}

TEST_F(AcceptorTest, TheGateKnowsConnectionsByTheNameThatGrpcHasForThem) {
  Listens({.max_connections = 2, .max_per_address = 100});
  const Descriptor client = Connect();
  AwaitHeld(1);
  sockaddr_in ours = {};
  socklen_t size = sizeof(ours);
  getsockname(client.get(), reinterpret_cast<sockaddr*>(&ours), &size);
  const std::string port = std::to_string(ntohs(ours.sin_port));
  EXPECT_NE(book_.CallerAt("ipv4:127.0.0.1:" + port), nullptr);
  EXPECT_EQ(book_.CallerAt("ipv4:127.0.0.2:" + port), nullptr);
}

// Takes all descriptors there are but `left`.
std::vector<Descriptor> TakeAllBut(int left) {
  std::vector<Descriptor> taken;
  while (true) {
    Descriptor fd(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!fd.is_open()) break;
    taken.push_back(std::move(fd));
  }
  for (int i = 0; i < left && !taken.empty(); ++i) taken.pop_back();
  return taken;
}

TEST_F(AcceptorTest, WithoutDescriptorsItTurnsAwayAndGoesOn) {
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 64;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  Listens({.max_connections = 100, .max_per_address = 100, .spared = 0});
  for (int round = 0; round < 100; ++round) {
    // For the client alone.
    std::vector<Descriptor> taken = TakeAllBut(1);
    EXPECT_TRUE(IsClosed(Connect()));
    taken.clear();
    const Descriptor client = Connect();
    AwaitHeld(1);
    LetGoOfOne();
    AwaitOpen(0);
  }
  EXPECT_GE(metrics_.accept_errors().Value(), 100);
  EXPECT_EQ(metrics_.refused(AcceptRefusal::kDescriptors).Value(), 100);
  EXPECT_EQ(metrics_.accepted().Value(), 100);
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST_F(AcceptorTest, SomeAreSparedForOthers) {
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 64;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  Listens({.max_connections = 100, .max_per_address = 100, .spared = 0.5});
  std::vector<Descriptor> clients;
  while (metrics_.refused(AcceptRefusal::kDescriptors).Value() == 0) {
    clients.push_back(Connect());
    ASSERT_LT(clients.size(), 64U);
    while (metrics_.accepted().Value() +
               metrics_.refused(AcceptRefusal::kDescriptors).Value() <
           static_cast<double>(clients.size())) {
      std::this_thread::yield();
    }
  }
  EXPECT_GE(TakeAllBut(0).size(), 16U);
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST_F(AcceptorTest, WhoComesToAKeptSocketAfterItsEndWaitsForTheNext) {
  auto held = Listen("127.0.0.1", 0, 0);
  ASSERT_TRUE(held.ok()) << held.status();
  port_ = held->port;
  const auto next = [&] {
    auto socket = AdoptListening(Descriptor(dup(held->fd.get())));
    EXPECT_TRUE(socket.ok()) << socket.status();
    acceptor_ = std::make_unique<Acceptor>(
        *std::move(socket),
        Acceptor::Options{.max_connections = 10, .max_per_address = 100},
        &book_, metrics_, nullptr);
    EXPECT_TRUE(acceptor_->Start({.hand_over = [this](Descriptor fd) {
      MutexLock lock(mu_);
      held_.push_back(std::move(fd));
      changed_.SignalAll();
    }}));
  };
  next();
  const Descriptor first = Connect();
  AwaitHeld(1);
  acceptor_->StopAccepting();
  const Descriptor waits = Connect();
  // Its end is still noticed, and he who waits does not keep it busy.
  LetGoOfOne();
  AwaitOpen(0);
  acceptor_->Stop();
  EXPECT_EQ(metrics_.accepted().Value(), 1);
  next();
  AwaitHeld(1);
  EXPECT_EQ(metrics_.accepted().Value(), 2);
}

TEST_F(AcceptorTest, WhenItStopsNobodyGetsInAndTheOthersStay) {
  Listens({.max_connections = 10, .max_per_address = 100});
  const Descriptor client = Connect();
  AwaitHeld(1);
  acceptor_->StopAccepting();
  EXPECT_TRUE(Listen("127.0.0.1", port_, 0).ok());
  EXPECT_EQ(book_.size(), 1U);
  acceptor_->Stop();
  EXPECT_EQ(book_.size(), 0U);
}

}  // namespace
}  // namespace courant
