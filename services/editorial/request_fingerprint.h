#ifndef COURANT_SERVICES_EDITORIAL_REQUEST_FINGERPRINT_H_
#define COURANT_SERVICES_EDITORIAL_REQUEST_FINGERPRINT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace courant {

// Tells apart requests that came with the same request_id: 16 bytes, XXH3 of
// the method's full name and the request, encoded with map entries in order.
// Part of what is stored. Thread-safe.
std::string RequestFingerprint(absl::string_view method,
                               const google::protobuf::Message& request);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_REQUEST_FINGERPRINT_H_
