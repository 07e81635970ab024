#include "services/audit/call_auditor.h"

#include <utility>

#include "absl/status/status.h"
#include "services/audit/audit_limits.h"
#include "services/audit/call_facts.h"
#include "services/audit/chain/audit_record.h"
#include "services/rpc/status_mapping.h"
#include "services/trace/span.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

constexpr AuditLimits::Rate kStrangers = {.burst = 100, .per_second = 1};
constexpr AuditLimits::Rate kKnown = {.burst = 1000, .per_second = 10};

// What "left_out" says of those whom nobody knows.
constexpr char kRefusedLogins[] = "refused logins";
constexpr char kDeniedInTheHouse[] = "denied in the house";

std::string ReasonName(const absl::Status& status) {
  const v1::ErrorReason reason = ReasonOf(status);
  return reason == v1::ERROR_REASON_UNSPECIFIED ? ""
                                                : v1::ErrorReason_Name(reason);
}

AuditRecord RecordOf(absl::string_view event, absl::string_view listener,
                     const RequestContext& context, absl::string_view method) {
  AuditRecord record{.event = event,
                     .listener = listener,
                     .who = context.actor,
                     .peer = context.peer,
                     .method = std::string(method),
                     .trace_id = TraceIdOf(context.span)};
  if (context.principal) record.key = context.principal->key;
  return record;
}

// One write.
class WriteNote final : public CallNote {
 public:
  WriteNote(AuditLog& log, const CallFacts& facts, bool is_synced,
            bool is_limited, AuditRecord record)
      : log_(log),
        facts_(facts),
        is_synced_(is_synced),
        is_limited_(is_limited),
        record_(std::move(record)) {}

  void End(const absl::StatusOr<std::string>& answer,
           absl::AnyInvocable<void()> leave) override {
    record_.code = CodeLabel(answer.status().code());
    record_.reason = ReasonName(answer.status());
    if (answer.ok()) facts_.FromAnswer(*answer, &record_);
    // What changed nothing need not be on the disk before it is told.
    if (is_synced_ && answer.ok()) {
      return log_.AddSynced(std::move(record_), std::move(leave));
    }
    if (is_limited_) {
      const std::string source = record_.who;
      log_.AddLimited(source, kKnown, std::move(record_));
    } else {
      log_.Add(std::move(record_));
    }
    leave();
  }

 private:
  AuditLog& log_;
  const CallFacts& facts_;
  const bool is_synced_;
  const bool is_limited_;
  AuditRecord record_;
};

// One stream of a partner.
class PartnerStreamNote final : public StreamNote {
 public:
  PartnerStreamNote(AuditLog& log, AuditRecord record)
      : log_(log), record_(std::move(record)) {}

  void End(absl::StatusCode code, uint64_t messages) override {
    record_.code = CodeLabel(code);
    record_.count = static_cast<int64_t>(messages);
    log_.Add(std::move(record_));
  }

 private:
  AuditLog& log_;
  AuditRecord record_;
};

class AuditedMethod final : public MethodAudit {
 public:
  AuditedMethod(AuditLog& log, absl::string_view listener,
                const std::string& name)
      : log_(log),
        listener_(listener),
        for_partners_(listener == "partner"),
        name_(name),
        is_write_(IsWriteMethod(name)),
        is_synced_(IsSyncedMethod(name)),
        facts_(name) {}

  void Refused(const RefusedCall& call, const absl::Status& why) override {
    const bool is_login = absl::IsUnauthenticated(why);
    if (!is_login && !absl::IsPermissionDenied(why)) return;
    const bool is_known = for_partners_ && !is_login;
    log_.AddLimited(
        is_known   ? call.who
        : is_login ? kRefusedLogins
                   : kDeniedInTheHouse,
        is_login ? kStrangers : kKnown,
        {.event = is_login ? "login_refused" : "denied",
         .listener = listener_,
         // Who was not accepted is nobody.
         .who = is_login ? "" : call.who,
         .key = call.login.key,
         .peer = call.peer,
         .method = name_,
         .code = CodeLabel(why.code()),
         .reason = is_login ? std::string(call.login.why) : ReasonName(why),
         .trace_id = TraceIdOf(call.span)});
  }

  bool IsWrite() const override { return is_write_; }

  absl::StatusOr<std::unique_ptr<CallNote>> Begin(
      const RequestContext& context, absl::string_view request) override {
    if (is_synced_) COURANT_RETURN_IF_ERROR(log_.MayAct());
    AuditRecord record = RecordOf("call", listener_, context, name_);
    facts_.FromRequest(request, &record);
    return std::make_unique<WriteNote>(log_, facts_, is_synced_, for_partners_,
                                       std::move(record));
  }

  std::unique_ptr<StreamNote> Opened(const RequestContext& context) override {
    if (!for_partners_) return nullptr;
    if (!log_.AddLimited(
            context.actor, kKnown,
            RecordOf("stream_opened", listener_, context, name_))) {
      return nullptr;
    }
    return std::make_unique<PartnerStreamNote>(
        log_, RecordOf("stream_closed", listener_, context, name_));
  }

 private:
  AuditLog& log_;
  const absl::string_view listener_;
  const bool for_partners_;
  const std::string name_;
  const bool is_write_;
  const bool is_synced_;
  const CallFacts facts_;
};

}  // namespace

std::unique_ptr<MethodAudit> CallAuditor::ForMethod(const std::string& name) {
  return std::make_unique<AuditedMethod>(log_, listener_, name);
}

}  // namespace courant
