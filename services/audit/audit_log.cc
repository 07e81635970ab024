#include "services/audit/audit_log.h"

#include <pthread.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

// How long records gather before they are handed to the system, and how long
// until they are synced if nobody waits; after a failure, until the next try.
constexpr absl::Duration kGather = absl::Milliseconds(100);
constexpr absl::Duration kSyncWithin = absl::Milliseconds(800);
constexpr absl::Duration kRetry = absl::Seconds(1);
// How often the count of what was left out is written, at most.
constexpr absl::Duration kSumEvery = absl::Seconds(10);
// Kept while nothing can be written.
constexpr size_t kMaxUnsyncedBytes = 8 << 20;
constexpr size_t kMaxWaiting = 1 << 15;

}  // namespace

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Open(
    Options options, const Clock& clock, prometheus::Registry& registry) {
  COURANT_ASSIGN_OR_RETURN(
      std::unique_ptr<AuditFile> file,
      AuditFile::Open(options.file, options.max_file_bytes, clock.Now()));
  return std::unique_ptr<AuditLog>(
      new AuditLog(std::move(options), clock, registry, std::move(file)));
}

AuditLog::AuditLog(Options options, const Clock& clock,
                   prometheus::Registry& registry,
                   std::unique_ptr<AuditFile> file)
    : options_(std::move(options)),
      refuse_on_failure_(options_.refuse_on_failure),
      clock_(clock),
      metrics_(registry),
      file_(std::move(file)) {
  thread_ = std::thread([this] { Work(); });
}

AuditLog::~AuditLog() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  changed_.SignalAll();
  thread_.join();
}

void AuditLog::Add(AuditRecord record) { Push(std::move(record), nullptr); }

void AuditLog::AddSynced(AuditRecord record, absl::AnyInvocable<void()> then) {
  Push(std::move(record), std::move(then));
}

bool AuditLog::AddLimited(absl::string_view source, AuditLimits::Rate rate,
                          AuditRecord record) {
  if (!limits_.Admit(source, rate, absl::Now())) {
    metrics_.left_out().Increment();
    return false;
  }
  Push(std::move(record), nullptr);
  return true;
}

void AuditLog::Push(AuditRecord record, absl::AnyInvocable<void()> then) {
  record.time = clock_.Now();
  {
    MutexLock lock(mu_);
    if (waiting_.size() < kMaxWaiting) {
      const bool hurry = then != nullptr && !urgent_;
      // Whoever is first wakes the thread, and whoever cannot wait.
      if (waiting_.empty() || hurry) changed_.Signal();
      urgent_ = urgent_ || hurry;
      waiting_.push_back({std::move(record), std::move(then)});
      return;
    }
  }
  Lose();
  if (then != nullptr) then();
}

void AuditLog::Lose() {
  metrics_.lost().Increment();
  MutexLock lock(mu_);
  ++lost_;
}

absl::Status AuditLog::MayAct() const {
  if (!refuse_on_failure_.load()) return absl::OkStatus();
  MutexLock lock(mu_);
  if (trouble_.ok() && waiting_.size() < kMaxWaiting) return absl::OkStatus();
  return WithRetryDelay(
      MakeError(v1::STORAGE_FULL,
                absl::StrCat("the audit log cannot be written, and this must "
                             "be in it (audit.on_failure: refuse): ",
                             trouble_.ok() ? "the disk does not answer"
                                           : trouble_.message())),
      kRetry);
}

void AuditLog::Work() {
  pthread_setname_np(pthread_self(), "audit");
  std::vector<Waiting> work;
  bool goes_on = true;
  while (goes_on) {
    goes_on = TakeWork(&work);
    Write(std::exchange(work, {}), !goes_on);
  }
}

bool AuditLog::TakeWork(std::vector<Waiting>* work) {
  MutexLock lock(mu_);
  // Nothing at all to do, or only to look again at what could not be done.
  while (!stopping_ && waiting_.empty()) {
    if (!unsynced_) {
      if (changed_.WaitFor(mu_, kSumEvery)) break;
    } else if (changed_.WaitFor(mu_, trouble_.ok() ? kSyncWithin : kRetry)) {
      break;
    }
  }
  // Others may come, while nobody waits.
  const absl::Time end = absl::Now() + kGather;
  while (!stopping_ && !urgent_ && !waiting_.empty() && absl::Now() < end) {
    changed_.WaitFor(mu_, end - absl::Now());
  }
  work->swap(waiting_);
  urgent_ = false;
  return !stopping_;
}

void AuditLog::Write(std::vector<Waiting> work, bool last) {
  bool wanted = last;
  for (Waiting& one : work) {
    wanted = wanted || one.then != nullptr;
    if (file_->unsynced_bytes() > kMaxUnsyncedBytes) {
      Lose();
    } else {
      file_->Add(one.record);
      ++unsynced_records_;
    }
  }
  AddSums(last);
  const absl::Time now = absl::Now();
  if (file_->unsynced_bytes() > 0 && (now >= next_try_ || last)) {
    if (next_sync_ == absl::InfinitePast()) next_sync_ = now + kSyncWithin;
    const bool sync = wanted || now >= next_sync_;
    const absl::Status written = sync ? file_->Sync() : file_->Write();
    next_try_ = written.ok() ? absl::InfinitePast() : now + kRetry;
    if (written.ok() && sync) {
      metrics_.records().Increment(static_cast<double>(unsynced_records_));
      unsynced_records_ = 0;
      next_sync_ = absl::InfinitePast();
    }
    if (sync || !written.ok()) Outcome(written);
  }
  {
    MutexLock lock(mu_);
    unsynced_ = file_->unsynced_bytes() > 0;
  }
  for (Waiting& one : work) {
    if (one.then != nullptr) one.then();
  }
}

void AuditLog::AddSums(bool last) {
  const absl::Time now = absl::Now();
  if (now >= next_sums_ || last) {
    next_sums_ = now + kSumEvery;
    for (AuditLimits::LeftOut& some : limits_.TakeLeftOut()) {
      file_->Add({.time = clock_.Now(),
                  .event = "left_out",
                  .who = std::move(some.source),
                  .count = some.count});
      ++unsynced_records_;
    }
  }
  MutexLock lock(mu_);
  if (lost_ == 0 || file_->unsynced_bytes() > kMaxUnsyncedBytes) return;
  file_->Add({.time = clock_.Now(),
              .event = "lost",
              .count = std::exchange(lost_, 0)});
  ++unsynced_records_;
}

void AuditLog::Outcome(const absl::Status& written) {
  if (!written.ok()) metrics_.write_errors().Increment();
  bool changed;
  {
    MutexLock lock(mu_);
    changed = written.ok() != trouble_.ok();
    trouble_ = written;
  }
  metrics_.failing().Set(written.ok() ? 0 : 1);
  if (changed && options_.on_trouble) options_.on_trouble(written);
}

}  // namespace courant
