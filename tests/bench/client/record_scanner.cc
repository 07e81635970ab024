#include "tests/bench/client/record_scanner.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"

namespace courant::bench {
namespace {

constexpr size_t kPrefixBytes = 5;
constexpr int kNumberType = 0;
constexpr int kBytesType = 2;

}  // namespace

uint64_t TakeVarint(absl::string_view* bytes) {
  uint64_t number = 0;
  for (int shift = 0; !bytes->empty() && shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes->front());
    bytes->remove_prefix(1);
    number |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return number;
}

absl::Status RecordScanner::Feed(absl::string_view bytes) {
  while (!bytes.empty()) {
    switch (state_) {
      case State::kPrefix:
        TakePrefix(&bytes);
        break;
      case State::kTag:
      case State::kNumber:
      case State::kLength:
        COURANT_RETURN_IF_ERROR(TakeNumber(&bytes));
        break;
      case State::kHead:
        COURANT_RETURN_IF_ERROR(TakeHead(&bytes));
        break;
      case State::kSkip:
        TakeSkipped(&bytes);
        break;
    }
  }
  return absl::OkStatus();
}

void RecordScanner::TakePrefix(absl::string_view* bytes) {
  part_.push_back(bytes->front());
  bytes->remove_prefix(1);
  if (part_.size() < kPrefixBytes) return;
  left_ = 0;
  for (size_t i = 1; i < kPrefixBytes; ++i) {
    left_ = left_ << 8 | static_cast<unsigned char>(part_[i]);
  }
  part_.clear();
  depth_ = 0;
  state_ = left_ > 0 ? State::kTag : State::kPrefix;
}

absl::Status RecordScanner::TakeNumber(absl::string_view* bytes) {
  const auto byte = static_cast<unsigned char>(bytes->front());
  bytes->remove_prefix(1);
  if (left_-- == 0) return absl::InternalError("a field leaves its message");
  number_ |= static_cast<uint64_t>(byte & 0x7f) << shift_;
  shift_ += 7;
  if (byte >= 0x80) return absl::OkStatus();
  const uint64_t number = number_;
  number_ = 0;
  shift_ = 0;
  return OnWholeNumber(number);
}

absl::Status RecordScanner::OnWholeNumber(uint64_t number) {
  if (state_ == State::kTag) {
    field_ = static_cast<int>(number >> 3);
    const int type = static_cast<int>(number & 7);
    if (type != kNumberType && type != kBytesType) {
      return absl::InternalError(absl::StrCat("field of type ", type));
    }
    state_ = type == kNumberType ? State::kNumber : State::kLength;
    return absl::OkStatus();
  }
  if (state_ == State::kNumber) {
    const absl::Status status = sink_->OnNumber(depth_, field_, number);
    EndField();
    return status;
  }
  if (number > left_) return absl::InternalError("a field leaves its message");
  if (depth_ == 0 && field_ == entered_) {
    if (number != left_) return absl::InternalError("more than the one field");
    depth_ = 1;
    EndField();
    return absl::OkStatus();
  }
  head_ = std::min<size_t>(number, kHead);
  skipped_ = number - head_;
  if (head_ > 0) {
    state_ = State::kHead;
    return absl::OkStatus();
  }
  const absl::Status status = sink_->OnBytes(depth_, field_, "");
  EndField();
  return status;
}

absl::Status RecordScanner::TakeHead(absl::string_view* bytes) {
  const absl::string_view piece = bytes->substr(0, head_ - part_.size());
  bytes->remove_prefix(piece.size());
  absl::string_view head = piece;
  if (piece.size() < head_) {
    absl::StrAppend(&part_, piece);
    if (part_.size() < head_) return absl::OkStatus();
    head = part_;
  }
  const absl::Status status = sink_->OnBytes(depth_, field_, head);
  part_.clear();
  left_ -= head_;
  state_ = State::kSkip;
  if (skipped_ == 0) EndField();
  return status;
}

void RecordScanner::TakeSkipped(absl::string_view* bytes) {
  const size_t count = std::min(bytes->size(), skipped_);
  bytes->remove_prefix(count);
  skipped_ -= count;
  left_ -= count;
  if (skipped_ == 0) EndField();
}

void RecordScanner::EndField() {
  state_ = left_ > 0 ? State::kTag : State::kPrefix;
}

}  // namespace courant::bench
