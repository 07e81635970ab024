#include "services/subscriptions/subscription_parts.h"

#include <algorithm>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "courant/v1/change.pb.h"
#include "services/editorial/rules/request_rules.h"
#include "storage/base/status_macros.h"
#include "storage/digest.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::v1::SubscriptionRow;

constexpr absl::Duration kMaxRetentionHold = absl::Hours(24 * 400);

constexpr const char* kSettings[] = {"filter", "max_outstanding_changes",
                                     "max_outstanding_bytes", "retention_hold"};

absl::Status SetHold(const google::protobuf::Duration& wanted,
                     const std::string& field, SubscriptionRow& row) {
  const absl::Duration hold =
      absl::Seconds(wanted.seconds()) + absl::Nanoseconds(wanted.nanos());
  if (hold < absl::ZeroDuration() || hold > kMaxRetentionHold) {
    return InvalidField(field, "must be from 0 s to 400 days");
  }
  row.set_retention_hold_us(absl::ToInt64Microseconds(hold));
  return absl::OkStatus();
}

absl::Status ApplySetting(const v1::Subscription& wanted,
                          const std::string& path, absl::string_view parent,
                          SubscriptionRow& row) {
  const std::string field = absl::StrCat(parent, ".", path);
  if (path == "filter") {
    COURANT_ASSIGN_OR_RETURN(
        const Filter filter,
        Filter::Parse(wanted.filter(), FieldSet::kChanges));
    row.set_filter(filter.canonical());
    return absl::OkStatus();
  }
  if (path == "max_outstanding_changes") {
    if (wanted.max_outstanding_changes() < 0 ||
        wanted.max_outstanding_changes() > kMaxOutstandingChanges) {
      return InvalidField(field, "must be from 0 (no limit) to 100,000");
    }
    row.set_max_outstanding_changes(wanted.max_outstanding_changes());
    return absl::OkStatus();
  }
  if (path == "max_outstanding_bytes") {
    if (wanted.max_outstanding_bytes() < 0 ||
        wanted.max_outstanding_bytes() > kMaxOutstandingBytes) {
      return InvalidField(field, "must be from 0 (no limit) to 1 GiB");
    }
    row.set_max_outstanding_bytes(wanted.max_outstanding_bytes());
    return absl::OkStatus();
  }
  if (path == "retention_hold") {
    return SetHold(wanted.retention_hold(), field, row);
  }
  return MakeFieldError(
      v1::FIELD_MASK_INVALID,
      {{"update_mask",
        absl::StrCat("`", path,
                     "` cannot be updated; use filter, "
                     "max_outstanding_changes, max_outstanding_bytes, "
                     "retention_hold")}},
      {{"path", path}});
}

// When the change after `sequence` was committed; nothing at the tail.
absl::StatusOr<std::optional<absl::Time>> NextCommitTime(
    const storage::ChangeLog& log, Sequence sequence) {
  COURANT_ASSIGN_OR_RETURN(const std::vector<storage::SharedEntry> next,
                           log.Read(sequence, {.max_changes = 1}));
  if (next.empty()) return std::nullopt;
  v1::Change change;
  if (!change.ParseFromString(next.front()->facts.change())) {
    return MakeError(
        v1::DATA_CORRUPTED,
        absl::StrCat("change ", sequence.value() + 1, " cannot be decoded"));
  }
  return storage::FromTimestamp(change.commit_time());
}

void SetTime(int64_t us, google::protobuf::Timestamp* to) {
  *to = storage::ToTimestamp(absl::FromUnixMicros(us));
}

void SetDuration(absl::Duration from, google::protobuf::Duration* to) {
  to->set_seconds(absl::ToInt64Seconds(from));
  to->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(from % absl::Seconds(1))));
}

}  // namespace

absl::Status ApplySettings(const v1::Subscription& wanted,
                           const google::protobuf::FieldMask& mask,
                           absl::string_view field, SubscriptionRow& row) {
  if (mask.paths().empty()) {
    for (const char* path : kSettings) {
      COURANT_RETURN_IF_ERROR(ApplySetting(wanted, path, field, row));
    }
  }
  for (const std::string& path : mask.paths()) {
    COURANT_RETURN_IF_ERROR(ApplySetting(wanted, path, field, row));
  }
  return absl::OkStatus();
}

void Touch(absl::Time now, SubscriptionRow& row) {
  row.set_etag(NewTag());
  row.set_update_time_us(absl::ToUnixMicros(now));
}

void SetCursor(const LogPositions& positions, const LogPosition& position,
               const Filter& filter, SubscriptionRow& row) {
  row.set_committed_token(positions.Mint(position, filter));
  row.set_committed_sequence(position.sequence.value());
}

LogPosition CursorOf(const LogPositions& positions, const Filter& filter,
                     const SubscriptionRow& row) {
  absl::StatusOr<LogPosition> position =
      positions.Open(row.committed_token(), filter, "committed_token");
  if (position.ok()) return *std::move(position);
  return {.sequence = Sequence(row.committed_sequence())};
}

absl::StatusOr<LogPosition> PositionAt(const LogPositions& positions,
                                       absl::Time time,
                                       absl::string_view field) {
  const storage::ChangeLog& log = positions.log();
  // The change after `before` is earlier than `time`, or `before` is the floor;
  // the one after `after` is not, or `after` is the tail.
  uint64_t before = log.floor().value() - 1;
  uint64_t after = log.tail().last_sequence.value();
  while (before < after) {
    const uint64_t middle = before + (after - before) / 2;
    COURANT_ASSIGN_OR_RETURN(const std::optional<absl::Time> next,
                             NextCommitTime(log, Sequence(middle)));
    if (next && *next < time) {
      before = middle + 1;
    } else {
      after = middle;
    }
  }
  return positions.After(static_cast<int64_t>(before), field);
}

absl::StatusOr<LogPosition> FindWantedStart(const LogPositions& positions,
                                            const WantedStart& wanted,
                                            const Filter& filter) {
  if (wanted.resume_token != nullptr) {
    return positions.Open(*wanted.resume_token, filter, "resume_token");
  }
  if (wanted.time != nullptr) {
    COURANT_RETURN_IF_ERROR(
        CheckTime(/*is_set=*/true, *wanted.time, wanted.time_field));
    return PositionAt(positions, storage::FromTimestamp(*wanted.time),
                      wanted.time_field);
  }
  return positions.Start(wanted.start_from);
}

absl::StatusOr<v1::Subscription> ToSubscription(const std::string& name,
                                                const SubscriptionRow& row,
                                                const storage::ChangeLog& log,
                                                absl::Time now, bool open) {
  v1::Subscription result;
  result.set_name(name);
  result.set_etag(row.etag());
  result.set_uid(row.uid());
  result.set_filter(row.filter());
  result.set_committed_sequence(static_cast<int64_t>(row.committed_sequence()));
  result.set_committed_token(row.committed_token());
  result.set_max_outstanding_changes(row.max_outstanding_changes());
  result.set_max_outstanding_bytes(row.max_outstanding_bytes());
  SetDuration(absl::Microseconds(row.retention_hold_us()),
              result.mutable_retention_hold());
  if (row.last_commit_time_us() != 0) {
    SetTime(row.last_commit_time_us(), result.mutable_last_commit_time());
  }
  SetTime(row.create_time_us(), result.mutable_create_time());
  SetTime(row.update_time_us(), result.mutable_update_time());
  if (row.session_begin_us() != 0) {
    SetTime(row.session_begin_us(), result.mutable_session_begin_time());
  }
  result.set_stream_open(open);
  result.set_parked_changes(row.parked());
  const uint64_t tail = log.tail().last_sequence.value();
  absl::Duration lag;
  if (row.committed_sequence() < tail) {
    result.set_lag_changes(
        static_cast<int64_t>(tail - row.committed_sequence()));
    COURANT_ASSIGN_OR_RETURN(
        const std::optional<absl::Time> since,
        NextCommitTime(log, Sequence(row.committed_sequence())));
    // The clock may have been set back since.
    if (since) lag = std::max(now - *since, absl::ZeroDuration());
  }
  SetDuration(lag, result.mutable_lag_time());
  return result;
}

absl::Status CheckSubscriptionEtag(absl::string_view name,
                                   const std::string& etag,
                                   const SubscriptionRow& row) {
  if (etag.empty() || etag == row.etag()) return absl::OkStatus();
  return MakeError(
      v1::ETAG_MISMATCH,
      absl::StrCat(name, " has changed; read it again and decide again"),
      {{"current_etag", row.etag()}});
}

std::string NewTag() { return absl::BytesToHexString(storage::RandomBytes(8)); }

}  // namespace courant
