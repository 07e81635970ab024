#ifndef COURANT_SERVICES_CLI_REQUEST_ID_H_
#define COURANT_SERVICES_CLI_REQUEST_ID_H_

#include <string>

namespace courant {

// A fresh name for an attempt to change something (`request_id` of the API): a
// random UUID (RFC 4122 version 4), 36 characters, lower case. Thread-safe.
std::string NewRequestId();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_REQUEST_ID_H_
