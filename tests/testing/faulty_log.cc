#include "tests/testing/faulty_log.h"

#include <thread>
#include <utility>

#include "storage/base/status_macros.h"

namespace courant::storage {
namespace {

AppendResult LostAnswer() {
  return {AppendOutcome::kUnknown,
          absl::UnavailableError("the answer of the log was lost")};
}

}  // namespace

FaultyLog::FaultyLog(OrderedLog& log, const Database& database, uint64_t seed,
                     LogFaults faults)
    : log_(log),
      database_(database),
      faults_(std::move(faults)),
      random_(seed) {}

bool FaultyLog::Happens(LogFault kind, uint32_t per_mille) {
  MutexLock lock(mu_);
  if (random_() % 1000 >= per_mille) return false;
  ++faults_done_[static_cast<size_t>(kind)];
  return true;
}

void FaultyLog::MaybeDelay() {
  if (!Happens(LogFault::kDelay, faults_.delay)) return;
  for (int turn = 0; turn < 100; ++turn) std::this_thread::yield();
}

void FaultyLog::LetRivalIn() {
  const absl::StatusOr<Tail> tail = log_.CheckTail();
  if (!tail.ok()) return;
  StateBatch theirs(database_);
  log_.AppendAt(*tail, faults_.rival(*tail), theirs);
}

absl::StatusOr<Tail> FaultyLog::CheckTail() {
  const bool stale = Happens(LogFault::kStaleTail, faults_.stale_tail);
  COURANT_ASSIGN_OR_RETURN(const Tail tail, log_.CheckTail());
  MutexLock lock(mu_);
  if (!stale) seen_tail_ = tail;
  return seen_tail_;
}

AppendResult FaultyLog::AppendAt(const Tail& expected, const Frame& frame,
                                 StateBatch& /*state*/) {
  MaybeDelay();
  if (Happens(LogFault::kUnknownBefore, faults_.unknown_before))
    return LostAnswer();
  if (faults_.rival && Happens(LogFault::kRivalFirst, faults_.rival_first))
    LetRivalIn();
  StateBatch of_the_log(database_);
  AppendResult result = log_.AppendAt(expected, frame, of_the_log);
  MaybeDelay();
  if (Happens(LogFault::kUnknownAfter, faults_.unknown_after))
    return LostAnswer();
  return result;
}

absl::StatusOr<std::vector<Frame>> FaultyLog::Read(FrameIndex from,
                                                   size_t max_bytes) {
  MaybeDelay();
  return log_.Read(from, max_bytes);
}

void FaultyLog::Notify(FrameIndex from, std::function<void()> wake) {
  if (!Happens(LogFault::kDoubleWake, faults_.double_wake))
    return log_.Notify(from, std::move(wake));
  log_.Notify(from, [wake = std::move(wake)] {
    wake();
    wake();
  });
}

absl::Status FaultyLog::Trim(FrameIndex first_kept) {
  return log_.Trim(first_kept);
}

absl::Status FaultyLog::Seal() { return log_.Seal(); }

uint64_t FaultyLog::faults_done(LogFault kind) const {
  MutexLock lock(mu_);
  return faults_done_[static_cast<size_t>(kind)];
}

}  // namespace courant::storage
