#ifndef COURANT_SERVICES_RPC_RPC_SERVICE_H_
#define COURANT_SERVICES_RPC_RPC_SERVICE_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/impl/service_type.h"
#include "prometheus/registry.h"
#include "services/rpc/authenticator.h"
#include "services/rpc/call_audit.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/call_log.h"
#include "services/rpc/call_quota.h"
#include "services/rpc/call_trail.h"
#include "services/rpc/fair_queue.h"
#include "services/rpc/handler.h"
#include "services/rpc/rpc_metrics.h"
#include "services/rpc/stream_loop.h"
#include "services/rpc/unary_call.h"
#include "services/rpc/write_stream.h"
#include "storage/base/mutex.h"
#include "storage/base/worker_pool.h"

namespace courant {

// What all services of a server share. Nothing is owned.
struct RpcEnvironment {
  // Runs unary handlers, which may block on the disk.
  WorkerPool& unary_pool;
  // Opens streams: runs StreamSource::Next() until there is a first message.
  WorkerPool& stream_pool;
  // For streams that catch up. All others are served by their loop.
  WorkerPool& replay_pool;
  prometheus::Registry& registry;
  // Largest request in bytes. The transport takes more, so that the refusal
  // can say why.
  size_t max_request_bytes = size_t{8} << 20;
  // Unary calls that are not answered yet, per service, whether they wait for a
  // thread, run, or will be answered later.
  size_t max_calls = 1024;
  // Streams open at a time, per service.
  size_t max_streams = 4096;
  // Longest a unary call may take, whatever the client says.
  absl::Duration unary_deadline = absl::Seconds(30);
  // Finds out who calls. Null: callers are believed; see admission.h.
  Authenticator* authenticator = nullptr;
  // Writes down who did what. Null: nobody does.
  CallAudit* audit = nullptr;
  // Is told how calls went, for who runs the program. Null: nobody is.
  CallLog* calls = nullptr;
  // Bounds what comes by one connection, and is told who fails to show who it
  // is. Null: nobody does.
  CallGate* gate = nullptr;
  // How much each that was found out may ask for, and whose turn it is. Null:
  // any, in the order in which they come.
  CallQuota* quota = nullptr;
  FairQueue* fair_queue = nullptr;
  // The same for streams that catch up, on `replay_pool`.
  FairQueue* replay_queue = nullptr;
};

// The open streams of a service, for those who have to reach all of them.
// Thread-safe.
class StreamSet {
 public:
  explicit StreamSet(size_t max_streams) : max_streams_(max_streams) {}

  // False: there are as many as may be.
  [[nodiscard]] bool Add(std::weak_ptr<WriteStream> stream)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Another number from now on; those that are open stay.
  void SetMax(size_t max_streams) ABSL_LOCKS_EXCLUDED(mu_);
  // Those that are open now.
  std::vector<std::shared_ptr<WriteStream>> Open() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  Mutex mu_;
  size_t max_streams_ ABSL_GUARDED_BY(mu_);
  std::vector<std::weak_ptr<WriteStream>> streams_ ABSL_GUARDED_BY(mu_);
  // Those that are gone are looked for when there are so many.
  size_t sweep_at_ ABSL_GUARDED_BY(mu_) = 64;
};

// A gRPC service made from a table of handlers: every call goes through one
// door that counts it, bounds its size and time, runs it where it belongs and
// maps its status. Methods are raw (bytes in, bytes out), so that what is
// stored is copied and not encoded again. Build it before the server, destroy
// it after: a server that shuts down waits for the calls that are still to be
// answered. Streams are not answered before ServeStreams().
class RpcService final : public grpc::Service {
 public:
  RpcService(ServiceTable table, const RpcEnvironment& environment);
  ~RpcService() override;

  // Has `loop` serve streams, of all that come a part, from now on. Once for
  // each loop, between the start of the server and its end; the queue must be
  // of that server, and the loop must be stopped before the service goes.
  void ServeStreams(StreamLoop& loop);

  // Names of the methods that gRPC does not know; see GenericDoor.
  std::vector<std::string> GenericMethodNames() const;
  // A call of one of them.
  grpc::ServerGenericBidiReactor* StartGeneric(
      grpc::GenericCallbackServerContext* context);

  // Names of all methods, "/courant.v1.ArticleService/GetArticle".
  std::vector<std::string> MethodNames() const;

  // Another RpcEnvironment::max_streams from now on; those that are open stay.
  void SetMaxStreams(size_t max_streams) { streams_.SetMax(max_streams); }

  // Ends streams whose clients have taken nothing for `limit`, and cuts them
  // when that comes to nothing: see WriteStream::CutIfStalled(). Call from time
  // to time, from one thread. Returns how many have taken nothing for a third
  // of `limit` or longer.
  int CutStalledStreams(absl::Duration limit, absl::Duration patience);

 private:
  // A method and what goes with it; at one address for as long as the service.
  struct Entry;
  class AnswerOnce;

  void AddUnary(Entry& entry);
  void AddStream(Entry& entry);
  // Sees to the answer of `call`, which may be gone when this returns, and with
  // it what else was given.
  void BeginUnary(Entry& entry, const grpc::CallbackServerContext& context,
                  const grpc::ByteBuffer& request, UnaryCall* call);
  // Waits on `loop` for a call of that stream method.
  void ExpectStream(Entry& entry, StreamLoop& loop);
  // Lets a call in by its connection, its key and its quota, in this order, so
  // that what is refused for the first costs the least. `*presence` is to be
  // held for as long as it is in progress; `trail`, which has begun, is told
  // who calls.
  absl::StatusOr<RequestContext> LetIn(const grpc::ServerContextBase& context,
                                       Entry& entry, absl::Time deadline,
                                       Presence* presence,
                                       CallTrail& trail) const;
  // Takes a call, and the stream that it opens, from the quota of its partner;
  // which `admitted` keeps. An error is the refusal, when there is not so much
  // left.
  absl::Status TakeQuota(const Method& method, RequestContext& admitted) const;
  // Runs the handler of a unary method. The call begins and ends in the audit
  // log, if it belongs there.
  static void Run(Entry& entry, const RequestContext& context,
                  const std::string& request, UnaryCall* call);
  // Has it run on a worker when it is the turn of partner `who`; empty: of
  // whoever comes. False: too many wait.
  bool Post(const std::string& who, WorkerPool::Task run);
  void StartStream(Entry& entry, const std::shared_ptr<WriteStream>& stream);

  const RpcEnvironment environment_;
  // Unary calls that are not answered yet.
  std::atomic<size_t> calls_{0};
  StreamSet streams_;
  std::vector<std::unique_ptr<Entry>> entries_;
  // Methods that gRPC knows.
  int registered_ = 0;
  // The others, by their path.
  absl::flat_hash_map<std::string, Entry*> generic_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_RPC_SERVICE_H_
