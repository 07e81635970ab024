#include "storage/embedded_log.h"

#include <utility>

#include "storage/base/status_macros.h"
#include "storage/frame_store.h"

namespace courant::storage {
namespace {

constexpr absl::string_view kSealedKey = "sealed";

}  // namespace

absl::StatusOr<std::unique_ptr<EmbeddedLog>> EmbeddedLog::Open(
    Database& database) {
  COURANT_ASSIGN_OR_RETURN(const Tail tail, LoadTail(database, kCheckedAtOpen));
  COURANT_ASSIGN_OR_RETURN(const std::optional<std::string> sealed,
                           database.Get(Family::kMeta, kSealedKey));
  return std::unique_ptr<EmbeddedLog>(
      new EmbeddedLog(database, tail, sealed.has_value()));
}

EmbeddedLog::EmbeddedLog(Database& database, const Tail& tail, bool sealed)
    : database_(database), sealed_(sealed), tail_(tail) {}

absl::StatusOr<Tail> EmbeddedLog::CheckTail() {
  MutexLock lock(mu_);
  return tail_;
}

AppendResult EmbeddedLog::AppendAt(const Tail& expected, const Frame& frame,
                                   StateBatch& state) {
  MutexLock turn(append_mu_);
  Tail tail;
  {
    MutexLock lock(mu_);
    tail = tail_;
  }
  if (frame.index() <= tail.index) return FindAppended(frame);
  if (sealed_) {
    return {AppendOutcome::kSealed,
            absl::FailedPreconditionError("the log is sealed")};
  }
  if (!(expected == tail)) {
    return {AppendOutcome::kConflict,
            absl::AbortedError("the log does not end where expected")};
  }
  if (const absl::Status follows = VerifyFollows(tail, frame); !follows.ok()) {
    return {AppendOutcome::kConflict, follows};
  }
  StageFrame(frame, state);
  if (const absl::Status written = database_.WriteDurably(&state.batch());
      !written.ok()) {
    // The sync may have failed after the bytes reached the disk.
    return {AppendOutcome::kUnknown, written};
  }
  state.set_written();
  Advance(frame.TailAfter());
  return {AppendOutcome::kCommitted, absl::OkStatus()};
}

AppendResult EmbeddedLog::FindAppended(const Frame& frame) const {
  const absl::StatusOr<std::optional<v1::FrameHeader>> header =
      LoadHeader(database_, frame.index());
  if (!header.ok()) return {AppendOutcome::kUnknown, header.status()};
  if (!header->has_value()) {
    return {AppendOutcome::kTrimmed,
            absl::OutOfRangeError("the frame's index was trimmed")};
  }
  if ((*header)->batch_id() == frame.header.batch_id()) {
    return {AppendOutcome::kCommitted, absl::OkStatus()};
  }
  return {AppendOutcome::kConflict,
          absl::AbortedError("another frame is at this index")};
}

void EmbeddedLog::Advance(const Tail& tail) {
  std::vector<Waiter> due;
  {
    MutexLock lock(mu_);
    tail_ = tail;
    for (auto it = waiters_.begin(); it != waiters_.end();) {
      if (it->from > tail.index) {
        ++it;
        continue;
      }
      due.push_back(std::move(*it));
      it = waiters_.erase(it);
    }
  }
  for (const Waiter& waiter : due) waiter.wake();
}

absl::StatusOr<std::vector<Frame>> EmbeddedLog::Read(FrameIndex from,
                                                     size_t max_bytes) {
  return LoadFrames(database_, from, max_bytes);
}

void EmbeddedLog::Notify(FrameIndex from, std::function<void()> wake) {
  {
    MutexLock lock(mu_);
    if (from > tail_.index) {
      waiters_.push_back({from, std::move(wake)});
      return;
    }
  }
  wake();
}

absl::Status EmbeddedLog::Trim(FrameIndex first_kept) {
  MutexLock turn(append_mu_);
  COURANT_ASSIGN_OR_RETURN(const Tail tail, CheckTail());
  const FrameIndex end = std::min(first_kept, tail.index);
  const auto it = database_.Iterate(Family::kFrame);
  rocksdb::WriteBatch batch;
  // One by one: a range deletion can hide a read error in RocksDB 7.8.3.
  for (it->SeekToFirst();
       it->Valid() && FromSlice(it->key()) < EncodeNumber(end.value());
       it->Next()) {
    COURANT_RETURN_IF_ERROR(FromRocksDb(
        batch.Delete(database_.handle(Family::kFrame), it->key()), "trim"));
  }
  COURANT_RETURN_IF_ERROR(FromRocksDb(it->status(), "trim"));
  return database_.WriteDurably(&batch);
}

absl::Status EmbeddedLog::Seal() {
  MutexLock turn(append_mu_);
  rocksdb::WriteBatch batch;
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(batch.Put(database_.handle(Family::kMeta),
                            ToSlice(kSealedKey), rocksdb::Slice("1")),
                  "seal"));
  COURANT_RETURN_IF_ERROR(database_.WriteDurably(&batch));
  sealed_ = true;
  return absl::OkStatus();
}

}  // namespace courant::storage
