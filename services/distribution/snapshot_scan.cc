#include "services/distribution/snapshot_scan.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/audience/visibility.h"
#include "services/distribution/sight_under.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::ArticleScan;
using storage::v1::ArticleRow;

absl::Status RevisionMissing() {
  return MakeError(v1::DATA_CORRUPTED, "a revision of an article is missing");
}

}  // namespace

SnapshotScan::SnapshotScan(const ChangeHub& hub, const LogPositions& positions,
                           FollowingViewer viewer, Filter filter,
                           LogPosition begin)
    : hub_(hub),
      positions_(positions),
      viewer_(std::move(viewer)),
      filter_(std::move(filter)),
      position_(std::move(begin)),
      scanned_(position_.snapshot_key.value_or("")) {}

absl::StatusOr<SnapshotScan::Step> SnapshotScan::Advance(
    const MessageLimits& limits) {
  Step step;
  bytes_ = 0;
  COURANT_ASSIGN_OR_RETURN(ArticleScan scan, hub_.log().ScanArticles());
  COURANT_RETURN_IF_ERROR(viewer_.LookAtNow());
  COURANT_RETURN_IF_ERROR(viewer_.MoveTo(position_.sequence));
  COURANT_ASSIGN_OR_RETURN(const bool is_there,
                           Replay(scan.sequence(), limits, &step));
  if (!is_there) return step;
  COURANT_RETURN_IF_ERROR(AddArticles(scan, limits, &step));
  // What the rights of now take or give, and that is not told yet, comes first:
  // what is summarised is what the client has.
  if (step.at_end && !viewer_.HasRightsOfNow()) step.at_end = false;
  if (step.at_end) last_.emplace(std::move(scan));
  return step;
}

absl::StatusOr<bool> SnapshotScan::Replay(Sequence to,
                                          const MessageLimits& limits,
                                          Step* step) {
  const auto move = [this](LogPosition position) {
    position.snapshot_key = std::move(position_.snapshot_key);
    position_ = std::move(position);
  };
  if (scanned_.empty()) {
    // Nothing was delivered, so nothing has happened to it.
    step->waits = to > hub_.log().tail().last_sequence;
    if (step->waits) return false;
    COURANT_ASSIGN_OR_RETURN(LogPosition position, positions_.At(to));
    move(std::move(position));
    return true;
  }
  for (size_t looked_at = 0; position_.sequence < to;) {
    if (IsFull(*step, limits) || looked_at >= kStepRows) return false;
    COURANT_ASSIGN_OR_RETURN(
        const std::vector<SharedChangePtr> changes,
        hub_.Follow(position_.sequence,
                    {.max_changes = std::min<size_t>(
                         limits.max_changes - step->matches.size(),
                         to.value() - position_.sequence.value()),
                     .max_bytes = limits.max_bytes - bytes_}));
    step->waits = changes.empty();
    if (step->waits) return false;
    looked_at += changes.size();
    for (const SharedChangePtr& change : changes) {
      const storage::v1::ChangeFacts& facts = change->entry().facts;
      if (viewer_.MayChangeRights(*change)) {
        move(positions_.After(change->entry()));
        position_.rights_key.emplace();
        return false;
      }
      COURANT_ASSIGN_OR_RETURN(std::optional<Match> match,
                               viewer_.Tell(change, filter_));
      if (!match || facts.article_id() > scanned_ ||
          facts.row().attributes().resource() != storage::v1::ARTICLE) {
        continue;
      }
      // What is seen now may be behind the last one that was.
      position_.snapshot_key =
          std::max(*position_.snapshot_key, facts.article_id());
      Push(*std::move(match), step);
    }
    move(positions_.After(changes.back()->entry()));
  }
  return true;
}

absl::Status SnapshotScan::AddArticles(ArticleScan& scan,
                                       const MessageLimits& limits,
                                       Step* step) {
  size_t rows = 0;
  for (scan.SeekAfter(scanned_); scan.Valid(); scan.Next()) {
    if (IsFull(*step, limits) || rows == kStepRows) return absl::OkStatus();
    ++rows;
    const storage::v1::Attributes& attributes = scan.row().attributes();
    scanned_ = scan.article_id();
    const Sight sight = SightOf(viewer_.now(), attributes);
    if (sight != Sight::kNothing) position_.snapshot_key = scanned_;
    if ((sight == Sight::kNothing || !filter_.Matches(attributes)) &&
        (MayBeUsed(attributes.state()) ||
         !MayHaveHad(viewer_.now(), filter_, scan.row()))) {
      continue;
    }
    position_.snapshot_key = scanned_;
    COURANT_ASSIGN_OR_RETURN(SharedChangePtr change, NewestTold(scan));
    const bool past_words = viewer_.MayKnowThePast(change->entry().facts);
    Push({.change = std::move(change),
          .disposition = v1::Change::SNAPSHOT,
          .shown = {.sight = sight, .past_words = past_words}},
         step);
  }
  COURANT_RETURN_IF_ERROR(scan.status());
  step->at_end = true;
  return absl::OkStatus();
}

absl::StatusOr<SharedChangePtr> SnapshotScan::NewestTold(
    const ArticleScan& scan) const {
  Sequence sequence(scan.row().sequence());
  if (const int64_t told = ToldRevision(scan.row());
      told != scan.row().revision()) {
    COURANT_ASSIGN_OR_RETURN(
        const std::optional<Sequence> found,
        scan.view().FindRevision(scan.article_id(),
                                 Revision(static_cast<uint64_t>(told))));
    if (!found) return RevisionMissing();
    sequence = *found;
  }
  COURANT_ASSIGN_OR_RETURN(storage::Entry entry,
                           scan.view().ReadEntry(sequence));
  return std::make_shared<const SharedChange>(
      std::make_shared<const storage::Entry>(std::move(entry)));
}

int64_t SnapshotScan::ToldRevision(const ArticleRow& row) const {
  return row.revision() - (viewer_.audience() == Audience::kInternal
                               ? 0
                               : row.internal_revisions());
}

void SnapshotScan::Push(Match match, Step* step) {
  bytes_ += match.change->stored_bytes();
  step->matches.push_back(std::move(match));
}

absl::StatusOr<std::optional<SnapshotDigest>> SnapshotScan::Summarise(
    size_t rows) {
  if (!last_) return absl::InternalError("the snapshot is not at its end");
  if (!std::exchange(summarising_, true)) last_->SeekAfter("");
  for (; last_->Valid(); last_->Next(), --rows) {
    if (rows == 0) return std::nullopt;
    const ArticleRow& row = last_->row();
    if (MayBeUsed(row.attributes().state()) &&
        SightUnder(viewer_.now(), filter_, row.attributes()) >=
            Sight::kNotice) {
      digest_.Add(absl::StrCat("articles/", last_->article_id()),
                  ToldRevision(row));
    }
  }
  COURANT_RETURN_IF_ERROR(last_->status());
  last_.reset();
  return digest_;
}

}  // namespace courant
