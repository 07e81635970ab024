#ifndef COURANT_SERVICES_DISTRIBUTION_CONFLATION_H_
#define COURANT_SERVICES_DISTRIBUTION_CONFLATION_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/distribution/match.h"
#include "services/filter/filter.h"

namespace courant {

// How strong the order is that a change of this kind gives to whoever has a
// copy; 0 for none. A correction is the weakest, a kill the strongest:
//
//   CORRECTED < HELD < RIGHTS_REVOKED < EXPIRED < WITHDRAWN < KILLED
int NoticeRank(v1::Change::Kind kind);

// The changes of one message, conflated: of each article the last one, which
// stands for those before it. What that means is the contract of
// SubscribeChangesRequest.conflation. A notice goes only when a stronger one of
// the same article follows; changes of translations never go, since each may
// have a part of the content. Not thread-safe.
class Conflation {
 public:
  explicit Conflation(const Filter& filter) : filter_(filter) {}

  // Takes the next change of the log that was told to `viewer`, as it was then:
  // see FollowingViewer.
  void Add(Match match, const Viewer& viewer);

  // Whether what is left of them fills a message.
  bool IsFull(const MessageLimits& limits) const {
    return left_ >= limits.max_changes || bytes_ >= limits.max_bytes;
  }

  // What is left, in log order.
  std::vector<Match> Take();

 private:
  struct Kept {
    // Without a change once another one stands for it.
    Match match;
    // What the client had before the first change that this one stands for.
    Sight before = Sight::kNothing;
  };

  // What the client had before this change alone, as far as it matters.
  Sight Before(const Match& match, const Viewer& viewer) const;

  const Filter& filter_;
  std::vector<Kept> kept_;
  size_t left_ = 0;
  size_t bytes_ = 0;
  // Places in kept_ by article, the newest last.
  absl::flat_hash_map<std::string, std::vector<size_t>> places_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_CONFLATION_H_
