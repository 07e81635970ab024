#ifndef COURANT_SERVICES_RPC_CALL_LOG_H_
#define COURANT_SERVICES_RPC_CALL_LOG_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/trace/span.h"

namespace courant {

// A call that has ended, for whoever looks into what the program does. Facts of
// it, nothing of what it was about; that is for the audit log.
struct EndedCall {
  // "courant.v1.ArticleService/GetArticle".
  absl::string_view method;
  absl::StatusCode code = absl::StatusCode::kOk;
  // The name of a courant.v1.ErrorReason. Empty: it was answered, or there is
  // none.
  std::string reason;
  // From when it had come to when its answer was given to the transport; of a
  // stream, to when that was taken or could not be any more.
  absl::Duration took;
  // Of a stream, that were given to the transport. Otherwise 0.
  uint64_t messages = 0;
  Span span;
  // Who called: RequestContext::actor. Empty: that was not shown. In the house
  // any text that the caller chose.
  absl::string_view who;
  // From where, as RequestContext has it.
  std::string peer;
};

// Where calls of one listener are written down. Thread-safe; blocks nothing.
class CallLog {
 public:
  virtual ~CallLog() = default;

  // Whether a call that ended so is worth telling. `took` is 0 where it says
  // nothing: of streams, and of calls that wait for something to happen. Asked
  // for each call, so it must cost next to nothing.
  virtual bool Wants(absl::StatusCode code, absl::Duration took) const = 0;

  // Such a call.
  virtual void Ended(const EndedCall& call) = 0;
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_CALL_LOG_H_
