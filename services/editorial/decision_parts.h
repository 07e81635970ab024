#ifndef COURANT_SERVICES_EDITORIAL_DECISION_PARTS_H_
#define COURANT_SERVICES_EDITORIAL_DECISION_PARTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "services/editorial/rules/lifecycle.h"
#include "storage/committer.h"

// What every decision about an article is made of. Nothing here keeps state or
// does I/O except through the view of the context.
namespace courant {

// An article as it stands at the tail.
struct Current {
  storage::v1::ArticleRow row;
  v1::Article article;
};

// Which article, and in which revision the caller believes it to be.
struct Target {
  std::string article_id;
  // When not empty, must be current.
  std::string etag;
};

// The row of `target`.
//   NOT_FOUND / RESOURCE_NOT_FOUND, ABORTED / ETAG_MISMATCH
absl::StatusOr<storage::v1::ArticleRow> FindCurrent(
    const storage::DecisionContext& context, const Target& target);

// The row and the article of `target`. Errors as FindCurrent.
absl::StatusOr<Current> ReadCurrent(const storage::DecisionContext& context,
                                    const Target& target);

// Puts `article` into the state that `transition` leads to: sets what follows
// from the state, clears what does not belong to it, and checks that what is
// out, or will be, can be. `before` is the revision before; null for the first
// one. A status note for a stopped state must be set already. Does not look at
// other articles.
//   FAILED_PRECONDITION / NOT_PUBLISHABLE
//   INVALID_ARGUMENT / FIELD_INVALID   `article.expires_at` leaves no time
absl::Status Enter(const storage::DecisionContext& context,
                   const Transition& transition, const v1::Article* before,
                   v1::Article* article);

// True when `after` ends its embargo at another time than `before`.
bool EmbargoMoved(const v1::Article& before, const v1::Article& after);

// Checks that the embargo of `before` may become that of `after`: what is
// public stays so, and what is under embargo stays under one that has not ended
// yet.
//   FAILED_PRECONDITION / ILLEGAL_TRANSITION
//   INVALID_ARGUMENT / FIELD_INVALID   `article.embargo_until`
absl::Status CheckEmbargo(const v1::Article& before, const v1::Article& after,
                          absl::Time now);

// Checks that no other article has one of the alias ids of `article`.
//   ALREADY_EXISTS / ALIAS_TAKEN
absl::Status CheckAliases(const storage::DecisionContext& context,
                          absl::string_view article_id,
                          const v1::Article& article);

// Gives a first revision what only that gets: the time, and a URN unless
// `publisher_domain` is empty.
void Christen(const storage::DecisionContext& context,
              absl::string_view publisher_domain, absl::string_view article_id,
              v1::Article* article);

// Where the texts of an article or translation stand in the log, in all of its
// revisions, ascending. `row` is its latest row.
absl::StatusOr<std::vector<Sequence>> AllRevisions(
    const storage::DecisionContext& context, absl::string_view id,
    const storage::v1::ArticleRow& row);

// The change that makes `article` the next revision. What is stopped is
// delivered as a tombstone. The attributes of what is killed keep what the
// revision before said of its rights.
storage::ChangeDraft MakeChange(absl::string_view article_id,
                                v1::Change::Kind kind, v1::Article article,
                                std::optional<storage::v1::ArticleRow> before);

// A decision for that one change.
storage::Decision OneChange(absl::string_view article_id, v1::Change::Kind kind,
                            v1::Article article,
                            std::optional<storage::v1::ArticleRow> before);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_DECISION_PARTS_H_
