#include "storage/change_log.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "courant/v1/change.pb.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"

namespace courant::storage {
namespace {

// One read of the disk for a long replay.
constexpr size_t kReadaheadBytes = 1 << 20;
constexpr size_t kLongReadChanges = 128;

absl::Status Damaged(uint64_t sequence, absl::string_view what) {
  return MakeError(courant::v1::DATA_CORRUPTED,
                   absl::StrCat("change ", sequence, " is ", what,
                                "; stop the server and restore a backup"));
}

absl::Status Expired(Sequence floor) {
  return MakeError(courant::v1::RESUME_TOKEN_EXPIRED,
                   absl::StrCat("history before change ", floor.value(),
                                " is not kept; start from EARLIEST_RETAINED"),
                   {{"floor_sequence", floor.ToString()}});
}

}  // namespace

absl::StatusOr<ChangeLog> ChangeLog::Open(const Database& database,
                                          Applier& applier) {
  const auto it = database.Iterate(Family::kChange);
  it->SeekToFirst();
  COURANT_RETURN_IF_ERROR(FromRocksDb(it->status(), "read the change log"));
  Sequence begin(1);
  if (it->Valid()) {
    const std::optional<uint64_t> first = DecodeNumber(FromSlice(it->key()));
    if (!first) return Damaged(1, "stored under a damaged key");
    begin = Sequence(*first);
  }
  const View view(database);
  COURANT_ASSIGN_OR_RETURN(const std::optional<v1::ArticleRow> row,
                           view.FindArticle(kHistoryId));
  if (row) {
    COURANT_ASSIGN_OR_RETURN(const Entry trim,
                             view.ReadEntry(Sequence(row->sequence())));
    COURANT_ASSIGN_OR_RETURN(const History history, HistoryAfter(trim));
    applier.SetHistory(history);
  }
  return ChangeLog(database, applier, begin);
}

absl::Status ChangeLog::CheckKept(Sequence after) const {
  const Sequence floor = this->floor();
  return after.Next() < floor ? Expired(floor) : absl::OkStatus();
}

absl::StatusOr<std::vector<SharedEntry>> ChangeLog::Read(
    Sequence after, const ReadLimits& limits) const {
  if (after.Next() < begin_) return Expired(begin_);
  const uint64_t tail = this->tail().last_sequence.value();
  std::vector<SharedEntry> entries;
  if (after.value() >= tail) return entries;
  // What asks for little at a time does not want a MiB each time.
  const bool long_read = limits.max_changes >= kLongReadChanges &&
                         tail - after.value() > 4 * limits.max_changes;
  const auto it = database_->Iterate(Family::kChange, nullptr,
                                     long_read ? kReadaheadBytes : 0);
  size_t bytes = 0;
  uint64_t expected = after.value() + 1;
  for (it->Seek(EncodeNumber(expected));
       expected <= tail && limits.LeaveRoom(entries.size(), bytes);
       it->Next(), ++expected) {
    if (!it->Valid()) {
      COURANT_RETURN_IF_ERROR(FromRocksDb(it->status(), "read the change log"));
      return Damaged(expected, "missing");
    }
    if (FromSlice(it->key()) != EncodeNumber(expected)) {
      return Damaged(expected, "missing");
    }
    bytes += it->value().size();
    COURANT_ASSIGN_OR_RETURN(Entry entry, DecodeEntry(FromSlice(it->value())));
    entries.push_back(std::make_shared<const Entry>(std::move(entry)));
  }
  return entries;
}

absl::StatusOr<Sequence> ChangeLog::NewestAt(absl::Time time) const {
  // Changes up to `low` are not later, those after `high` are.
  uint64_t low = begin_.value() - 1;
  uint64_t high = tail().last_sequence.value();
  while (low < high) {
    const uint64_t middle = high - (high - low) / 2;
    COURANT_ASSIGN_OR_RETURN(const std::vector<SharedEntry> found,
                             Read(Sequence(middle - 1), {.max_changes = 1}));
    courant::v1::Change change;
    if (found.empty() ||
        !change.ParseFromString(found.front()->facts.change())) {
      return Damaged(middle, "damaged");
    }
    if (FromTimestamp(change.commit_time()) <= time) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return Sequence(low);
}

absl::StatusOr<ChainDigest> ChangeLog::DigestAt(Sequence sequence) const {
  if (sequence == Sequence(0)) return ChainDigest();
  const Tail end = tail();
  if (sequence > end.last_sequence) {
    return MakeError(courant::v1::SEQUENCE_IN_FUTURE,
                     absl::StrCat("change ", sequence.value(),
                                  " has not happened yet; the newest is ",
                                  end.last_sequence.value()),
                     {{"tail_sequence", end.last_sequence.ToString()}});
  }
  if (sequence < begin_) return Expired(begin_);
  COURANT_ASSIGN_OR_RETURN(
      const std::optional<std::string> bytes,
      database_->Get(Family::kChange, EncodeNumber(sequence.value())));
  if (!bytes) return Damaged(sequence.value(), "missing");
  COURANT_ASSIGN_OR_RETURN(const Entry entry, DecodeEntry(*bytes));
  return entry.chain;
}

}  // namespace courant::storage
