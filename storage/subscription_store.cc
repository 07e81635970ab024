#include "storage/subscription_store.h"

#include <chrono>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant::storage {
namespace {

// Submissions in one group, at most: about 1 MB.
constexpr size_t kMaxCursorGroup = 4096;
// Answers are looked through for old ones so often, so many behind each group:
// more than it can have brought, and few enough for the pause before the next.
constexpr absl::Duration kForgetEvery = absl::Hours(1);
constexpr size_t kLookedThrough = 2 * kMaxCursorGroup;

template <typename Row>
absl::StatusOr<Row> ParseSubscriptionRow(absl::string_view bytes) {
  Row row;
  if (!row.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     "a stored row of subscriptions is damaged");
  }
  return row;
}

template <typename Row>
absl::StatusOr<std::optional<Row>> ParseIfAny(
    const absl::StatusOr<std::optional<std::string>>& bytes) {
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return std::nullopt;
  return ParseSubscriptionRow<Row>(**bytes);
}

// Calls `use` with each key behind `from` that begins with `prefix`, and its
// value, until it returns false.
template <typename Use>
absl::Status ForEachRow(const Database& database, absl::string_view prefix,
                        absl::string_view from, Use use) {
  const auto it = database.Iterate(Family::kSubscription);
  for (it->Seek(ToSlice(from)); it->Valid(); it->Next()) {
    const absl::string_view key = FromSlice(it->key());
    if (!absl::StartsWith(key, prefix)) break;
    if (key == from) continue;
    COURANT_ASSIGN_OR_RETURN(const bool more,
                             use(key.substr(prefix.size()), it->value()));
    if (!more) break;
  }
  return FromRocksDb(it->status(), "read subscriptions");
}

// Time that nobody sets, for pacing.
absl::Time Monotonic() {
  return absl::UnixEpoch() +
         absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

absl::StatusOr<std::optional<std::string>> SubscriptionEdit::Get(
    const std::string& key) const {
  for (const StagedRows* rows : {&own_, &group_}) {
    if (const auto found = rows->find(key); found != rows->end()) {
      return found->second;
    }
  }
  return database_.Get(Family::kSubscription, key);
}

absl::StatusOr<std::optional<v1::SubscriptionRow>> SubscriptionEdit::Find(
    absl::string_view name) const {
  return ParseIfAny<v1::SubscriptionRow>(Get(SubscriptionKey(name)));
}

void SubscriptionEdit::Put(absl::string_view name,
                           const v1::SubscriptionRow& row, bool is_new) {
  own_[SubscriptionKey(name)] = row.SerializeAsString();
  if (is_new) ++count_;
}

absl::Status SubscriptionEdit::Delete(absl::string_view name) {
  own_[SubscriptionKey(name)] = std::nullopt;
  --count_;
  const std::string prefix = ParkedPrefix(name);
  const StagedRows& own = own_;
  for (const StagedRows* rows : {&group_, &own}) {
    for (auto it = rows->lower_bound(prefix);
         it != rows->end() && absl::StartsWith(it->first, prefix); ++it) {
      own_[it->first] = std::nullopt;
    }
  }
  return ForEachRow(database_, prefix, prefix,
                    [&](absl::string_view rest,
                        const rocksdb::Slice&) -> absl::StatusOr<bool> {
                      own_[absl::StrCat(prefix, rest)] = std::nullopt;
                      return true;
                    });
}

absl::StatusOr<bool> SubscriptionEdit::IsParked(absl::string_view name,
                                                Sequence sequence) const {
  COURANT_ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                           Get(ParkedKey(name, sequence)));
  return bytes.has_value();
}

void SubscriptionEdit::Park(absl::string_view name, Sequence sequence,
                            const v1::ParkedRow& row) {
  own_[ParkedKey(name, sequence)] = row.SerializeAsString();
}

void SubscriptionEdit::Unpark(absl::string_view name, Sequence sequence) {
  own_[ParkedKey(name, sequence)] = std::nullopt;
}

absl::StatusOr<std::optional<v1::SubscriptionRequestRow>>
SubscriptionEdit::FindRequest(absl::string_view request_id) const {
  return ParseIfAny<v1::SubscriptionRequestRow>(
      Get(SubscriptionRequestKey(request_id)));
}

void SubscriptionEdit::PutRequest(absl::string_view request_id,
                                  const v1::SubscriptionRequestRow& row) {
  own_[SubscriptionRequestKey(request_id)] = row.SerializeAsString();
}

absl::StatusOr<std::unique_ptr<SubscriptionStore>> SubscriptionStore::Open(
    Database& database, const Clock& clock, Options options) {
  int64_t count = 0;
  const std::string prefix = SubscriptionKey("");
  COURANT_RETURN_IF_ERROR(ForEachRow(
      database, prefix, prefix,
      [&](absl::string_view, const rocksdb::Slice&) -> absl::StatusOr<bool> {
        ++count;
        return true;
      }));
  return std::unique_ptr<SubscriptionStore>(
      new SubscriptionStore(database, clock, options, count));
}

SubscriptionStore::SubscriptionStore(Database& database, const Clock& clock,
                                     Options options, int64_t count)
    : database_(database),
      clock_(clock),
      options_(options),
      count_(count),
      forgot_(absl::InfinitePast()),
      thread_([this] { Work(); }) {}

SubscriptionStore::~SubscriptionStore() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  changed_.SignalAll();
  thread_.join();
}

void SubscriptionStore::Submit(Decide decide, Done done) {
  {
    MutexLock lock(mu_);
    queue_.push_back({std::move(decide), std::move(done)});
    if (queue_.size() > 1) return;
  }
  changed_.SignalAll();
}

SubscriptionStore::Group SubscriptionStore::TakeGroup() {
  MutexLock lock(mu_);
  while (queue_.empty() && !stopping_) changed_.Wait(mu_);
  while (!stopping_) {
    const absl::Duration left = next_write_ - Monotonic();
    if (left <= absl::ZeroDuration()) break;
    changed_.WaitFor(mu_, left);
  }
  if (queue_.size() <= kMaxCursorGroup) {
    return std::exchange(queue_, Group());
  }
  Group group(std::make_move_iterator(queue_.begin()),
              std::make_move_iterator(queue_.begin() + kMaxCursorGroup));
  queue_.erase(queue_.begin(), queue_.begin() + kMaxCursorGroup);
  return group;
}

absl::StatusOr<std::string> SubscriptionStore::Run(Decide decide) {
  Mutex mu;
  CondVar answered;
  std::optional<absl::StatusOr<std::string>> answer;
  Submit(std::move(decide), [&](absl::StatusOr<std::string> result) {
    // Signalled under the lock: `answered` is gone soon after it.
    MutexLock lock(mu);
    answer = std::move(result);
    answered.Signal();
  });
  MutexLock lock(mu);
  while (!answer) answered.Wait(mu);
  return *std::move(answer);
}

void SubscriptionStore::Work() {
  while (true) {
    Group group = TakeGroup();
    if (group.empty()) return;
    const absl::Time begin = Monotonic();
    if (CommitGroup(group)) next_write_ = begin + options_.pace;
  }
}

bool SubscriptionStore::CommitGroup(Group& group) {
  StagedRows staged;
  int64_t count = count_;
  for (Submission& submission : group) {
    SubscriptionEdit edit(database_, staged, count);
    submission.result = submission.decide(edit);
    if (!submission.result.ok()) continue;
    for (const auto& [key, value] : edit.staged()) staged[key] = value;
    count = edit.count();
  }
  if (!staged.empty()) {
    const absl::Status written = Write(staged);
    if (written.ok()) {
      count_ = count;
    } else {
      // Also for those that put nothing: they may have looked at what was not
      // written.
      for (Submission& submission : group) submission.result = written;
    }
  }
  for (Submission& submission : group) {
    std::move(submission.done)(std::move(submission.result));
  }
  // A failure only means that it is tried again in an hour.
  if (!ForgetOldRequests().ok()) forgot_to_.clear();
  return !staged.empty();
}

absl::Status SubscriptionStore::Write(const StagedRows& rows) {
  rocksdb::WriteBatch batch;
  rocksdb::ColumnFamilyHandle* const family =
      database_.handle(Family::kSubscription);
  for (const auto& [key, value] : rows) {
    const rocksdb::Status staged =
        value ? batch.Put(family, ToSlice(key), ToSlice(*value))
              : batch.Delete(family, ToSlice(key));
    COURANT_RETURN_IF_ERROR(FromRocksDb(staged, "stage"));
  }
  return database_.WriteDurably(&batch);
}

absl::Status SubscriptionStore::ForgetOldRequests() {
  const absl::Time now = clock_.Now();
  const std::string prefix = SubscriptionRequestKey("");
  if (forgot_to_.empty()) {
    if (now < forgot_ + kForgetEvery) return absl::OkStatus();
    forgot_ = now;
    forgot_to_ = prefix;
  }
  const int64_t oldest_us =
      absl::ToUnixMicros(now - options_.request_retention);
  size_t seen = 0;
  std::string last;
  StagedRows old;
  COURANT_RETURN_IF_ERROR(ForEachRow(
      database_, prefix, forgot_to_,
      [&](absl::string_view id,
          const rocksdb::Slice& bytes) -> absl::StatusOr<bool> {
        COURANT_ASSIGN_OR_RETURN(
            const v1::SubscriptionRequestRow row,
            ParseSubscriptionRow<v1::SubscriptionRequestRow>(FromSlice(bytes)));
        last = SubscriptionRequestKey(id);
        if (row.answer_time_us() < oldest_us) old[last] = std::nullopt;
        return ++seen < kLookedThrough;
      }));
  // Empty at the end: the next time from the first one on.
  forgot_to_ = seen < kLookedThrough ? std::string() : last;
  return old.empty() ? absl::OkStatus() : Write(old);
}

absl::StatusOr<std::optional<v1::SubscriptionRow>> SubscriptionStore::Find(
    absl::string_view name) const {
  return ParseIfAny<v1::SubscriptionRow>(
      database_.Get(Family::kSubscription, SubscriptionKey(name)));
}

absl::StatusOr<std::vector<SubscriptionStore::Named>> SubscriptionStore::List(
    absl::string_view prefix, absl::string_view after, size_t limit) const {
  std::vector<Named> found;
  const std::string begin = SubscriptionKey(prefix);
  COURANT_RETURN_IF_ERROR(ForEachRow(
      database_, begin, SubscriptionKey(after.empty() ? prefix : after),
      [&](absl::string_view rest,
          const rocksdb::Slice& bytes) -> absl::StatusOr<bool> {
        if (found.size() >= limit) return false;
        COURANT_ASSIGN_OR_RETURN(
            v1::SubscriptionRow row,
            ParseSubscriptionRow<v1::SubscriptionRow>(FromSlice(bytes)));
        found.push_back({absl::StrCat(prefix, rest), std::move(row)});
        return true;
      }));
  return found;
}

absl::StatusOr<std::vector<SubscriptionStore::Parked>>
SubscriptionStore::ListParked(absl::string_view name, Sequence after,
                              size_t limit) const {
  std::vector<Parked> found;
  COURANT_RETURN_IF_ERROR(
      ForEachRow(database_, ParkedPrefix(name), ParkedKey(name, after),
                 [&](absl::string_view rest,
                     const rocksdb::Slice& bytes) -> absl::StatusOr<bool> {
                   if (found.size() >= limit) return false;
                   COURANT_ASSIGN_OR_RETURN(
                       v1::ParkedRow row,
                       ParseSubscriptionRow<v1::ParkedRow>(FromSlice(bytes)));
                   found.push_back({Sequence(DecodeNumber(rest).value_or(0)),
                                    std::move(row)});
                   return true;
                 }));
  return found;
}

}  // namespace courant::storage
