#ifndef COURANT_SERVICES_RPC_HANDLER_H_
#define COURANT_SERVICES_RPC_HANDLER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/partner.pb.h"
#include "google/protobuf/message.h"
#include "services/audience/audience.h"
#include "services/rpc/quota_kind.h"
#include "services/rpc/request_context.h"
#include "services/rpc/stream_source.h"
#include "storage/base/status_macros.h"

// What a service is made of: plain functions from bytes to bytes, listed in one
// table. No gRPC type is needed to write or to test one.
namespace courant {

// Takes the answer to a call, an encoded response or an error. Runs once, on
// any thread, and does not block. One that is destroyed without having run
// answers INTERNAL, so that no call hangs.
using UnaryDone = absl::AnyInvocable<void(absl::StatusOr<std::string>) &&>;

// Answers a call: takes an encoded request, and gives an encoded response to
// `done`, before it returns or later. One that waits for somebody else should
// return and answer later, so that waiting calls hold no thread. The context
// and the request are gone when it has returned. Must be thread-safe.
using UnaryHandler = std::function<void(
    const RequestContext&, absl::string_view request, UnaryDone done)>;

// Answers a call at once out of memory, or gives nothing: then the call is
// handled as if this had not been asked. Takes an encoded request. Runs on the
// thread of gRPC that the request came in on and must not block. Thread-safe.
using QuickHandler = std::function<std::optional<absl::StatusOr<std::string>>(
    const RequestContext&, absl::string_view request)>;

// Opens a stream: takes an encoded request and what wakes the stream. Runs on a
// gRPC thread and must not block: what takes time belongs into the first
// StreamSource::Next().
using StreamHandler = std::function<std::unique_ptr<StreamSource>(
    const RequestContext&, std::string request, std::weak_ptr<Wakeable>)>;

// Where a unary handler runs.
enum class RunsOn {
  // A thread of the pool, where it may block.
  kWorker,
  // The thread of gRPC that the request came in on: no hand-over, but while it
  // runs, one thread less serves the connections. For what is quick to compute
  // and blocks, if at all, in one call at a time. A large request is handed
  // over all the same.
  kArrival,
};

// One method of a service: exactly one of `unary` and `stream` is set.
struct Method {
  std::string name;  // "GetArticle"
  UnaryHandler unary;
  StreamHandler stream;
  // Who may call it. Others are refused before their request is looked at. The
  // house alone, unless it is opened: a handler that is heeds the audience of
  // its context.
  Audience open_to = Audience::kInternal;
  // What a caller that has shown who it is needs for it besides. Unspecified:
  // nothing.
  v1::ApiKey::Scope scope = v1::ApiKey::SCOPE_UNSPECIFIED;
  // What a call of it takes from, where there is a quota.
  QuotaKind quota = QuotaKind::kCalls;
  // Whether it is called so often that gRPC should know it by name, which costs
  // each connection 176 bytes and saves each call a step. The first unary
  // method of a service always is: reflection tells of the services that gRPC
  // knows.
  bool frequent = false;
  // Of a unary handler.
  RunsOn runs_on = RunsOn::kWorker;
  // Asked before a unary handler that runs on a worker, when it is set: what
  // takes less than a hand-over to another thread should not pay for one.
  QuickHandler quick;
  // Whether a call may wait for something to happen, as long as its request
  // says: how long it takes says nothing then.
  bool waits = false;
};

// A service and everything it offers.
struct ServiceTable {
  std::string name;  // "courant.v1.ArticleService"
  std::vector<Method> methods;
};

// Decodes a request.
//   INVALID_ARGUMENT / INVALID_UTF8       a text is not UTF-8; names the field.
//   INVALID_ARGUMENT / MALFORMED_REQUEST  it is not such a message.
absl::Status ParseRequest(absl::string_view bytes,
                          google::protobuf::Message* request);

// A handler for a function that takes a decoded request and answers later. The
// request is its own to keep.
template <typename Request>
UnaryHandler Deferred(
    std::function<void(const RequestContext&, Request, UnaryDone)> handle) {
  return [handle = std::move(handle)](const RequestContext& context,
                                      absl::string_view bytes, UnaryDone done) {
    Request request;
    if (absl::Status parsed = ParseRequest(bytes, &request); !parsed.ok()) {
      return std::move(done)(std::move(parsed));
    }
    handle(context, std::move(request), std::move(done));
  };
}

// A handler for a function that takes a decoded request and returns an encoded
// response: for answers that are stored bytes.
template <typename Request>
UnaryHandler TypedRequest(std::function<absl::StatusOr<std::string>(
                              const RequestContext&, const Request&)>
                              handle) {
  return Deferred<Request>(
      [handle = std::move(handle)](const RequestContext& context,
                                   Request request, UnaryDone done) {
        std::move(done)(handle(context, request));
      });
}

// A handler for a function that takes a decoded request and returns a message.
template <typename Request, typename Response>
UnaryHandler Typed(std::function<absl::StatusOr<Response>(const RequestContext&,
                                                          const Request&)>
                       handle) {
  return TypedRequest<Request>(
      [handle = std::move(handle)](
          const RequestContext& context,
          const Request& request) -> absl::StatusOr<std::string> {
        COURANT_ASSIGN_OR_RETURN(const Response response,
                                 handle(context, request));
        return response.SerializeAsString();
      });
}

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_HANDLER_H_
