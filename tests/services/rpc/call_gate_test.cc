#include "services/rpc/call_gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "services/rpc/rpc_server.h"
#include "storage/base/mutex.h"
#include "tests/services/rpc/serve.h"

// What a service tells the connections of its calls, over a real one.

namespace courant {
namespace {

// One connection for all peers, which takes two calls.
class CountingCaller final : public Caller {
 public:
  bool Enter() override {
    if (calls.fetch_add(1) < 2) return true;
    calls.fetch_sub(1);
    return false;
  }
  void Leave() override { calls.fetch_sub(1); }
  void Admitted() override { ++admitted; }
  void Refused() override { ++refused; }

  std::atomic<int> calls{0};
  std::atomic<int> admitted{0};
  std::atomic<int> refused{0};
};

class OneCallerGate final : public CallGate {
 public:
  std::shared_ptr<Caller> CallerAt(const std::string& peer) override {
    EXPECT_EQ(peer.substr(0, 15), "ipv4:127.0.0.1:");
    return caller;
  }
  const std::shared_ptr<CountingCaller> caller =
      std::make_shared<CountingCaller>();
};

// Knows who sends anything.
class AnyKey final : public Authenticator {
 public:
  absl::StatusOr<Principal> Authenticate(const Credentials& shown,
                                         RefusedLogin* /*refused*/) override {
    ++asked;
    if (shown.authorization.empty()) return CredentialsRefused();
    return Principal{.partner = "partners/daily"};
  }
  std::atomic<int> asked{0};
};

class CallGateTest : public testing::Test {
 protected:
  void SetUp() override {
    ServiceTable table{.name = "test.Service"};
    table.methods.push_back(
        {.name = "Park",
         .unary =
             [this](const RequestContext&, absl::string_view, UnaryDone done) {
               MutexLock lock(mu_);
               parked_.push_back(std::move(done));
             },
         .open_to = Audience::kPartner});
    service_ = std::make_unique<RpcService>(
        std::move(table), RpcEnvironment{.unary_pool = pool_,
                                         .stream_pool = pool_,
                                         .replay_pool = pool_,
                                         .registry = registry_,
                                         .authenticator = &keys_,
                                         .gate = &gate_});
    std::string address;
    server_ = ServeOnLoopback(*service_, /*loops=*/0, &address);
    ASSERT_NE(server_, nullptr);
    stub_ = std::make_unique<grpc::GenericStub>(
        grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  }

  void TearDown() override { server_->Stop(absl::InfiniteDuration()); }

  // The code of one call.
  grpc::StatusCode Call(bool with_key) {
    grpc::ClientContext context;
    if (with_key) context.AddMetadata(kAuthorizationKey, "key");
    grpc::CompletionQueue queue;
    grpc::ByteBuffer answer;
    const grpc::Slice nothing("");
    const auto call = stub_->PrepareUnaryCall(
        &context, "/test.Service/Park", grpc::ByteBuffer(&nothing, 1), &queue);
    call->StartCall();
    grpc::Status status;
    call->Finish(&answer, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue.Next(&tag, &ok));
    return status.error_code();
  }

  // Waits until there is a call, and answers it.
  void AnswerOne() {
    while (true) {
      MutexLock lock(mu_);
      if (parked_.empty()) continue;
      UnaryDone done = std::move(parked_.back());
      parked_.pop_back();
      std::move(done)(std::string());
      return;
    }
  }

  prometheus::Registry registry_;
  OneCallerGate gate_;
  AnyKey keys_;
  WorkerPool pool_{{.name = "pool", .threads = 2}};
  Mutex mu_;
  std::vector<UnaryDone> parked_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<RpcService> service_;
  std::unique_ptr<RpcServer> server_;
  std::unique_ptr<grpc::GenericStub> stub_;
};

TEST_F(CallGateTest, OneTooManyIsRefusedBeforeItsKeyIsLookedAt) {
  std::vector<std::thread> calls;
  for (int i = 0; i < 2; ++i) {
    calls.emplace_back(
        [this] { EXPECT_EQ(Call(/*with_key=*/true), grpc::StatusCode::OK); });
  }
  while (keys_.asked < 2) std::this_thread::yield();
  EXPECT_EQ(Call(/*with_key=*/true), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(keys_.asked, 2);
  for (int i = 0; i < 2; ++i) AnswerOne();
  for (std::thread& call : calls) call.join();
  // Those that were answered have left before that.
  EXPECT_EQ(gate_.caller->calls, 0);
  EXPECT_EQ(gate_.caller->admitted, 2);
}

TEST_F(CallGateTest, TheConnectionIsToldWhoShowedAKey) {
  EXPECT_EQ(Call(/*with_key=*/false), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(gate_.caller->refused, 1);
  EXPECT_EQ(gate_.caller->admitted, 0);
  EXPECT_EQ(gate_.caller->calls, 0);
  EXPECT_EQ(keys_.asked, 1);
}

}  // namespace
}  // namespace courant
