#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "courant/v1/change_service.pb.h"
#include "services/rpc/wire_format.h"
#include "storage/base/status_macros.h"
#include "tests/bench/client/grpc_client.h"
#include "tests/bench/client/http2.h"
#include "tests/bench/client/record_scanner.h"

namespace courant::bench {
namespace {

// The number in field `field` of a message of which the beginning is here; 0
// when it is not.
uint64_t NumberField(absl::string_view message, int field) {
  while (!message.empty()) {
    const uint64_t tag = TakeVarint(&message);
    const uint64_t number = TakeVarint(&message);
    if ((tag & 7) == 0 && tag >> 3 == static_cast<uint64_t>(field)) {
      return number;
    }
    if ((tag & 7) != 0) {
      message.remove_prefix(std::min<size_t>(number, message.size()));
    }
  }
  return 0;
}

// As much of field `field` as is here.
absl::string_view BytesField(absl::string_view message, int field) {
  while (!message.empty()) {
    const uint64_t tag = TakeVarint(&message);
    const uint64_t size = TakeVarint(&message);
    if ((tag & 7) == 0) continue;
    if (tag >> 3 == static_cast<uint64_t>(field))
      return message.substr(0, size);
    message.remove_prefix(std::min<size_t>(size, message.size()));
  }
  return {};
}

// One subscriber: what it is sent.
class Stream : public FieldSink {
 public:
  Stream(int subscriber, EventSink& sink, int entered)
      : subscriber_(subscriber), sink_(sink), scanner_(entered, *this) {}

  absl::Status Feed(absl::string_view bytes) { return scanner_.Feed(bytes); }

 protected:
  const int subscriber_;
  EventSink& sink_;

 private:
  RecordScanner scanner_;
};

// Checks what the contract promises to be checkable: that every message goes on
// where the one before it ended.
class CourantStream final : public Stream {
 public:
  using Response = v1::SubscribeChangesResponse;

  CourantStream(int subscriber, EventSink& sink)
      : Stream(subscriber, sink, Response::kBatchFieldNumber) {}

  absl::Status OnNumber(int, int field, uint64_t value) override {
    if (field == v1::ChangeBatch::kAfterSequenceFieldNumber) after_ = value;
    if (field != v1::ChangeBatch::kSequenceFieldNumber) {
      return absl::OkStatus();
    }
    return GoOn(std::exchange(after_, 0), value);
  }

  absl::Status OnBytes(int depth, int field, absl::string_view head) override {
    if (depth == 1) {
      if (field != v1::ChangeBatch::kChangesFieldNumber) {
        return absl::OkStatus();
      }
      return sink_.OnEvent(subscriber_,
                           NumberField(head, v1::Change::kSequenceFieldNumber),
                           head);
    }
    if (field == Response::kStartedFieldNumber) {
      position_ =
          NumberField(head, v1::Started::kResumeAfterSequenceFieldNumber);
      sink_.OnReady(subscriber_);
      return absl::OkStatus();
    }
    if (field == Response::kProgressFieldNumber) {
      return GoOn(NumberField(head, v1::Progress::kAfterSequenceFieldNumber),
                  NumberField(head, v1::Progress::kSequenceFieldNumber));
    }
    return absl::UnavailableError("the server ends the stream");
  }

 private:
  absl::Status GoOn(uint64_t after, uint64_t sequence) {
    if (after != position_ || sequence < after) {
      return absl::DataLossError(absl::StrCat("at ", position_,
                                              " came what is "
                                              "after ",
                                              after));
    }
    position_ = sequence;
    return absl::OkStatus();
  }

  uint64_t position_ = 0;
  uint64_t after_ = 0;
};

// Fields of etcdserverpb and mvccpb.
constexpr int kWatchCreate = 1;
constexpr int kWatchKey = 1;
constexpr int kWatchRangeEnd = 2;
constexpr int kWatchStartRevision = 3;
constexpr int kWatchCreated = 3;
constexpr int kWatchCanceled = 4;
constexpr int kWatchEvents = 11;
constexpr int kEventKeyValue = 2;
constexpr int kKeyValueModRevision = 3;

class EtcdStream final : public Stream {
 public:
  EtcdStream(int subscriber, EventSink& sink) : Stream(subscriber, sink, 0) {}

  absl::Status OnNumber(int, int field, uint64_t value) override {
    if (field == kWatchCreated && value != 0) sink_.OnReady(subscriber_);
    if (field == kWatchCanceled && value != 0) {
      return absl::UnavailableError("the watch was cancelled");
    }
    return absl::OkStatus();
  }

  absl::Status OnBytes(int, int field, absl::string_view head) override {
    if (field != kWatchEvents) return absl::OkStatus();
    return sink_.OnEvent(
        subscriber_,
        NumberField(BytesField(head, kEventKeyValue), kKeyValueModRevision),
        head);
  }
};

// One message at first, and then nothing.
class EchoStream final : public Stream {
 public:
  EchoStream(int subscriber, EventSink& sink) : Stream(subscriber, sink, 0) {}

  absl::Status OnNumber(int, int, uint64_t) override {
    return absl::OkStatus();
  }

  absl::Status OnBytes(int, int, absl::string_view) override {
    sink_.OnReady(subscriber_);
    return absl::OkStatus();
  }
};

std::string SubscribeRequest(From from) {
  v1::SubscribeChangesRequest request;
  request.set_start_from(from == From::kNow ? v1::LATEST
                                            : v1::EARLIEST_RETAINED);
  return request.SerializeAsString();
}

std::string WatchRequest(const Target& target, From from) {
  std::string create;
  AppendBytesField(&create, kWatchKey, absl::StrCat(target.space, "/"));
  // '0' follows '/'.
  AppendBytesField(&create, kWatchRangeEnd, absl::StrCat(target.space, "0"));
  AppendVarintField(&create, kWatchStartRevision, from == From::kNow ? 0 : 1);
  std::string request;
  AppendBytesField(&request, kWatchCreate, create);
  return request;
}

class GrpcSubscriptions final : public Subscriptions,
                                public Http2Connection::Listener {
 public:
  absl::Status Open(EventLoop& loop, const Target& target, From from,
                    const std::vector<int>& subscribers, EventSink& sink) {
    const bool etcd = target.system == System::kEtcd;
    const bool echo = target.system == System::kEcho;
    COURANT_ASSIGN_OR_RETURN(
        connection_, Http2Connection::Connect(
                         loop, target.address,
                         etcd   ? "/etcdserverpb.Watch/Watch"
                         : echo ? "/bench.Echo/Stream"
                                : "/courant.v1.ChangeService/SubscribeChanges",
                         *this));
    const std::string request =
        etcd ? WatchRequest(target, from) : SubscribeRequest(from);
    for (const int subscriber : subscribers) {
      // etcd ends a watch when no more requests can come.
      const uint32_t number =
          connection_->Begin(request, etcd ? Http2Connection::Sending::kGoesOn
                                           : Http2Connection::Sending::kDone);
      std::unique_ptr<Stream>& stream = streams_[number];
      if (etcd) {
        stream = std::make_unique<EtcdStream>(subscriber, sink);
      } else if (echo) {
        stream = std::make_unique<EchoStream>(subscriber, sink);
      } else {
        stream = std::make_unique<CourantStream>(subscriber, sink);
      }
    }
    return absl::OkStatus();
  }

  absl::Status OnData(uint32_t stream, absl::string_view bytes) override {
    return streams_[stream]->Feed(bytes);
  }

  absl::Status OnEnd(uint32_t) override {
    return absl::UnavailableError("the server ended a stream");
  }

  void Stall() override { connection_->channel().StopReading(); }

 private:
  std::unique_ptr<Http2Connection> connection_;
  absl::flat_hash_map<uint32_t, std::unique_ptr<Stream>> streams_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Subscriptions>> OpenGrpcSubscriptions(
    EventLoop& loop, const Target& target, From from,
    const std::vector<int>& subscribers, EventSink& sink) {
  auto subscriptions = std::make_unique<GrpcSubscriptions>();
  COURANT_RETURN_IF_ERROR(
      subscriptions->Open(loop, target, from, subscribers, sink));
  return subscriptions;
}

}  // namespace courant::bench
