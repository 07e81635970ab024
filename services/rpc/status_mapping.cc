#include "services/rpc/status_mapping.h"

#include <string>

#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace courant {
namespace {

constexpr size_t kMaxMessageBytes = 1024;

#define COURANT_SAME_CODE(grpc_code, absl_code)                  \
  static_assert(static_cast<int>(grpc::StatusCode::grpc_code) == \
                static_cast<int>(absl::StatusCode::absl_code))
COURANT_SAME_CODE(OK, kOk);
COURANT_SAME_CODE(CANCELLED, kCancelled);
COURANT_SAME_CODE(UNKNOWN, kUnknown);
COURANT_SAME_CODE(INVALID_ARGUMENT, kInvalidArgument);
COURANT_SAME_CODE(DEADLINE_EXCEEDED, kDeadlineExceeded);
COURANT_SAME_CODE(NOT_FOUND, kNotFound);
COURANT_SAME_CODE(ALREADY_EXISTS, kAlreadyExists);
COURANT_SAME_CODE(PERMISSION_DENIED, kPermissionDenied);
COURANT_SAME_CODE(RESOURCE_EXHAUSTED, kResourceExhausted);
COURANT_SAME_CODE(FAILED_PRECONDITION, kFailedPrecondition);
COURANT_SAME_CODE(ABORTED, kAborted);
COURANT_SAME_CODE(OUT_OF_RANGE, kOutOfRange);
COURANT_SAME_CODE(UNIMPLEMENTED, kUnimplemented);
COURANT_SAME_CODE(INTERNAL, kInternal);
COURANT_SAME_CODE(UNAVAILABLE, kUnavailable);
COURANT_SAME_CODE(DATA_LOSS, kDataLoss);
COURANT_SAME_CODE(UNAUTHENTICATED, kUnauthenticated);
#undef COURANT_SAME_CODE

// Cuts at a character, not within one.
absl::string_view Shortened(absl::string_view text) {
  if (text.size() <= kMaxMessageBytes) return text;
  size_t end = kMaxMessageBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
    --end;
  }
  return text.substr(0, end);
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status,
                          absl::string_view request_id) {
  if (status.ok()) return grpc::Status();
  google::rpc::Status details;
  const std::string message(Shortened(status.message()));
  details.set_code(static_cast<int>(status.code()));
  details.set_message(message);
  status.ForEachPayload(
      [&](absl::string_view type_url, const absl::Cord& payload) {
        google::protobuf::Any* any = details.add_details();
        any->set_type_url(std::string(type_url));
        any->set_value(std::string(payload));
      });
  // Not as a payload: those come in any order, and two errors that are to look
  // alike would not.
  if (!request_id.empty()) {
    google::rpc::RequestInfo info;
    info.set_request_id(std::string(request_id));
    details.add_details()->PackFrom(info);
  }
  return grpc::Status(
      static_cast<grpc::StatusCode>(status.code()), message,
      details.details().empty() ? std::string() : details.SerializeAsString());
}

const char* CodeLabel(absl::StatusCode code) {
  static constexpr const char* kLabels[] = {"OK",
                                            "Canceled",
                                            "Unknown",
                                            "InvalidArgument",
                                            "DeadlineExceeded",
                                            "NotFound",
                                            "AlreadyExists",
                                            "PermissionDenied",
                                            "ResourceExhausted",
                                            "FailedPrecondition",
                                            "Aborted",
                                            "OutOfRange",
                                            "Unimplemented",
                                            "Internal",
                                            "Unavailable",
                                            "DataLoss",
                                            "Unauthenticated"};
  const auto index = static_cast<size_t>(code);
  return index < std::size(kLabels) ? kLabels[index] : "Unknown";
}

}  // namespace courant
