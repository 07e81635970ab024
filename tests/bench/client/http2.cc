#include "tests/bench/client/http2.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"

namespace courant::bench {
namespace {

// Frames, RFC 9113 section 6.
constexpr int kData = 0;
constexpr int kHeaders = 1;
constexpr int kReset = 3;
constexpr int kSettings = 4;
constexpr int kPing = 6;
constexpr int kGoAway = 7;
constexpr int kWindowUpdate = 8;

constexpr int kEndStream = 0x1;
constexpr int kAck = 0x1;
constexpr int kEndHeaders = 0x4;
constexpr int kPadded = 0x8;

constexpr size_t kFrameHeader = 9;
constexpr size_t kMaxFrame = 16384;
constexpr uint32_t kMaxWindow = 0x7fffffff;
constexpr uint32_t kFirstWindow = 65535;
// How much is taken before the server is told.
constexpr uint32_t kTellAfter = 64 << 20;

void AppendBigEndian(std::string* out, uint64_t number, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) {
    out->push_back(static_cast<char>(number >> (8 * i)));
  }
}

uint32_t BigEndian(absl::string_view bytes) {
  uint32_t number = 0;
  for (const char byte : bytes) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return number;
}

// A header that the server shall remember, by RFC 7541; the name is number
// `name` of its table, or spelled out. None is longer than 126 bytes.
void AppendHeader(std::string* out, int name_index, absl::string_view name,
                  absl::string_view value) {
  out->push_back(static_cast<char>(0x40 | name_index));
  if (name_index == 0) {
    out->push_back(static_cast<char>(name.size()));
    absl::StrAppend(out, name);
  }
  out->push_back(static_cast<char>(value.size()));
  absl::StrAppend(out, value);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Http2Connection>> Http2Connection::Connect(
    EventLoop& loop, const std::string& address, std::string path,
    Listener& listener) {
  std::unique_ptr<Http2Connection> connection(
      new Http2Connection(std::move(path), listener));
  COURANT_ASSIGN_OR_RETURN(connection->channel_,
                           Channel::Connect(loop, address, *connection));
  connection->channel_->Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  // Streams may be as long as they like; only the connection has a window.
  std::string settings;
  AppendBigEndian(&settings, 2, 2);  // No push.
  AppendBigEndian(&settings, 0, 4);
  AppendBigEndian(&settings, 4, 2);  // The window of a stream.
  AppendBigEndian(&settings, kMaxWindow, 4);
  connection->SendFrame(kSettings, 0, 0, settings);
  connection->SendWindow(kMaxWindow - kFirstWindow);
  return connection;
}

void Http2Connection::SendFrame(int type, int flags, uint32_t stream,
                                absl::string_view payload) {
  std::string header;
  AppendBigEndian(&header, payload.size(), 3);
  AppendBigEndian(&header, static_cast<uint64_t>(type), 1);
  AppendBigEndian(&header, static_cast<uint64_t>(flags), 1);
  AppendBigEndian(&header, stream, 4);
  channel_->Send(header);
  channel_->Send(payload);
}

void Http2Connection::SendWindow(uint32_t bytes) {
  std::string payload;
  AppendBigEndian(&payload, bytes, 4);
  SendFrame(kWindowUpdate, 0, 0, payload);
}

std::string Http2Connection::RequestHeaders() {
  // POST and http are numbers 3 and 6 of every table.
  std::string headers = "\x83\x86";
  if (next_stream_ == 1) {
    AppendHeader(&headers, 4, ":path", path_);
    AppendHeader(&headers, 1, ":authority", "localhost");
    AppendHeader(&headers, 0, "te", "trailers");
    AppendHeader(&headers, 31, "content-type", "application/grpc");
  } else {
    // The server has them in its table by now, the last first.
    for (const int index : {65, 64, 63, 62}) {
      headers.push_back(static_cast<char>(0x80 | index));
    }
  }
  return headers;
}

uint32_t Http2Connection::Begin(absl::string_view message, Sending sending) {
  const std::string headers = RequestHeaders();
  const uint32_t stream = next_stream_;
  next_stream_ += 2;
  SendFrame(kHeaders, kEndHeaders, stream, headers);
  std::string framed(1, '\0');
  AppendBigEndian(&framed, message.size(), 4);
  absl::StrAppend(&framed, message);
  absl::string_view rest = framed;
  while (!rest.empty()) {
    const absl::string_view piece = rest.substr(0, kMaxFrame);
    rest.remove_prefix(piece.size());
    const bool last = rest.empty() && sending == Sending::kDone;
    SendData(last ? kEndStream : 0, stream, piece);
  }
  return stream;
}

void Http2Connection::SendData(int flags, uint32_t stream,
                               absl::string_view piece) {
  waiting_.push_back({flags, stream, std::string(piece)});
  SendWaiting();
}

void Http2Connection::SendWaiting() {
  while (!waiting_.empty()) {
    const Waiting& first = waiting_.front();
    const auto size = static_cast<int64_t>(first.piece.size());
    if (size > room_) return;
    room_ -= size;
    SendFrame(kData, first.flags, first.stream, first.piece);
    waiting_.pop_front();
  }
}

absl::Status Http2Connection::Read(absl::string_view bytes) {
  while (!bytes.empty()) {
    if (data_left_ > 0) {
      const absl::string_view piece = bytes.substr(0, data_left_);
      bytes.remove_prefix(piece.size());
      COURANT_RETURN_IF_ERROR(TakeData(piece));
      continue;
    }
    const bool in_header = frame_.size() < kFrameHeader;
    const size_t whole = in_header ? kFrameHeader : kFrameHeader + length_;
    const absl::string_view piece = bytes.substr(0, whole - frame_.size());
    bytes.remove_prefix(piece.size());
    absl::StrAppend(&frame_, piece);
    if (frame_.size() < whole) break;
    if (in_header) COURANT_RETURN_IF_ERROR(BeginFrame());
    if (frame_.size() == kFrameHeader + length_) {
      COURANT_RETURN_IF_ERROR(HandleFrame());
      frame_.clear();
    }
  }
  return absl::OkStatus();
}

absl::Status Http2Connection::BeginFrame() {
  const absl::string_view header = frame_;
  length_ = BigEndian(header.substr(0, 3));
  type_ = static_cast<unsigned char>(header[3]);
  flags_ = static_cast<unsigned char>(header[4]);
  stream_ = BigEndian(header.substr(5, 4));
  if (length_ > kMaxFrame) return absl::InternalError("too long a frame");
  if (type_ != kData || length_ == 0) return absl::OkStatus();
  if ((flags_ & kPadded) != 0) return absl::UnimplementedError("padding");
  data_left_ = length_;
  frame_.clear();
  return absl::OkStatus();
}

absl::Status Http2Connection::TakeData(absl::string_view bytes) {
  data_left_ -= bytes.size();
  taken_ += static_cast<uint32_t>(bytes.size());
  if (taken_ >= kTellAfter) SendWindow(std::exchange(taken_, 0));
  COURANT_RETURN_IF_ERROR(listener_.OnData(stream_, bytes));
  if (data_left_ == 0 && (flags_ & kEndStream) != 0) {
    return listener_.OnEnd(stream_);
  }
  return absl::OkStatus();
}

absl::Status Http2Connection::HandleFrame() {
  const absl::string_view payload =
      absl::string_view(frame_).substr(kFrameHeader);
  switch (type_) {
    case kData:
    case kHeaders:
      if ((flags_ & kEndStream) != 0) return listener_.OnEnd(stream_);
      return absl::OkStatus();
    case kSettings:
      if ((flags_ & kAck) == 0) SendFrame(kSettings, kAck, 0, "");
      return absl::OkStatus();
    case kPing:
      if ((flags_ & kAck) == 0) SendFrame(kPing, kAck, 0, payload);
      return absl::OkStatus();
    case kWindowUpdate:
      if (stream_ == 0 && payload.size() == 4) {
        room_ += BigEndian(payload);
        SendWaiting();
      }
      return absl::OkStatus();
    case kReset:
      return absl::UnavailableError(absl::StrCat(
          "stream ", stream_, " was reset: ", absl::BytesToHexString(payload)));
    case kGoAway:
      return absl::UnavailableError(
          absl::StrCat("the server wants to be left: ", payload.substr(8)));
    default:
      return absl::OkStatus();
  }
}

}  // namespace courant::bench
