#ifndef COURANT_SERVICES_RPC_STATUS_MAPPING_H_
#define COURANT_SERVICES_RPC_STATUS_MAPPING_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/status.h"

namespace courant {

// The one door between absl::Status inside and grpc::Status outside. Payloads
// become google.rpc details in `grpc-status-details-bin`. A message longer than
// 1 KiB is cut, between two characters: gRPC sends it in a header, and a header
// that is too long ends the connection. Codes have the same numbers in both
// worlds, which the compiler checks. An error has a google.rpc.RequestInfo with
// `request_id` as its last detail, unless that is empty. Thread-safe.
grpc::Status ToGrpcStatus(const absl::Status& status,
                          absl::string_view request_id = "");

// The name of a code in metrics, e.g. "NotFound": the names that
// go-grpc-prometheus uses, so that public dashboards fit.
const char* CodeLabel(absl::StatusCode code);

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_STATUS_MAPPING_H_
