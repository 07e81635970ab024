#ifndef COURANT_SERVICES_SERVER_JSON_LOG_H_
#define COURANT_SERVICES_SERVER_JSON_LOG_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/config/v1/server_config.pb.h"
#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "services/trace/span.h"

namespace courant {

// How much a log line matters. INFO at most every few seconds; WARNING may heal
// by itself; ERROR needs a person.
enum class LogLevel { kDebug, kInfo, kWarning, kError };
inline constexpr size_t kLogLevels = 4;

// The level of a configuration; INFO where there is none, since a program that
// says too much is better than one that says nothing.
LogLevel LogLevelOf(config::v1::Log::Level level);

// Name and value of each field, in the order in which they are written.
using LogValue = std::variant<std::string, int64_t, double>;
using LogFields = std::vector<std::pair<std::string, LogValue>>;

// The program's log: one JSON object a line on stderr, with `ts` (RFC 3339,
// UTC), `level`, `event`, `trace_id`, `span_id` and the fields of the event, in
// ASCII. The trace is that of what the thread works on (CurrentSpan), else that
// of the process. Names and sizes only: article text and secrets never get
// here. Thread-safe.
//
// No logging library: what one adds, rotation and sinks, is the business of
// whoever reads stderr, and what a JSON line needs, escaping, they leave to
// their callers. A line that cannot be written is lost: a full disk under the
// log is no reason to stop the wire.
//
//   courant_log_lines_total{level}  lines that were written
class JsonLog final : public prometheus::Collectable {
 public:
  // Lines below `least` are not written. `process` is the work of the program
  // as a whole.
  explicit JsonLog(LogLevel least, const Span& process = NewTrace())
      : least_(least), process_(process) {}

  // Another level from now on, as if it had been made with it. What was not
  // written until now is gone.
  void SetLevel(LogLevel least) { least_.store(least); }
  // Lines of this level are written, and of all above it.
  LogLevel level() const { return least_.load(); }

  // Writes a line. `event` is constant for each place in the code, so that
  // lines can be counted by it. Bytes that are not UTF-8 become U+FFFD.
  void Write(LogLevel level, absl::string_view event,
             const LogFields& fields = {}) const;

  // What it has written, for /metrics.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  std::atomic<LogLevel> least_;
  const Span process_;
  // Lines, by their level.
  mutable std::array<std::atomic<int64_t>, kLogLevels> written_ = {};
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_JSON_LOG_H_
