#include "tests/bench/audience.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "tests/bench/article.h"

namespace courant::bench {
namespace {

constexpr absl::Duration kReadyWithin = absl::Seconds(60);
// Connections that are made at once: fewer than a server lets wait.
constexpr size_t kAtOnce = 50;

}  // namespace

Audience::Audience(int subscribers, uint64_t events)
    : subscribers_(static_cast<size_t>(subscribers)),
      healthy_(static_cast<uint64_t>(subscribers)),
      measured_from_(std::numeric_limits<uint64_t>::max()),
      published_us_(events) {}

absl::Status Audience::Subscribe(EventLoop& loop, const Target& target,
                                 From from, int on_each_connection) {
  loop_ = &loop;
  std::vector<int> together;
  uint64_t begun = 0;
  for (int i = 0; i < static_cast<int>(subscribers_.size()); ++i) {
    together.push_back(i);
    const bool last = i + 1 == static_cast<int>(subscribers_.size());
    if (static_cast<int>(together.size()) < on_each_connection && !last) {
      continue;
    }
    COURANT_ASSIGN_OR_RETURN(
        auto connection,
        OpenSubscriptions(loop, target, from, together, *this));
    connections_.push_back(std::move(connection));
    begun += together.size();
    together.clear();
    if (connections_.size() % kAtOnce != 0 && !last) continue;
    COURANT_RETURN_IF_ERROR(
        loop.RunUntil([&] { return ready_ == begun; }, kReadyWithin));
  }
  return absl::OkStatus();
}

void Audience::Stall(int count) {
  healthy_ -= static_cast<uint64_t>(count);
  for (size_t i = healthy_; i < connections_.size(); ++i) {
    connections_[i]->Stall();
  }
}

void Audience::Published(uint64_t number, absl::Time time) {
  published_us_[number].store(absl::ToUnixMicros(time),
                              std::memory_order_relaxed);
}

void Audience::OnReady(int subscriber) {
  Subscriber& who = subscribers_[static_cast<size_t>(subscriber)];
  if (!who.ready) ++ready_;
  who.ready = true;
}

absl::Status Audience::OnEvent(int subscriber, uint64_t position,
                               absl::string_view head) {
  const std::optional<uint64_t> number = FindNumber(head);
  if (!number || *number >= published_us_.size()) {
    return absl::DataLossError("an event that was never published");
  }
  Subscriber& who = subscribers_[static_cast<size_t>(subscriber)];
  if (position <= who.position) {
    return absl::DataLossError(
        absl::StrCat(position, " came after ", who.position));
  }
  who.position = position;
  ++who.count;
  who.sum += *number;
  who.order = who.order * 1'000'003 + *number + 1;
  if (static_cast<uint64_t>(subscriber) < healthy_) ++complete_;
  if (*number >= measured_from_) {
    latencies_.push_back(loop_->now() -
                         absl::FromUnixMicros(published_us_[*number].load(
                             std::memory_order_relaxed)));
  }
  return absl::OkStatus();
}

absl::Status Audience::Verify(uint64_t events) const {
  const uint64_t sum = events * (events - 1) / 2;
  for (uint64_t i = 0; i < healthy_; ++i) {
    const Subscriber& who = subscribers_[i];
    if (who.count != events || who.sum != sum ||
        who.order != subscribers_.front().order) {
      return absl::DataLossError(
          absl::StrCat("subscriber ", i, " got ", who.count, " events of ",
                       events, ", or others, or in another order"));
    }
  }
  return absl::OkStatus();
}

}  // namespace courant::bench
