#include "services/rpc/rpc_service.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/impl/codegen/server_callback_handlers.h"
#include "grpcpp/impl/rpc_service_method.h"
#include "grpcpp/support/server_callback.h"
#include "services/rpc/admission.h"
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

}  // namespace

bool StreamSet::Add(std::weak_ptr<WriteStream> stream) {
  MutexLock lock(mu_);
  if (streams_.size() >= std::min(sweep_at_, max_streams_)) {
    std::erase_if(streams_, [](const auto& old) { return old.expired(); });
    sweep_at_ = std::max(sweep_at_, 2 * streams_.size());
  }
  if (streams_.size() >= max_streams_) return false;
  streams_.push_back(std::move(stream));
  return true;
}

void StreamSet::SetMax(size_t max_streams) {
  MutexLock lock(mu_);
  max_streams_ = max_streams;
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
  Entry(Method m, std::string full_name, absl::string_view service,
        const RpcEnvironment& environment)
      : method(std::move(m)),
        path(std::move(full_name)),
        trail{.name = path.substr(1),
              .is_timed = method.unary != nullptr && !method.waits,
              .log = environment.calls},
        metrics(environment.registry, method.unary ? "unary" : "server_stream",
                service, method.name),
        audit(environment.audit == nullptr
                  ? nullptr
                  : environment.audit->ForMethod(trail.name)) {}

  // A call of it, or its stream, was not admitted.
  void TellRefused(const RefusedCall& call, const absl::Status& why) {
    if (audit != nullptr) audit->Refused(call, why);
  }

  const Method method;
  const std::string path;
  const TrailOfMethod trail;
  MethodMetrics metrics;
  // Null: nothing is written down.
  const std::unique_ptr<MethodAudit> audit;
  // Of a stream: by what gRPC knows it.
  int index = 0;
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
    : environment_(environment), streams_(environment.max_streams) {
  for (Method& method : table.methods) {
    const std::string path = absl::StrCat("/", table.name, "/", method.name);
    entries_.push_back(std::make_unique<Entry>(std::move(method), path,
                                               table.name, environment_));
    Entry& entry = *entries_.back();
    if (entry.method.stream) {
      AddStream(entry);
    } else if (entry.method.frequent || registered_ == 0) {
      AddUnary(entry);
    } else {
      generic_[entry.path] = &entry;
    }
  }
}

RpcService::~RpcService() = default;

void RpcService::AddUnary(Entry& entry) {
  using Handler =
      grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>;
  AddMethod(new grpc::internal::RpcServiceMethod(
      entry.path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
  MarkMethodRawCallback(
      registered_++,
      new Handler([this, &entry](grpc::CallbackServerContext* context,
                                 const grpc::ByteBuffer* request,
                                 grpc::ByteBuffer* response) {
        auto* const call = new RegisteredCall(
            entry.metrics, calls_, CallTrail(*context, entry.trail), response);
        BeginUnary(entry, *context, *request, call);
        return call;
      }));
}

void RpcService::AddStream(Entry& entry) {
  AddMethod(new grpc::internal::RpcServiceMethod(
      entry.path.c_str(), grpc::internal::RpcMethod::SERVER_STREAMING,
      nullptr));
  entry.index = registered_++;
  MarkMethodRaw(entry.index);
}

grpc::ServerGenericBidiReactor* RpcService::StartGeneric(
    grpc::GenericCallbackServerContext* context) {
  Entry& entry = *generic_.at(context->method());
  return new GenericCall(entry.metrics, calls_,
                         CallTrail(*context, entry.trail),
                         [this, &entry, context](
                             UnaryCall* call, const grpc::ByteBuffer& request) {
                           BeginUnary(entry, *context, request, call);
                         });
}

void RpcService::ServeStreams(StreamLoop& loop) {
  for (const auto& entry : entries_) {
    if (entry->method.stream) ExpectStream(*entry, loop);
  }
}

void RpcService::ExpectStream(Entry& entry, StreamLoop& loop) {
  const auto stream = std::make_shared<WriteStream>(
      loop,
      WriteStream::Pools{.open = environment_.stream_pool,
                         .replay = environment_.replay_pool,
                         .replay_queue = environment_.replay_queue},
      entry.metrics, entry.trail);
  void* const tag =
      stream->Expect([this, &entry, &loop, stream = stream.get()] {
        // The next one first: when this one has ended, the server may be gone.
        ExpectStream(entry, loop);
        StartStream(entry, stream->shared_from_this());
      });
  WriteStream::Call& call = stream->call();
  RequestAsyncServerStreaming(entry.index, &call.context, &call.request,
                              &call.writer, loop.queue(), loop.queue(), tag);
}

void RpcService::BeginUnary(Entry& entry,
                            const grpc::CallbackServerContext& context,
                            const grpc::ByteBuffer& request, UnaryCall* call) {
  const SpanScope scope(call->trail().span());
  // gRPC tells the deadline by the system's clock, which may be set back while
  // absl::Now() still goes on.
  const absl::Time deadline =
      std::min(absl::FromChrono(context.deadline()),
               SystemClock().Now() + environment_.unary_deadline);
  // Before anything is done for it: one that was reset costs nothing.
  if (context.IsCancelled()) {
    return call->Answer(absl::CancelledError("the client left"));
  }
  absl::StatusOr<RequestContext> admitted =
      LetIn(context, entry, deadline, &call->presence(), call->trail());
  if (!admitted.ok()) {
    return call->Answer(std::move(admitted).status());
  }
  if (request.Length() > environment_.max_request_bytes) {
    return call->Answer(
        TooLarge(request.Length(), environment_.max_request_bytes));
  }
  if (calls_.load(std::memory_order_relaxed) > environment_.max_calls) {
    return call->Answer(TooMany("calls are in progress"));
  }
  const bool small = request.Length() <= kSmallRequestBytes;
  if (entry.method.quick && small) {
    if (auto answer = entry.method.quick(*admitted, ToString(request))) {
      return call->Answer(*std::move(answer));
    }
  }
  const std::string who =
      admitted->principal ? admitted->principal->partner : "";
  auto run = [&entry, call, &context, &request,
              admitted = *std::move(admitted)] {
    if (context.IsCancelled()) {
      return call->Answer(absl::CancelledError("the client left"));
    }
    if (SystemClock().Now() > admitted.deadline) {
      return call->Answer(absl::DeadlineExceededError(
          "the deadline passed before the call began"));
    }
    Run(entry, admitted, ToString(request), call);
  };
  if (entry.method.runs_on == RunsOn::kArrival && small) {
    run();
  } else if (!Post(who, std::move(run))) {
    call->Answer(TooMany("calls are in progress"));
  }
}

void RpcService::Run(Entry& entry, const RequestContext& context,
                     const std::string& request, UnaryCall* call) {
  const SpanScope scope(context.span);
  const std::shared_ptr<Allowance> payer =
      context.principal && entry.method.quota == QuotaKind::kCalls
          ? context.principal->allowance
          : nullptr;
  if (payer != nullptr) {
    // Again by now: many may have been let in before the first was answered.
    if (absl::Status owed = payer->CheckBytes(); !owed.ok()) {
      return call->Answer(std::move(owed));
    }
  }
  if (entry.audit != nullptr && entry.audit->IsWrite()) {
    absl::StatusOr<std::unique_ptr<CallNote>> note =
        entry.audit->Begin(context, request);
    if (!note.ok()) return call->Answer(std::move(note).status());
    call->TellEnd(*std::move(note));
  }
  if (payer == nullptr) {
    return entry.method.unary(context, request, AnswerOnce(call));
  }
  entry.method.unary(context, request,
                     [answer = AnswerOnce(call),
                      payer](absl::StatusOr<std::string> bytes) mutable {
                       if (bytes.ok()) payer->Spend(bytes->size());
                       std::move(answer)(std::move(bytes));
                     });
}

absl::StatusOr<RequestContext> RpcService::LetIn(
    const grpc::ServerContextBase& context, Entry& entry, absl::Time deadline,
    Presence* presence, CallTrail& trail) const {
  const std::shared_ptr<Caller> caller =
      environment_.gate == nullptr
          ? nullptr
          : environment_.gate->CallerAt(context.peer());
  if (caller != nullptr) {
    if (!caller->Enter()) return TooMany("calls of this connection");
    *presence = Presence(caller);
  }
  RefusedCall refused;
  absl::StatusOr<RequestContext> admitted =
      Admit(context, entry.method, entry.path, deadline,
            environment_.authenticator, &refused);
  if (caller != nullptr) {
    if (absl::IsUnauthenticated(admitted.status())) {
      caller->Refused();
    } else {
      caller->Admitted();
    }
  }
  if (!admitted.ok()) {
    refused.span = trail.span();
    entry.TellRefused(refused, admitted.status());
    // Who was not accepted is nobody.
    if (!absl::IsUnauthenticated(admitted.status())) {
      trail.SetCaller(std::move(refused.who));
    }
    return admitted;
  }
  admitted->span = trail.span();
  trail.SetCaller(admitted->actor);
  if (absl::Status taken = TakeQuota(entry.method, *admitted); !taken.ok()) {
    return taken;
  }
  return admitted;
}

absl::Status RpcService::TakeQuota(const Method& method,
                                   RequestContext& admitted) const {
  if (environment_.quota == nullptr || !admitted.principal) {
    return absl::OkStatus();
  }
  Principal& who = *admitted.principal;
  who.allowance =
      who.key_limits == nullptr
          ? environment_.quota->Of(who.partner)
          : environment_.quota->Of(who.partner, who.key, *who.key_limits);
  absl::Status taken = who.allowance->TakeCall(method.quota);
  if (taken.ok() && !method.stream && method.quota == QuotaKind::kCalls) {
    taken = who.allowance->CheckBytes();
  }
  if (taken.ok() && method.stream) {
    taken = who.allowance->TakeStream(&who.lease);
  }
  return taken;
}

bool RpcService::Post(const std::string& who, WorkerPool::Task run) {
  return environment_.fair_queue == nullptr || who.empty()
             ? environment_.unary_pool.TryPost(std::move(run))
             : environment_.fair_queue->TryPost(who, std::move(run));
}

void RpcService::StartStream(Entry& entry,
                             const std::shared_ptr<WriteStream>& stream) {
  const SpanScope scope(stream->call().trail.span());
  absl::StatusOr<RequestContext> admitted =
      LetIn(stream->call().context, entry, absl::InfiniteFuture(),
            &stream->call().presence, stream->call().trail);
  if (!admitted.ok()) return stream->Refuse(admitted.status());
  grpc::ByteBuffer& request = stream->call().request;
  if (request.Length() > environment_.max_request_bytes) {
    return stream->Refuse(
        TooLarge(request.Length(), environment_.max_request_bytes));
  }
  if (!streams_.Add(stream)) return stream->Refuse(TooMany("streams are open"));
  std::string bytes = ToString(request);
  request.Clear();
  if (entry.audit != nullptr) {
    stream->TellEnd(entry.audit->Opened(*admitted));
  }
  std::string who = admitted->principal ? admitted->principal->partner : "";
  stream->Start(entry.method.stream(*admitted, std::move(bytes), stream),
                std::move(who));
}

std::vector<std::string> RpcService::GenericMethodNames() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : generic_) names.push_back(name);
  return names;
}

std::vector<std::string> RpcService::MethodNames() const {
  std::vector<std::string> names;
  for (const auto& entry : entries_) names.push_back(entry->path);
  return names;
}

int RpcService::CutStalledStreams(absl::Duration limit,
                                  absl::Duration patience) {
  int stalled = 0;
  for (const auto& stream : streams_.Open()) {
    if (stream->CutIfStalled(limit, patience)) ++stalled;
  }
  return stalled;
}

}  // namespace courant
