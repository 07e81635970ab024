#ifndef COURANT_TESTS_BENCH_CLIENT_EVENT_LOOP_H_
#define COURANT_TESTS_BENCH_CLIENT_EVENT_LOOP_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// Many connections on one thread, at little cost: client and server share the
// processors, so what a client takes is missing in what is measured.
namespace courant::bench {

class Channel;

// What understands the bytes that come in on a connection.
class Reader {
 public:
  virtual ~Reader() = default;

  // Takes all of `bytes`, which are gone afterwards: pieces come as the network
  // cuts them. An error ends the measurement.
  virtual absl::Status Read(absl::string_view bytes) = 0;
};

// Waits for connections and serves them. Used by one thread.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Sends what is to be sent, then waits, `patience` at most, and handles what
  // came.
  absl::Status RunOnce(absl::Duration patience);

  // Runs until `done` says so, asked again after each wait.
  //   DEADLINE_EXCEEDED  it did not within `patience`
  absl::Status RunUntil(absl::FunctionRef<bool()> done,
                        absl::Duration patience);

  // When the bytes came that a Reader is looking at.
  absl::Time now() const { return now_; }

 private:
  friend class Channel;

  absl::Status SendAll();

  const int poll_;
  std::vector<char> buffer_;
  // Those that have something to send.
  std::vector<Channel*> dirty_;
  absl::Time now_;
};

// A connection to a server on this machine.
class Channel {
 public:
  // Connects to `address`, such as "127.0.0.1:7400". Both must outlive it.
  static absl::StatusOr<std::unique_ptr<Channel>> Connect(
      EventLoop& loop, const std::string& address, Reader& reader);

  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // What is sent between two waits goes out in one call.
  void Send(absl::string_view bytes);

  // Neither reads nor sends any more, as a client that hangs.
  void StopReading();

 private:
  friend class EventLoop;

  Channel(EventLoop& loop, Reader& reader, int socket)
      : loop_(loop), reader_(reader), socket_(socket) {}

  // Waits for room to send when `writing`.
  void Watch(bool writing);
  absl::Status SendNow();
  absl::Status Receive();

  EventLoop& loop_;
  Reader& reader_;
  const int socket_;
  std::string unsent_;
  bool dirty_ = false;
  bool watched_ = false;
  bool writing_ = false;
};

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_CLIENT_EVENT_LOOP_H_
