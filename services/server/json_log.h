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

using LogFields = std::vector<std::pair<std::string, std::string>>;

// The program's log: one JSON object a line on stderr, with `ts` (RFC 3339,
// UTC), `level`, `event` and the fields of the event. Names and sizes only:
// article text and secrets never get here. Thread-safe.
class JsonLog {
 public:
  explicit JsonLog(LogLevel least) : least_(least) {}

  // Writes a line. `event` is constant for each place in the code.
  void Write(LogLevel level, absl::string_view event,
             const LogFields& fields = {}) const;

 private:
  const LogLevel least_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_JSON_LOG_H_
