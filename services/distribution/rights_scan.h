#ifndef COURANT_SERVICES_DISTRIBUTION_RIGHTS_SCAN_H_
#define COURANT_SERVICES_DISTRIBUTION_RIGHTS_SCAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "courant/storage/v1/record.pb.h"
#include "courant/v1/change_service.pb.h"
#include "services/distribution/following_viewer.h"
#include "services/distribution/log_positions.h"
#include "services/distribution/match.h"
#include "services/filter/filter.h"
#include "storage/article_scan.h"

namespace courant {

// What one change of rights takes from a partner and gives it, article by
// article: for one stream, or one page. The rights before the change and after
// it are compared over all articles as they stood at that change, which is the
// same whenever anybody passes there.
//
//   before \ after   text      notice             neither
//   text             -         revoked, granted   revoked
//   notice           granted   -                  revoked
//   neither          granted   granted            -
//
// What is revoked is told, as LEFT; what is granted is counted. Holds a
// position between two steps and pins no moment of the database. Not
// thread-safe.
class RightsScan {
 public:
  // Articles that one step looks at; one that has changed since counts for
  // kHistoryRows, because it has to be looked up.
  static constexpr size_t kStepRows = 4096;
  static constexpr size_t kHistoryRows = 16;

  // What one step found.
  struct Step {
    // What is revoked, by id.
    std::vector<Match> matches;
    // No article is left. Comes alone.
    bool at_end = false;
  };

  // `positions` and its log are not owned and must outlive the scan. `begin`
  // has a rights key; articles up to there were told of. In a snapshot, those
  // that were not delivered are passed over.
  RightsScan(const LogPositions& positions, FollowingViewer viewer,
             Filter filter, LogPosition begin);

  // Moves on until `limits` or kStepRows are reached. Blocks on disk.
  //   DATA_LOSS  something cannot be read
  absl::StatusOr<Step> Advance(const MessageLimits& limits);

  // Where a client stands that has all matches so far; without a rights key at
  // the end. Names no article that the partner could not see.
  const LogPosition& position() const { return position_; }

  // Articles that were looked at so far, counted as for kStepRows.
  size_t looked_at() const { return looked_at_; }

  // At the end: what has come of it, with its sequence and tokens. The client
  // is at `after`. Nothing when it made no difference.
  std::optional<v1::RightsChange> Summary(Sequence after) const;

 private:
  // Reads the change of rights and the rights on both sides of it.
  absl::Status Begin();
  // The row of the article that `scan` is at, as the change left it; nothing
  // when it was not there yet.
  absl::StatusOr<std::optional<storage::v1::ArticleRow>> RowThen(
      const storage::ArticleScan& scan) const;
  // Looks at one article, as it stood at the change.
  void Look(const std::string& article_id, const storage::v1::ArticleRow& row,
            Step* step);
  // That the partner may not have it any more.
  Match Revoked(const std::string& article_id,
                const storage::v1::ArticleRow& row) const;

  const LogPositions& positions_;
  FollowingViewer viewer_;
  const Filter filter_;
  LogPosition position_;

  bool begun_ = false;
  Viewer before_ = Audience::kPartner;
  Viewer after_ = Audience::kPartner;
  // Both sides decide alike, so no article needs to be looked at.
  bool alike_ = false;
  // What is the same for all articles.
  v1::Change head_;
  // All articles up to this id were looked at.
  std::string scanned_;
  // Where it began. What is before that was told of, and is counted when the
  // rest is.
  const std::string resumed_at_;
  bool counting_ = false;
  int64_t revoked_ = 0;
  int64_t granted_ = 0;
  size_t looked_at_ = 0;
  // Of the matches in the current step.
  size_t bytes_ = 0;
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_RIGHTS_SCAN_H_
