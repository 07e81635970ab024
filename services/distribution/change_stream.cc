#include "services/distribution/change_stream.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/time/clock.h"
#include "services/distribution/conflation.h"
#include "services/distribution/reconnect_delay.h"
#include "services/distribution/subscribe_request.h"
#include "services/rpc/handler.h"
#include "services/rpc/wire_format.h"
#include "storage/base/failpoint.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

// How much of a snapshot is summarised at a time: some 20 ms of a thread.
constexpr size_t kSummarisedRows = 8192;

// Between looks whether what partners are given can be written down again, on a
// disk that was full.
constexpr absl::Duration kLookForRoom = absl::Seconds(1);

StreamSource::Pull SendMessage(const v1::SubscribeChangesResponse& response,
                               std::vector<grpc::Slice>* message) {
  message->emplace_back(response.SerializeAsString());
  return StreamSource::Pull::kMessage;
}

}  // namespace

ChangeStream::ChangeStream(ChangeHub& hub, const LogPositions& positions,
                           std::string request, std::weak_ptr<Wakeable> stream,
                           FollowingViewer viewer,
                           absl::Duration progress_interval,
                           OpenCursor open_cursor)
    : hub_(hub),
      positions_(positions),
      request_(std::move(request)),
      stream_(std::move(stream)),
      viewer_(std::move(viewer)),
      open_cursor_(std::move(open_cursor)),
      progress_interval_(progress_interval) {}

absl::StatusOr<StreamSource::Pull> ChangeStream::Next(
    std::vector<grpc::Slice>* message) {
  if (subscriber_ == nullptr) return Open(message);
  if (cursor_ != nullptr) COURANT_RETURN_IF_ERROR(cursor_->Check());
  if (drained_) {
    return WithRetryDelay(
        MakeError(v1::NODE_DRAINING, "the server is stopping"),
        absl::Seconds(1));
  }
  COURANT_ASSIGN_OR_RETURN(const Pull notices, SendNotices(message));
  if (notices != Pull::kNothing) return notices;
  if (!snapshot_ && !position_.rights_key && end_sequence_ != 0 &&
      announced_.value() >= end_sequence_) {
    return Pull::kEnd;
  }
  // Not while a snapshot is summarised: that sends nothing, and pins a moment.
  const bool summarising = step_.at_end && !summary_;
  if (const absl::Duration pause = viewer_.Pause();
      pause > absl::ZeroDuration() && !summarising && !hub_.draining()) {
    if (absl::Now() >= progress_due_) return SendProgress(message);
    subscriber_->due_us.store(
        absl::ToUnixMicros(std::min(progress_due_, absl::Now() + pause)));
    return Pull::kNothing;
  }
  if (hub_.draining()) {
    // A Drain and its token are at the position that the client knows.
    return position_.sequence == announced_ ? SendDrain(message)
                                            : SendProgress(message);
  }
  if (position_.rights_key) return NextInRights(message);
  if (snapshot_) return NextInSnapshot(message);
  COURANT_ASSIGN_OR_RETURN(const std::vector<Match> matches, AdvanceToGive());
  if (!matches.empty()) return SendBatch(matches, message);
  if (position_.rights_key) return ComeBack();
  const bool at_end =
      end_sequence_ != 0 && position_.sequence.value() >= end_sequence_;
  const bool at_tail = position_.sequence >= hub_.log().tail().last_sequence;
  const bool state_changed = at_tail && !live_;
  const bool skipped_many =
      position_.sequence.value() - announced_.value() >= kProgressEvery;
  if (state_changed || skipped_many || at_end || absl::Now() >= progress_due_) {
    live_ = at_tail;
    return SendProgress(message);
  }
  return Sleep();
}

StreamSource::Pull ChangeStream::Sleep() {
  subscriber_->due_us.store(
      absl::ToUnixMicros(std::min(progress_due_, room_due_)));
  room_due_ = absl::InfiniteFuture();
  return Pull::kNothing;
}

bool ChangeStream::WaitsForRoom(const absl::Status& error) {
  if (ReasonOf(error) != v1::STORAGE_FULL) return false;
  room_due_ = absl::Now() + kLookForRoom;
  return true;
}

bool ChangeStream::CatchingUp() const {
  return snapshot_.has_value() || position_.rights_key.has_value() ||
         !hub_.HasInMemory(position_.sequence) ||
         position_.sequence.value() + kMaxBatchChanges <
             hub_.log().tail().last_sequence.value();
}

absl::Status ChangeStream::Stalled() const {
  return MakeError(v1::SUBSCRIBER_STALLED,
                   "nothing was read for too long; connect again, and go on "
                   "from resume_token",
                   {{"resume_token", positions_.Mint(position_, filter_)}});
}

absl::StatusOr<StreamSource::Pull> ChangeStream::Open(
    std::vector<grpc::Slice>* message) {
  v1::SubscribeChangesRequest request;
  COURANT_RETURN_IF_ERROR(ParseRequest(request_, &request));
  COURANT_RETURN_IF_ERROR(CheckRequest(request));
  if (!request.subscription().empty()) {
    COURANT_ASSIGN_OR_RETURN(const bool found, StartFromCursor(request));
    if (!found) return Pull::kNothing;
  }
  request_ = std::string();
  COURANT_ASSIGN_OR_RETURN(filter_,
                           Filter::Parse(request.filter(), FieldSet::kChanges));
  // Before the start is fixed, so that no change is committed unnoticed
  // between the two.
  auto subscriber = hub_.Subscribe(stream_, viewer_.partner());
  COURANT_ASSIGN_OR_RETURN(
      position_, FindStart(request, filter_, positions_, hub_.metrics()));
  progress_interval_ = ProgressInterval(request, progress_interval_);
  end_sequence_ = static_cast<uint64_t>(request.end_sequence());
  conflates_ =
      request.conflation() == v1::SubscribeChangesRequest::WHILE_CATCHING_UP;
  if (request.max_batch_changes() > 0) {
    max_batch_changes_ = std::min(
        static_cast<size_t>(request.max_batch_changes()), kMaxBatchChanges);
  }
  COURANT_RETURN_IF_ERROR(viewer_.MoveTo(position_.sequence));
  if (!viewer_.HasRights()) position_.rights_key.reset();
  COURANT_RETURN_IF_ERROR(viewer_.LookAtNow());
  COURANT_RETURN_IF_ERROR(viewer_.MayBeginAt(position_));
  if (position_.snapshot_key) {
    snapshot_.emplace(hub_, positions_, viewer_, filter_, position_);
  }
  subscriber_ = std::move(subscriber);
  hub_.metrics().streams.Opened(request);
  Announced();

  v1::SubscribeChangesResponse response;
  v1::Started& started = *response.mutable_started();
  const LogIdentity& log = positions_.identity();
  started.set_log_id(absl::BytesToHexString(
      absl::string_view(log.log_id.data(), log.log_id.size())));
  started.set_epoch(static_cast<int64_t>(log.epoch().value()) +
                    (COURANT_FAILPOINT("stream.wrong_epoch") ? 1 : 0));
  started.set_resume_after_sequence(
      static_cast<int64_t>(position_.sequence.value()));
  started.set_floor_sequence(static_cast<int64_t>(hub_.log().floor().value()));
  started.set_tail_sequence(
      static_cast<int64_t>(hub_.log().tail().last_sequence.value()));
  started.set_canonical_filter(filter_.canonical());
  started.set_resume_token(positions_.Mint(position_, filter_));
  started.set_in_snapshot(snapshot_.has_value());
  if (cursor_ != nullptr) {
    COURANT_ASSIGN_OR_RETURN(const StreamCursor::Start* start,
                             cursor_->GetStart());
    started.set_session_id(start->session_id);
  }
  return SendMessage(response, message);
}

absl::StatusOr<bool> ChangeStream::StartFromCursor(
    v1::SubscribeChangesRequest& request) {
  if (viewer_.audience() != Audience::kInternal || !open_cursor_) {
    return NotCleared("SubscribeChanges with a subscription");
  }
  if (!request.filter().empty() ||
      request.start_case() != v1::SubscribeChangesRequest::START_NOT_SET) {
    return MakeFieldError(
        v1::FIELDS_CONFLICT,
        {{"subscription",
          "has its own filter and start: leave those of the request out, or "
          "use UpdateSubscription and SeekSubscription"}});
  }
  if (cursor_ == nullptr) {
    cursor_ = open_cursor_(request.subscription(), stream_);
  }
  COURANT_ASSIGN_OR_RETURN(const StreamCursor::Start* start,
                           cursor_->GetStart());
  if (start == nullptr) return false;
  request.set_filter(start->filter);
  request.set_resume_token(start->resume_token);
  return true;
}

MessageLimits ChangeStream::Limits() const {
  MessageLimits limits = {.max_changes = max_batch_changes_,
                          .max_bytes = kMaxBatchBytes};
  if (cursor_ != nullptr) {
    const StreamCursor::Room room = cursor_->GetRoom();
    limits.max_changes = std::min(limits.max_changes, room.changes);
    limits.max_bytes = std::min(limits.max_bytes, room.bytes);
  }
  return limits;
}

absl::StatusOr<std::vector<Match>> ChangeStream::AdvanceToGive() {
  while (true) {
    const LogPosition begin = position_;
    COURANT_ASSIGN_OR_RETURN(std::vector<Match> matches,
                             conflates_ ? AdvanceConflated() : Advance());
    const absl::StatusOr<bool> may_go =
        viewer_.MayGive(v1::Delivery::STREAM, matches);
    if (!may_go.ok() && !WaitsForRoom(may_go.status())) return may_go.status();
    if (may_go.ok() && *may_go) return matches;
    position_ = begin;
    COURANT_RETURN_IF_ERROR(viewer_.MoveTo(position_.sequence));
    if (!may_go.ok()) return std::vector<Match>();
  }
}

absl::StatusOr<std::vector<Match>> ChangeStream::Advance() {
  std::vector<Match> matches;
  COURANT_RETURN_IF_ERROR(viewer_.LookAtNow());
  while (matches.empty() && !position_.rights_key &&
         position_.sequence.value() - announced_.value() < kProgressEvery) {
    const MessageLimits limits = Limits();
    if (!limits.has_room()) break;
    size_t wanted = limits.max_changes;
    if (end_sequence_ != 0) {
      if (position_.sequence.value() >= end_sequence_) break;
      wanted =
          std::min<size_t>(wanted, end_sequence_ - position_.sequence.value());
    }
    COURANT_ASSIGN_OR_RETURN(
        const std::vector<SharedChangePtr> changes,
        hub_.Follow(position_.sequence,
                    {.max_changes = wanted, .max_bytes = limits.max_bytes}));
    if (changes.empty()) break;
    const SharedChangePtr* last = &changes.back();
    bool changes_rights = false;
    for (const SharedChangePtr& change : changes) {
      changes_rights = viewer_.MayChangeRights(*change);
      COURANT_ASSIGN_OR_RETURN(std::optional<Match> match,
                               viewer_.Tell(change, filter_));
      if (match) matches.push_back(*std::move(match));
      if (changes_rights) {
        last = &change;
        break;
      }
    }
    if (!matches.empty() && COURANT_FAILPOINT("stream.skip_change")) {
      matches.pop_back();
    }
    if (!matches.empty() && COURANT_FAILPOINT("stream.repeat_change")) {
      matches.push_back(matches.back());
    }
    if (matches.size() > 1 && COURANT_FAILPOINT("stream.swap_changes")) {
      std::swap(matches.front(), matches.back());
    }
    position_ = positions_.After((*last)->entry());
    if (changes_rights) position_.rights_key.emplace();
  }
  return matches;
}

absl::StatusOr<std::vector<Match>> ChangeStream::AdvanceConflated() {
  const MessageLimits limits = Limits();
  COURANT_RETURN_IF_ERROR(viewer_.LookAtNow());
  Conflation conflation(filter_);
  while (!conflation.IsFull(limits) && !position_.rights_key) {
    const uint64_t looked_at = position_.sequence.value() - announced_.value();
    if (looked_at >= kProgressEvery) break;
    size_t wanted = std::min(limits.max_changes, kProgressEvery - looked_at);
    if (end_sequence_ != 0) {
      if (position_.sequence.value() >= end_sequence_) break;
      wanted =
          std::min<size_t>(wanted, end_sequence_ - position_.sequence.value());
    }
    COURANT_ASSIGN_OR_RETURN(
        const std::vector<SharedChangePtr> changes,
        hub_.Follow(position_.sequence,
                    {.max_changes = wanted, .max_bytes = limits.max_bytes}));
    if (changes.empty()) break;
    for (const SharedChangePtr& change : changes) {
      if (conflation.IsFull(limits)) break;
      const bool changes_rights = viewer_.MayChangeRights(*change);
      COURANT_ASSIGN_OR_RETURN(std::optional<Match> match,
                               viewer_.Tell(change, filter_));
      if (match) conflation.Add(*std::move(match), viewer_.then());
      position_ = positions_.After(change->entry());
      if (changes_rights) {
        position_.rights_key.emplace();
        break;
      }
    }
  }
  return conflation.Take();
}

absl::StatusOr<StreamSource::Pull> ChangeStream::NextInSnapshot(
    std::vector<grpc::Slice>* message) {
  if (summary_ && step_.matches.empty()) return SendSnapshotComplete(message);
  if (!step_.at_end && step_.matches.empty()) {
    const MessageLimits limits = Limits();
    if (!limits.has_room()) return WaitOrProgress(message);
    COURANT_ASSIGN_OR_RETURN(step_, snapshot_->Advance(limits));
  }
  if (step_.at_end && !summary_) {
    // Before the last batch is sent: the moment is pinned until this is done,
    // and no client may keep it so by reading slowly.
    COURANT_ASSIGN_OR_RETURN(summary_, snapshot_->Summarise(kSummarisedRows));
    if (!summary_) return ComeBack();
  }
  // Summarising takes many turns, and rights may have ended meanwhile.
  const absl::StatusOr<bool> may_go =
      viewer_.MayGive(v1::Delivery::STREAM, step_.matches);
  if (!may_go.ok() && WaitsForRoom(may_go.status())) {
    return WaitOrProgress(message);
  }
  COURANT_RETURN_IF_ERROR(may_go.status());
  if (!*may_go) {
    // Once more by those of now, as who comes back with the last token.
    step_ = {};
    summary_.reset();
    snapshot_.emplace(hub_, positions_, viewer_, filter_, position_);
    return ComeBack();
  }
  const SnapshotScan::Step step = std::exchange(step_, {});
  position_ = snapshot_->position();
  if (!step.matches.empty()) return SendBatch(step.matches, message);
  if (summary_) return SendSnapshotComplete(message);
  return step.waits ? WaitOrProgress(message) : SendProgress(message);
}

absl::StatusOr<StreamSource::Pull> ChangeStream::NextInRights(
    std::vector<grpc::Slice>* message) {
  if (!rights_) rights_.emplace(positions_, viewer_, filter_, position_);
  COURANT_ASSIGN_OR_RETURN(const RightsScan::Step step,
                           rights_->Advance(Limits()));
  // That something has left may always be told, but not to a key that is gone.
  COURANT_RETURN_IF_ERROR(viewer_.LookAtNow());
  const auto may_go = viewer_.MayGive(v1::Delivery::STREAM, step.matches);
  if (!may_go.ok()) {
    if (!WaitsForRoom(may_go.status())) return may_go.status();
    // The scan is past them; the position is not.
    rights_.reset();
    return WaitOrProgress(message);
  }
  const std::optional<v1::RightsChange> summary =
      step.at_end ? rights_->Summary(announced_) : std::nullopt;
  // The position moves by what every client knows.
  if (summary && announced_ != position_.sequence) return SendProgress(message);
  position_ = rights_->position();
  if (!step.matches.empty()) return SendBatch(step.matches, message);
  if (!step.at_end) {
    return absl::Now() >= progress_due_ ? SendProgress(message) : ComeBack();
  }
  rights_.reset();
  if (snapshot_) {
    snapshot_.emplace(hub_, positions_, viewer_, filter_, position_);
  }
  if (!summary) return ComeBack();
  v1::SubscribeChangesResponse response;
  *response.mutable_rights() = *summary;
  Announced();
  return SendMessage(response, message);
}

StreamSource::Pull ChangeStream::ComeBack() const {
  if (const auto stream = stream_.lock()) stream->Wake();
  return Pull::kNothing;
}

StreamSource::Pull ChangeStream::WaitOrProgress(
    std::vector<grpc::Slice>* message) {
  if (absl::Now() >= progress_due_) return SendProgress(message);
  return Sleep();
}

absl::StatusOr<StreamSource::Pull> ChangeStream::SendBatch(
    const std::vector<Match>& matches, std::vector<grpc::Slice>* message) {
  std::string head;
  AppendVarintField(&head, v1::ChangeBatch::kAfterSequenceFieldNumber,
                    announced_.value());
  AppendVarintField(&head, v1::ChangeBatch::kSequenceFieldNumber,
                    position_.sequence.value());
  AppendBytesField(&head, v1::ChangeBatch::kResumeTokenFieldNumber,
                   positions_.Mint(position_, filter_));
  message->reserve(1 + 2 * matches.size());
  message->emplace_back();  // prefix and head
  for (const Match& match : matches) {
    COURANT_RETURN_IF_ERROR(
        match.conflated_count == 0
            ? match.change->AppendElement(viewer_.audience(), match.disposition,
                                          message, match.shown)
            : match.change->AppendConflated(
                  viewer_.audience(), match.disposition, match.conflated_count,
                  message, match.shown));
  }
  size_t size = head.size();
  for (const grpc::Slice& piece : *message) size += piece.size();
  std::string prefix;
  AppendLengthPrefix(&prefix, v1::SubscribeChangesResponse::kBatchFieldNumber,
                     size);
  message->front() = grpc::Slice(prefix + head);
  if (cursor_ != nullptr) {
    cursor_->Sent(position_, matches.size(), size);
  }
  viewer_.Spend(size);
  hub_.metrics().streams.Delivered(matches, size, live_);
  subscriber_->Count(matches.size());
  Announced();
  return Pull::kMessage;
}

absl::StatusOr<StreamSource::Pull> ChangeStream::SendNotices(
    std::vector<grpc::Slice>* message) {
  if (viewer_.audience() != Audience::kPartner) return Pull::kNothing;
  absl::StatusOr<std::vector<v1::Notice>> notices =
      viewer_.TakeNotices(&notices_);
  if (!notices.ok() && WaitsForRoom(notices.status())) return Pull::kNothing;
  COURANT_RETURN_IF_ERROR(notices.status());
  if (notices->empty()) return Pull::kNothing;
  v1::SubscribeChangesResponse response;
  for (v1::Notice& notice : *notices) {
    *response.mutable_notices()->add_notices() = std::move(notice);
  }
  return SendMessage(response, message);
}

StreamSource::Pull ChangeStream::SendProgress(
    std::vector<grpc::Slice>* message) {
  v1::SubscribeChangesResponse response;
  v1::Progress& progress = *response.mutable_progress();
  const storage::Tail tail = hub_.log().tail();
  progress.set_after_sequence(static_cast<int64_t>(announced_.value()));
  progress.set_sequence(static_cast<int64_t>(position_.sequence.value()) +
                        (COURANT_FAILPOINT("stream.progress_ahead") ? 1 : 0));
  progress.set_resume_token(positions_.Mint(position_, filter_));
  progress.set_tail_sequence(static_cast<int64_t>(tail.last_sequence.value()));
  *progress.mutable_low_watermark_time() =
      storage::ToTimestamp(tail.commit_time);
  progress.set_state(snapshot_ ? v1::Progress::SNAPSHOT
                     : live_   ? v1::Progress::LIVE
                               : v1::Progress::CATCHING_UP);
  Announced();
  if (COURANT_FAILPOINT("stream.lose_progress")) return Pull::kNothing;
  return SendMessage(response, message);
}

absl::StatusOr<StreamSource::Pull> ChangeStream::SendSnapshotComplete(
    std::vector<grpc::Slice>* message) {
  COURANT_RETURN_IF_ERROR(viewer_.LookAtNow());
  snapshot_.reset();
  position_.snapshot_key.reset();
  v1::SubscribeChangesResponse response;
  v1::SnapshotComplete& complete = *response.mutable_snapshot_complete();
  complete.set_after_sequence(static_cast<int64_t>(announced_.value()));
  complete.set_sequence(static_cast<int64_t>(position_.sequence.value()));
  complete.set_resume_token(positions_.Mint(position_, filter_));
  complete.set_resource_count(summary_->count());
  complete.set_digest(summary_->bytes());
  // The rights as of where the snapshot ended: it went its own way.
  COURANT_RETURN_IF_ERROR(viewer_.MoveTo(position_.sequence));
  Announced();
  return SendMessage(response, message);
}

StreamSource::Pull ChangeStream::SendDrain(std::vector<grpc::Slice>* message) {
  drained_ = true;
  v1::SubscribeChangesResponse response;
  v1::Drain& drain = *response.mutable_drain();
  drain.set_after_sequence(static_cast<int64_t>(announced_.value()));
  drain.set_resume_token(positions_.Mint(position_, filter_));
  *drain.mutable_reconnect_after() = ReconnectDelay();
  return SendMessage(response, message);
}

void ChangeStream::Announced() {
  announced_ = position_.sequence;
  progress_due_ = absl::Now() + progress_interval_;
  subscriber_->position.store(announced_.value());
  subscriber_->due_us.store(absl::ToUnixMicros(progress_due_));
}

}  // namespace courant
