#include "tests/bench/client/redis_connection.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"

namespace courant::bench {
namespace {

constexpr size_t kRedisHead = 512;
constexpr size_t kEndOfLine = 2;

}  // namespace

absl::Status RedisConnection::Connect(EventLoop& loop,
                                      const std::string& address) {
  COURANT_ASSIGN_OR_RETURN(channel_, Channel::Connect(loop, address, *this));
  return absl::OkStatus();
}

void RedisConnection::Command(std::initializer_list<absl::string_view> words) {
  std::string command = absl::StrCat("*", words.size(), "\r\n");
  for (const absl::string_view word : words) {
    absl::StrAppend(&command, "$", word.size(), "\r\n", word, "\r\n");
  }
  channel_->Send(command);
}

absl::Status RedisConnection::Read(absl::string_view bytes) {
  while (!bytes.empty()) {
    if (in_text_) {
      COURANT_RETURN_IF_ERROR(TakeText(&bytes));
      continue;
    }
    const size_t end = bytes.find('\n');
    const size_t size = end == bytes.npos ? bytes.size() : end + 1;
    absl::StrAppend(&line_, bytes.substr(0, size));
    bytes.remove_prefix(size);
    if (!absl::EndsWith(line_, "\r\n")) continue;
    COURANT_RETURN_IF_ERROR(HandleLine());
    line_.clear();
  }
  return absl::OkStatus();
}

absl::Status RedisConnection::HandleLine() {
  const absl::string_view rest =
      absl::string_view(line_).substr(1, line_.size() - 1 - kEndOfLine);
  switch (line_[0]) {
    case '+':
    case ':':
      return EndPart();
    case '$':
    case '*':
      break;
    default:
      return absl::UnavailableError(absl::StrCat("Redis: ", rest));
  }
  int size = 0;
  if (!absl::SimpleAtoi(rest, &size)) {
    return absl::InternalError(absl::StrCat("not understood: ", line_));
  }
  if (size < 0) return EndPart();  // Nothing at all.
  if (line_[0] == '*') {
    if (size == 0) return EndPart();
    lists_.push_back(size);
    return absl::OkStatus();
  }
  in_text_ = true;
  wanted_ = std::min(static_cast<size_t>(size), kRedisHead);
  skipped_ = static_cast<size_t>(size) - wanted_ + kEndOfLine;
  head_.clear();
  return absl::OkStatus();
}

absl::Status RedisConnection::TakeText(absl::string_view* bytes) {
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
  in_text_ = false;
  COURANT_RETURN_IF_ERROR(listener_.OnText(lists_.size(), head_));
  return EndPart();
}

absl::Status RedisConnection::EndPart() {
  while (!lists_.empty() && --lists_.back() == 0) lists_.pop_back();
  return lists_.empty() ? listener_.OnAnswer() : absl::OkStatus();
}

}  // namespace courant::bench
