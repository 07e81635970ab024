#ifndef COURANT_SERVICES_SERVER_JSON_LOG_H_
#define COURANT_SERVICES_SERVER_JSON_LOG_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace courant {

// How much a log line matters. INFO at most every few seconds; WARNING may heal
// by itself; ERROR needs a person.
enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Name and value of each field, in the order in which they are written.
using LogFields = std::vector<std::pair<std::string, std::string>>;

// The program's log: one JSON object a line on stderr, with `ts` (RFC 3339,
// UTC), `level`, `event` and the fields of the event. Names and sizes only:
// article text and secrets never get here. Thread-safe.
//
// No logging library: what one adds, rotation and sinks, is the business of
// whoever reads stderr, and what a JSON line needs, escaping, they leave to
// their callers. A line that cannot be written is lost: a full disk under the
// log is no reason to stop the wire.
class JsonLog {
 public:
  // Lines below `least` are not written.
  explicit JsonLog(LogLevel least) : least_(least) {}

  // Writes a line. `event` is constant for each place in the code, so that
  // lines can be counted by it. Bytes that are not UTF-8 become U+FFFD.
  void Write(LogLevel level, absl::string_view event,
             const LogFields& fields = {}) const;

 private:
  const LogLevel least_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_JSON_LOG_H_
