#include "services/server/call_lines.h"

#include <pthread.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "nlohmann/json.hpp"
#include "services/audit/chain/audit_text.h"
#include "services/rpc/status_mapping.h"

namespace courant {
namespace {

using config::v1::Log;

constexpr AuditLimits::Rate kAnswered = {.burst = 2000, .per_second = 200};
constexpr AuditLimits::Rate kRefused = {.burst = 200, .per_second = 20};

// How soon it is told that some were left out.
constexpr absl::Duration kToldWithin = absl::Seconds(1);

// What the house has to look at, what may heal, and what is the caller's.
LogLevel LevelOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDataLoss:
      return LogLevel::kError;
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kUnavailable:
      return LogLevel::kWarning;
    default:
      return LogLevel::kInfo;
  }
}

// What somebody calls himself: short, and without a key that was put there by
// mistake. The log escapes what it has to by itself.
std::string Harmless(absl::string_view who) {
  const auto text =
      nlohmann::json::parse(absl::StrCat("\"", AuditText(who), "\""), nullptr,
                            /*allow_exceptions=*/false);
  return text.is_string() ? text.get<std::string>() : "";
}

}  // namespace

CallLines::CallLines(const JsonLog* log, Log::Calls which)
    : log_(log),
      which_(which),
      wants_any_(log != nullptr && which != Log::CALLS_OFF) {
  if (wants_any_) thread_ = std::thread([this] { Work(); });
}

CallLines::~CallLines() {
  if (!thread_.joinable()) return;
  {
    MutexLock lock(mu_);
    stopping_ = true;
    changed_.SignalAll();
  }
  thread_.join();
}

bool CallLines::Door::Wants(absl::StatusCode code, absl::Duration took) const {
  const bool is_failed =
      code != absl::StatusCode::kOk && code != absl::StatusCode::kCancelled;
  return is_failed || lines_.which_ == Log::CALLS_ALL ||
         (lines_.which_ == Log::CALLS_SLOW && took >= kSlow);
}

void CallLines::Door::Ended(const EndedCall& call) {
  lines_.Add(listener_, call);
}

void CallLines::Add(absl::string_view listener, const EndedCall& call) {
  const char* const code = CodeLabel(call.code);
  if (!limits_.Admit(absl::StrCat(listener, " ", code),
                     call.code == absl::StatusCode::kOk ? kAnswered : kRefused,
                     absl::Now())) {
    return;
  }
  Line line = {.span = call.span,
               .level = LevelOf(call.code),
               .fields = {{"listener", std::string(listener)},
                          {"method", std::string(call.method)},
                          {"code", code}}};
  const auto add = [&line](const char* key, std::string value) {
    if (!value.empty()) line.fields.emplace_back(key, std::move(value));
  };
  add("reason", call.reason);
  line.fields.emplace_back("dur_s", absl::ToDoubleSeconds(call.took));
  if (call.messages > 0) {
    line.fields.emplace_back("messages", static_cast<int64_t>(call.messages));
  }
  // In the house it is what the caller says, at the other door it was shown.
  add(listener == "partner" ? "principal" : "actor", Harmless(call.who));
  add("peer", call.peer);
  if (call.span.parent_id != SpanId{}) {
    add("parent_span_id", ToHex(call.span.parent_id));
  }
  MutexLock lock(mu_);
  if (waiting_.size() >= kMaxWaiting) {
    ++unread_;
    return;
  }
  if (waiting_.empty()) changed_.Signal();
  waiting_.push_back(std::move(line));
}

void CallLines::Work() {
  pthread_setname_np(pthread_self(), "call-lines");
  std::vector<Line> lines;
  for (bool goes_on = true; goes_on;) {
    int64_t unread;
    {
      MutexLock lock(mu_);
      while (!stopping_ && waiting_.empty()) {
        if (changed_.WaitFor(mu_, kToldWithin)) break;
      }
      goes_on = !stopping_;
      lines.swap(waiting_);
      unread = std::exchange(unread_, 0);
    }
    for (const Line& line : lines) {
      const SpanScope scope(line.span);
      log_->Write(line.level, "call", line.fields);
    }
    lines.clear();
    TellLeftOut(unread);
  }
}

void CallLines::TellLeftOut(int64_t unread) {
  for (const AuditLimits::LeftOut& some : limits_.TakeLeftOut()) {
    const std::pair<std::string, std::string> of =
        absl::StrSplit(some.source, absl::MaxSplits(' ', 1));
    log_->Write(LogLevel::kWarning, "calls_left_out",
                {{"why", "too many"},
                 {"listener", of.first},
                 {"code", of.second},
                 {"count", some.count}});
  }
  if (unread > 0) {
    log_->Write(LogLevel::kWarning, "calls_left_out",
                {{"why", "stderr was not read"}, {"count", unread}});
  }
}

}  // namespace courant
