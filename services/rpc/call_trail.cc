#include "services/rpc/call_trail.h"

#include <iterator>

#include "absl/strings/string_view.h"
#include "services/rpc/status_mapping.h"
#include "services/trace/trace_context.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

// What the caller says. Two of them are none: who was on the way has added one.
absl::string_view TraceparentOf(const grpc::ServerContextBase& context) {
  const auto [first, last] =
      context.client_metadata().equal_range(kTraceparentKey);
  if (first == last || std::next(first) != last) return "";
  return absl::string_view(first->second.data(), first->second.size());
}

}  // namespace

void CallTrail::Begin(grpc::ServerContextBase& context,
                      const TrailOfMethod& method) {
  context_ = &context;
  method_ = &method;
  span_ = SpanFrom(TraceparentOf(context));
  context.AddInitialMetadata(kTraceparentKey, FormatTraceparent(span_.context));
}

grpc::Status CallTrail::ForTransport(const absl::Status& status) const {
  return status.ok() ? grpc::Status()
                     : ToGrpcStatus(WithRequestId(status, TraceIdOf(span_)));
}

void CallTrail::End(const absl::Status& status, absl::Duration took,
                    uint64_t messages) const {
  CallLog* const log = method_->log;
  if (log == nullptr ||
      !log->Wants(status.code(),
                  method_->is_timed ? took : absl::ZeroDuration())) {
    return;
  }
  const v1::ErrorReason reason = ReasonOf(status);
  log->Ended({.method = method_->name,
              .code = status.code(),
              .reason = reason == v1::ERROR_REASON_UNSPECIFIED
                            ? ""
                            : v1::ErrorReason_Name(reason),
              .took = took,
              .messages = messages,
              .span = span_,
              .who = who_,
              .peer = context_->peer()});
}

}  // namespace courant
