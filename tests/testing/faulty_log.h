#ifndef COURANT_TESTS_TESTING_FAULTY_LOG_H_
#define COURANT_TESTS_TESTING_FAULTY_LOG_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "storage/base/mutex.h"
#include "storage/ordered_log.h"

namespace courant::storage {

// A kind of fault; what each is, LogFaults says.
enum class LogFault {
  kUnknownBefore,
  kUnknownAfter,
  kRivalFirst,
  kDelay,
  kDoubleWake,
  kStaleTail,
};
inline constexpr size_t kLogFaultKinds = 6;

// What a FaultyLog does, in per mille of calls.
struct LogFaults {
  // The append is answered with kUnknown and was not tried.
  uint32_t unknown_before = 0;
  // The append was tried, and its answer is lost.
  uint32_t unknown_after = 0;
  // Another writer's frame is appended first. Needs `rival`.
  uint32_t rival_first = 0;
  // Others get a turn in the middle of the call.
  uint32_t delay = 0;
  // A wake-up is given twice.
  uint32_t double_wake = 0;
  // CheckTail() answers what was true some time ago.
  uint32_t stale_tail = 0;
  // A frame of another writer that follows a tail.
  std::function<Frame(const Tail&)> rival;
};

// An OrderedLog that does everything a real one on a network may do, and
// nothing that the contract forbids: the log itself stays right, only answers
// get lost, late or repeated, and others write as well. With equal seeds and
// equal calls from one thread it does the same. Thread-safe.
//
// A log on a network writes no state of its callers. This one neither: `state`
// is never marked as written, and what the log underneath would write of it is
// dropped, so that whoever applies frames has to do it.
class FaultyLog final : public OrderedLog {
 public:
  // Nothing is owned; both must outlive the log. `database` is where `log`
  // lies.
  FaultyLog(OrderedLog& log, const Database& database, uint64_t seed,
            LogFaults faults);

  absl::StatusOr<Tail> CheckTail() override ABSL_LOCKS_EXCLUDED(mu_);
  AppendResult AppendAt(const Tail& expected, const Frame& frame,
                        StateBatch& state) override ABSL_LOCKS_EXCLUDED(mu_);
  absl::StatusOr<std::vector<Frame>> Read(FrameIndex from,
                                          size_t max_bytes) override;
  void Notify(FrameIndex from, std::function<void()> wake) override
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status Trim(FrameIndex first_kept) override;
  absl::Status Seal() override;

  // How many faults of this kind were done so far.
  uint64_t faults_done(LogFault kind) const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // Whether a fault that is done in `per_mille` of calls happens now; counts
  // it.
  bool Happens(LogFault kind, uint32_t per_mille) ABSL_LOCKS_EXCLUDED(mu_);
  void MaybeDelay() ABSL_LOCKS_EXCLUDED(mu_);
  // Appends a frame of somebody else's.
  void LetRivalIn();

  OrderedLog& log_;
  const Database& database_;
  const LogFaults faults_;

  mutable Mutex mu_;
  std::mt19937_64 random_ ABSL_GUARDED_BY(mu_);
  std::array<uint64_t, kLogFaultKinds> faults_done_ ABSL_GUARDED_BY(mu_) = {};
  Tail seen_tail_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant::storage

#endif  // COURANT_TESTS_TESTING_FAULTY_LOG_H_
