#include "services/distribution/change_service.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/distribution/change_name.h"
#include "services/distribution/match.h"
#include "services/distribution/rights_scan.h"
#include "services/distribution/snapshot_scan.h"
#include "services/rpc/wire_format.h"
#include "storage/base/clock.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

constexpr int32_t kDefaultPageSize = 50;
constexpr int32_t kMaxPageSize = 500;
constexpr size_t kMaxPageBytes = 4 << 20;
constexpr absl::Duration kMaxWait = absl::Seconds(30);
// A call that waits holds up the end of the server by this much. 16 of them
// look 160 times a second, which is nothing.
constexpr absl::Duration kNoticeDrainWithin = absl::Milliseconds(100);
// Changes looked at for one page, so that a filter that matches nothing does
// not read the whole log in one call.
constexpr uint64_t kMaxScanned = 10'000;

// Outside, what has not happened and what is not for them look the same.
absl::Status NoSuchChange(Audience audience, const std::string& name) {
  return MakeError(v1::RESOURCE_NOT_FOUND,
                   audience == Audience::kInternal
                       ? absl::StrCat(name, " has not happened yet")
                       : absl::StrCat("there is no ", name),
                   {{"resource", name}});
}

absl::StatusOr<absl::Duration> WaitOf(const v1::ListChangesRequest& request) {
  const absl::Duration wait = absl::Seconds(request.wait().seconds()) +
                              absl::Nanoseconds(request.wait().nanos());
  if (wait < absl::ZeroDuration() || wait > kMaxWait) {
    return InvalidField("wait", "must be from 0 s to 30 s");
  }
  return wait;
}

absl::Status AppendChange(const Match& match, Audience audience,
                          std::string* response) {
  COURANT_ASSIGN_OR_RETURN(
      const std::string encoded,
      match.change->Encode(audience, match.disposition, match.shown));
  AppendBytesField(response, v1::ListChangesResponse::kChangesFieldNumber,
                   encoded);
  return absl::OkStatus();
}

}  // namespace

ServiceTable ChangeService::Table() {
  const auto bind = [this](auto method) {
    return [this, method](const RequestContext& context, const auto& request) {
      return (this->*method)(context, request);
    };
  };
  return {
      .name = "courant.v1.ChangeService",
      .methods = {
          {.name = "GetChange",
           .unary = TypedRequest<v1::GetChangeRequest>(
               bind(&ChangeService::GetChange)),
           .open_to = Audience::kPublic},
          {.name = "ListChanges",
           .unary = TypedRequest<v1::ListChangesRequest>(
               bind(&ChangeService::ListChanges)),
           .open_to = Audience::kPublic,
           .waits = true},
          {.name = "SubscribeChanges",
           .stream =
               [this](const RequestContext& context, std::string request,
                      std::weak_ptr<Wakeable> stream) {
                 return std::make_unique<ChangeStream>(
                     hub_, positions_, std::move(request), std::move(stream),
                     ViewerFor(context),
                     absl::Nanoseconds(progress_interval_ns_.load()),
                     open_cursor_);
               },
           .open_to = Audience::kPublic},
          {.name = "GetChangeLogStatus",
           .unary = Typed<v1::GetChangeLogStatusRequest, v1::ChangeLogStatus>(
               bind(&ChangeService::GetChangeLogStatus)),
           .open_to = Audience::kPublic},
      }};
}

absl::StatusOr<std::string> ChangeService::GetChange(
    const RequestContext& context, const v1::GetChangeRequest& request) {
  COURANT_ASSIGN_OR_RETURN(const Sequence sequence,
                           ParseChangeName(request.name(), "name"));
  if (sequence > hub_.log().tail().last_sequence) {
    return NoSuchChange(context.audience, request.name());
  }
  COURANT_ASSIGN_OR_RETURN(
      const std::vector<SharedChangePtr> changes,
      hub_.Read(Sequence(sequence.value() - 1), {.max_changes = 1}));
  if (changes.empty()) return absl::InternalError("the log became shorter");
  FollowingViewer viewer = ViewerFor(context);
  std::optional<Match> match;
  bool may_go = false;
  while (!may_go) {
    COURANT_RETURN_IF_ERROR(viewer.MoveTo(Sequence(sequence.value() - 1)));
    COURANT_RETURN_IF_ERROR(viewer.LookAtNow());
    COURANT_ASSIGN_OR_RETURN(match, viewer.Tell(changes.front(), Filter()));
    if (!match) return NoSuchChange(context.audience, request.name());
    // Without a text nothing is given that the ledger would have to know of.
    if (changes.front()->is_let_go()) break;
    COURANT_ASSIGN_OR_RETURN(may_go,
                             viewer.MayGive(v1::Delivery::POLL, {*match}));
  }
  // What it means to a filter is not said, but for whoever may not have it any
  // more: then it has left.
  const bool is_partner = context.audience == Audience::kPartner;
  return changes.front()->Encode(
      context.audience,
      is_partner && match->disposition == v1::Change::LEFT
          ? v1::Change::LEFT
          : v1::Change::DISPOSITION_UNSPECIFIED,
      match->shown);
}

absl::StatusOr<std::string> ChangeService::ListChanges(
    const RequestContext& context, const v1::ListChangesRequest& request) {
  if (request.page_size() < 0) {
    return InvalidField("page_size", "is negative; use 1 to 500");
  }
  COURANT_RETURN_IF_ERROR(WaitOf(request).status());
  COURANT_ASSIGN_OR_RETURN(const Filter filter,
                           Filter::Parse(request.filter(), FieldSet::kChanges));
  LogPosition position;
  if (!request.page_token().empty()) {
    COURANT_ASSIGN_OR_RETURN(
        position, positions_.Open(request.page_token(), filter, "page_token"));
  } else {
    COURANT_ASSIGN_OR_RETURN(
        position,
        positions_.Start(request.start_from() == v1::START_FROM_UNSPECIFIED
                             ? v1::EARLIEST_RETAINED
                             : request.start_from()));
  }
  const auto page_size = static_cast<size_t>(
      request.page_size() == 0 ? kDefaultPageSize
                               : std::min(request.page_size(), kMaxPageSize));
  std::string response;
  const FollowingViewer viewer = ViewerFor(context);
  if (!viewer.HasRights()) position.rights_key.reset();
  if (!position.rights_key && !position.snapshot_key) {
    WaitForMore(context, request, position.sequence);
  }
  COURANT_RETURN_IF_ERROR(AddPage(viewer, filter, page_size, context.deadline,
                                  &position, &response));
  const std::string token = positions_.Mint(position, filter);
  if (position.rights_key || position.snapshot_key ||
      position.sequence < hub_.log().tail().last_sequence) {
    AppendBytesField(&response,
                     v1::ListChangesResponse::kNextPageTokenFieldNumber, token);
  }
  AppendBytesField(&response, v1::ListChangesResponse::kResumeTokenFieldNumber,
                   token);
  return response;
}

absl::Status ChangeService::AddPage(FollowingViewer viewer,
                                    const Filter& filter, size_t page_size,
                                    absl::Time deadline, LogPosition* position,
                                    std::string* response) {
  COURANT_RETURN_IF_ERROR(viewer.LookAtNow());
  COURANT_RETURN_IF_ERROR(viewer.MayBeginAt(*position));
  const uint64_t begin = position->sequence.value();
  size_t articles = 0;
  // A change of rights that makes no difference ends no page, unless it took
  // long to find that out.
  do {
    if (position->rights_key) {
      COURANT_ASSIGN_OR_RETURN(const size_t looked_at,
                               AddRightsPage(viewer, filter, page_size,
                                             deadline, position, response));
      articles += looked_at;
    } else if (position->snapshot_key) {
      return AddSnapshotPage(viewer, filter, page_size, position, response);
    } else {
      COURANT_RETURN_IF_ERROR(
          AddLogPage(viewer, filter, page_size, position, response));
      if (!position->rights_key) return absl::OkStatus();
    }
  } while (response->empty() && articles < kMaxScanned &&
           position->sequence.value() - begin < kMaxScanned);
  return absl::OkStatus();
}

absl::Status ChangeService::AddLogPage(FollowingViewer viewer,
                                       const Filter& filter, size_t page_size,
                                       LogPosition* position,
                                       std::string* response) {
  COURANT_RETURN_IF_ERROR(viewer.MoveTo(position->sequence));
  COURANT_RETURN_IF_ERROR(viewer.LookAtNow());
  std::vector<Match> matches;
  const LogPosition begin = *position;
  while (!position->rights_key && matches.size() < page_size &&
         response->size() < kMaxPageBytes &&
         position->sequence.value() - begin.sequence.value() < kMaxScanned) {
    COURANT_ASSIGN_OR_RETURN(
        const std::vector<SharedChangePtr> changes,
        hub_.Follow(position->sequence,
                    {.max_changes = page_size - matches.size()}));
    if (changes.empty()) break;
    for (const SharedChangePtr& change : changes) {
      const bool changes_rights = viewer.MayChangeRights(*change);
      COURANT_ASSIGN_OR_RETURN(std::optional<Match> match,
                               viewer.Tell(change, filter));
      *position = positions_.After(change->entry());
      if (changes_rights) {
        position->rights_key.emplace();
        break;
      }
      if (!match) continue;
      COURANT_RETURN_IF_ERROR(
          AppendChange(*match, viewer.audience(), response));
      matches.push_back(*std::move(match));
    }
  }
  COURANT_ASSIGN_OR_RETURN(const bool may_go,
                           viewer.MayGive(v1::Delivery::POLL, matches));
  if (may_go) return absl::OkStatus();
  response->clear();
  *position = begin;
  return AddLogPage(std::move(viewer), filter, page_size, position, response);
}

absl::StatusOr<size_t> ChangeService::AddRightsPage(
    FollowingViewer viewer, const Filter& filter, size_t page_size,
    absl::Time deadline, LogPosition* position, std::string* response) {
  const Sequence begin = position->sequence;
  RightsScan scan(positions_, viewer, filter, *position);
  RightsScan::Step step;
  // The key moves past what is told alone, so no page ends before.
  while (!step.at_end && step.matches.empty()) {
    if (SystemClock().Now() > deadline) {
      return absl::DeadlineExceededError("the rights take too long to compare");
    }
    COURANT_ASSIGN_OR_RETURN(step, scan.Advance({.max_changes = page_size,
                                                 .max_bytes = kMaxPageBytes}));
  }
  for (const Match& match : step.matches) {
    COURANT_RETURN_IF_ERROR(AppendChange(match, viewer.audience(), response));
  }
  COURANT_RETURN_IF_ERROR(viewer.LookAtNow());
  COURANT_RETURN_IF_ERROR(
      viewer.MayGive(v1::Delivery::POLL, step.matches).status());
  *position = scan.position();
  if (!step.at_end) return scan.looked_at();
  if (const auto summary = scan.Summary(begin)) {
    AppendBytesField(response, v1::ListChangesResponse::kRightsFieldNumber,
                     summary->SerializeAsString());
  }
  return scan.looked_at();
}

absl::Status ChangeService::AddSnapshotPage(FollowingViewer viewer,
                                            const Filter& filter,
                                            size_t page_size,
                                            LogPosition* position,
                                            std::string* response) {
  SnapshotScan scan(hub_, positions_, viewer, filter, *position);
  const uint64_t begin = position->sequence.value();
  size_t listed = 0;
  std::vector<Match> matches;
  SnapshotScan::Step step;
  // The key moves past what the audience sees alone: a page that ended among
  // other rows would begin there again, for ever.
  const std::optional<std::string> key = position->snapshot_key;
  for (size_t looked_at = 0;
       !step.at_end && !step.waits && !scan.position().rights_key &&
       listed < page_size && response->size() < kMaxPageBytes &&
       (looked_at < kMaxScanned || scan.position().snapshot_key == key);
       looked_at += SnapshotScan::kStepRows) {
    COURANT_ASSIGN_OR_RETURN(
        step, scan.Advance({.max_changes = page_size - listed,
                            .max_bytes = kMaxPageBytes - response->size()}));
    for (const Match& match : step.matches) {
      COURANT_RETURN_IF_ERROR(AppendChange(match, viewer.audience(), response));
    }
    listed += step.matches.size();
    std::move(step.matches.begin(), step.matches.end(),
              std::back_inserter(matches));
  }
  std::optional<SnapshotDigest> digest;
  if (step.at_end) {
    COURANT_ASSIGN_OR_RETURN(
        digest, scan.Summarise(std::numeric_limits<size_t>::max()));
  }
  // That takes long, and rights may have ended meanwhile: then once more.
  COURANT_ASSIGN_OR_RETURN(const bool may_go,
                           viewer.MayGive(v1::Delivery::POLL, matches));
  if (!may_go) {
    response->clear();
    return AddSnapshotPage(std::move(viewer), filter, page_size, position,
                           response);
  }
  *position = scan.position();
  if (!step.at_end) return absl::OkStatus();
  position->snapshot_key.reset();
  v1::SnapshotComplete complete;
  complete.set_after_sequence(static_cast<int64_t>(begin));
  complete.set_sequence(static_cast<int64_t>(position->sequence.value()));
  complete.set_resume_token(positions_.Mint(*position, filter));
  complete.set_resource_count(digest->count());
  complete.set_digest(digest->bytes());
  AppendBytesField(response,
                   v1::ListChangesResponse::kSnapshotCompleteFieldNumber,
                   complete.SerializeAsString());
  return absl::OkStatus();
}

void ChangeService::WaitForMore(const RequestContext& context,
                                const v1::ListChangesRequest& request,
                                Sequence position) {
  const absl::StatusOr<absl::Duration> wait = WaitOf(request);
  if (!wait.ok() || *wait == absl::ZeroDuration()) return;
  if (!BeginWait(context)) return;
  // Leaves time for the answer to reach the client within its deadline, which
  // is on the system's clock; but that may be set meanwhile, so how long it
  // has waited is told by one that nobody sets.
  const absl::Duration limit = std::min(
      *wait, context.deadline - SystemClock().Now() - absl::Milliseconds(200));
  const auto begin = std::chrono::steady_clock::now();
  for (absl::Duration left = limit;
       left > absl::ZeroDuration() && !hub_.draining() &&
       !hub_.log().WaitFor(position.Next(), std::min(left, kNoticeDrainWithin));
       left =
           limit - absl::FromChrono(std::chrono::steady_clock::now() - begin)) {
  }
  EndWait(context);
}

bool ChangeService::BeginWait(const RequestContext& context) {
  MutexLock lock(mu_);
  if (waiting_ >= max_waiting_) return false;
  if (context.principal) {
    int& of_partner = waiting_of_[context.principal->partner];
    if (of_partner >= kMaxWaitingOfPartner) return false;
    ++of_partner;
  }
  ++waiting_;
  return true;
}

void ChangeService::EndWait(const RequestContext& context) {
  MutexLock lock(mu_);
  --waiting_;
  if (!context.principal) return;
  const auto of_partner = waiting_of_.find(context.principal->partner);
  if (--of_partner->second == 0) waiting_of_.erase(of_partner);
}

absl::StatusOr<v1::ChangeLogStatus> ChangeService::GetChangeLogStatus(
    const RequestContext& context,
    const v1::GetChangeLogStatusRequest& /*request*/) {
  const storage::Tail tail = hub_.log().tail();
  const LogId& log_id = positions_.identity().log_id;
  v1::ChangeLogStatus status;
  status.set_log_id(
      absl::BytesToHexString(absl::string_view(log_id.data(), log_id.size())));
  status.set_epoch(static_cast<int64_t>(positions_.identity().epoch().value()));
  status.set_floor_sequence(static_cast<int64_t>(hub_.log().floor().value()));
  status.set_tail_sequence(static_cast<int64_t>(tail.last_sequence.value()));
  if (tail.last_sequence != Sequence(0)) {
    *status.mutable_tail_commit_time() = storage::ToTimestamp(tail.commit_time);
  }
  COURANT_ASSIGN_OR_RETURN(const LogPosition end, positions_.Tail());
  status.set_tail_token(positions_.Mint(end, Filter()));
  // How many others listen, and what the digest is of, which has everything
  // that is not for outlets, is the business of the house.
  if (context.audience == Audience::kPartner) return status;
  COURANT_ASSIGN_OR_RETURN(const storage::ChainDigest digest,
                           hub_.log().DigestAt(tail.last_sequence));
  status.set_tail_digest(std::string(digest.bytes()));
  status.set_open_streams(static_cast<int32_t>(hub_.SubscriberCount()));
  return status;
}

}  // namespace courant
