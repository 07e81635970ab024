#ifndef COURANT_STORAGE_ERRORS_REASON_H_
#define COURANT_STORAGE_ERRORS_REASON_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/v1/error.pb.h"
#include "google/rpc/error_details.pb.h"

// Errors that a client can tell apart. An error is an absl::Status whose
// payloads are the google.rpc details that go on the wire as they are; only
// services/rpc turns it into a grpc::Status. All functions are thread-safe.
namespace courant {

// The changing parts of a message, by the names listed in error.proto.
using ErrorMetadata = std::vector<std::pair<std::string, std::string>>;

// The status code that belongs to `reason`, as error.proto documents it.
// INTERNAL for ERROR_REASON_UNSPECIFIED.
absl::StatusCode CodeOf(v1::ErrorReason reason);

// Returns an error with the code that belongs to `reason` and an ErrorInfo.
// `message` is for a developer: it names the field or resource and says what
// would be right. It must not hold article text or secrets.
absl::Status MakeError(v1::ErrorReason reason, absl::string_view message,
                       const ErrorMetadata& metadata = {});

// A wrong field: `field` is its path from the request, `description` says what
// is wrong and what would be right.
struct FieldViolation {
  std::string field;
  std::string description;
};

// Returns an error about fields: MakeError plus BadRequest. The message is made
// of the violations. `violations` must not be empty.
absl::Status MakeFieldError(v1::ErrorReason reason,
                            const std::vector<FieldViolation>& violations,
                            const ErrorMetadata& metadata = {});

// The common case of one wrong field with a value that it cannot have:
// INVALID_ARGUMENT / FIELD_INVALID.
absl::Status InvalidField(absl::string_view field,
                          absl::string_view description);

// INVALID_ARGUMENT / FIELD_REQUIRED for one empty field.
absl::Status RequiredField(absl::string_view field);

// Adds RetryInfo: the client should wait at least `delay`.
absl::Status WithRetryDelay(absl::Status error, absl::Duration delay);

// Adds QuotaFailure: which limit stands in the way, and what it is, in words.
absl::Status WithQuotaFailure(absl::Status error, absl::string_view subject,
                              absl::string_view description);

// Adds RequestInfo: by what the call is found in the logs.
absl::Status WithRequestId(absl::Status error, absl::string_view id);

// The details of `error`, or nothing when it has none.
std::optional<google::rpc::ErrorInfo> ErrorInfoOf(const absl::Status& error);
std::optional<google::rpc::BadRequest> BadRequestOf(const absl::Status& error);
std::optional<absl::Duration> RetryDelayOf(const absl::Status& error);
std::optional<google::rpc::QuotaFailure> QuotaFailureOf(
    const absl::Status& error);

// The id of WithRequestId(); empty if `error` has none.
std::string RequestIdOf(const absl::Status& error);

// The reason of `error`, ERROR_REASON_UNSPECIFIED when it has none.
v1::ErrorReason ReasonOf(const absl::Status& error);

}  // namespace courant

#endif  // COURANT_STORAGE_ERRORS_REASON_H_
