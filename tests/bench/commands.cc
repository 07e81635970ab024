#include "tests/bench/commands.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "storage/base/status_macros.h"
#include "tests/bench/call_load.h"
#include "tests/bench/fan_out.h"
#include "tests/bench/idle.h"
#include "tests/bench/limits/commit_limits.h"
#include "tests/bench/limits/echo_server.h"
#include "tests/bench/limits/store_limits.h"
#include "tests/bench/limits/tcp_server.h"
#include "tests/bench/load.h"
#include "tests/bench/prose.h"
#include "tests/bench/server_process.h"

namespace courant::bench {
namespace {

absl::StatusOr<Target> TargetOf(const Words& words) {
  COURANT_ASSIGN_OR_RETURN(const System system,
                           ParseSystem(words.Text("system")));
  return Target{.system = system,
                .address = words.Text("address"),
                .space = words.Text("space", "bench")};
}

std::string ToJson(const Measured& measured) {
  return absl::StrFormat(
      R"({"per_second": %.1f, "p50_ms": %.4f, "p99_ms": %.4f})",
      measured.per_second, absl::ToDoubleMilliseconds(measured.p50),
      absl::ToDoubleMilliseconds(measured.p99));
}

std::string ToJson(const FanOutResult& result) {
  return absl::StrFormat(
      R"({"per_second": %.1f, "cpu_us": %.3f, "p50_ms": %.4f, )"
      R"("p99_ms": %.4f, "resident_bytes": %d})",
      result.events_per_second, absl::ToDoubleMicroseconds(result.processor),
      absl::ToDoubleMilliseconds(result.p50),
      absl::ToDoubleMilliseconds(result.p99), result.resident_bytes);
}

// One of those that run in turn, "etcd@127.0.0.1:1234"; "rocksdb" and "append"
// need no address.
absl::StatusOr<std::unique_ptr<Load>> LoadOf(absl::string_view side,
                                             const Words& words) {
  const std::string folder = words.Text("folder");
  const int callers = words.Integer("callers", 1);
  if (side == "append") return AppendAndSync(folder);
  if (side == "rocksdb") return RocksDbAlone(folder, callers);
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(side, absl::MaxSplits('@', 1));
  CallOptions options{
      .callers = callers,
      .articles = static_cast<uint64_t>(words.Integer("articles", 1))};
  const bool stale = parts.first == "etcd-stale";
  if (words.Text("operation") == "read") {
    options.operation = stale ? Operation::kReadMaybeStale : Operation::kRead;
  }
  COURANT_ASSIGN_OR_RETURN(const System system,
                           ParseSystem(stale ? "etcd" : parts.first));
  return Calls({.system = system,
                .address = parts.second,
                .space = words.Text("space", "bench")},
               options);
}

absl::StatusOr<std::string> RunCalls(const Words& words) {
  const std::vector<std::string> sides =
      absl::StrSplit(words.Text("sides"), ',');
  std::vector<std::unique_ptr<Load>> loads;
  std::vector<Load*> borrowed;
  for (const std::string& side : sides) {
    COURANT_ASSIGN_OR_RETURN(auto load, LoadOf(side, words));
    borrowed.push_back(load.get());
    loads.push_back(std::move(load));
  }
  COURANT_ASSIGN_OR_RETURN(
      const std::vector<Measured> measured,
      Alternate(borrowed, absl::Milliseconds(words.Number("slice_ms")),
                absl::Seconds(words.Number("seconds"))));
  std::vector<std::string> fields;
  for (size_t i = 0; i < sides.size(); ++i) {
    const std::vector<std::string> parts = absl::StrSplit(sides[i], '@');
    fields.push_back(absl::StrCat("\"", parts[0], "\": ", ToJson(measured[i])));
  }
  return absl::StrCat("{", absl::StrJoin(fields, ", "), "}");
}

absl::StatusOr<std::string> RunFanOut(absl::string_view command,
                                      const Words& words) {
  COURANT_ASSIGN_OR_RETURN(const Target target, TargetOf(words));
  const FanOutOptions options{
      .server = words.Integer("pid"),
      .subscribers = words.Integer("subscribers", 1),
      .stalled = words.Integer("stalled"),
      .events = static_cast<uint64_t>(words.Integer("events", 1))};
  const int rate = words.Integer("rate", 1);
  const auto result = [&]() -> absl::StatusOr<FanOutResult> {
    if (command == "live") return FanOutLive(target, options, rate);
    if (command == "both") return FanOutBoth(target, options, rate);
    if (command == "catch-up") return CatchUp(target, options);
    return FanOutAtSaturation(target, options);
  }();
  COURANT_RETURN_IF_ERROR(result.status());
  // Peers must not drag along what this left behind.
  if (command != "catch-up") COURANT_RETURN_IF_ERROR(PrepareSpace(target));
  return ToJson(*result);
}

absl::StatusOr<std::string> RunIdle(const Words& words) {
  COURANT_ASSIGN_OR_RETURN(const Target target, TargetOf(words));
  COURANT_ASSIGN_OR_RETURN(
      const double bytes,
      BytesOfIdleSubscriber(
          target, {.server = words.Integer("pid"),
                   .subscribers = words.Integer("subscribers", 1),
                   .on_each_connection = words.Integer("on_each_connection", 1),
                   .events = words.Integer("events")}));
  return absl::StrFormat(R"({"bytes": %.0f})", bytes);
}

absl::StatusOr<std::string> RunPublish(const Words& words) {
  COURANT_ASSIGN_OR_RETURN(const Target target, TargetOf(words));
  COURANT_RETURN_IF_ERROR(
      Publish(target, static_cast<uint64_t>(words.Integer("events"))));
  return std::string("{}");
}

absl::StatusOr<std::string> RunProse(const Words& words) {
  COURANT_ASSIGN_OR_RETURN(
      const uint64_t bytes,
      PublishProse(words.Text("address"), words.Text("file"),
                   static_cast<uint64_t>(words.Integer("first")),
                   static_cast<uint64_t>(words.Integer("events"))));
  return absl::StrFormat(R"({"text_bytes": %d})", bytes);
}

absl::StatusOr<std::string> RunScan(const Words& words) {
  COURANT_ASSIGN_OR_RETURN(
      const double rate,
      ScanLog(words.Text("folder"),
              static_cast<uint64_t>(words.Integer("events"))));
  return absl::StrFormat(R"({"per_second": %.1f})", rate);
}

absl::StatusOr<std::string> RunOpen(const Words& words) {
  COURANT_ASSIGN_OR_RETURN(const Opening opening,
                           OpenStore(words.Text("folder")));
  return absl::StrFormat(R"({"seconds": %.6f, "wal_bytes": %d})",
                         absl::ToDoubleSeconds(opening.took),
                         opening.wal_bytes);
}

}  // namespace

absl::StatusOr<Words> Words::Parse(int count, char** words) {
  Words result;
  for (int i = 0; i < count; ++i) {
    const std::vector<std::string> parts =
        absl::StrSplit(words[i], absl::MaxSplits('=', 1));
    if (parts.size() != 2) {
      return absl::InvalidArgumentError(
          absl::StrCat("not name=value: ", words[i]));
    }
    result.values_[parts[0]] = parts[1];
  }
  return result;
}

std::string Words::Text(const std::string& name,
                        absl::string_view otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string(otherwise) : found->second;
}

double Words::Number(const std::string& name) const {
  double number = 0;
  return absl::SimpleAtod(Text(name), &number) ? number : 0;
}

int Words::Integer(const std::string& name, int otherwise) const {
  int number = 0;
  return absl::SimpleAtoi(Text(name), &number) ? number : otherwise;
}

absl::StatusOr<std::string> RunCommand(absl::string_view command,
                                       const Words& words) {
  AllowManyConnections();
  if (command == "calls") return RunCalls(words);
  if (command == "publish") return RunPublish(words);
  if (command == "fan-out" || command == "live" || command == "both" ||
      command == "catch-up") {
    return RunFanOut(command, words);
  }
  if (command == "idle") return RunIdle(words);
  if (command == "prose") return RunProse(words);
  if (command == "scan") return RunScan(words);
  if (command == "open") return RunOpen(words);
  if (command == "serve-tcp") {
    COURANT_RETURN_IF_ERROR(ServeTcp());
    return std::string();
  }
  if (command == "serve-echo") {
    COURANT_RETURN_IF_ERROR(ServeEcho());
    return std::string();
  }
  return absl::InvalidArgumentError(absl::StrCat("no command: ", command));
}

}  // namespace courant::bench
