#include "tests/bench/client/redis_client.h"

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "storage/base/status_macros.h"
#include "tests/bench/article.h"
#include "tests/bench/client/redis_connection.h"

namespace courant::bench {
namespace {

// Where XREAD puts things: in a list of streams, one with its name, entries,
// an entry, its fields.
constexpr size_t kIdDepth = 4;
constexpr size_t kFieldDepth = 5;
// At most so many entries an answer: what was fastest, of 64, 256 and 2,048,
// for those who follow and for those who catch up.
constexpr char kFollowing[] = "2048";
constexpr char kCatchingUp[] = "64";

class RedisCaller final : public Caller, public RedisConnection::Listener {
 public:
  RedisCaller(std::string key, Answered answered)
      : key_(std::move(key)),
        answered_(std::move(answered)),
        value_(PeerValue()),
        connection_(*this) {}

  absl::Status Connect(EventLoop& loop, const std::string& address) {
    return connection_.Connect(loop, address);
  }

  void Call(int slot, uint64_t number) override {
    slots_.push_back(slot);
    connection_.Command({"XADD", key_, "*", "d", value_.With(number)});
  }

  absl::Status OnText(size_t, absl::string_view) override {
    return absl::OkStatus();
  }

  absl::Status OnAnswer() override {
    const int slot = slots_.front();
    slots_.pop_front();
    answered_(slot);
    return absl::OkStatus();
  }

 private:
  const std::string key_;
  const Answered answered_;
  NumberedBytes value_;
  RedisConnection connection_;
  std::deque<int> slots_;
};

class RedisSubscription final : public Subscriptions,
                                public RedisConnection::Listener {
 public:
  RedisSubscription(std::string key, From from, int subscriber, EventSink& sink)
      : key_(std::move(key)),
        entries_(from == From::kNow ? kFollowing : kCatchingUp),
        subscriber_(subscriber),
        sink_(sink),
        connection_(*this) {}

  absl::Status Open(EventLoop& loop, const std::string& address) {
    COURANT_RETURN_IF_ERROR(connection_.Connect(loop, address));
    // Nobody is told that XREAD waits; what was asked before it is answered
    // when it does.
    connection_.Command({"PING"});
    AskForMore();
    return absl::OkStatus();
  }

  absl::Status OnText(size_t depth, absl::string_view head) override {
    if (depth == kIdDepth) last_ = std::string(head);
    if (depth != kFieldDepth || head.size() <= 1) return absl::OkStatus();
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(last_, '-');
    uint64_t milliseconds = 0;
    uint64_t number = 0;
    if (!absl::SimpleAtoi(parts.first, &milliseconds) ||
        !absl::SimpleAtoi(parts.second, &number)) {
      return absl::InternalError(absl::StrCat("no id: ", last_));
    }
    return sink_.OnEvent(subscriber_, milliseconds << 20 | number, head);
  }

  absl::Status OnAnswer() override {
    if (!std::exchange(ready_, true)) {
      sink_.OnReady(subscriber_);
    } else {
      AskForMore();
    }
    return absl::OkStatus();
  }

  void Stall() override { connection_.channel().StopReading(); }

 private:
  void AskForMore() {
    connection_.Command(
        {"XREAD", "COUNT", entries_, "BLOCK", "0", "STREAMS", key_, last_});
  }

  const std::string key_;
  const absl::string_view entries_;
  const int subscriber_;
  EventSink& sink_;
  RedisConnection connection_;
  bool ready_ = false;
  // The entry that came last.
  std::string last_ = "0-0";
};

// Waits for one answer.
class AnswerFlag final : public RedisConnection::Listener {
 public:
  absl::Status OnText(size_t, absl::string_view) override {
    return absl::OkStatus();
  }
  absl::Status OnAnswer() override {
    answered = true;
    return absl::OkStatus();
  }
  bool answered = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Caller>> OpenRedisCaller(EventLoop& loop,
                                                        const Target& target,
                                                        Answered answered) {
  auto caller =
      std::make_unique<RedisCaller>(target.space, std::move(answered));
  COURANT_RETURN_IF_ERROR(caller->Connect(loop, target.address));
  return caller;
}

absl::StatusOr<std::unique_ptr<Subscriptions>> OpenRedisSubscription(
    EventLoop& loop, const Target& target, From from, int subscriber,
    EventSink& sink) {
  // From its beginning in any case: a stream that nothing was added to has no
  // now.
  auto subscription =
      std::make_unique<RedisSubscription>(target.space, from, subscriber, sink);
  COURANT_RETURN_IF_ERROR(subscription->Open(loop, target.address));
  return subscription;
}

absl::Status PrepareRedisStream(const Target& target) {
  EventLoop loop;
  AnswerFlag flag;
  RedisConnection connection(flag);
  COURANT_RETURN_IF_ERROR(connection.Connect(loop, target.address));
  connection.Command({"UNLINK", target.space});
  return loop.RunUntil([&] { return flag.answered; }, absl::Seconds(10));
}

}  // namespace courant::bench
