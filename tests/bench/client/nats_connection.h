#ifndef COURANT_TESTS_BENCH_CLIENT_NATS_CONNECTION_H_
#define COURANT_TESTS_BENCH_CLIENT_NATS_CONNECTION_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tests/bench/client/event_loop.h"

namespace courant::bench {

// A connection to a nats-server.
class NatsConnection final : public Reader {
 public:
  struct Message {
    absl::string_view subject;
    // Where an answer goes; empty: nowhere.
    absl::string_view reply;
    // The beginning: headers, if there are any, then the text.
    absl::string_view head;
    bool has_headers = false;
  };

  class Listener {
   public:
    virtual ~Listener() = default;
    virtual absl::Status OnMessage(const Message& message) = 0;
  };

  explicit NatsConnection(Listener& listener) : listener_(listener) {}

  absl::Status Connect(EventLoop& loop, const std::string& address);

  void Subscribe(absl::string_view subject);
  void Publish(absl::string_view subject, absl::string_view reply,
               absl::string_view text);

  Channel& channel() { return *channel_; }

  // A subject of this connection alone.
  const std::string& inbox() const { return inbox_; }

  absl::Status Read(absl::string_view bytes) override;

 private:
  absl::Status HandleLine();
  absl::Status TakeMessage(absl::string_view* bytes);

  Listener& listener_;
  std::unique_ptr<Channel> channel_;
  std::string inbox_;
  int subscriptions_ = 0;

  std::string line_;
  // Of the message that comes in now.
  bool in_message_ = false;
  Message message_;
  std::string head_;
  size_t wanted_ = 0;   // bytes of the head
  size_t skipped_ = 0;  // bytes after it, the end of the line included
};

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_CLIENT_NATS_CONNECTION_H_
