#include "tests/bench/client/nats_connection.h"

#include <algorithm>
#include <vector>

#include "absl/random/random.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "storage/base/status_macros.h"

namespace courant::bench {
namespace {

constexpr size_t kNatsHead = 512;
constexpr absl::string_view kLineEnd = "\r\n";

}  // namespace

absl::Status NatsConnection::Connect(EventLoop& loop,
                                     const std::string& address) {
  COURANT_ASSIGN_OR_RETURN(channel_, Channel::Connect(loop, address, *this));
  absl::BitGen random;
  inbox_ = absl::StrCat("inbox-", absl::Hex(absl::Uniform<uint64_t>(random)));
  channel_->Send(
      "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,"
      "\"lang\":\"c++\",\"version\":\"1\",\"protocol\":1}\r\n");
  return absl::OkStatus();
}

void NatsConnection::Subscribe(absl::string_view subject) {
  channel_->Send(absl::StrCat("SUB ", subject, " ", ++subscriptions_, "\r\n"));
}

void NatsConnection::Publish(absl::string_view subject, absl::string_view reply,
                             absl::string_view text) {
  channel_->Send(absl::StrCat("PUB ", subject, " ", reply, " ", text.size(),
                              "\r\n", text, "\r\n"));
}

absl::Status NatsConnection::Read(absl::string_view bytes) {
  while (!bytes.empty()) {
    if (in_message_) {
      COURANT_RETURN_IF_ERROR(TakeMessage(&bytes));
      continue;
    }
    const size_t end = bytes.find('\n');
    const size_t size = end == bytes.npos ? bytes.size() : end + 1;
    absl::StrAppend(&line_, bytes.substr(0, size));
    bytes.remove_prefix(size);
    if (!absl::EndsWith(line_, kLineEnd)) continue;
    line_.resize(line_.size() - kLineEnd.size());
    COURANT_RETURN_IF_ERROR(HandleLine());
    if (!in_message_) line_.clear();
  }
  return absl::OkStatus();
}

absl::Status NatsConnection::HandleLine() {
  if (line_ == "PING") {
    channel_->Send("PONG\r\n");
    return absl::OkStatus();
  }
  if (absl::StartsWith(line_, "-ERR")) return absl::UnavailableError(line_);
  const bool has_headers = absl::StartsWith(line_, "HMSG ");
  if (!has_headers && !absl::StartsWith(line_, "MSG ")) {
    return absl::OkStatus();
  }
  // [H]MSG subject number [reply] [bytes of headers] bytes
  const std::vector<absl::string_view> words = absl::StrSplit(line_, ' ');
  size_t size = 0;
  if (words.size() < 4 || !absl::SimpleAtoi(words.back(), &size)) {
    return absl::InternalError(absl::StrCat("not understood: ", line_));
  }
  const size_t with_reply = has_headers ? 6 : 5;
  // Into `line_`, which stays until the message is handled.
  message_ = {.subject = words[1],
              .reply = words.size() == with_reply ? words[3] : "",
              .has_headers = has_headers};
  in_message_ = true;
  wanted_ = std::min(size, kNatsHead);
  skipped_ = size - wanted_ + kLineEnd.size();
  head_.clear();
  return absl::OkStatus();
}

absl::Status NatsConnection::TakeMessage(absl::string_view* bytes) {
  if (head_.size() < wanted_) {
    const absl::string_view piece = bytes->substr(0, wanted_ - head_.size());
    bytes->remove_prefix(piece.size());
    absl::StrAppend(&head_, piece);
    return absl::OkStatus();
  }
  const size_t count = std::min(bytes->size(), skipped_);
  bytes->remove_prefix(count);
  skipped_ -= count;
  if (skipped_ > 0) return absl::OkStatus();
  in_message_ = false;
  message_.head = head_;
  const absl::Status status = listener_.OnMessage(message_);
  line_.clear();
  return status;
}

}  // namespace courant::bench
