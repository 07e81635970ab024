#ifndef COURANT_TESTS_BENCH_CLIENT_REDIS_CONNECTION_H_
#define COURANT_TESTS_BENCH_CLIENT_REDIS_CONNECTION_H_

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tests/bench/client/event_loop.h"

namespace courant::bench {

// A connection to a redis-server.
class RedisConnection final : public Reader {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;

    // A text within `depth` lists; its beginning.
    virtual absl::Status OnText(size_t depth, absl::string_view head) = 0;
    // An answer is complete; they come in the order of the commands.
    virtual absl::Status OnAnswer() = 0;
  };

  explicit RedisConnection(Listener& listener) : listener_(listener) {}

  absl::Status Connect(EventLoop& loop, const std::string& address);

  void Command(std::initializer_list<absl::string_view> words);

  Channel& channel() { return *channel_; }

  absl::Status Read(absl::string_view bytes) override;

 private:
  absl::Status HandleLine();
  absl::Status TakeText(absl::string_view* bytes);
  // A part of the list that is open came, or an answer if none is.
  absl::Status EndPart();

  Listener& listener_;
  std::unique_ptr<Channel> channel_;
  std::string line_;
  // For each list that is open, how many parts are still to come.
  std::vector<int> lists_;
  bool in_text_ = false;
  std::string head_;
  size_t wanted_ = 0;   // bytes of the head
  size_t skipped_ = 0;  // bytes after it, the end of the line included
};

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_CLIENT_REDIS_CONNECTION_H_
