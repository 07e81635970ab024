#ifndef COURANT_SERVICES_DISTRIBUTION_CHANGE_HUB_H_
#define COURANT_SERVICES_DISTRIBUTION_CHANGE_HUB_H_

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/distribution/change_encoder.h"
#include "services/distribution/hub_metrics.h"
#include "services/distribution/replay_cache.h"
#include "services/rpc/stream_source.h"
#include "storage/base/mutex.h"
#include "storage/change_log.h"

namespace courant {

// A partner that has had a stream since the start.
struct StreamingPartner {
  explicit StreamingPartner(absl::string_view partner) : name(partner) {}

  const std::string name;  // {partner}
  // Changes handed to the transport, over all its streams.
  std::atomic<uint64_t> delivered{0};
};

// One open stream, as the hub sees it: somebody to wake, and where it stands.
struct Subscriber {
  Subscriber(std::weak_ptr<Wakeable> to_wake,
             std::shared_ptr<StreamingPartner> of, uint64_t begin)
      : stream(std::move(to_wake)), partner(std::move(of)), position(begin) {}

  // Notes that so many changes were handed to the transport.
  void Count(uint64_t delivered) const {
    if (partner != nullptr) partner->delivered += delivered;
  }

  const std::weak_ptr<Wakeable> stream;
  const std::shared_ptr<StreamingPartner> partner;  // null: nobody's
  // Last change delivered or passed over. Written by the stream, read by the
  // hub for the metric of lag; each is right on its own, so the two need no
  // lock between them.
  std::atomic<uint64_t> position;
  // When it wants to be woken although nothing happened; microseconds since
  // 1970 UTC.
  std::atomic<int64_t> due_us{0};
};

// The one place where changes are handed on: keeps the newest ones in memory,
// reads older ones from the log, and wakes streams. A stream is a position and
// never a queue, so one that does not read holds nothing up. Thread-safe.
class ChangeHub final : public storage::ChangeListener {
 public:
  struct Options {
    // Bytes of recent changes kept in memory, about. A stream that is less
    // than this behind costs no read of the disk. 64 MiB are 13,000 articles of
    // 4 KB: a day of a busy agency. What other audiences than the house are
    // sent is not counted, and is as much again at most.
    size_t ring_bytes = size_t{64} << 20;
    // Bytes kept, about, of what was read from the log for those who catch up.
    size_t replay_bytes = size_t{32} << 20;
    // How often streams are looked at whose time has come: how late a
    // Progress message and the cut of a stalled stream may be.
    absl::Duration tick = absl::Milliseconds(200);
    // Called every tick, e.g. to cut stalled streams. Must not block.
    std::function<void()> on_tick;
  };

  // Nothing is owned; both must outlive the hub.
  ChangeHub(const storage::ChangeLog& log, HubMetrics& metrics,
            Options options);
  ~ChangeHub() override;

  // Takes in what was committed and wakes everybody. Called by the committer
  // before it answers its callers, so it must be quick: it posts and does not
  // send. `changes` follow the ones before without a gap.
  void OnApplied(const std::vector<storage::SharedEntry>& changes) override
      ABSL_LOCKS_EXCLUDED(mu_);

  // Changes after `after`: from memory when they are there, else from the log.
  // Limits and errors as ChangeLog::Read. Empty at the tail. What is read from
  // the log is kept apart from the newest changes: a slow reader must not push
  // out what all others are about to want.
  absl::StatusOr<std::vector<SharedChangePtr>> Read(
      Sequence after, const storage::ReadLimits& limits) const
      ABSL_LOCKS_EXCLUDED(mu_);

  // Read() for who follows the log: of what it gives no text was let go.
  //   OUT_OF_RANGE / RESUME_TOKEN_EXPIRED  `after` < log().floor() - 1.
  absl::StatusOr<std::vector<SharedChangePtr>> Follow(
      Sequence after, const storage::ReadLimits& limits) const
      ABSL_LOCKS_EXCLUDED(mu_);

  // Whether Read() after `after` would find what it reads in memory, but for
  // what is being announced at this moment.
  bool HasInMemory(Sequence after) const ABSL_LOCKS_EXCLUDED(mu_);

  // Adds a stream; it is forgotten when the returned object goes. Subscribe
  // first and look for the tail then: the other way round, what is committed
  // in between wakes nobody. `partner` is the {partner} whose it is, if it is
  // anybody's. It stands at the tail until it says where.
  std::shared_ptr<Subscriber> Subscribe(std::weak_ptr<Wakeable> stream,
                                        absl::string_view partner = "")
      ABSL_LOCKS_EXCLUDED(mu_);

  // Live subscribers; forgets the others.
  std::vector<std::shared_ptr<Subscriber>> Live() ABSL_LOCKS_EXCLUDED(mu_);

  // Every partner that has had a stream since the start.
  std::vector<std::shared_ptr<const StreamingPartner>> Partners() const
      ABSL_LOCKS_EXCLUDED(mu_);

  // Streams open now.
  size_t SubscriberCount() const ABSL_LOCKS_EXCLUDED(mu_);

  // Wakes every stream: something that is not in the log has changed.
  void WakeAll() ABSL_LOCKS_EXCLUDED(mu_);

  // Tells every stream to end, now and from now on: each sees draining() when
  // it is woken and says goodbye with a token.
  void Drain() ABSL_LOCKS_EXCLUDED(mu_);
  bool draining() const { return draining_.load(std::memory_order_acquire); }

  // Stops looking at streams by time: nothing calls on_tick after this. May be
  // called more than once, from one thread.
  void StopTicking() ABSL_LOCKS_EXCLUDED(mu_);

  const storage::ChangeLog& log() const { return log_; }
  HubMetrics& metrics() { return metrics_; }

 private:
  // Changes of the ring; nothing when it does not reach so far back.
  std::optional<std::vector<SharedChangePtr>> ReadRing(
      Sequence after, const storage::ReadLimits& limits) const
      ABSL_LOCKS_EXCLUDED(mu_);
  // Changes of the replay cache, and from where it ends, of the log.
  absl::StatusOr<std::vector<SharedChangePtr>> Replay(
      Sequence after, const storage::ReadLimits& limits) const;
  // Changes of the log, which go into the cache. Reads far ahead for those who
  // go on.
  absl::StatusOr<std::vector<SharedChangePtr>> ReadOn(
      Sequence after, const storage::ReadLimits& limits) const;
  absl::StatusOr<std::vector<SharedChangePtr>> ReadLog(
      Sequence after, const storage::ReadLimits& limits) const;
  // What stands in the place of an article that was taken away. Empty when it
  // is there.
  absl::StatusOr<InPlace> InPlaceOf(const storage::Entry& entry) const;
  // Takes out of the ring what `entry`, the newest in it, takes away for ever.
  void DropErased(const storage::Entry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Tick() ABSL_LOCKS_EXCLUDED(mu_);
  void Run() ABSL_LOCKS_EXCLUDED(mu_);

  const storage::ChangeLog& log_;
  HubMetrics& metrics_;
  const Options options_;
  std::atomic<bool> draining_{false};
  mutable ReplayCache replayed_;

  mutable Mutex mu_;
  // Dense, newest last: the change with sequence s is at s minus the first
  // one's. Never empty once it was not, whatever the size of a change.
  std::deque<SharedChangePtr> ring_ ABSL_GUARDED_BY(mu_);
  size_t ring_bytes_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<std::weak_ptr<Subscriber>> subscribers_ ABSL_GUARDED_BY(mu_);
  // By {partner}.
  absl::flat_hash_map<std::string, std::shared_ptr<StreamingPartner>> partners_
      ABSL_GUARDED_BY(mu_);
  CondVar stop_cv_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread ticker_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_CHANGE_HUB_H_
