#include "storage/errors/reason.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace courant {
namespace {

constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";
constexpr char kRetryInfoUrl[] = "type.googleapis.com/google.rpc.RetryInfo";
constexpr char kQuotaFailureUrl[] =
    "type.googleapis.com/google.rpc.QuotaFailure";
constexpr char kRequestInfoUrl[] = "type.googleapis.com/google.rpc.RequestInfo";
constexpr char kDomain[] = "courant";

template <typename Message>
std::optional<Message> PayloadOf(const absl::Status& error, const char* url) {
  const auto payload = error.GetPayload(url);
  Message message;
  if (!payload || !message.ParseFromString(std::string(*payload))) {
    return std::nullopt;
  }
  return message;
}

}  // namespace

absl::StatusCode CodeOf(v1::ErrorReason reason) {
  switch (reason) {
    case v1::FIELD_REQUIRED:
    case v1::FIELD_INVALID:
    case v1::FIELD_TOO_LONG:
    case v1::INVALID_UTF8:
    case v1::MALFORMED_REQUEST:
    case v1::FIELD_MASK_INVALID:
    case v1::FILTER_INVALID:
    case v1::FILTER_TOO_LONG:
    case v1::PAGE_TOKEN_INVALID:
    case v1::RESUME_TOKEN_INVALID:
    case v1::FILTER_MISMATCH:
    case v1::REQUEST_ID_REUSED:
    case v1::FIELDS_CONFLICT:
      return absl::StatusCode::kInvalidArgument;
    case v1::RESUME_TOKEN_EXPIRED:
    case v1::SEQUENCE_IN_FUTURE:
      return absl::StatusCode::kOutOfRange;
    case v1::HISTORY_FORKED:
    case v1::ILLEGAL_TRANSITION:
    case v1::NOT_PUBLISHABLE:
    case v1::FIELD_IMMUTABLE:
    case v1::CORRECTION_NOT_FOUND:
    case v1::SECOND_PERSON_REQUIRED:
    case v1::KILL_NOT_REQUESTED:
    case v1::SOURCE_STOPPED:
    case v1::SOURCE_KILLED:
    case v1::SOURCE_OUTDATED:
    case v1::SOURCE_EMBARGOED:
    case v1::SOURCE_NOT_PUBLISHED:
    case v1::INCOMPLETE:
      return absl::StatusCode::kFailedPrecondition;
    case v1::NODE_BEHIND_TOKEN:
    case v1::NODE_BEHIND:
    case v1::NODE_DRAINING:
    case v1::OUTCOME_UNKNOWN:
      return absl::StatusCode::kUnavailable;
    case v1::REQUEST_TOO_LARGE:
    case v1::SUBSCRIBER_STALLED:
    case v1::TOO_MANY_REQUESTS:
    case v1::STORAGE_FULL:
    case v1::LIMIT_REACHED:
    case v1::QUOTA_EXCEEDED:
      return absl::StatusCode::kResourceExhausted;
    case v1::ETAG_MISMATCH:
    case v1::LEASE_HELD:
    case v1::SESSION_FENCED:
      return absl::StatusCode::kAborted;
    case v1::RESOURCE_NOT_FOUND:
    case v1::REVISION_NOT_KEPT:
      return absl::StatusCode::kNotFound;
    case v1::RESOURCE_EXISTS:
    case v1::ALIAS_TAKEN:
      return absl::StatusCode::kAlreadyExists;
    case v1::NOT_CLEARED:
    case v1::SCOPE_MISSING:
      return absl::StatusCode::kPermissionDenied;
    case v1::CREDENTIALS_REFUSED:
      return absl::StatusCode::kUnauthenticated;
    case v1::DATA_CORRUPTED:
      return absl::StatusCode::kDataLoss;
    case v1::NOT_OFFERED:
      return absl::StatusCode::kUnimplemented;
    default:
      return absl::StatusCode::kInternal;
  }
}

absl::Status MakeError(v1::ErrorReason reason, absl::string_view message,
                       const ErrorMetadata& metadata) {
  google::rpc::ErrorInfo info;
  info.set_reason(v1::ErrorReason_Name(reason));
  info.set_domain(kDomain);
  for (const auto& [key, value] : metadata) {
    (*info.mutable_metadata())[key] = value;
  }
  absl::Status error(CodeOf(reason), message);
  error.SetPayload(kErrorInfoUrl, absl::Cord(info.SerializeAsString()));
  return error;
}

absl::Status MakeFieldError(v1::ErrorReason reason,
                            const std::vector<FieldViolation>& violations,
                            const ErrorMetadata& metadata) {
  google::rpc::BadRequest details;
  std::string message;
  for (const FieldViolation& violation : violations) {
    google::rpc::BadRequest::FieldViolation* out =
        details.add_field_violations();
    out->set_field(violation.field);
    out->set_description(violation.description);
    absl::StrAppend(&message, message.empty() ? "" : "; ", violation.field,
                    ": ", violation.description);
  }
  absl::Status error = MakeError(reason, message, metadata);
  error.SetPayload(kBadRequestUrl, absl::Cord(details.SerializeAsString()));
  return error;
}

absl::Status InvalidField(absl::string_view field,
                          absl::string_view description) {
  return MakeFieldError(v1::FIELD_INVALID,
                        {{std::string(field), std::string(description)}});
}

absl::Status RequiredField(absl::string_view field) {
  return MakeFieldError(v1::FIELD_REQUIRED,
                        {{std::string(field), "is required and was empty"}});
}

absl::Status WithRetryDelay(absl::Status error, absl::Duration delay) {
  google::rpc::RetryInfo info;
  info.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(delay));
  info.mutable_retry_delay()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(delay % absl::Seconds(1))));
  error.SetPayload(kRetryInfoUrl, absl::Cord(info.SerializeAsString()));
  return error;
}

absl::Status WithQuotaFailure(absl::Status error, absl::string_view subject,
                              absl::string_view description) {
  google::rpc::QuotaFailure failure;
  auto& violation = *failure.add_violations();
  violation.set_subject(std::string(subject));
  violation.set_description(std::string(description));
  error.SetPayload(kQuotaFailureUrl, absl::Cord(failure.SerializeAsString()));
  return error;
}

absl::Status WithRequestId(absl::Status error, absl::string_view id) {
  google::rpc::RequestInfo info;
  info.set_request_id(std::string(id));
  error.SetPayload(kRequestInfoUrl, absl::Cord(info.SerializeAsString()));
  return error;
}

std::optional<google::rpc::ErrorInfo> ErrorInfoOf(const absl::Status& error) {
  return PayloadOf<google::rpc::ErrorInfo>(error, kErrorInfoUrl);
}

std::optional<google::rpc::BadRequest> BadRequestOf(const absl::Status& error) {
  return PayloadOf<google::rpc::BadRequest>(error, kBadRequestUrl);
}

std::optional<absl::Duration> RetryDelayOf(const absl::Status& error) {
  const auto info = PayloadOf<google::rpc::RetryInfo>(error, kRetryInfoUrl);
  if (!info) return std::nullopt;
  return absl::Seconds(info->retry_delay().seconds()) +
         absl::Nanoseconds(info->retry_delay().nanos());
}

std::optional<google::rpc::QuotaFailure> QuotaFailureOf(
    const absl::Status& error) {
  return PayloadOf<google::rpc::QuotaFailure>(error, kQuotaFailureUrl);
}

std::string RequestIdOf(const absl::Status& error) {
  const auto info = PayloadOf<google::rpc::RequestInfo>(error, kRequestInfoUrl);
  return info ? info->request_id() : "";
}

v1::ErrorReason ReasonOf(const absl::Status& error) {
  const auto info = ErrorInfoOf(error);
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  if (info) v1::ErrorReason_Parse(info->reason(), &reason);
  return reason;
}

}  // namespace courant
