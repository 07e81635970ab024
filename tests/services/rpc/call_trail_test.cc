#include "services/rpc/call_trail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "services/rpc/rpc_server.h"
#include "services/rpc/rpc_service.h"
#include "storage/base/mutex.h"
#include "storage/errors/reason.h"
#include "tests/services/rpc/serve.h"

// Where calls stand in a trace, over a real connection: what they bring, what
// they are told, what their handler knows, and what is written down.

namespace courant {
namespace {

using testing::IsEmpty;

constexpr char kTrace[] = "0af7651916cd43dd8448eb211c80319c";
constexpr char kCallerSpan[] = "b7ad6b7169203331";
constexpr char kCallerParent[] =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

using Metadata = std::vector<std::pair<std::string, std::string>>;

// What a client learns.
struct Told {
  grpc::Status status;
  std::string body;
  // Of each `traceparent` that came, its one at most.
  std::vector<std::string> traceparents;

  TraceContext trace() const {
    EXPECT_EQ(traceparents.size(), 1u);
    return traceparents.empty()
               ? TraceContext()
               : ParseTraceparent(traceparents[0]).value_or(TraceContext());
  }
  // The id in the details of the error.
  std::string request_id() const {
    google::rpc::Status details;
    google::rpc::RequestInfo info;
    EXPECT_TRUE(details.ParseFromString(status.error_details()));
    for (const auto& any : details.details()) any.UnpackTo(&info);
    return info.request_id();
  }
};

// Keeps what it is told of calls that failed.
class KeptCalls final : public CallLog {
 public:
  struct Kept {
    std::string text;
    Span span;
  };

  bool Wants(absl::StatusCode code, absl::Duration took) const override {
    return code != absl::StatusCode::kOk || took > absl::Hours(1);
  }
  void Ended(const EndedCall& call) override {
    EXPECT_EQ(call.peer.substr(0, 15), "ipv4:127.0.0.1:");
    EXPECT_GE(call.took, absl::ZeroDuration());
    MutexLock lock(mu_);
    kept_.push_back(
        {absl::StrCat(call.method, " ", absl::StatusCodeToString(call.code),
                      " ", call.reason, " ", call.who),
         call.span});
  }
  std::vector<Kept> Take() {
    MutexLock lock(mu_);
    return std::exchange(kept_, {});
  }

 private:
  Mutex mu_;
  std::vector<Kept> kept_ ABSL_GUARDED_BY(mu_);
};

// One message, and an end that its request names.
class ShortStream final : public StreamSource {
 public:
  explicit ShortStream(bool fails) : fails_(fails) {}
  absl::StatusOr<Pull> Next(std::vector<grpc::Slice>* message) override {
    if (!begun_) {
      begun_ = true;
      message->emplace_back(absl::StrCat("stream ", TraceIdOf(CurrentSpan())));
      return Pull::kMessage;
    }
    if (fails_) return MakeError(v1::RESUME_TOKEN_EXPIRED, "too old");
    return Pull::kEnd;
  }

 private:
  const bool fails_;
  bool begun_ = false;
};

class CallTrailTest : public testing::Test {
 protected:
  void SetUp() override {
    // Says where it is, twice: to its handler, and to who asks the thread.
    const UnaryHandler where = [](const RequestContext& context,
                                  absl::string_view request, UnaryDone done) {
      if (request == "fail") {
        return std::move(done)(MakeError(v1::RESOURCE_NOT_FOUND, "not here"));
      }
      std::move(done)(absl::StrCat(FormatTraceparent(context.span.context), " ",
                                   ToHex(context.span.parent_id), " ",
                                   TraceIdOf(CurrentSpan())));
    };
    ServiceTable table{.name = "test.Traced"};
    table.methods.push_back({.name = "Known", .unary = where});
    table.methods.push_back({.name = "Generic", .unary = where});
    table.methods.push_back({.name = "Here",
                             .unary = where,
                             .frequent = true,
                             .runs_on = RunsOn::kArrival});
    table.methods.push_back(
        {.name = "Stream",
         .stream = [](const RequestContext&, const std::string& request,
                      std::weak_ptr<Wakeable>) {
           return std::make_unique<ShortStream>(request == "fail");
         }});
    for (Method& method : table.methods) method.open_to = Audience::kInternal;
    service_ = std::make_unique<RpcService>(
        std::move(table), RpcEnvironment{.unary_pool = pool_,
                                         .stream_pool = pool_,
                                         .replay_pool = pool_,
                                         .registry = registry_,
                                         .calls = &calls_});
    std::string address;
    server_ = ServeOnLoopback(*service_, /*loops=*/1, &address);
    ASSERT_NE(server_, nullptr);
    stub_ = std::make_unique<grpc::GenericStub>(
        grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  }

  // Calls, reads all that comes, and waits for the end.
  Told Call(const std::string& method, const std::string& request,
            const Metadata& metadata) {
    grpc::ClientContext context;
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    grpc::CompletionQueue queue;
    const auto stream = stub_->PrepareCall(
        &context, absl::StrCat("/test.Traced/", method), &queue);
    const auto wait = [&queue] {
      void* tag = nullptr;
      bool ok = false;
      EXPECT_TRUE(queue.Next(&tag, &ok));
      return ok;
    };
    Told told;
    stream->StartCall(nullptr);
    wait();
    const grpc::Slice slice(request);
    const grpc::ByteBuffer sent(&slice, 1);
    stream->WriteLast(sent, grpc::WriteOptions(), nullptr);
    wait();
    grpc::ByteBuffer answer;
    while (stream->Read(&answer, nullptr), wait()) {
      grpc::Slice bytes;
      EXPECT_TRUE(answer.DumpToSingleSlice(&bytes).ok());
      told.body.append(reinterpret_cast<const char*>(bytes.begin()),
                       bytes.size());
    }
    stream->Finish(&told.status, nullptr);
    wait();
    const auto& initial = context.GetServerInitialMetadata();
    const auto [first, last] = initial.equal_range(kTraceparentKey);
    for (auto it = first; it != last; ++it) {
      told.traceparents.emplace_back(it->second.data(), it->second.size());
    }
    return told;
  }

  // The line of the one call that failed; a stream may take a moment to end.
  KeptCalls::Kept OneKept() {
    std::vector<KeptCalls::Kept> kept;
    const absl::Time end = absl::Now() + absl::Seconds(30);
    while (kept.empty() && absl::Now() < end) kept = calls_.Take();
    EXPECT_EQ(kept.size(), 1u);
    return kept.empty() ? KeptCalls::Kept() : kept[0];
  }

  prometheus::Registry registry_;
  WorkerPool pool_{{.name = "pool", .threads = 2}};
  KeptCalls calls_;
  std::unique_ptr<RpcService> service_;
  std::unique_ptr<RpcServer> server_;
  std::unique_ptr<grpc::GenericStub> stub_;
};

TEST_F(CallTrailTest, ACallGoesOnWithTheTraceOfItsCaller) {
  for (const char* method : {"Known", "Generic", "Here"}) {
    const Told told = Call(method, "", {{kTraceparentKey, kCallerParent}});
    ASSERT_TRUE(told.status.ok()) << method;
    const TraceContext trace = told.trace();
    EXPECT_EQ(ToHex(trace.trace_id), kTrace);
    EXPECT_NE(ToHex(trace.span_id), kCallerSpan);
    EXPECT_TRUE(trace.sampled);
    // The handler and its thread knew the same.
    EXPECT_EQ(told.body, absl::StrCat(told.traceparents[0], " ", kCallerSpan,
                                      " ", kTrace));
  }
  const Told stream = Call("Stream", "", {{kTraceparentKey, kCallerParent}});
  EXPECT_TRUE(stream.status.ok());
  EXPECT_EQ(ToHex(stream.trace().trace_id), kTrace);
  EXPECT_EQ(stream.body, absl::StrCat("stream ", kTrace));
  EXPECT_THAT(calls_.Take(), IsEmpty());
}

TEST_F(CallTrailTest, ACallWithoutOneOrWithABadOneBeginsATrace) {
  const std::vector<Metadata> bad = {
      {},
      {{kTraceparentKey, ""}},
      {{kTraceparentKey, "soup"}},
      {{kTraceparentKey, std::string(kMaxTraceparentBytes + 1, '0')}},
      {{kTraceparentKey,
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"}},
      // Two, if they are the same, too.
      {{kTraceparentKey, kCallerParent}, {kTraceparentKey, kCallerParent}},
      // Nobody looks at it without the other.
      {{"tracestate", "vendor=1"}}};
  for (const char* method : {"Known", "Generic", "Stream"}) {
    std::string before = kTrace;
    for (const Metadata& metadata : bad) {
      const Told told = Call(method, "", metadata);
      ASSERT_TRUE(told.status.ok()) << method;
      // It is in a trace in any case; who has asked is told, and who follows.
      const bool is_stream = told.body.substr(0, 7) == "stream ";
      const std::string now = told.body.substr(told.body.size() - 32);
      EXPECT_NE(now, before);
      before = now;
      if (is_stream ||
          (!metadata.empty() && metadata[0].first == kTraceparentKey)) {
        EXPECT_EQ(ToHex(told.trace().trace_id), now);
      } else {
        EXPECT_THAT(told.traceparents, IsEmpty());
      }
    }
  }
}

TEST_F(CallTrailTest, AnErrorNamesTheTraceAndLeavesALine) {
  const std::pair<const char*, const char*> ends[] = {
      {"Known", "NOT_FOUND RESOURCE_NOT_FOUND"},
      {"Generic", "NOT_FOUND RESOURCE_NOT_FOUND"},
      {"Stream", "OUT_OF_RANGE RESUME_TOKEN_EXPIRED"}};
  for (const auto& [method, end] : ends) {
    const Told told =
        Call(method, "fail",
             {{kTraceparentKey, kCallerParent}, {"courant-actor", "desk/kim"}});
    EXPECT_FALSE(told.status.ok());
    EXPECT_EQ(told.request_id(), kTrace) << method;
    const KeptCalls::Kept kept = OneKept();
    EXPECT_EQ(kept.text,
              absl::StrCat("test.Traced/", method, " ", end, " desk/kim"));
    EXPECT_EQ(kept.span.context, told.trace());
    EXPECT_EQ(ToHex(kept.span.parent_id), kCallerSpan);
  }
}

TEST_F(CallTrailTest, AnErrorIsToldToWhoHasNotAsked) {
  for (const char* method : {"Known", "Generic", "Stream"}) {
    const Told told = Call(method, "fail", {});
    EXPECT_EQ(told.request_id(), ToHex(told.trace().trace_id)) << method;
    EXPECT_EQ(OneKept().span.context, told.trace());
  }
}

TEST_F(CallTrailTest, SoDoesACallThatIsNotLetIn) {
  for (const char* method : {"Known", "Generic", "Stream"}) {
    const Told told =
        Call(method, "",
             {{kTraceparentKey, kCallerParent}, {kAudienceKey, "public"}});
    EXPECT_EQ(told.status.error_code(), grpc::PERMISSION_DENIED);
    EXPECT_EQ(told.request_id(), kTrace) << method;
    const KeptCalls::Kept kept = OneKept();
    EXPECT_EQ(kept.text,
              absl::StrCat("test.Traced/", method,
                           " PERMISSION_DENIED NOT_CLEARED unknown"));
    EXPECT_EQ(kept.span.context, told.trace());
  }
}

}  // namespace
}  // namespace courant
