#ifndef COURANT_SERVICES_RPC_CALL_AUDIT_H_
#define COURANT_SERVICES_RPC_CALL_AUDIT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/rpc/authenticator.h"
#include "services/rpc/request_context.h"
#include "services/trace/span.h"

// What services/rpc tells whoever writes down who did what, at one place for
// all services. It gives facts alone; which of them are worth a line is not its
// business.
namespace courant {

// A call that was not admitted.
struct RefusedCall {
  // Where it came from, as RequestContext has it.
  std::string peer;
  // Who it said it was, in the house; of a key that is known but not good for
  // it, its partner.
  std::string who;
  // By which key, and why it was not accepted.
  RefusedLogin login;
  // The call in its trace.
  Span span;
};

// A unary call that is written down when it ends.
class CallNote {
 public:
  virtual ~CallNote() = default;

  // It has this answer. Runs `leave` once, when it may leave: before this
  // returns or later, from any thread. Must not block.
  virtual void End(const absl::StatusOr<std::string>& answer,
                   absl::AnyInvocable<void()> leave) = 0;
};

// A stream that is written down when it ends.
class StreamNote {
 public:
  virtual ~StreamNote() = default;

  // It ended so, after so many messages. Once; must not block.
  virtual void End(absl::StatusCode code, uint64_t messages) = 0;
};

// What is written down of one method. Thread-safe; none of it blocks.
class MethodAudit {
 public:
  virtual ~MethodAudit() = default;

  // A call was refused before its request was looked at, with `why`.
  virtual void Refused(const RefusedCall& call, const absl::Status& why) = 0;

  // Whether Begin() is worth calling.
  virtual bool IsWrite() const = 0;
  // A unary call begins that may change something. What is returned hears of
  // its end; an error is its answer, and it is not run.
  virtual absl::StatusOr<std::unique_ptr<CallNote>> Begin(
      const RequestContext& context, absl::string_view request) = 0;

  // A stream was opened. Null: nobody wants to hear of its end.
  virtual std::unique_ptr<StreamNote> Opened(const RequestContext& context) = 0;
};

// What is written down of the calls of one listener.
class CallAudit {
 public:
  virtual ~CallAudit() = default;

  // Asked once for each method; `name` is
  // "courant.v1.ArticleService/GetArticle".
  virtual std::unique_ptr<MethodAudit> ForMethod(const std::string& name) = 0;
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_CALL_AUDIT_H_
