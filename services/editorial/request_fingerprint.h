#ifndef COURANT_SERVICES_EDITORIAL_REQUEST_FINGERPRINT_H_
#define COURANT_SERVICES_EDITORIAL_REQUEST_FINGERPRINT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace courant {

// Tells apart requests that came with the same request_id: 16 bytes, XXH3 of
// the method's full name and the request, encoded with map entries in order.
// Thread-safe.
//
// Stored beside the answer for as long as that is kept, so the same request
// must give the same bytes in every later version: a new field with its default
// value changes nothing. Not a secure hash: who makes two requests that
// collide, under an id of his own, gets the answer to his first.
std::string RequestFingerprint(absl::string_view method,
                               const google::protobuf::Message& request);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_REQUEST_FINGERPRINT_H_
