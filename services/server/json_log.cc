#include "services/server/json_log.h"

#include <cstdio>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"

namespace courant {
namespace {

const char* NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "";
}

}  // namespace

LogLevel LogLevelOf(config::v1::Log::Level level) {
  switch (level) {
    case config::v1::Log::LEVEL_DEBUG:
      return LogLevel::kDebug;
    case config::v1::Log::LEVEL_WARNING:
      return LogLevel::kWarning;
    case config::v1::Log::LEVEL_ERROR:
      return LogLevel::kError;
    default:
      return LogLevel::kInfo;
  }
}

void JsonLog::Write(LogLevel level, absl::string_view event,
                    const LogFields& fields) const {
  if (level < least_.load()) return;
  nlohmann::ordered_json line;
  line["ts"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(),
                                absl::UTCTimeZone());
  line["level"] = NameOf(level);
  line["event"] = std::string(event);
  const Span& current = CurrentSpan();
  const TraceContext& trace = current.context.trace_id == TraceId{}
                                  ? process_.context
                                  : current.context;
  line["trace_id"] = ToHex(trace.trace_id);
  line["span_id"] = ToHex(trace.span_id);
  for (const auto& [key, value] : fields) {
    std::visit([&out = line[key]](const auto& it) { out = it; }, value);
  }
  // Bytes that are not UTF-8 are replaced instead of thrown at.
  const std::string text = line.dump(-1, ' ', /*ensure_ascii=*/true,
                                     nlohmann::json::error_handler_t::replace) +
                           "\n";
  // One call, so that lines of several threads do not mix.
  std::fwrite(text.data(), 1, text.size(), stderr);
  written_[static_cast<size_t>(level)].fetch_add(1, std::memory_order_relaxed);
}

std::vector<prometheus::MetricFamily> JsonLog::Collect() const {
  prometheus::MetricFamily family;
  family.name = "courant_log_lines_total";
  family.help = "Lines written to the log, by their level.";
  family.type = prometheus::MetricType::Counter;
  for (size_t i = 0; i < kLogLevels; ++i) {
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    metric.label = {{"level", NameOf(static_cast<LogLevel>(i))}};
    metric.counter.value = static_cast<double>(written_[i].load());
  }
  return {std::move(family)};
}

}  // namespace courant
