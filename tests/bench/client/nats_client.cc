#include "tests/bench/client/nats_client.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "storage/base/status_macros.h"
#include "tests/bench/article.h"
#include "tests/bench/client/nats_connection.h"

namespace courant::bench {
namespace {

constexpr char kHeartbeatNanoseconds[] = "5000000000";

absl::Status CheckAnswer(absl::string_view text) {
  if (!absl::StrContains(text, "\"error\"")) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("JetStream: ", text));
}

class NatsCaller final : public Caller, public NatsConnection::Listener {
 public:
  NatsCaller(std::string subject, Answered answered)
      : subject_(std::move(subject)),
        answered_(std::move(answered)),
        value_(PeerValue()),
        connection_(*this) {}

  absl::Status Connect(EventLoop& loop, const std::string& address) {
    COURANT_RETURN_IF_ERROR(connection_.Connect(loop, address));
    connection_.Subscribe(absl::StrCat(connection_.inbox(), ".*"));
    return absl::OkStatus();
  }

  void Call(int slot, uint64_t number) override {
    connection_.Publish(subject_, absl::StrCat(connection_.inbox(), ".", slot),
                        value_.With(number));
  }

  absl::Status OnMessage(const NatsConnection::Message& message) override {
    COURANT_RETURN_IF_ERROR(CheckAnswer(message.head));
    int slot = 0;
    if (!absl::StrContains(message.head, "\"seq\"") ||
        !absl::SimpleAtoi(
            message.subject.substr(connection_.inbox().size() + 1), &slot)) {
      return absl::InternalError(absl::StrCat("no answer: ", message.head));
    }
    answered_(slot);
    return absl::OkStatus();
  }

 private:
  const std::string subject_;
  const Answered answered_;
  NumberedBytes value_;
  NatsConnection connection_;
};

class NatsSubscription final : public Subscriptions,
                               public NatsConnection::Listener {
 public:
  NatsSubscription(int subscriber, EventSink& sink)
      : subscriber_(subscriber), sink_(sink), connection_(*this) {}

  absl::Status Open(EventLoop& loop, const Target& target, From from) {
    COURANT_RETURN_IF_ERROR(connection_.Connect(loop, target.address));
    made_ = absl::StrCat(connection_.inbox(), ".made");
    const std::string events = absl::StrCat(connection_.inbox(), ".events");
    connection_.Subscribe(made_);
    connection_.Subscribe(events);
    connection_.Publish(
        absl::StrCat("$JS.API.CONSUMER.CREATE.", target.space), made_,
        absl::StrCat("{\"stream_name\":\"", target.space,
                     "\",\"config\":{\"deliver_subject\":\"", events,
                     "\",\"deliver_policy\":\"",
                     from == From::kNow ? "new" : "all",
                     "\",\"ack_policy\":\"none\",\"max_deliver\":1,"
                     "\"replay_policy\":\"instant\",\"flow_control\":true,"
                     "\"idle_heartbeat\":",
                     kHeartbeatNanoseconds,
                     ",\"num_replicas\":1,\"mem_storage\":true}}"));
    return absl::OkStatus();
  }

  absl::Status OnMessage(const NatsConnection::Message& message) override {
    if (message.subject == made_) {
      sink_.OnReady(subscriber_);
      return CheckAnswer(message.head);
    }
    if (message.has_headers) {
      GoOn(message);
      return absl::OkStatus();
    }
    // $JS.ACK.stream.consumer.deliveries.place in the stream.and so on
    const std::vector<absl::string_view> words =
        absl::StrSplit(message.reply, '.');
    uint64_t position = 0;
    if (words.size() < 6 || !absl::SimpleAtoi(words[5], &position)) {
      return absl::InternalError(absl::StrCat("no event: ", message.reply));
    }
    return sink_.OnEvent(subscriber_, position, message.head);
  }

  void Stall() override { connection_.channel().StopReading(); }

 private:
  // Says that we took what came, to whoever waits for that.
  void GoOn(const NatsConnection::Message& message) {
    constexpr absl::string_view kStalled = "Nats-Consumer-Stalled: ";
    const size_t stalled = message.head.find(kStalled);
    if (stalled != message.head.npos) {
      const absl::string_view rest =
          message.head.substr(stalled + kStalled.size());
      connection_.Publish(rest.substr(0, rest.find('\r')), "", "");
    } else if (!message.reply.empty()) {
      connection_.Publish(message.reply, "", "");
    }
  }

  const int subscriber_;
  EventSink& sink_;
  std::string made_;
  NatsConnection connection_;
};

// Asks JetStream one thing after another.
class Administrator final : public NatsConnection::Listener {
 public:
  Administrator() : connection_(*this) {}

  absl::Status Connect(const std::string& address) {
    COURANT_RETURN_IF_ERROR(connection_.Connect(loop_, address));
    connection_.Subscribe(connection_.inbox());
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Ask(absl::string_view subject,
                                  absl::string_view text) {
    answer_.clear();
    connection_.Publish(absl::StrCat("$JS.API.", subject), connection_.inbox(),
                        text);
    COURANT_RETURN_IF_ERROR(
        loop_.RunUntil([&] { return !answer_.empty(); }, absl::Seconds(10)));
    return answer_;
  }

  absl::Status OnMessage(const NatsConnection::Message& message) override {
    answer_ = std::string(message.head);
    return absl::OkStatus();
  }

 private:
  EventLoop loop_;
  NatsConnection connection_;
  std::string answer_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Caller>> OpenNatsCaller(EventLoop& loop,
                                                       const Target& target,
                                                       Answered answered) {
  auto caller = std::make_unique<NatsCaller>(target.space, std::move(answered));
  COURANT_RETURN_IF_ERROR(caller->Connect(loop, target.address));
  return caller;
}

absl::StatusOr<std::unique_ptr<Subscriptions>> OpenNatsSubscription(
    EventLoop& loop, const Target& target, From from, int subscriber,
    EventSink& sink) {
  auto subscription = std::make_unique<NatsSubscription>(subscriber, sink);
  COURANT_RETURN_IF_ERROR(subscription->Open(loop, target, from));
  return subscription;
}

absl::Status PrepareNatsStream(const Target& target) {
  Administrator administrator;
  COURANT_RETURN_IF_ERROR(administrator.Connect(target.address));
  // Fails when there is none, which is as good.
  COURANT_RETURN_IF_ERROR(
      administrator.Ask(absl::StrCat("STREAM.DELETE.", target.space), "")
          .status());
  COURANT_ASSIGN_OR_RETURN(
      const std::string made,
      administrator.Ask(
          absl::StrCat("STREAM.CREATE.", target.space),
          absl::StrCat("{\"name\":\"", target.space, "\",\"subjects\":[\"",
                       target.space,
                       "\"],\"retention\":\"limits\",\"discard\":\"old\","
                       "\"storage\":\"file\",\"num_replicas\":1,"
                       "\"max_consumers\":-1,\"max_msgs\":-1,"
                       "\"max_bytes\":-1,\"max_age\":0}")));
  return CheckAnswer(made);
}

}  // namespace courant::bench
