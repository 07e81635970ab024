#include "services/retention/kept_whole.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "courant/v1/change.pb.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

constexpr absl::Duration kNewestDay = absl::Hours(24);

absl::StatusOr<absl::Time> CommitTimeOf(const storage::Entry& entry) {
  v1::Change change;
  if (!change.ParseFromString(entry.facts.change())) {
    return MakeError(v1::DATA_CORRUPTED, "a change is damaged");
  }
  return storage::FromTimestamp(change.commit_time());
}

// When the change after `sequence` was committed; nothing at the tail.
absl::StatusOr<std::optional<absl::Time>> CommitTimeAfter(
    const storage::ChangeLog& log, Sequence sequence) {
  COURANT_ASSIGN_OR_RETURN(const std::vector<storage::SharedEntry> next,
                           log.Read(sequence, {.max_changes = 1}));
  if (next.empty()) return std::nullopt;
  COURANT_ASSIGN_OR_RETURN(const absl::Time time, CommitTimeOf(*next.front()));
  return time;
}

// When somebody wrote last: trims are the server's own, and bear what the clock
// says. The beginning of time when nobody has.
absl::StatusOr<absl::Time> LastWriteTime(const storage::ChangeLog& log) {
  for (Sequence at = log.tail().last_sequence; at >= log.begin();
       at = Sequence(at.value() - 1)) {
    COURANT_ASSIGN_OR_RETURN(
        const std::vector<storage::SharedEntry> entries,
        log.Read(Sequence(at.value() - 1), {.max_changes = 1}));
    if (!entries.empty() && !storage::IsTrim(*entries.front())) {
      return CommitTimeOf(*entries.front());
    }
  }
  return absl::InfinitePast();
}

}  // namespace

absl::StatusOr<KeptWhole> FindKeptWhole(
    const storage::ChangeLog& log,
    const storage::SubscriptionStore& subscriptions, absl::Duration retention,
    absl::Time now) {
  COURANT_ASSIGN_OR_RETURN(const absl::Time last, LastWriteTime(log));
  const absl::Time since = std::min(now - retention, last - kNewestDay);
  // Not what was committed at that very moment: "before" is what is said.
  COURANT_ASSIGN_OR_RETURN(const Sequence old,
                           log.NewestAt(since - absl::Microseconds(1)));
  KeptWhole kept{.from = old.Next(), .since = since};
  COURANT_ASSIGN_OR_RETURN(
      const std::vector<storage::SubscriptionStore::Named> all,
      subscriptions.List("", "", std::numeric_limits<size_t>::max()));
  for (const auto& [name, row] : all) {
    const Sequence cursor(row.committed_sequence());
    if (row.retention_hold_us() == 0 || cursor.Next() >= kept.from) continue;
    COURANT_ASSIGN_OR_RETURN(const std::optional<absl::Time> first,
                             CommitTimeAfter(log, cursor));
    if (!first || *first + absl::Microseconds(row.retention_hold_us()) <= now) {
      continue;
    }
    kept = {.from = cursor.Next(), .since = std::min(kept.since, *first)};
  }
  return kept;
}

}  // namespace courant
