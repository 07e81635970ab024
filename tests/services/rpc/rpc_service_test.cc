#include "services/rpc/rpc_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "prometheus/text_serializer.h"
#include "services/rpc/rpc_server.h"
#include "storage/base/mutex.h"
#include "tests/services/rpc/serve.h"

// Unary calls over a real connection, to handlers that answer when the test
// says so.

namespace courant {
namespace {

using testing::HasSubstr;

// The calls that a handler was given and has not answered.
class Parked {
 public:
  void Park(absl::string_view request, UnaryDone done) {
    MutexLock lock(mu_);
    calls_.emplace_back(std::string(request), std::move(done));
    changed_.SignalAll();
  }

  // Waits until there is one, and takes it.
  std::pair<std::string, UnaryDone> Take() {
    MutexLock lock(mu_);
    while (calls_.empty()) changed_.Wait(mu_);
    auto call = std::move(calls_.back());
    calls_.pop_back();
    return call;
  }

  // Waits until there are so many, and takes all.
  std::vector<std::pair<std::string, UnaryDone>> TakeAll(size_t count) {
    MutexLock lock(mu_);
    while (calls_.size() < count) changed_.Wait(mu_);
    return std::exchange(calls_, {});
  }

 private:
  Mutex mu_;
  CondVar changed_;
  std::vector<std::pair<std::string, UnaryDone>> calls_ ABSL_GUARDED_BY(mu_);
};

// One call of a client, in progress from its construction.
class ClientCall {
 public:
  // `audiences` are sent as the metadata of that name, one after the other.
  ClientCall(
      grpc::GenericStub& stub, const std::string& method,
      const std::string& request,
      const std::vector<std::string>& audiences = {},
      const std::vector<std::pair<std::string, std::string>>& metadata = {}) {
    for (const auto& [key, value] : metadata) context_.AddMetadata(key, value);
    for (const std::string& audience : audiences) {
      context_.AddMetadata(kAudienceKey, audience);
    }
    const grpc::Slice slice(request);
    const grpc::ByteBuffer bytes(&slice, 1);
    reader_ = stub.PrepareUnaryCall(
        &context_, absl::StrCat("/test.Service/", method), bytes, &queue_);
    reader_->StartCall();
    reader_->Finish(&answer_, &status_, this);
  }
  ~ClientCall() { queue_.Shutdown(); }

  void Cancel() { context_.TryCancel(); }

  // Waits for the answer: the response, or "CODE: text".
  std::string Wait() {
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue_.Next(&tag, &ok));
    if (!status_.ok()) {
      return absl::StrCat(status_.error_code(), ": ", status_.error_message());
    }
    grpc::Slice slice;
    EXPECT_TRUE(answer_.DumpToSingleSlice(&slice).ok());
    return std::string(reinterpret_cast<const char*>(slice.begin()),
                       slice.size());
  }

 private:
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  grpc::ByteBuffer answer_;
  grpc::Status status_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader_;
};

// Keeps the only thread of a pool busy until it is let go.
class HeldThread {
 public:
  explicit HeldThread(WorkerPool& pool) {
    const bool posted = pool.TryPost([this] {
      MutexLock lock(mu_);
      while (!go_on_) changed_.Wait(mu_);
    });
    EXPECT_TRUE(posted);
    while (posted && pool.Running() == 0) std::this_thread::yield();
  }

  void LetGo() {
    MutexLock lock(mu_);
    go_on_ = true;
    changed_.SignalAll();
  }

 private:
  Mutex mu_;
  CondVar changed_;
  bool go_on_ ABSL_GUARDED_BY(mu_) = false;
};

class RpcServiceTest : public testing::Test {
 protected:
  static constexpr size_t kMaxCalls = 5;

  void SetUp() override {
    ServiceTable table{.name = "test.Service"};
    table.methods.push_back(
        {.name = "Echo",
         .unary = [](const RequestContext&, absl::string_view request,
                     UnaryDone done) {
           std::move(done)(std::string(request));
         }});
    table.methods.push_back(
        {.name = "Park",
         .unary = [this](const RequestContext&, absl::string_view request,
                         UnaryDone done) {
           parked_.Park(request, std::move(done));
         }});
    table.methods.push_back(
        {.name = "EchoOnArrival",
         .unary = [](const RequestContext&, absl::string_view request,
                     UnaryDone done) { std::move(done)(std::string(request)); },
         .runs_on = RunsOn::kArrival});
    table.methods.push_back(
        {.name = "Forget",
         .unary = [](const RequestContext&, absl::string_view, UnaryDone) {}});
    table.methods.push_back(
        {.name = "Open",
         .unary =
             [](const RequestContext& context, absl::string_view,
                UnaryDone done) {
               std::move(done)(std::string(context.audience == Audience::kPublic
                                               ? "public"
                                               : "internal"));
             },
         .open_to = Audience::kPublic});
    service_ = std::make_unique<RpcService>(
        std::move(table), RpcEnvironment{.unary_pool = unary_pool_,
                                         .stream_pool = stream_pool_,
                                         .replay_pool = stream_pool_,
                                         .registry = registry_,
                                         .max_calls = kMaxCalls});
    std::string address;
    server_ = ServeOnLoopback(*service_, /*loops=*/0, &address);
    ASSERT_NE(server_, nullptr);
    stub_ = std::make_unique<grpc::GenericStub>(
        grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  }

  void TearDown() override { server_->Stop(absl::InfiniteDuration()); }

  std::string Metrics() {
    return prometheus::TextSerializer().Serialize(registry_.Collect());
  }

  prometheus::Registry registry_;
  Parked parked_;
  // One thread: a call that held it would hold all others.
  WorkerPool unary_pool_{{.name = "unary", .threads = 1}};
  WorkerPool stream_pool_{{.name = "stream", .threads = 1}};
  std::unique_ptr<RpcService> service_;
  std::unique_ptr<RpcServer> server_;
  std::unique_ptr<grpc::GenericStub> stub_;
};

// "Echo" is known to gRPC by name; the rest come in by the generic door.
TEST_F(RpcServiceTest, OnlyWhatIsSpelledAsAMethodIsOne) {
  EXPECT_EQ(ClientCall(*stub_, "Echo", "hello").Wait(), "hello");
  EXPECT_EQ(ClientCall(*stub_, "EchoOnArrival", "hello").Wait(), "hello");
  for (const char* method :
       {"echoOnArrival", "EchoOnArrival/", "/EchoOnArrival", "EchoOnArrival%20",
        "EchoOnArriva", ""}) {
    EXPECT_EQ(ClientCall(*stub_, method, "hello").Wait(), "12: ") << method;
  }
}

TEST_F(RpcServiceTest, ACallThatIsAnsweredLaterHoldsNoThread) {
  std::vector<std::unique_ptr<ClientCall>> calls;
  for (const char* request : {"a", "b", "c"}) {
    calls.push_back(std::make_unique<ClientCall>(*stub_, "Park", request));
  }
  auto parked = parked_.TakeAll(3);
  EXPECT_EQ(ClientCall(*stub_, "Echo", "at once").Wait(), "at once");
  std::thread answering([&parked] {
    for (auto& [request, done] : parked) {
      std::move(done)(absl::StrCat("late ", request));
    }
  });
  EXPECT_EQ(calls[0]->Wait(), "late a");
  EXPECT_EQ(calls[1]->Wait(), "late b");
  EXPECT_EQ(calls[2]->Wait(), "late c");
  answering.join();
}

TEST_F(RpcServiceTest, AnErrorThatComesLaterIsMapped) {
  ClientCall call(*stub_, "Park", "a");
  std::move(parked_.Take().second)(absl::AbortedError("changed"));
  EXPECT_EQ(call.Wait(), "10: changed");
}

TEST_F(RpcServiceTest, AClientThatLeftCanStillBeAnswered) {
  ClientCall call(*stub_, "Park", "a");
  auto parked = parked_.Take();
  call.Cancel();
  EXPECT_EQ(call.Wait().substr(0, 2), "1:");
  std::move(parked.second)(std::string("nobody reads this"));
  EXPECT_EQ(ClientCall(*stub_, "Echo", "next").Wait(), "next");
}

TEST_F(RpcServiceTest, ACallWhoseClientLeftBeforeItBeganIsNotBegun) {
  HeldThread held(unary_pool_);
  ClientCall left(*stub_, "Park", "left");
  while (unary_pool_.QueueLength() == 0) std::this_thread::yield();
  left.Cancel();
  EXPECT_EQ(left.Wait().substr(0, 2), "1:");
  // Its end has reached the server when that of a later call has, on the same
  // connection.
  EXPECT_THAT(ClientCall(*stub_, "Missing", "").Wait(), HasSubstr("12:"));
  held.LetGo();
  ClientCall stayed(*stub_, "Park", "stayed");
  auto parked = parked_.TakeAll(1);
  ASSERT_EQ(parked.size(), 1u);
  EXPECT_EQ(parked[0].first, "stayed");
  std::move(parked[0].second)(std::string("ok"));
  EXPECT_EQ(stayed.Wait(), "ok");
}

TEST_F(RpcServiceTest, OnArrivalASmallRequestNeedsNoWorkerAndALargeOneDoes) {
  HeldThread held(unary_pool_);
  const std::string large(1 << 20, 'x');
  ClientCall waits(*stub_, "EchoOnArrival", large);
  while (unary_pool_.QueueLength() == 0) std::this_thread::yield();
  EXPECT_EQ(ClientCall(*stub_, "EchoOnArrival", "small").Wait(), "small");
  held.LetGo();
  EXPECT_EQ(waits.Wait(), large);
}

// Takes one word.
class OneWord final : public Authenticator {
 public:
  absl::StatusOr<Principal> Authenticate(const Credentials& shown,
                                         RefusedLogin* /*refused*/) override {
    if (shown.authorization != std::vector<absl::string_view>{"sesame"}) {
      return CredentialsRefused();
    }
    return Principal{.partner = "partners/daily",
                     .scopes = {v1::ApiKey::READ_ARTICLES}};
  }
};

class AuthenticatedTest : public testing::Test {
 protected:
  AuthenticatedTest() {
    const UnaryHandler who = [](const RequestContext& context,
                                absl::string_view, UnaryDone done) {
      std::move(done)(absl::StrCat(
          context.audience == Audience::kPartner ? "partner " : "somebody ",
          context.actor, " ", context.principal ? "shown" : "not shown"));
    };
    ServiceTable table{.name = "test.Service"};
    table.methods = {
        {.name = "Who", .unary = who, .open_to = Audience::kPublic},
        {.name = "House", .unary = who},
        {.name = "Read",
         .unary = who,
         .open_to = Audience::kPublic,
         .scope = v1::ApiKey::READ_ARTICLES},
        {.name = "Follow",
         .unary = who,
         .open_to = Audience::kPublic,
         .scope = v1::ApiKey::FOLLOW_CHANGES}};
    service_ = std::make_unique<RpcService>(
        std::move(table), RpcEnvironment{.unary_pool = pool_,
                                         .stream_pool = pool_,
                                         .replay_pool = pool_,
                                         .registry = registry_,
                                         .authenticator = &authenticator_});
    std::string address;
    server_ = ServeOnLoopback(*service_, /*loops=*/0, &address);
    stub_ = std::make_unique<grpc::GenericStub>(
        grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  }
  ~AuthenticatedTest() override { server_->Stop(absl::InfiniteDuration()); }

  using Metadata = std::vector<std::pair<std::string, std::string>>;
  std::string Call(const std::string& method, const Metadata& metadata) {
    return ClientCall(*stub_, method, "", {}, metadata).Wait();
  }

  OneWord authenticator_;
  prometheus::Registry registry_;
  WorkerPool pool_{{.name = "pool", .threads = 1}};
  std::unique_ptr<RpcService> service_;
  std::unique_ptr<RpcServer> server_;
  std::unique_ptr<grpc::GenericStub> stub_;
};

TEST_F(AuthenticatedTest, WhoIsNotShownIsRefusedBeforeAnythingElse) {
  for (const char* method : {"Who", "House", "Read"}) {
    EXPECT_THAT(Call(method, {}), HasSubstr("16: the credentials"));
    EXPECT_THAT(Call(method, {{"authorization", "open"}}), HasSubstr("16:"));
    EXPECT_THAT(Call(method, {{"authorization", "sesame"},
                              {"authorization", "sesame"}}),
                HasSubstr("16:"));
    EXPECT_THAT(Call(method, {{"courant-audience", "internal"},
                              {"courant-actor", "desk/kim"}}),
                HasSubstr("16:"));
  }
}

TEST_F(AuthenticatedTest, WhatACallerSaysOfItselfCountsForNothing) {
  for (const Metadata& said :
       {Metadata{}, Metadata{{"courant-audience", "internal"}},
        Metadata{{"courant-audience", "nonsense"}},
        Metadata{{"courant-actor", "desk/kim"}},
        Metadata{{"courant-actor-bin", "desk/kim"}}}) {
    Metadata metadata = said;
    metadata.emplace_back("authorization", "sesame");
    EXPECT_EQ(Call("Who", metadata), "partner partners/daily shown");
    EXPECT_THAT(Call("House", metadata), HasSubstr("7:"));
  }
}

TEST_F(AuthenticatedTest, AKeyIsGoodForItsScopes) {
  const Metadata shown = {{"authorization", "sesame"}};
  EXPECT_EQ(Call("Read", shown), "partner partners/daily shown");
  EXPECT_THAT(Call("Follow", shown), HasSubstr("7: the key has not the scope"));
}

TEST_F(RpcServiceTest, ACallThatIsForgottenIsAnErrorAndDoesNotHang) {
  EXPECT_EQ(ClientCall(*stub_, "Forget", "").Wait(),
            "13: the call was given no answer");
}

TEST_F(RpcServiceTest, AServerThatStopsWaitsForTheAnswer) {
  ClientCall call(*stub_, "Park", "a");
  auto parked = parked_.Take();
  // Its time to finish is over at once, so the client is told; but what the
  // handler still holds stays valid until it has answered.
  std::thread stopping([this] { server_->Stop(absl::ZeroDuration()); });
  EXPECT_NE(call.Wait(), "late");
  std::move(parked.second)(std::string("late"));
  stopping.join();
  service_ = nullptr;
}

TEST_F(RpcServiceTest, CallsThatWaitForAnAnswerAreLimited) {
  std::vector<std::unique_ptr<ClientCall>> calls;
  for (size_t i = 0; i < kMaxCalls; ++i) {
    calls.push_back(std::make_unique<ClientCall>(*stub_, "Park", ""));
  }
  auto parked = parked_.TakeAll(kMaxCalls);
  EXPECT_EQ(ClientCall(*stub_, "Echo", "more").Wait(),
            "8: too many calls are in progress");
  std::move(parked.back().second)(std::string("done"));
  parked.pop_back();
  EXPECT_EQ(ClientCall(*stub_, "Echo", "one").Wait(), "one");
  for (auto& [request, done] : parked) std::move(done)(std::string("done"));
  for (auto& call : calls) EXPECT_EQ(call->Wait(), "done");
}

TEST_F(RpcServiceTest, TheHandlerIsToldForWhomTheAnswerIs) {
  EXPECT_EQ(ClientCall(*stub_, "Open", "").Wait(), "internal");
  EXPECT_EQ(ClientCall(*stub_, "Open", "", {"internal"}).Wait(), "internal");
  EXPECT_EQ(ClientCall(*stub_, "Open", "", {"public"}).Wait(), "public");
}

TEST_F(RpcServiceTest, AnAudienceThatIsUnclearIsRefusedAtTheDoor) {
  const std::vector<std::string> unclear[] = {
      {"Public"}, {""}, {"public", "internal"}, {"internal", "internal"}};
  for (const auto& audiences : unclear) {
    for (const char* method : {"Open", "Echo", "Forget"}) {
      EXPECT_THAT(ClientCall(*stub_, method, "", audiences).Wait(),
                  testing::AllOf(testing::StartsWith("3: courant-audience: "),
                                 HasSubstr("internal or public")));
    }
  }
}

TEST_F(RpcServiceTest, WhoIsOutsideReachesOnlyWhatIsOpened) {
  EXPECT_EQ(ClientCall(*stub_, "Echo", "in", {"internal"}).Wait(), "in");
  EXPECT_EQ(ClientCall(*stub_, "Echo", "out", {"public"}).Wait(),
            "7: /test.Service/Echo is for callers inside the house");
}

TEST_F(RpcServiceTest, ALateAnswerIsCountedWhenItIsGiven) {
  ClientCall call(*stub_, "Park", "a");
  auto parked = parked_.Take();
  constexpr char kHandled[] =
      "grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"Park\","
      "grpc_service=\"test.Service\",grpc_type=\"unary\"} ";
  EXPECT_THAT(Metrics(), HasSubstr(absl::StrCat(kHandled, "0")));
  std::move(parked.second)(std::string("late"));
  EXPECT_EQ(call.Wait(), "late");
  EXPECT_THAT(Metrics(), HasSubstr(absl::StrCat(kHandled, "1")));
}

}  // namespace
}  // namespace courant
