#ifndef COURANT_SERVICES_EDITORIAL_SEEN_ARTICLES_H_
#define COURANT_SERVICES_EDITORIAL_SEEN_ARTICLES_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/audience/delivery_book.h"
#include "services/audience/viewer.h"
#include "services/editorial/revision_reads.h"
#include "storage/view.h"

namespace courant {

// The articles of a view as an audience, or a partner, sees them. What it must
// not see is not there: no caller can tell it from what never was. For the
// house everything is as stored, and nothing is decoded; for others each
// article is decoded, trimmed (see public_view.h) and encoded again.
//
// As cheap to make as the view, which is not owned, must outlive it, and must
// be of one moment unless the audience is the house. Use from one thread.
class SeenArticles {
 public:
  SeenArticles(Viewer viewer, const storage::View& view)
      : viewer_(std::move(viewer)), view_(view) {}

  // The row of an article; nothing when there is none for this audience.
  absl::StatusOr<std::optional<storage::v1::ArticleRow>> Find(
      absl::string_view article_id) const;

  // Whether the article with these attributes is there for this audience.
  bool Sees(const storage::v1::ArticleRow& row) const {
    return SightIn(row) != Sight::kNothing;
  }

  // The encoded latest revision of an article that Find() gave: the newest that
  // this audience was told of. Outside, a revision that only asks for a kill is
  // none.
  absl::StatusOr<std::string> Latest(absl::string_view article_id,
                                     const storage::v1::ArticleRow& row);

  // A revision of such an article, as it was, or an outline of it; nothing when
  // there is none for this audience. Outside there are none from before the
  // first that was public; and none has a text while the article is stopped.
  absl::StatusOr<std::optional<RevisionRead>> At(
      absl::string_view article_id, const storage::v1::ArticleRow& row,
      Revision revision);

  // A revision that Latest() or At() have given to a partner, and what it was
  // given by.
  struct Given {
    Delivered delivered;
    storage::v1::Attributes attributes;
    // Of the revision before, when it was told of that.
    std::optional<storage::v1::Attributes> before;
  };
  std::vector<Given> TakeGiven() { return std::exchange(given_, {}); }
  // Whether `now` may still be given it, of an article that is like `newest`.
  static bool MayStillHave(const Viewer& now, const Given& given,
                           const storage::v1::ArticleRow& newest);

 private:
  // What is seen of a revision with this row. To a partner what is stopped is
  // as if it were not: it is told so by its stream, and its rights deny it.
  Sight SightIn(const storage::v1::ArticleRow& row) const;

  // Whether a revision that is seen may say what stood in the one before it.
  bool MayKnowThePast(const storage::v1::ChangeFacts& facts) const;

  const Viewer viewer_;
  const storage::View& view_;
  std::vector<Given> given_;  // to a partner
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_SEEN_ARTICLES_H_
