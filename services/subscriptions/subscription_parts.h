#ifndef COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_PARTS_H_
#define COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_PARTS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/storage/v1/record.pb.h"
#include "courant/v1/subscription.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "services/distribution/log_positions.h"
#include "services/filter/filter.h"
#include "storage/change_log.h"

// What the calls about subscriptions have in common. Every function is
// thread-safe.
namespace courant {

// Longest window that can be asked for.
inline constexpr int32_t kMaxOutstandingChanges = 100'000;
inline constexpr int64_t kMaxOutstandingBytes = int64_t{1} << 30;

// Copies into `row` what `wanted` says in the fields of `mask`; the filter in
// canonical form. Empty: all fields that can be set.
//   INVALID_ARGUMENT / FIELD_INVALID  out of range; `field` is the path of
//                                     `wanted` in the request
//   INVALID_ARGUMENT / FIELD_MASK_INVALID
//   errors of Filter::Parse
absl::Status ApplySettings(const v1::Subscription& wanted,
                           const google::protobuf::FieldMask& mask,
                           absl::string_view field,
                           storage::v1::SubscriptionRow& row);

// Gives `row` another etag, and says when: for whatever somebody set, and not
// for what a client or a stream does.
void Touch(absl::Time now, storage::v1::SubscriptionRow& row);

// Puts the cursor of `row` at `position`.
void SetCursor(const LogPositions& positions, const LogPosition& position,
               const Filter& filter, storage::v1::SubscriptionRow& row);

// Where the cursor of `row` is, a subscription with `filter`. Its sequence
// alone when history does not go through it any more: what comes later may
// still be committed.
LogPosition CursorOf(const LogPositions& positions, const Filter& filter,
                     const storage::v1::SubscriptionRow& row);

// The position before the first change that was committed at `time` or later;
// the tail when there is none. About 20 reads of the log for a million changes.
//   errors of LogPositions::After() and ChangeLog::Read()
absl::StatusOr<LogPosition> PositionAt(const LogPositions& positions,
                                       absl::Time time,
                                       absl::string_view field);

// Where a request wants the cursor: exactly one of `resume_token`, `start_from`
// and the time, of any request that has them.
struct WantedStart {
  // Null unless it was given.
  const std::string* resume_token = nullptr;
  // Counts when nothing else was given. Unspecified: the tail.
  v1::StartFrom start_from = v1::START_FROM_UNSPECIFIED;
  // Null unless it was given, and in which field.
  const google::protobuf::Timestamp* time = nullptr;
  absl::string_view time_field;
};

// The position that `wanted` names, for `filter`.
//   errors of LogPositions::Open() and Start()
//   INVALID_ARGUMENT / FIELD_INVALID  the time is none; names time_field
absl::StatusOr<LogPosition> FindWantedStart(const LogPositions& positions,
                                            const WantedStart& wanted,
                                            const Filter& filter);

// The row as callers see it, with its lag at `now`. `open` is whether a stream
// is open.
//   DATA_LOSS  the change after the cursor cannot be read
absl::StatusOr<v1::Subscription> ToSubscription(
    const std::string& name, const storage::v1::SubscriptionRow& row,
    const storage::ChangeLog& log, absl::Time now, bool open);

// ABORTED / ETAG_MISMATCH unless `etag` is empty or that of `row`.
absl::Status CheckSubscriptionEtag(absl::string_view name,
                                   const std::string& etag,
                                   const storage::v1::SubscriptionRow& row);

// 16 hexadecimal digits that nobody has seen before.
std::string NewTag();

}  // namespace courant

#endif  // COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_PARTS_H_
