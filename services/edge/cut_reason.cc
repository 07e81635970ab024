#include "services/edge/cut_reason.h"

namespace courant {

absl::string_view NameOf(CutReason reason) {
  switch (reason) {
    case CutReason::kFirstCall:
      return "first_call";
    case CutReason::kBytes:
      return "bytes";
    case CutReason::kStreams:
      return "streams";
    case CutReason::kStreamRate:
      return "stream_rate";
    case CutReason::kLogins:
      return "logins";
  }
  return "";
}

std::optional<CutReason> Judge(const ConnectionFacts& facts,
                               const ConnectionLimits& limits) {
  const uint64_t credit = facts.admitted ? facts.confirmed : 0;
  if (facts.received > limits.bytes + credit) return CutReason::kBytes;
  const uint64_t streams =
      facts.admitted ? limits.partner_streams : limits.streams;
  if (facts.open_streams > streams) return CutReason::kStreams;
  const uint64_t opened = facts.admitted ? facts.unanswered : facts.started;
  if (opened > limits.stream_rate) return CutReason::kStreamRate;
  if (facts.admitted) return std::nullopt;
  if (facts.tries_keys) return CutReason::kLogins;
  if (facts.age > limits.first_call) return CutReason::kFirstCall;
  return std::nullopt;
}

}  // namespace courant
