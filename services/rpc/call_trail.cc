#include "services/rpc/call_trail.h"

#include <iterator>
#include <utility>

#include "absl/strings/string_view.h"
#include "services/rpc/status_mapping.h"
#include "services/trace/trace_context.h"
#include "storage/errors/reason.h"

namespace courant {

void CallTrail::Begin(grpc::ServerContextBase& context,
                      const TrailOfMethod& method) {
  context_ = &context;
  method_ = &method;
  const auto [first, last] =
      context.client_metadata().equal_range(kTraceparentKey);
  if (first == last) {
    span_ = NewTrace();
    return;
  }
  // Two of them are none: who was on the way has added one.
  span_ = std::next(first) == last
              ? SpanFrom(absl::string_view(first->second.data(),
                                           first->second.size()))
              : NewTrace();
  Tell();
}

void CallTrail::Tell() {
  if (std::exchange(told_, true)) return;
  context_->AddInitialMetadata(kTraceparentKey,
                               FormatTraceparent(span_.context));
}

grpc::Status CallTrail::ForOnlyAnswer(const absl::Status& status) {
  if (!status.ok()) Tell();
  return ForTransport(status);
}

grpc::Status CallTrail::ForTransport(const absl::Status& status) const {
  return status.ok() ? grpc::Status() : ToGrpcStatus(status, TraceIdOf(span_));
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
