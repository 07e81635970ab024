#ifndef COURANT_SERVICES_DISTRIBUTION_SNAPSHOT_SCAN_H_
#define COURANT_SERVICES_DISTRIBUTION_SNAPSHOT_SCAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/distribution/following_viewer.h"
#include "services/distribution/log_positions.h"
#include "services/distribution/match.h"
#include "services/distribution/snapshot_digest.h"
#include "storage/article_scan.h"

namespace courant {

// The way through a snapshot, for one stream or one page: articles by id, and
// between them what happened meanwhile to those that were delivered. Holds a
// position between two steps and pins no moment of the database: every step
// begins as if it came from a token (see ADR 0006 in services/doc), so going on
// and coming back are one code. Not thread-safe.
class SnapshotScan {
 public:
  // Rows, and changes, that one step looks at.
  static constexpr size_t kStepRows = 4096;

  // What one step found.
  struct Step {
    // Changes in log order, then articles by id.
    std::vector<Match> matches;
    // Nothing to do before more is announced by the log.
    bool waits = false;
    // No article is left: Summarise() comes next.
    bool at_end = false;
  };

  // `hub` and `positions` are not owned and must outlive the scan. `begin` has
  // a snapshot key and no rights key. A partner has what its rights give it
  // now, and of changes what FollowingViewer says.
  SnapshotScan(const ChangeHub& hub, const LogPositions& positions,
               FollowingViewer viewer, Filter filter, LogPosition begin);

  // Moves on: first through the log up to now, then through the articles as
  // they are at that change, until `limits` or kStepRows are reached. Blocks on
  // disk.
  //   DATA_LOSS  something cannot be read
  absl::StatusOr<Step> Advance(const MessageLimits& limits);

  // Where a client stands that has all matches so far. Names no article that
  // the audience does not see. When it has a rights key, a RightsScan has to go
  // on from there, and then another SnapshotScan.
  const LogPosition& position() const { return position_; }

  // After a step with `at_end`: counts what the audience has at position(), in
  // at most `rows` rows a call, and returns it when done. Looks at the state
  // that this last step looked at, and not at what was delivered.
  absl::StatusOr<std::optional<SnapshotDigest>> Summarise(size_t rows);

 private:
  // Adds changes up to `to` of articles that were delivered. False when it
  // stopped before.
  absl::StatusOr<bool> Replay(Sequence to, const MessageLimits& limits,
                              Step* step);
  absl::Status AddArticles(storage::ArticleScan& scan,
                           const MessageLimits& limits, Step* step);
  // The change that made what the audience has of the article in the row that
  // `scan` is at. Nothing when there was none.
  absl::StatusOr<SharedChangePtr> NewestTold(
      const storage::ArticleScan& scan) const;
  // Revision that the audience has of the article in `row`.
  int64_t ToldRevision(const storage::v1::ArticleRow& row) const;
  bool IsFull(const Step& step, const MessageLimits& limits) const {
    return step.matches.size() >= limits.max_changes ||
           bytes_ >= limits.max_bytes;
  }
  void Push(Match match, Step* step);

  const ChangeHub& hub_;
  const LogPositions& positions_;
  FollowingViewer viewer_;
  const Filter filter_;

  LogPosition position_;
  // All articles up to this id were looked at. The position has the last one
  // of them that the audience sees.
  std::string scanned_;
  // Of the matches in the current step.
  size_t bytes_ = 0;

  // From the step that reached the end until it is summarised.
  std::optional<storage::ArticleScan> last_;
  bool summarising_ = false;
  SnapshotDigest digest_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_SNAPSHOT_SCAN_H_
