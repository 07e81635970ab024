#include "tests/bench/client/tcp_client.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "tests/bench/article.h"

namespace courant::bench {
namespace {

constexpr size_t kTcpHead = 512;

class TcpCaller final : public Caller, public Reader {
 public:
  explicit TcpCaller(Answered answered) : answered_(std::move(answered)) {}

  absl::Status Connect(EventLoop& loop, const std::string& address) {
    COURANT_ASSIGN_OR_RETURN(channel_, Channel::Connect(loop, address, *this));
    return absl::OkStatus();
  }

  void Call(int slot, uint64_t number) override {
    channel_->Send(absl::StrCat("send ", number, "\n"));
    answered_(slot);
  }

  // It is connected as well, and so is sent to.
  absl::Status Read(absl::string_view) override { return absl::OkStatus(); }

 private:
  const Answered answered_;
  std::unique_ptr<Channel> channel_;
};

class TcpSubscription final : public Subscriptions, public Reader {
 public:
  TcpSubscription(int subscriber, EventSink& sink)
      : subscriber_(subscriber),
        sink_(sink),
        event_bytes_(PeerValue().With(0).size()) {}

  absl::Status Open(EventLoop& loop, const std::string& address) {
    COURANT_ASSIGN_OR_RETURN(channel_, Channel::Connect(loop, address, *this));
    channel_->Send("hello\n");
    return absl::OkStatus();
  }

  absl::Status Read(absl::string_view bytes) override {
    if (!ready_ && !bytes.empty()) {
      ready_ = true;
      bytes.remove_prefix(1);
      sink_.OnReady(subscriber_);
    }
    while (!bytes.empty()) {
      const absl::string_view piece = bytes.substr(0, event_bytes_ - taken_);
      bytes.remove_prefix(piece.size());
      if (head_.size() < kTcpHead) {
        absl::StrAppend(&head_, piece.substr(0, kTcpHead - head_.size()));
      }
      taken_ += piece.size();
      if (taken_ < event_bytes_) break;
      COURANT_RETURN_IF_ERROR(sink_.OnEvent(subscriber_, ++position_, head_));
      taken_ = 0;
      head_.clear();
    }
    return absl::OkStatus();
  }

  void Stall() override { channel_->StopReading(); }

 private:
  const int subscriber_;
  EventSink& sink_;
  const size_t event_bytes_;
  std::unique_ptr<Channel> channel_;
  bool ready_ = false;
  uint64_t position_ = 0;
  std::string head_;
  size_t taken_ = 0;  // of the event that comes in now
};

}  // namespace

absl::StatusOr<std::unique_ptr<Caller>> OpenTcpCaller(EventLoop& loop,
                                                      const Target& target,
                                                      Answered answered) {
  auto caller = std::make_unique<TcpCaller>(std::move(answered));
  COURANT_RETURN_IF_ERROR(caller->Connect(loop, target.address));
  return caller;
}

absl::StatusOr<std::unique_ptr<Subscriptions>> OpenTcpSubscription(
    EventLoop& loop, const Target& target, int subscriber, EventSink& sink) {
  auto subscription = std::make_unique<TcpSubscription>(subscriber, sink);
  COURANT_RETURN_IF_ERROR(subscription->Open(loop, target.address));
  return subscription;
}

}  // namespace courant::bench
