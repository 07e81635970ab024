#ifndef COURANT_SERVICES_SERVER_CALL_LINES_H_
#define COURANT_SERVICES_SERVER_CALL_LINES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/config/v1/server_config.pb.h"
#include "services/audit/audit_limits.h"
#include "services/rpc/call_log.h"
#include "services/server/json_log.h"
#include "storage/base/mutex.h"

namespace courant {

// Lines of the log about calls: event "call", one for each that `log.calls`
// asks for, with its trace. Made and written by a thread of its own, so that no
// call waits for whoever reads stderr.
//
// Limited, so that nobody can fill a disk: at each listener, of the calls that
// end with one code 200 at once and then 20 a second, and ten times that of
// those that end well. What is left out is counted, and follows within a second
// as a line "calls_left_out". Thread-safe.
class CallLines {
 public:
  // How long a call may take, from then on it is slow. Most take a few
  // milliseconds, and a sync of a busy disk some tens.
  static constexpr absl::Duration kSlow = absl::Seconds(1);

  // `log` is not owned and must outlive the lines. Null: none is wanted.
  CallLines(const JsonLog* log, config::v1::Log::Calls which);
  // Writes what there is. No call may end any more.
  ~CallLines();

  // For RpcEnvironment. Null: no line is wanted.
  CallLog* house() { return wants_any_ ? &house_ : nullptr; }
  CallLog* partners() { return wants_any_ ? &partners_ : nullptr; }

 private:
  // Lines that wait to be written, when nobody reads. More are left out.
  static constexpr size_t kMaxWaiting = 4096;

  // The calls of one listener.
  class Door final : public CallLog {
   public:
    Door(CallLines& lines, absl::string_view listener)
        : lines_(lines), listener_(listener) {}
    bool Wants(absl::StatusCode code, absl::Duration took) const override;
    void Ended(const EndedCall& call) override;

   private:
    CallLines& lines_;
    const absl::string_view listener_;
  };

  // A line to be written.
  struct Line {
    // Of the call, which the line is written in the name of.
    Span span;
    LogLevel level;
    // In their order; those that say nothing are left out.
    LogFields fields;
  };

  // Keeps the line of a call for the thread, or counts it.
  void Add(absl::string_view listener, const EndedCall& call)
      ABSL_LOCKS_EXCLUDED(mu_);
  // The thread.
  void Work() ABSL_LOCKS_EXCLUDED(mu_);
  // Writes how many are missing, `unread` of them for want of room.
  void TellLeftOut(int64_t unread);

  const JsonLog* const log_;
  const config::v1::Log::Calls which_;
  const bool wants_any_;
  Door house_{*this, "internal"};
  Door partners_{*this, "partner"};
  // By listener and code.
  AuditLimits limits_;
  Mutex mu_;
  CondVar changed_;
  std::vector<Line> waiting_ ABSL_GUARDED_BY(mu_);
  // Calls that found no room since that was last told.
  int64_t unread_ ABSL_GUARDED_BY(mu_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_CALL_LINES_H_
