#include "services/rpc/rpc_service.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/impl/codegen/server_callback_handlers.h"
#include "grpcpp/impl/rpc_service_method.h"
#include "grpcpp/support/server_callback.h"
#include "services/rpc/admission.h"
#include "services/rpc/status_mapping.h"
#include "storage/base/clock.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

// Parsing and checking so much takes well below a millisecond, less than a
// sync; for less than that no thread of gRPC should be kept.
constexpr size_t kSmallRequestBytes = 64 << 10;

absl::Status TooMany(absl::string_view what) {
  return WithRetryDelay(
      MakeError(v1::TOO_MANY_REQUESTS, absl::StrCat("too many ", what)),
      absl::Seconds(1));
}

absl::Status TooLarge(size_t size, size_t limit) {
  return MakeError(v1::REQUEST_TOO_LARGE,
                   absl::StrCat("the request has ", size, " bytes; at most ",
                                limit, " are taken"),
                   {{"limit_bytes", absl::StrCat(limit)},
                    {"size_bytes", absl::StrCat(size)}});
}

std::string ToString(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// Hands the bytes over without copying them.
grpc::ByteBuffer ToByteBuffer(std::string bytes) {
  auto* const owned = new std::string(std::move(bytes));
  const grpc::Slice slice(
      owned->data(), owned->size(),
      [](void* data) { delete static_cast<std::string*>(data); }, owned);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

void StreamSet::Add(std::weak_ptr<WriteStream> stream) {
  MutexLock lock(mu_);
  std::erase_if(streams_, [](const auto& old) { return old.expired(); });
  streams_.push_back(std::move(stream));
}

std::vector<std::shared_ptr<WriteStream>> StreamSet::Open() {
  std::vector<std::shared_ptr<WriteStream>> open;
  MutexLock lock(mu_);
  for (const auto& stream : streams_) {
    if (auto live = stream.lock()) open.push_back(std::move(live));
  }
  return open;
}

struct RpcService::Entry {
  Entry(Method m, std::string full_name, prometheus::Registry& registry,
        absl::string_view service)
      : method(std::move(m)),
        path(std::move(full_name)),
        metrics(registry, method.unary ? "unary" : "server_stream", service,
                method.name) {}

  const Method method;
  const std::string path;
  MethodMetrics metrics;
};

// One unary call, from its request to gRPC's last word about it. Owns itself.
class RpcService::UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  // `open` counts the calls that are not answered yet.
  UnaryCall(Entry& entry, std::atomic<size_t>& open, grpc::ByteBuffer* response)
      : entry_(entry), open_(open), response_(response) {
    open_.fetch_add(1, std::memory_order_relaxed);
    entry_.metrics.Started();
    entry_.metrics.Received();
  }

  // Ends the call, also one whose client has left. Once, from any thread; the
  // call is gone when this returns.
  void Answer(absl::StatusOr<std::string> answer) {
    entry_.metrics.Handled(answer.status().code(), absl::Now() - begin_);
    const grpc::Status status = ToGrpcStatus(answer.status());
    if (answer.ok()) {
      // First, because gRPC 1.51 aborts on OK without a response.
      *response_ = ToByteBuffer(*std::move(answer));
      entry_.metrics.Sent();
    }
    open_.fetch_sub(1, std::memory_order_relaxed);
    Finish(status);
  }

  void OnDone() override { delete this; }

 private:
  // OnDone is quick and takes no lock, so gRPC need not hand it over to another
  // thread: that takes a tenth of what a publication costs.
  bool InternalInlineable() override { return true; }

  Entry& entry_;
  std::atomic<size_t>& open_;
  grpc::ByteBuffer* const response_;
  const absl::Time begin_ = absl::Now();
};

// The UnaryDone of a call: answers it once, at the latest when it goes.
class RpcService::AnswerOnce {
 public:
  explicit AnswerOnce(UnaryCall* call) : call_(call) {}
  AnswerOnce(AnswerOnce&& other) noexcept
      : call_(std::exchange(other.call_, nullptr)) {}
  AnswerOnce& operator=(AnswerOnce&&) = delete;
  ~AnswerOnce() {
    if (call_ == nullptr) return;
    call_->Answer(absl::InternalError("the call was given no answer"));
  }

  void operator()(absl::StatusOr<std::string> answer) && {
    std::exchange(call_, nullptr)->Answer(std::move(answer));
  }

 private:
  UnaryCall* call_;
};

RpcService::RpcService(ServiceTable table, const RpcEnvironment& environment)
    : environment_(environment) {
  for (Method& method : table.methods) {
    const std::string path = absl::StrCat("/", table.name, "/", method.name);
    entries_.push_back(std::make_unique<Entry>(
        std::move(method), path, environment_.registry, table.name));
    Entry& entry = *entries_.back();
    const int index = static_cast<int>(entries_.size()) - 1;
    if (entry.method.unary) {
      AddUnary(entry, index);
    } else {
      AddStream(entry, index);
    }
  }
}

RpcService::~RpcService() = default;

void RpcService::AddUnary(Entry& entry, int index) {
  using Handler =
      grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>;
  AddMethod(new grpc::internal::RpcServiceMethod(
      entry.path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
  MarkMethodRawCallback(
      index, new Handler([this, &entry](grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) {
        return StartUnary(entry, context, request, response);
      }));
}

void RpcService::AddStream(Entry& entry, int index) {
  using Handler =
      grpc::internal::CallbackServerStreamingHandler<grpc::ByteBuffer,
                                                     grpc::ByteBuffer>;
  AddMethod(new grpc::internal::RpcServiceMethod(
      entry.path.c_str(), grpc::internal::RpcMethod::SERVER_STREAMING,
      nullptr));
  MarkMethodRawCallback(
      index, new Handler([this, &entry](grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request) {
        return StartStream(entry, context, request);
      }));
}

grpc::ServerUnaryReactor* RpcService::StartUnary(
    Entry& entry, grpc::CallbackServerContext* context,
    const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  auto* const call = new UnaryCall(entry, calls_, response);
  // gRPC tells the deadline by the system's clock, which may be set back while
  // absl::Now() still goes on.
  const absl::Time deadline =
      std::min(absl::FromChrono(context->deadline()),
               SystemClock().Now() + environment_.unary_deadline);
  absl::StatusOr<RequestContext> admitted = Admit(
      *context, entry.method, entry.path, deadline, environment_.authenticator);
  if (!admitted.ok()) {
    call->Answer(std::move(admitted).status());
    return call;
  }
  if (request->Length() > environment_.max_request_bytes) {
    call->Answer(TooLarge(request->Length(), environment_.max_request_bytes));
    return call;
  }
  if (calls_.load(std::memory_order_relaxed) > environment_.max_calls) {
    call->Answer(TooMany("calls are in progress"));
    return call;
  }
  const bool small = request->Length() <= kSmallRequestBytes;
  if (entry.method.quick && small) {
    if (auto answer = entry.method.quick(*admitted, ToString(*request))) {
      call->Answer(*std::move(answer));
      return call;
    }
  }
  auto run = [&entry, call, context, request, admitted = *std::move(admitted)] {
    if (context->IsCancelled()) {
      return call->Answer(absl::CancelledError("the client left"));
    }
    if (SystemClock().Now() > admitted.deadline) {
      return call->Answer(absl::DeadlineExceededError(
          "the deadline passed before the call began"));
    }
    entry.method.unary(admitted, ToString(*request), AnswerOnce(call));
  };
  if (entry.method.runs_on == RunsOn::kArrival && small) {
    run();
  } else if (!environment_.unary_pool.TryPost(std::move(run))) {
    call->Answer(TooMany("calls are in progress"));
  }
  return call;
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* RpcService::StartStream(
    Entry& entry, grpc::CallbackServerContext* context,
    const grpc::ByteBuffer* request) {
  const auto stream =
      std::make_shared<WriteStream>(context, environment_.stream_pool,
                                    environment_.replay_pool, entry.metrics);
  const absl::StatusOr<RequestContext> admitted =
      Admit(*context, entry.method, entry.path, absl::InfiniteFuture(),
            environment_.authenticator);
  if (!admitted.ok()) {
    stream->Refuse(admitted.status());
    return stream.get();
  }
  if (request->Length() > environment_.max_request_bytes) {
    stream->Refuse(TooLarge(request->Length(), environment_.max_request_bytes));
    return stream.get();
  }
  if (streams_.Open().size() >= environment_.max_streams) {
    stream->Refuse(TooMany("streams are open"));
    return stream.get();
  }
  streams_.Add(stream);
  stream->Start(entry.method.stream(*admitted, ToString(*request), stream));
  return stream.get();
}

std::vector<std::string> RpcService::MethodNames() const {
  std::vector<std::string> names;
  for (const auto& entry : entries_) names.push_back(entry->path);
  return names;
}

void RpcService::CutStalledStreams(absl::Duration limit,
                                   absl::Duration patience) {
  for (const auto& stream : streams_.Open()) {
    stream->CutIfStalled(limit, patience);
  }
}

}  // namespace courant
