#include "services/editorial/seen_articles.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "courant/v1/change.pb.h"
#include "services/audience/public_view.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {

using storage::v1::ArticleRow;

Sight SeenArticles::SightIn(const ArticleRow& row) const {
  const Sight sight = SightOf(viewer_, row.attributes());
  return viewer_.audience == Audience::kPartner && sight == Sight::kStub
             ? Sight::kNothing
             : sight;
}

bool SeenArticles::MayKnowThePast(const storage::v1::ChangeFacts& facts) const {
  if (viewer_.audience != Audience::kPartner) return true;
  return facts.has_before() && SightOf(viewer_, facts.before()) == Sight::kText;
}

bool SeenArticles::MayStillHave(const Viewer& now, const Given& given,
                                const ArticleRow& newest) {
  return std::min(SightOf(now, newest.attributes()),
                  SightOf(now, given.attributes)) >= given.delivered.sight &&
         (!given.before || SightOf(now, *given.before) == Sight::kText);
}

absl::StatusOr<std::optional<ArticleRow>> SeenArticles::Find(
    absl::string_view article_id) const {
  COURANT_ASSIGN_OR_RETURN(std::optional<ArticleRow> row,
                           view_.FindArticle(article_id));
  if (row && !Sees(*row)) row = std::nullopt;
  return row;
}

absl::StatusOr<std::string> SeenArticles::Latest(absl::string_view article_id,
                                                 const ArticleRow& row) {
  if (viewer_.audience == Audience::kInternal) {
    return view_.ReadArticleBytes(Sequence(row.sequence()));
  }
  for (auto number = static_cast<uint64_t>(row.revision()); number > 0;
       --number) {
    COURANT_ASSIGN_OR_RETURN(std::optional<RevisionRead> seen,
                             At(article_id, row, Revision(number)));
    if (!seen) continue;
    COURANT_RETURN_IF_ERROR(seen->kept);
    return std::move(seen->article);
  }
  return MakeError(v1::DATA_CORRUPTED,
                   "an article that is public has no public revision");
}

absl::StatusOr<std::optional<RevisionRead>> SeenArticles::At(
    absl::string_view article_id, const ArticleRow& row, Revision revision) {
  COURANT_ASSIGN_OR_RETURN(const std::optional<Sequence> sequence,
                           view_.FindRevision(article_id, revision));
  if (!sequence) {
    if (revision.value() > static_cast<uint64_t>(row.revision())) {
      return std::nullopt;
    }
    return MakeError(v1::DATA_CORRUPTED, "a revision is missing");
  }
  if (viewer_.audience == Audience::kInternal) {
    return ReadRevision(view_, article_id, revision, *sequence);
  }
  COURANT_ASSIGN_OR_RETURN(const storage::Entry entry,
                           view_.ReadEntry(*sequence));
  v1::Change change;
  if (!change.ParseFromString(entry.facts.change())) {
    return MakeError(v1::DATA_CORRUPTED, "a change is damaged");
  }
  const Sight now = SightIn(row);
  const Sight then = SightIn(entry.facts.row());
  if (std::min(now, then) == Sight::kNothing ||
      !IsTold(viewer_.audience, change.kind())) {
    return std::nullopt;
  }
  const bool past_words = MayKnowThePast(entry.facts);
  absl::Status kept;
  if (now != Sight::kStub && entry.erased_by != Sequence(0)) {
    kept = view_.ReadArticleBytes(*sequence).status();
    if (!storage::LetGoBy(kept)) {
      return MakeError(v1::DATA_CORRUPTED, "a revision has lost its text");
    }
  }
  // Of what was let go nothing is given that the ledger would have to know of.
  if (kept.ok() && viewer_.audience == Audience::kPartner) {
    Given given{
        .delivered = {.article_id = std::string(article_id),
                      .revision = static_cast<int64_t>(revision.value()),
                      .sequence = *sequence,
                      .kind = change.kind(),
                      .sight = std::min(now, then)},
        .attributes = entry.facts.row().attributes()};
    if (past_words) given.before = entry.facts.before();
    given_.push_back(std::move(given));
  }
  v1::Article article;
  if (now == Sight::kStub) {
    COURANT_ASSIGN_OR_RETURN(
        article, StubOfRevision(view_, article_id, revision, entry));
  } else if (!kept.ok()) {
    COURANT_ASSIGN_OR_RETURN(article, OutlineOf(entry));
  } else if (!article.ParseFromString(entry.article)) {
    return MakeError(v1::DATA_CORRUPTED, "an article is damaged");
  }
  return RevisionRead{
      .article = PublicView(article, {.sight = std::min(now, then),
                                      .past_words = past_words})
                     .SerializeAsString(),
      .kept = std::move(kept)};
}

}  // namespace courant
