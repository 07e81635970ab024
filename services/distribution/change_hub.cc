#include "services/distribution/change_hub.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "storage/base/failpoint.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

// Between a change on disk and its announcement, at most.
constexpr absl::Duration kAnnouncedWithin = absl::Seconds(1);

// What is read at a time for who reads along: enough that opening an iterator
// and asking the disk costs little of it. A replay cache of 32 MiB has room for
// what 30 streams at different places have read.
constexpr storage::ReadLimits kReadAhead = {.max_changes = 256,
                                            .max_bytes = size_t{1} << 20};

// Leaves of `changes` what `limits` allow, at least one.
void Trim(const storage::ReadLimits& limits,
          std::vector<SharedChangePtr>& changes) {
  size_t bytes = 0;
  size_t kept = 0;
  while (kept < changes.size() && limits.LeaveRoom(kept, bytes)) {
    bytes += changes[kept++]->stored_bytes();
  }
  changes.resize(kept);
}

}  // namespace

ChangeHub::ChangeHub(const storage::ChangeLog& log, HubMetrics& metrics,
                     Options options)
    : log_(log),
      metrics_(metrics),
      options_(std::move(options)),
      replayed_(options_.replay_bytes),
      ticker_([this] { Run(); }) {}

ChangeHub::~ChangeHub() { StopTicking(); }

void ChangeHub::StopTicking() {
  if (!ticker_.joinable()) return;
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  stop_cv_.SignalAll();
  ticker_.join();
}

void ChangeHub::OnApplied(const std::vector<storage::SharedEntry>& changes) {
  std::vector<SharedChangePtr> shared;
  shared.reserve(changes.size());
  for (const storage::SharedEntry& entry : changes) {
    shared.push_back(std::make_shared<const SharedChange>(entry));
    metrics_.streams.Committed(shared.back()->kind());
  }
  {
    MutexLock lock(mu_);
    for (SharedChangePtr& change : shared) {
      ring_bytes_ += change->size_bytes();
      ring_.push_back(std::move(change));
      DropErased(ring_.back()->entry());
    }
    while (ring_bytes_ > options_.ring_bytes && ring_.size() > 1) {
      ring_bytes_ -= ring_.front()->size_bytes();
      ring_.pop_front();
    }
  }
  for (const storage::SharedEntry& entry : changes) {
    const auto& erased = entry->facts.erased_sequences();
    if (!erased.empty()) replayed_.Erase(erased);
  }
  WakeAll();
}

void ChangeHub::WakeAll() {
  // Outside the lock: a woken stream may read at once.
  for (const auto& subscriber : Live()) {
    if (const auto stream = subscriber->stream.lock()) stream->Wake();
  }
}

void ChangeHub::DropErased(const storage::Entry& entry) {
  if (entry.facts.erased_sequences().empty()) return;
  if (COURANT_FAILPOINT("erasure.ring_keeps_text")) return;
  // It was encoded a moment ago: it can be decoded.
  const InPlace in_place = InPlaceBy(entry).value_or(InPlace());
  const uint64_t first = ring_.front()->entry().sequence().value();
  for (const uint64_t sequence : entry.facts.erased_sequences()) {
    if (sequence < first || sequence - first >= ring_.size()) continue;
    SharedChangePtr& change = ring_[sequence - first];
    ring_bytes_ -= change->size_bytes();
    // A new one: the text is also in the encodings that streams share.
    storage::Entry without = change->entry();
    // As in the log: a kill takes it from a trim.
    if (change->is_let_go()) without.erased_by = Sequence(0);
    change = std::make_shared<const SharedChange>(
        std::make_shared<const storage::Entry>(
            storage::WithoutArticle(std::move(without), entry.sequence())),
        in_place);
    ring_bytes_ += change->size_bytes();
  }
}

absl::StatusOr<std::vector<SharedChangePtr>> ChangeHub::Read(
    Sequence after, const storage::ReadLimits& limits) const {
  if (auto newest = ReadRing(after, limits)) return *std::move(newest);
  return Replay(after, limits);
}

absl::StatusOr<std::vector<SharedChangePtr>> ChangeHub::Follow(
    Sequence after, const storage::ReadLimits& limits) const {
  absl::StatusOr<std::vector<SharedChangePtr>> changes = Read(after, limits);
  COURANT_RETURN_IF_ERROR(log_.CheckKept(after));
  return changes;
}

std::optional<std::vector<SharedChangePtr>> ChangeHub::ReadRing(
    Sequence after, const storage::ReadLimits& limits) const {
  MutexLock lock(mu_);
  if (ring_.empty()) return std::nullopt;
  const uint64_t first = ring_.front()->entry().sequence().value();
  if (after.value() + 1 < first) return std::nullopt;
  const uint64_t begin = after.value() + 1 - first;
  // What was just applied may be in the log and not here yet.
  if (begin >= ring_.size() && after < log_.tail().last_sequence) {
    return std::nullopt;
  }
  std::vector<SharedChangePtr> changes;
  size_t bytes = 0;
  for (size_t i = begin;
       i < ring_.size() && limits.LeaveRoom(changes.size(), bytes); ++i) {
    changes.push_back(ring_[i]);
    bytes += ring_[i]->stored_bytes();
  }
  return changes;
}

bool ChangeHub::HasInMemory(Sequence after) const {
  MutexLock lock(mu_);
  if (ring_.empty()) return after >= log_.tail().last_sequence;
  return after.value() + 1 >= ring_.front()->entry().sequence().value();
}

absl::StatusOr<std::vector<SharedChangePtr>> ChangeHub::Replay(
    Sequence after, const storage::ReadLimits& limits) const {
  // Who wants a single one is not reading along.
  if (limits.max_changes == 1) return ReadLog(after, limits);
  std::vector<SharedChangePtr> changes = replayed_.Find(after, limits);
  size_t bytes = 0;
  for (const SharedChangePtr& change : changes) bytes += change->stored_bytes();
  if (!limits.LeaveRoom(changes.size(), bytes)) return changes;
  const absl::StatusOr<std::vector<SharedChangePtr>> rest =
      ReadOn(Sequence(after.value() + changes.size()),
             {.max_changes = limits.max_changes - changes.size(),
              .max_bytes = limits.max_bytes - bytes});
  if (!rest.ok() && changes.empty()) return rest.status();
  if (rest.ok()) changes.insert(changes.end(), rest->begin(), rest->end());
  return changes;
}

absl::StatusOr<std::vector<SharedChangePtr>> ChangeHub::ReadOn(
    Sequence after, const storage::ReadLimits& limits) const {
  const ReplayCache::Version version = replayed_.version();
  if (replayed_.Has(after)) {
    absl::StatusOr<std::vector<SharedChangePtr>> ahead =
        ReadLog(after, kReadAhead);
    // What is damaged further on is not this reader's business yet.
    if (ahead.ok()) {
      replayed_.Add(*ahead, version);
      Trim(limits, *ahead);
      return ahead;
    }
  }
  COURANT_ASSIGN_OR_RETURN(std::vector<SharedChangePtr> changes,
                           ReadLog(after, limits));
  replayed_.Add(changes, version);
  return changes;
}

absl::StatusOr<std::vector<SharedChangePtr>> ChangeHub::ReadLog(
    Sequence after, const storage::ReadLimits& limits) const {
  COURANT_ASSIGN_OR_RETURN(std::vector<storage::SharedEntry> entries,
                           log_.Read(after, limits));
  std::vector<SharedChangePtr> changes;
  changes.reserve(entries.size());
  for (storage::SharedEntry& entry : entries) {
    COURANT_ASSIGN_OR_RETURN(InPlace in_place, InPlaceOf(*entry));
    changes.push_back(std::make_shared<const SharedChange>(
        std::move(entry), std::move(in_place)));
  }
  return changes;
}

absl::StatusOr<InPlace> ChangeHub::InPlaceOf(
    const storage::Entry& entry) const {
  if (entry.erased_by == Sequence(0)) return InPlace();
  // It is on disk before it can be read here, by a moment.
  log_.WaitFor(entry.erased_by, kAnnouncedWithin);
  COURANT_ASSIGN_OR_RETURN(
      const std::vector<storage::SharedEntry> takers,
      log_.Read(Sequence(entry.erased_by.value() - 1), {.max_changes = 1}));
  if (takers.empty()) return absl::InternalError("the log became shorter");
  return InPlaceBy(*takers.front());
}

std::shared_ptr<Subscriber> ChangeHub::Subscribe(std::weak_ptr<Wakeable> stream,
                                                 absl::string_view partner) {
  const uint64_t tail = log_.tail().last_sequence.value();
  MutexLock lock(mu_);
  std::shared_ptr<StreamingPartner> its;
  if (!partner.empty()) {
    std::shared_ptr<StreamingPartner>& known = partners_[partner];
    if (known == nullptr) known = std::make_shared<StreamingPartner>(partner);
    its = known;
  }
  auto subscriber =
      std::make_shared<Subscriber>(std::move(stream), std::move(its), tail);
  subscribers_.push_back(subscriber);
  return subscriber;
}

std::vector<std::shared_ptr<const StreamingPartner>> ChangeHub::Partners()
    const {
  std::vector<std::shared_ptr<const StreamingPartner>> partners;
  MutexLock lock(mu_);
  partners.reserve(partners_.size());
  for (const auto& [name, partner] : partners_) partners.push_back(partner);
  return partners;
}

std::vector<std::shared_ptr<Subscriber>> ChangeHub::Live() {
  std::vector<std::shared_ptr<Subscriber>> live;
  MutexLock lock(mu_);
  live.reserve(subscribers_.size());
  std::erase_if(subscribers_, [&](const std::weak_ptr<Subscriber>& weak) {
    auto subscriber = weak.lock();
    if (subscriber == nullptr) return true;
    live.push_back(std::move(subscriber));
    return false;
  });
  return live;
}

size_t ChangeHub::SubscriberCount() const {
  MutexLock lock(mu_);
  return static_cast<size_t>(
      std::count_if(subscribers_.begin(), subscribers_.end(),
                    [](const auto& weak) { return !weak.expired(); }));
}

void ChangeHub::Drain() {
  draining_.store(true, std::memory_order_release);
  WakeAll();
}

void ChangeHub::Tick() {
  const int64_t now_us = absl::ToUnixMicros(absl::Now());
  const uint64_t tail = log_.tail().last_sequence.value();
  uint64_t lag = 0;
  const std::vector<std::shared_ptr<Subscriber>> live = Live();
  for (const auto& subscriber : live) {
    const uint64_t position = subscriber->position.load();
    if (position < tail) lag = std::max(lag, tail - position);
    if (subscriber->due_us.load() > now_us) continue;
    if (const auto stream = subscriber->stream.lock()) stream->Wake();
  }
  metrics_.active.Set(static_cast<double>(live.size()));
  metrics_.max_lag.Set(static_cast<double>(lag));
  metrics_.tail.Set(static_cast<double>(tail));
  metrics_.floor.Set(static_cast<double>(log_.floor().value()));
  if (options_.on_tick) options_.on_tick();
}

void ChangeHub::Run() {
  while (true) {
    {
      MutexLock lock(mu_);
      if (!stopping_) stop_cv_.WaitFor(mu_, options_.tick);
      if (stopping_) return;
    }
    Tick();
  }
}

}  // namespace courant
