#ifndef COURANT_TESTS_BENCH_CLIENT_HTTP2_H_
#define COURANT_TESTS_BENCH_CLIENT_HTTP2_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tests/bench/client/event_loop.h"

namespace courant::bench {

// Just enough of HTTP/2 to call one gRPC method on one connection, often. It
// never reads a response's headers: a call that failed has no message.
class Http2Connection final : public Reader {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;

    // Bytes of the stream, as gRPC frames messages.
    virtual absl::Status OnData(uint32_t stream, absl::string_view bytes) = 0;
    // The server ended the stream.
    virtual absl::Status OnEnd(uint32_t stream) = 0;
  };

  // `path` is that of the method, "/courant.v1.ArticleService/GetArticle". The
  // loop and the listener must outlive it.
  static absl::StatusOr<std::unique_ptr<Http2Connection>> Connect(
      EventLoop& loop, const std::string& address, std::string path,
      Listener& listener);

  // Whether more will be sent on a stream after its first message.
  enum class Sending { kDone, kGoesOn };

  // Begins a call with one message. Returns the stream's number.
  uint32_t Begin(absl::string_view message, Sending sending = Sending::kDone);

  // The connection itself.
  Channel& channel() { return *channel_; }

  absl::Status Read(absl::string_view bytes) override;

 private:
  Http2Connection(std::string path, Listener& listener)
      : path_(std::move(path)), listener_(listener) {}

  void SendFrame(int type, int flags, uint32_t stream,
                 absl::string_view payload);
  void SendWindow(uint32_t bytes);
  // Sends data at once, or when the server has room for it. A stream may hold
  // all of one message by itself: none here is as long as its window.
  void SendData(int flags, uint32_t stream, absl::string_view piece);
  void SendWaiting();
  std::string RequestHeaders();
  // The header of a frame is in `frame_`.
  absl::Status BeginFrame();
  // All of a frame that has no data is in `frame_`.
  absl::Status HandleFrame();
  absl::Status TakeData(absl::string_view bytes);

  const std::string path_;
  Listener& listener_;
  std::unique_ptr<Channel> channel_;
  uint32_t next_stream_ = 1;

  // What the server has room for, on all streams, and what waits for that.
  struct Waiting {
    int flags;
    uint32_t stream;
    std::string piece;
  };
  int64_t room_ = 65535;
  std::deque<Waiting> waiting_;

  // The frame that comes in now: its header, and its payload unless it is data.
  std::string frame_;
  size_t length_ = 0;
  int type_ = 0;
  int flags_ = 0;
  uint32_t stream_ = 0;
  // Of a frame with data, what is still to come.
  size_t data_left_ = 0;
  // What the server may not send any more until it is told that we took it.
  uint32_t taken_ = 0;
};

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_CLIENT_HTTP2_H_
