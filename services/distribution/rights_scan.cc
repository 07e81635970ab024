#include "services/distribution/rights_scan.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/audience/visibility.h"
#include "services/distribution/sight_under.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::ArticleScan;
using storage::v1::ArticleRow;

}  // namespace

RightsScan::RightsScan(const LogPositions& positions, FollowingViewer viewer,
                       Filter filter, LogPosition begin)
    : positions_(positions),
      viewer_(std::move(viewer)),
      filter_(std::move(filter)),
      position_(std::move(begin)),
      scanned_(position_.rights_key.value_or("")),
      resumed_at_(scanned_) {}

absl::Status RightsScan::Begin() {
  if (begun_) return absl::OkStatus();
  const Sequence before(position_.sequence.value() - 1);
  COURANT_ASSIGN_OR_RETURN(const std::vector<storage::SharedEntry> entries,
                           positions_.log().Read(before, {.max_changes = 1}));
  v1::Change change;
  if (entries.empty() ||
      !change.ParseFromString(entries.front()->facts.change())) {
    return MakeError(
        v1::DATA_CORRUPTED,
        absl::StrCat("change ", position_.sequence.value(), " is damaged"));
  }
  head_.set_name(change.name());
  head_.set_sequence(change.sequence());
  *head_.mutable_commit_time() = change.commit_time();
  head_.set_kind(v1::Change::RIGHTS_REVOKED);
  head_.mutable_tombstone()->set_action(v1::Tombstone::STOP_USING);
  head_.mutable_tombstone()->set_reason("the right to use it has ended");
  *head_.mutable_tombstone()->mutable_time() = change.commit_time();
  const absl::Time at = storage::FromTimestamp(change.commit_time());
  COURANT_ASSIGN_OR_RETURN(before_, viewer_.ThenAt(before, at));
  COURANT_ASSIGN_OR_RETURN(after_, viewer_.ThenAt(position_.sequence, at));
  alike_ = before_.rights->DecideBy() == after_.rights->DecideBy();
  begun_ = true;
  return absl::OkStatus();
}

absl::StatusOr<RightsScan::Step> RightsScan::Advance(
    const MessageLimits& limits) {
  Step step;
  bytes_ = 0;
  COURANT_RETURN_IF_ERROR(Begin());
  if (alike_) {
    step.at_end = true;
    position_.rights_key.reset();
    return step;
  }
  COURANT_ASSIGN_OR_RETURN(ArticleScan scan, positions_.log().ScanArticles());
  size_t rows = 0;
  for (scan.SeekAfter(scanned_); scan.Valid(); scan.Next()) {
    if (step.matches.size() >= limits.max_changes ||
        bytes_ >= limits.max_bytes || rows >= kStepRows) {
      looked_at_ += rows;
      return step;
    }
    ++rows;
    const std::string& id = scan.article_id();
    if (counting_ && id > resumed_at_) break;
    if (position_.snapshot_key && id > *position_.snapshot_key) break;
    scanned_ = id;
    if (Sequence(scan.row().sequence()) > position_.sequence) {
      rows += kHistoryRows;
    }
    COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                             RowThen(scan));
    if (row) Look(scanned_, *row, &step);
  }
  COURANT_RETURN_IF_ERROR(scan.status());
  looked_at_ += rows;
  if (!step.matches.empty()) return step;
  if (!counting_ && !resumed_at_.empty()) {
    counting_ = true;
    scanned_.clear();
    return step;
  }
  step.at_end = true;
  position_.rights_key.reset();
  return step;
}

absl::StatusOr<std::optional<ArticleRow>> RightsScan::RowThen(
    const ArticleScan& scan) const {
  if (Sequence(scan.row().sequence()) <= position_.sequence) return scan.row();
  COURANT_ASSIGN_OR_RETURN(
      const std::optional<Sequence> then,
      scan.view().FindRevisionAt(scan.article_id(), position_.sequence));
  if (!then) return std::nullopt;
  COURANT_ASSIGN_OR_RETURN(storage::Entry entry, scan.view().ReadEntry(*then));
  return std::move(*entry.facts.mutable_row());
}

void RightsScan::Look(const std::string& article_id, const ArticleRow& row,
                      Step* step) {
  const Sight before = SightUnder(before_, filter_, row.attributes());
  const Sight after = SightUnder(after_, filter_, row.attributes());
  if (before == after) return;
  if (after >= Sight::kNotice) ++granted_;
  if (before < Sight::kNotice || after > before) return;
  ++revoked_;
  if (counting_) return;
  position_.rights_key = article_id;
  step->matches.push_back(Revoked(article_id, row));
  bytes_ += step->matches.back().change->entry().facts.change().size();
}

Match RightsScan::Revoked(const std::string& article_id,
                          const ArticleRow& row) const {
  v1::Change change = head_;
  change.set_resource(absl::StrCat("articles/", article_id));
  change.set_revision(row.revision() - row.internal_revisions());
  auto entry = std::make_shared<storage::Entry>();
  entry->facts.set_change(change.SerializeAsString());
  entry->facts.set_article_id(article_id);
  entry->facts.set_has_tombstone(true);
  *entry->facts.mutable_row() = row;
  entry->facts.mutable_row()->set_sequence(position_.sequence.value());
  entry->facts.mutable_row()->set_revision(change.revision());
  return {.change = std::make_shared<const SharedChange>(std::move(entry)),
          .disposition = v1::Change::LEFT,
          .shown = {.sight = Sight::kNothing}};
}

std::optional<v1::RightsChange> RightsScan::Summary(Sequence after) const {
  if (revoked_ == 0 && granted_ == 0) return std::nullopt;
  v1::RightsChange summary;
  summary.set_after_sequence(static_cast<int64_t>(after.value()));
  summary.set_sequence(static_cast<int64_t>(position_.sequence.value()));
  summary.set_resume_token(positions_.Mint(position_, filter_));
  summary.set_revoked_count(revoked_);
  summary.set_granted_count(granted_);
  if (granted_ > 0) {
    LogPosition backfill = position_;
    backfill.snapshot_key = "";
    summary.set_backfill_token(positions_.Mint(backfill, filter_));
  }
  return summary;
}

}  // namespace courant
