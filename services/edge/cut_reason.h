#ifndef COURANT_SERVICES_EDGE_CUT_REASON_H_
#define COURANT_SERVICES_EDGE_CUT_REASON_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace courant {

// Why a connection is cut.
enum class CutReason {
  kFirstCall,   // it has shown no good key in time
  kBytes,       // it sends and sends, and no call comes of it
  kStreams,     // more streams are open than a client opens that heeds limits
  kStreamRate,  // it opens streams faster than it takes answers
  kLogins,      // it tries keys
};
inline constexpr int kCutReasons = 5;

// As in metrics and the log: "first_call", "bytes", "streams", "stream_rate",
// "logins".
absl::string_view NameOf(CutReason reason);

// What one connection may do before it is cut. The numbers are of
// research/reliability.md c.2; ADR 0014 says why they are what they are.
struct ConnectionLimits {
  // From when it was accepted to its first call with a good key, with TLS and
  // all.
  absl::Duration first_call = absl::Seconds(10);
  // What it may send between two calls with a good key, in bytes. Must be more
  // than the largest request.
  uint64_t bytes = 512 << 10;
  // Streams open at a time. Clients are told 100; who has shown a good key may
  // give up as many as that at once and open as many others, before gRPC is
  // done with the first.
  uint64_t streams = 200;
  uint64_t partner_streams = 210;
  // Streams opened in a second and not answered, and of who has shown no good
  // key: answered or not.
  uint64_t stream_rate = 500;
};

// What is known of a connection at one time.
struct ConnectionFacts {
  // Since it was accepted.
  absl::Duration age;
  // It has shown a good key, at any time.
  bool admitted = false;
  // It has tried more keys than its address may.
  bool tries_keys = false;
  // Sent by it, and confirmed of what was sent to it, in bytes since its last
  // call with a good key; before that, since it was accepted.
  uint64_t received = 0;
  uint64_t confirmed = 0;
  // Streams that are open; and, of those of the last second at most, opened and
  // ended without an answer.
  uint64_t open_streams = 0;
  uint64_t started = 0;
  uint64_t unanswered = 0;
};

// Whether it is to be cut. What is confirmed counts against what is received
// for who has shown a good key: a client says at least once in a while that it
// has room again for what its streams bring, and may do so for days without
// another call. A pure function.
std::optional<CutReason> Judge(const ConnectionFacts& facts,
                               const ConnectionLimits& limits);

}  // namespace courant

#endif  // COURANT_SERVICES_EDGE_CUT_REASON_H_
