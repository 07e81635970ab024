#include "services/rpc/write_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/impl/rpc_method.h"
#include "grpcpp/support/sync_stream.h"
#include "prometheus/text_serializer.h"
#include "services/rpc/fair_queue.h"
#include "services/rpc/rpc_server.h"
#include "services/rpc/rpc_service.h"
#include "storage/base/mutex.h"
#include "tests/services/rpc/serve.h"

// Streams over a real connection, to sources that do what the test says.

namespace courant {
namespace {

using testing::HasSubstr;

constexpr absl::Duration kStreamPatience = absl::Seconds(30);

// True when `condition` became so.
bool BecomesTrue(const std::function<bool()>& condition) {
  const absl::Time deadline = absl::Now() + kStreamPatience;
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

// Shut until it is opened.
class Gate {
 public:
  void Pass() {
    MutexLock lock(mu_);
    while (!open_) changed_.Wait(mu_);
  }
  void Open() {
    MutexLock lock(mu_);
    open_ = true;
    changed_.SignalAll();
  }

 private:
  Mutex mu_;
  CondVar changed_;
  bool open_ ABSL_GUARDED_BY(mu_) = false;
};

// Why a source passes a gate before each message but the first.
enum class Blocks { kNever, kBehind, kAlways };

// Sends the same message without end.
class EndlessSource final : public StreamSource {
 public:
  // Each message behind the first is noted in `served`.
  EndlessSource(std::string message, Blocks blocks, Gate& gate,
                std::atomic<int>& stalled, std::function<void()> served,
                std::function<void(const absl::Status&)> ended)
      : message_(std::move(message)),
        blocks_(blocks),
        gate_(gate),
        stalled_(stalled),
        served_(std::move(served)),
        ended_(std::move(ended)) {}

  absl::StatusOr<Pull> Next(std::vector<grpc::Slice>* message) override {
    if (blocks_ != Blocks::kNever && begun_) gate_.Pass();
    if (begun_) served_();
    begun_ = true;
    message->emplace_back(message_);
    return Pull::kMessage;
  }
  bool CatchingUp() const override { return blocks_ == Blocks::kBehind; }
  bool MayBlock() const override { return blocks_ == Blocks::kAlways; }
  absl::Status Stalled() const override {
    ++stalled_;
    return absl::ResourceExhaustedError("go on from here");
  }
  void Ended(const absl::Status& status) override { ended_(status); }

 private:
  const std::string message_;
  const Blocks blocks_;
  Gate& gate_;
  std::atomic<int>& stalled_;
  const std::function<void()> served_;
  const std::function<void(const absl::Status&)> ended_;
  bool begun_ = false;
};

// Believes what is said.
class AnyPartner final : public Authenticator {
 public:
  absl::StatusOr<Principal> Authenticate(const Credentials& shown,
                                         RefusedLogin* /*refused*/) override {
    return Principal{.partner = std::string(shown.authorization.front())};
  }
};

class WriteStreamTest : public testing::Test {
 protected:
  void SetUp() override {
    ServiceTable table{.name = "test.Streams"};
    table.methods.push_back({.name = "Live",
                             .stream = Source("live", Blocks::kNever),
                             .open_to = Audience::kPartner});
    table.methods.push_back({.name = "Replay",
                             .stream = Source("old", Blocks::kBehind),
                             .open_to = Audience::kPartner});
    table.methods.push_back({.name = "Slow",
                             .stream = Source("slow", Blocks::kAlways),
                             .open_to = Audience::kPartner});
    table.methods.push_back(
        {.name = "Large",
         .stream = Source(std::string(200'000, 'x'), Blocks::kNever),
         .open_to = Audience::kPartner});
    service_ = std::make_unique<RpcService>(
        std::move(table), RpcEnvironment{.unary_pool = live_pool_,
                                         .stream_pool = live_pool_,
                                         .replay_pool = replay_pool_,
                                         .registry = registry_,
                                         .authenticator = &partners_,
                                         .replay_queue = &replay_queue_});
    std::string address;
    server_ = ServeOnLoopback(*service_, /*loops=*/1, &address);
    ASSERT_NE(server_, nullptr);
    grpc::ChannelArguments arguments;
    // A window that does not grow: a client that reads nothing is soon full.
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    channel_ = grpc::CreateCustomChannel(
        address, grpc::InsecureChannelCredentials(), arguments);
  }

  void TearDown() override {
    gate_.Open();
    server_->Stop(absl::ZeroDuration());
    // Before the queue goes, which its tasks know.
    replay_pool_.Shutdown();
  }

  StreamHandler Source(std::string message, Blocks blocks) {
    return [this, message = std::move(message), blocks](
               const RequestContext& context, const std::string&,
               std::weak_ptr<Wakeable>) {
      auto served = [this, who = context.principal->partner] {
        MutexLock lock(mu_);
        if (served_.size() < 100) served_.push_back(who);
      };
      return std::make_unique<EndlessSource>(message, blocks, gate_, stalled_,
                                             std::move(served),
                                             [this](const absl::Status& how) {
                                               MutexLock lock(mu_);
                                               ended_.push_back(how.code());
                                             });
    };
  }

  // For whom messages were made, the first 100 that were not the first of their
  // stream.
  std::vector<std::string> Served() {
    MutexLock lock(mu_);
    return served_;
  }

  // How streams have ended, in order.
  std::vector<absl::StatusCode> Ended() {
    MutexLock lock(mu_);
    return ended_;
  }

  std::string Metrics() {
    return prometheus::TextSerializer().Serialize(registry_.Collect());
  }

  Mutex mu_;
  std::vector<std::string> served_ ABSL_GUARDED_BY(mu_);
  std::vector<absl::StatusCode> ended_ ABSL_GUARDED_BY(mu_);
  prometheus::Registry registry_;
  Gate gate_;
  std::atomic<int> stalled_{0};
  WorkerPool live_pool_{{.name = "live", .threads = 1}};
  WorkerPool replay_pool_{{.name = "replay", .threads = 1}};
  FairQueue replay_queue_{replay_pool_, {.max_running = 1}};
  AnyPartner partners_;
  std::unique_ptr<RpcService> service_;
  std::unique_ptr<RpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// A client of one stream.
class ClientStream {
 public:
  ClientStream(const std::shared_ptr<grpc::Channel>& channel,
               const std::string& method, const std::string& who = "anybody")
      : path_(absl::StrCat("/test.Streams/", method)),
        method_(path_.c_str(), grpc::internal::RpcMethod::SERVER_STREAMING) {
    context_.set_deadline(absl::ToChronoTime(absl::Now() + kStreamPatience));
    context_.AddMetadata(kAuthorizationKey, who);
    reader_.reset(grpc::internal::ClientReaderFactory<grpc::ByteBuffer>::Create(
        channel.get(), method_, &context_, request_));
  }
  ~ClientStream() {
    if (!finished_) {
      context_.TryCancel();
      Finish();
    }
  }

  // The size of the next message; nothing at the end.
  std::optional<size_t> Read() {
    grpc::ByteBuffer message;
    if (!reader_->Read(&message)) return std::nullopt;
    return message.Length();
  }

  grpc::Status Finish() {
    finished_ = true;
    grpc::ByteBuffer message;
    while (reader_->Read(&message)) {
    }
    return reader_->Finish();
  }

 private:
  const std::string path_;
  const grpc::internal::RpcMethod method_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_ = [] {
    const grpc::Slice empty("");
    return grpc::ByteBuffer(&empty, 1);
  }();
  std::unique_ptr<grpc::ClientReader<grpc::ByteBuffer>> reader_;
  bool finished_ = false;
};

TEST_F(WriteStreamTest, WhoIsUpToDateNeverWaitsForWhoCatchesUp) {
  std::vector<std::unique_ptr<ClientStream>> replays;
  for (int i = 0; i < 3; ++i) {
    replays.push_back(std::make_unique<ClientStream>(channel_, "Replay"));
    EXPECT_EQ(replays.back()->Read(), 3u);
  }
  // All their threads are taken, by one; the others wait.
  ASSERT_TRUE(BecomesTrue([this] { return replay_pool_.Running() == 1; }));
  ClientStream live(channel_, "Live");
  EXPECT_EQ(live.Read(), 4u);
  EXPECT_EQ(live.Read(), 4u);
  gate_.Open();
  for (auto& replay : replays) EXPECT_EQ(replay->Read(), 3u);
}

TEST_F(WriteStreamTest, WhoCatchesUpWithManyStreamsHoldsUpItselfAlone) {
  std::vector<std::unique_ptr<ClientStream>> many;
  for (int i = 0; i < 8; ++i) {
    many.push_back(std::make_unique<ClientStream>(channel_, "Replay", "many"));
    EXPECT_EQ(many.back()->Read(), 3u);
  }
  ASSERT_TRUE(BecomesTrue([this] { return replay_pool_.Running() == 1; }));
  ClientStream one(channel_, "Replay", "one");
  EXPECT_EQ(one.Read(), 3u);
  ASSERT_TRUE(BecomesTrue([this] { return replay_pool_.QueueLength() == 1; }));
  gate_.Open();
  EXPECT_EQ(one.Read(), 3u);
  // Behind the one that had its turn, and not behind all that waited.
  EXPECT_THAT(Served(), testing::Contains("one"));
  const std::vector<std::string> served = Served();
  EXPECT_EQ(std::find(served.begin(), served.end(), "one") - served.begin(), 1);
}

TEST_F(WriteStreamTest, WhatMayBlockHoldsUpNobodyThatIsServed) {
  ClientStream live(channel_, "Live");
  EXPECT_EQ(live.Read(), 4u);
  ClientStream slow(channel_, "Slow");
  EXPECT_EQ(slow.Read(), 4u);
  ASSERT_TRUE(BecomesTrue([this] { return live_pool_.Running() == 1; }));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(live.Read(), 4u);
  gate_.Open();
  EXPECT_EQ(slow.Read(), 4u);
}

TEST_F(WriteStreamTest, AClientThatStalledAndReadsAfterAllIsToldWhy) {
  ClientStream client(channel_, "Large");
  EXPECT_EQ(client.Read(), 200'000u);
  ASSERT_TRUE(BecomesTrue([this] {
    service_->CutStalledStreams(absl::ZeroDuration(), absl::Hours(1));
    return stalled_ == 1;
  }));
  const grpc::Status status = client.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.error_message(), "go on from here");
  EXPECT_TRUE(BecomesTrue([this] { return !Ended().empty(); }));
  EXPECT_THAT(Ended(),
              testing::ElementsAre(absl::StatusCode::kResourceExhausted));
}

TEST_F(WriteStreamTest, ASourceIsToldOnceThatItsClientLeft) {
  {
    ClientStream client(channel_, "Live");
    EXPECT_TRUE(client.Read());
    EXPECT_TRUE(Ended().empty());
  }
  EXPECT_TRUE(BecomesTrue([this] { return !Ended().empty(); }));
  server_->Stop(absl::ZeroDuration());
  EXPECT_THAT(Ended(), testing::ElementsAre(absl::StatusCode::kCancelled));
}

TEST_F(WriteStreamTest, AClientThatReadsNothingAtAllIsCut) {
  ClientStream client(channel_, "Large");
  constexpr char kEnded[] =
      "grpc_server_handled_total{grpc_code=\"ResourceExhausted\",grpc_method="
      "\"Large\",grpc_service=\"test.Streams\",grpc_type=\"server_stream\"} 1";
  EXPECT_TRUE(BecomesTrue([&] {
    service_->CutStalledStreams(absl::Milliseconds(50), absl::ZeroDuration());
    return Metrics().find(kEnded) != std::string::npos;
  })) << Metrics();
  EXPECT_EQ(stalled_, 1);
}

TEST_F(WriteStreamTest, AClientThatReadsIsNeverTakenForAStalledOne) {
  ClientStream client(channel_, "Large");
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(client.Read(), 200'000u);
    EXPECT_EQ(service_->CutStalledStreams(absl::Hours(1), absl::ZeroDuration()),
              0);
  }
  EXPECT_EQ(stalled_, 0);
}

TEST_F(WriteStreamTest, AClientThatReadsNothingIsCountedBeforeItIsCut) {
  ClientStream client(channel_, "Large");
  EXPECT_EQ(client.Read(), 200'000u);
  constexpr absl::Duration kLimit = absl::Seconds(3);
  int counted = 0;
  ASSERT_TRUE(BecomesTrue([&] {
    counted =
        std::max(counted, service_->CutStalledStreams(kLimit, absl::Hours(1)));
    return counted > 0;
  }));
  EXPECT_EQ(counted, 1);
  EXPECT_EQ(stalled_, 0);
}

}  // namespace
}  // namespace courant
