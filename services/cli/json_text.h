#ifndef COURANT_SERVICES_CLI_JSON_TEXT_H_
#define COURANT_SERVICES_CLI_JSON_TEXT_H_

#include <string>

#include "google/protobuf/message.h"

namespace courant {

// `message` in the JSON form of Protocol Buffers, on one line without a line
// break at its end. The same message always gives the same text: maps are
// sorted by key. Thread-safe.
std::string JsonLine(const google::protobuf::Message& message);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_JSON_TEXT_H_
