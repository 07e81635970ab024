#ifndef COURANT_SERVICES_RPC_STREAM_SOURCE_H_
#define COURANT_SERVICES_RPC_STREAM_SOURCE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/support/slice.h"

namespace courant {

// Something that sleeps until there may be more to do. Whoever wakes it holds a
// weak reference: a stream goes when its client goes, whatever is about to
// happen to it.
class Wakeable {
 public:
  virtual ~Wakeable() = default;

  // "There may be more." Thread-safe; never blocks; cheap when already awake.
  // May come for nothing, and once for several things.
  virtual void Wake() = 0;
};

// What a stream sends, pulled message by message: nothing is made before the
// client has room for it, so a subscriber that does not read costs one message.
// What drives it is WriteStream; tests call it directly.
class StreamSource {
 public:
  // What a call of Next() came to.
  enum class Pull {
    kMessage,  // `message` is filled; send it and ask again
    kNothing,  // nothing now; ask again when woken
    kEnd,      // all is said: the stream ends with OK
  };

  virtual ~StreamSource() = default;

  // Makes the next message: an encoded message in pieces, which may be shared
  // with other streams. An error ends the stream with it. Never runs
  // concurrently with itself. Until it has made a first message, and when
  // CatchingUp() or MayBlock() has just said yes, it runs on a worker thread
  // and may block on the disk; else on the one that serves all other streams.
  // After an error or kEnd it is not called again.
  //
  // A wake that comes while it runs leads to another call, so it may look for
  // work first and fall asleep then without missing any.
  virtual absl::StatusOr<Pull> Next(std::vector<grpc::Slice>* message) = 0;

  // Whether much is waiting to be sent that is old already, or has to be
  // fetched from the disk: then the next message is made by threads of their
  // own, so that whoever is up to date never waits for those who are not.
  // Called between two calls of Next(). Must not block.
  virtual bool CatchingUp() const { return false; }

  // Whether the next message may take a look at the disk, though little is
  // waiting. Called between two calls of Next(). Must not block.
  virtual bool MayBlock() const { return false; }

  // What the stream ends with when its client takes nothing for too long: an
  // error that says where to go on. Called instead of Next(), at most once, and
  // nothing but Ended() is called after it. Must not block.
  virtual absl::Status Stalled() const {
    return absl::ResourceExhaustedError("the client has read nothing");
  }

  // Told once what the stream has ended with, also when its client left. The
  // last call of all. Must not block.
  virtual void Ended(const absl::Status& /*status*/) {}
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_STREAM_SOURCE_H_
