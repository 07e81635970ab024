#ifndef COURANT_SERVICES_DISTRIBUTION_STREAM_CURSOR_H_
#define COURANT_SERVICES_DISTRIBUTION_STREAM_CURSOR_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/distribution/resume_token.h"
#include "services/rpc/stream_source.h"

namespace courant {

// What a durable subscription is to the stream that is open on it: where it
// begins, how much it may send, and whether it still may.
// services/subscriptions implements it. Used by one stream, whose Next() makes
// all the calls; what it tells may change on other threads meanwhile, and then
// it wakes the stream.
class StreamCursor {
 public:
  // Where the stream begins.
  struct Start {
    std::string filter;
    std::string resume_token;
    std::string session_id;
  };

  // How much may be sent before something is committed.
  struct Room {
    size_t changes;
    size_t bytes;
  };

  virtual ~StreamCursor() = default;

  // Null as long as the session is not on stable storage: the stream is woken
  // then. Stays valid and the same afterwards.
  //   NOT_FOUND / RESOURCE_NOT_FOUND  there is no such subscription
  //   others                          the session cannot be written
  virtual absl::StatusOr<const Start*> GetStart() const = 0;

  // Whether the stream may go on.
  //   ABORTED / SESSION_FENCED        a newer one has begun, or a seek
  //   NOT_FOUND / RESOURCE_NOT_FOUND  the subscription was deleted
  virtual absl::Status Check() const = 0;

  // Nothing may be sent when either number is 0; the stream is woken when that
  // changes. Never a limit when the window has none.
  virtual Room GetRoom() const = 0;

  // Notes that a message of `changes` changes and `bytes` bytes goes out, after
  // which the client is at `position`.
  virtual void Sent(const LogPosition& position, size_t changes,
                    size_t bytes) = 0;
};

// Opens a session on the subscription `name` for the stream that `stream`
// wakes. Does not block. Thread-safe.
using OpenCursor = std::function<std::unique_ptr<StreamCursor>(
    const std::string& name, std::weak_ptr<Wakeable> stream)>;

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_STREAM_CURSOR_H_
