#include "services/cli/change_follower.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/cli/backoff.h"
#include "services/cli/connection.h"
#include "services/cli/error_text.h"
#include "services/cli/stop_source.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

constexpr absl::Duration kLongestWait = absl::Seconds(5);
// The server may ask for more, but not for ever.
constexpr absl::Duration kLongestAskedWait = absl::Minutes(1);
// While no answer has ever come.
constexpr int kFirstTries = 5;

absl::Duration FromProto(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) +
         absl::Nanoseconds(duration.nanos());
}

// True for an end after which the same stream can go on elsewhere or later.
bool MayReturn(const absl::Status& status) {
  switch (ReasonOf(status)) {
    case v1::ERROR_REASON_UNSPECIFIED:
      break;
    case v1::SUBSCRIBER_STALLED:
    case v1::TOO_MANY_REQUESTS:
      return true;
    default:
      return absl::IsUnavailable(status);
  }
  // Without a reason it is the transport that speaks: a server that was
  // killed shows as any of these, depending on how far the stream was.
  switch (status.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return true;
    default:
      return false;
  }
}

}  // namespace

ChangeFollower::ChangeFollower(Connection& connection, StopSource& stop,
                               Options options, Events events)
    : connection_(connection),
      stop_(stop),
      options_(std::move(options)),
      events_(std::move(events)) {}

absl::Status ChangeFollower::Run() {
  const StopListener listener(stop_);
  Backoff backoff(options_.first_wait, kLongestWait);
  for (int tries = 1;; ++tries) {
    started_ = false;
    reconnect_after_ = absl::ZeroDuration();
    absl::Status ours;  // Why the stream was ended from this side.
    absl::Status theirs = connection_.SubscribeChanges(
        NextRequest(), [&](const v1::SubscribeChangesResponse& message) {
          ours = OnMessage(message);
          return ours;
        });
    if (absl::IsCancelled(ours)) return absl::OkStatus();
    if (!ours.ok()) return ours;
    if (stop_.requested()) return absl::OkStatus();
    if (theirs.ok() && options_.end_sequence) return theirs;
    if (!MayReturn(theirs)) return theirs;
    if (log_id_.empty() && tries >= kFirstTries) return theirs;

    if (started_) backoff.Reset();
    if (!log_id_.empty() && !waiting_) {
      waiting_ = true;
      events_.on_wait(theirs);
    }
    const absl::Duration asked = std::max(
        reconnect_after_, RetryDelayOf(theirs).value_or(absl::ZeroDuration()));
    if (stop_.WaitFor(
            std::max(backoff.Next(), std::min(asked, kLongestAskedWait)))) {
      return absl::OkStatus();
    }
  }
}

std::optional<ChangeStart> ChangeFollower::place() const {
  if (log_id_.empty()) return std::nullopt;
  if (in_snapshot_) return token_;
  return position_;
}

v1::SubscribeChangesRequest ChangeFollower::NextRequest() const {
  v1::SubscribeChangesRequest request;
  request.set_max_batch_changes(options_.max_batch_changes);
  if (!options_.subscription.empty()) {
    request.set_subscription(options_.subscription);
    return request;
  }
  request.set_filter(options_.filter);
  if (options_.end_sequence) request.set_end_sequence(*options_.end_sequence);
  if (!token_.empty()) {
    request.set_resume_token(token_);
  } else if (const auto* from = std::get_if<v1::StartFrom>(&options_.start)) {
    request.set_start_from(*from);
  } else if (const auto* after = std::get_if<int64_t>(&options_.start)) {
    request.set_resume_after_sequence(*after);
  } else {
    request.set_resume_token(std::get<std::string>(options_.start));
  }
  return request;
}

absl::Status ChangeFollower::OnMessage(
    const v1::SubscribeChangesResponse& message) {
  if (message.has_started() == started_) {
    return absl::DataLossError("the stream did not begin as it must");
  }
  switch (message.event_case()) {
    case v1::SubscribeChangesResponse::kStarted:
      COURANT_RETURN_IF_ERROR(OnStarted(message.started()));
      break;
    case v1::SubscribeChangesResponse::kBatch:
      COURANT_RETURN_IF_ERROR(OnBatch(message.batch()));
      break;
    case v1::SubscribeChangesResponse::kProgress:
      COURANT_RETURN_IF_ERROR(OnProgress(message.progress()));
      break;
    case v1::SubscribeChangesResponse::kSnapshotComplete:
      COURANT_RETURN_IF_ERROR(OnSnapshotComplete(message.snapshot_complete()));
      break;
    case v1::SubscribeChangesResponse::kDrain:
      COURANT_RETURN_IF_ERROR(CheckContinues(message.drain().after_sequence()));
      reconnect_after_ = FromProto(message.drain().reconnect_after());
      break;
    // To partners alone, and they have clients of their own.
    case v1::SubscribeChangesResponse::kNotices:
    case v1::SubscribeChangesResponse::kRights:
    // Of a newer server; it moves nothing that we can see.
    case v1::SubscribeChangesResponse::EVENT_NOT_SET:
      break;
  }
  if (options_.end_sequence && !in_snapshot_ &&
      position_ >= *options_.end_sequence) {
    return absl::CancelledError("the end is reached");
  }
  return absl::OkStatus();
}

absl::Status ChangeFollower::OnStarted(const v1::Started& started) {
  started_ = true;
  if (log_id_.empty()) {
    const auto* after = std::get_if<int64_t>(&options_.start);
    position_ = after != nullptr ? *after : started.resume_after_sequence();
    log_id_ = started.log_id();
    events_.on_start(started);
  } else if (started.log_id() != log_id_) {
    return absl::DataLossError(absl::StrCat(
        "the server came back with another log: ", started.log_id(),
        " instead of ", log_id_));
  }
  session_ = started.session_id();
  // The cursor may be behind what was handed over already.
  if (!options_.subscription.empty()) {
    position_ = started.resume_after_sequence();
  }
  COURANT_RETURN_IF_ERROR(CheckContinues(started.resume_after_sequence()));
  token_ = started.resume_token();
  in_snapshot_ = started.in_snapshot();
  if (std::exchange(waiting_, false)) events_.on_return();
  return absl::OkStatus();
}

absl::Status ChangeFollower::OnBatch(const v1::ChangeBatch& batch) {
  COURANT_RETURN_IF_ERROR(CheckContinues(batch.after_sequence()));
  for (const v1::Change& change : batch.changes()) {
    // What there was has the sequence of its own change, somewhere before.
    if (change.disposition() == v1::Change::SNAPSHOT) {
      COURANT_RETURN_IF_ERROR(events_.on_change(change));
      continue;
    }
    if (change.sequence() <= position_ ||
        change.sequence() > batch.sequence()) {
      return absl::DataLossError(absl::StrCat(
          "change ", change.sequence(), " is out of order: it came after ",
          position_, " in a message up to ", batch.sequence()));
    }
    position_ = change.sequence();
    if (position_ <= handed_over_) continue;
    handed_over_ = position_;
    COURANT_RETURN_IF_ERROR(events_.on_change(change));
  }
  events_.on_batch_end();
  position_ = batch.sequence();
  token_ = batch.resume_token();
  return events_.on_position(token_, session_);
}

absl::Status ChangeFollower::OnSnapshotComplete(
    const v1::SnapshotComplete& complete) {
  COURANT_RETURN_IF_ERROR(CheckContinues(complete.after_sequence()));
  position_ = complete.sequence();
  token_ = complete.resume_token();
  in_snapshot_ = false;
  events_.on_snapshot_end(complete);
  return absl::OkStatus();
}

absl::Status ChangeFollower::OnProgress(const v1::Progress& progress) {
  COURANT_RETURN_IF_ERROR(CheckContinues(progress.after_sequence()));
  const bool moved = progress.sequence() != position_;
  position_ = progress.sequence();
  token_ = progress.resume_token();
  return moved ? events_.on_position(token_, session_) : absl::OkStatus();
}

absl::Status ChangeFollower::CheckContinues(int64_t after) const {
  if (after == position_) return absl::OkStatus();
  return WithHint(
      absl::DataLossError(absl::StrCat(after > position_ ? "gap" : "repeat",
                                       " in the stream: it continues "
                                       "from change ",
                                       after, " but ", position_,
                                       " was the last one")),
      absl::StrCat("read again from there with: --from ", position_));
}

}  // namespace courant
