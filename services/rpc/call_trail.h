#ifndef COURANT_SERVICES_RPC_CALL_TRAIL_H_
#define COURANT_SERVICES_RPC_CALL_TRAIL_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/status.h"
#include "services/rpc/call_log.h"
#include "services/trace/span.h"

namespace courant {

// What the calls of a method have in common for who follows them.
struct TrailOfMethod {
  // "courant.v1.ArticleService/GetArticle".
  std::string name;
  // Whether how long a call takes says something about the server.
  bool is_timed = true;
  // Null: nothing is written down. Not owned.
  CallLog* log = nullptr;
};

// By what one call is found again, in the program that made it and in ours: its
// place in a trace, which callers who ask are told, and the line of the log
// that it may leave. One thread at a time, as the call that has it.
class CallTrail {
 public:
  // Of no call yet: Begin() must come before anything else.
  CallTrail() = default;
  // Begin().
  CallTrail(grpc::ServerContextBase& context, const TrailOfMethod& method) {
    Begin(context, method);
  }

  // A call has come. If it names its trace, in one `traceparent` that is right,
  // it is a part of that, else it begins one. Who has sent one is told what it
  // is now, by the same in the metadata before the answer. `tracestate` is not
  // looked at. Both are not owned and must outlive the trail; nothing has been
  // sent on `context`.
  void Begin(grpc::ServerContextBase& context, const TrailOfMethod& method);

  // Has the caller told in any case. Before anything is sent.
  void Tell();

  const Span& span() const { return span_; }

  // Who calls.
  void SetCaller(std::string who) { who_ = std::move(who); }

  // `status` for the transport. An error has a google.rpc.RequestInfo with the
  // id of the trace, for whoever reports it.
  grpc::Status ForTransport(const absl::Status& status) const;

  // The same of a call of which nothing has been sent. Tell(), if it is an
  // error.
  grpc::Status ForOnlyAnswer(const absl::Status& status);

  // It has ended so, after so long and with so many messages of a stream:
  // leaves a line, if there is to be one. Before the context goes.
  void End(const absl::Status& status, absl::Duration took,
           uint64_t messages) const;

 private:
  grpc::ServerContextBase* context_ = nullptr;
  const TrailOfMethod* method_ = nullptr;
  bool told_ = false;
  Span span_;
  std::string who_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_CALL_TRAIL_H_
