#ifndef COURANT_SERVICES_EDITORIAL_REVISION_READS_H_
#define COURANT_SERVICES_EDITORIAL_REVISION_READS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "storage/base/ids.h"
#include "storage/frame.h"
#include "storage/view.h"

// Articles and revisions as callers may have them: the stored bytes, and after
// a kill the stub in their place. Nothing here keeps state.
namespace courant {

// A revision as it may be had.
struct RevisionRead {
  // Encoded.
  std::string article;
  // OK when that is all of it. NOT_FOUND / REVISION_NOT_KEPT when its text is
  // older than history is kept, and `article` is an outline.
  absl::Status kept;
};

// The encoded latest revision of an article, or its stub. `view` may be of the
// moving state: a kill between two look-ups is seen through.
//   NOT_FOUND / RESOURCE_NOT_FOUND  there is no such article
//   DATA_LOSS, UNAVAILABLE          as storage::View
absl::StatusOr<std::string> ReadLatest(const storage::View& view,
                                       absl::string_view article_id);

// The article of the change `sequence`, which made the revision `revision` of
// `article_id`; after a kill a stub that says so, with the number, the actor
// and the time of that revision; an outline when its text was let go.
//   DATA_LOSS, UNAVAILABLE  as storage::View
absl::StatusOr<RevisionRead> ReadRevision(const storage::View& view,
                                          absl::string_view article_id,
                                          Revision revision, Sequence sequence);

// What is still known of a revision whose text was let go: that it was there,
// when, by whom, and what filters compare in it. Not one word of it.
//   DATA_LOSS  `entry`, the change that made it, is damaged
absl::StatusOr<v1::Article> OutlineOf(const storage::Entry& entry);

// What a revision of a stopped article still tells: the stub of the latest one,
// with the number, the etag, the actor and the time of `entry`, the change that
// made the revision `revision`.
//   DATA_LOSS, UNAVAILABLE  as storage::View
absl::StatusOr<v1::Article> StubOfRevision(const storage::View& view,
                                           absl::string_view article_id,
                                           Revision revision,
                                           const storage::Entry& entry);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_REVISION_READS_H_
