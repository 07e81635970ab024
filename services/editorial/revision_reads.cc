#include "services/editorial/revision_reads.h"

#include <optional>

#include "courant/v1/change.pb.h"
#include "services/audience/stub.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/rules/identifiers.h"
#include "storage/base/failpoint.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {

using storage::v1::ArticleRow;

absl::StatusOr<std::string> ReadLatest(const storage::View& view,
                                       absl::string_view article_id) {
  // Twice is enough: nothing comes after a kill.
  for (int attempt = 0;; ++attempt) {
    COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                             view.FindArticle(article_id));
    if (!row) return ResourceNotFound(ArticleName(article_id));
    Sequence sequence(row->sequence());
    if (row->revision() > 1 && COURANT_FAILPOINT("read.revision_before")) {
      COURANT_ASSIGN_OR_RETURN(
          const std::optional<Sequence> before,
          view.FindRevision(article_id, Revision(row->revision() - 1)));
      sequence = before.value_or(sequence);
    }
    absl::StatusOr<std::string> bytes = view.ReadArticleBytes(sequence);
    if (attempt > 0 || !storage::ErasedBy(bytes.status())) return bytes;
  }
}

absl::StatusOr<RevisionRead> ReadRevision(const storage::View& view,
                                          absl::string_view article_id,
                                          Revision revision,
                                          Sequence sequence) {
  absl::StatusOr<std::string> bytes = view.ReadArticleBytes(sequence);
  if (bytes.ok()) return RevisionRead{.article = *std::move(bytes)};
  const absl::Status& why = bytes.status();
  const bool let_go = storage::LetGoBy(why).has_value();
  if (!let_go && !storage::ErasedBy(why)) return why;
  COURANT_ASSIGN_OR_RETURN(const storage::Entry entry,
                           view.ReadEntry(sequence));
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                           view.FindArticle(article_id));
  // A kill is of every revision, also of those that were let go before.
  if (let_go && row && row->attributes().state() != v1::Article::KILLED) {
    COURANT_ASSIGN_OR_RETURN(const v1::Article outline, OutlineOf(entry));
    return RevisionRead{.article = outline.SerializeAsString(), .kept = why};
  }
  COURANT_ASSIGN_OR_RETURN(const v1::Article stub,
                           StubOfRevision(view, article_id, revision, entry));
  return RevisionRead{.article = stub.SerializeAsString()};
}

absl::StatusOr<v1::Article> OutlineOf(const storage::Entry& entry) {
  v1::Change change;
  if (!change.ParseFromString(entry.facts.change())) {
    return MakeError(v1::DATA_CORRUPTED, "a revision is damaged");
  }
  const ArticleRow& row = entry.facts.row();
  const storage::v1::Attributes& attributes = row.attributes();
  v1::Article article;
  article.set_name(change.resource());
  article.set_revision(row.revision());
  article.set_etag(row.etag());
  article.set_change_sequence(change.sequence());
  *article.mutable_revision_create_time() = change.commit_time();
  article.set_actor(change.actor());
  article.set_state(attributes.state());
  article.set_kind(attributes.kind());
  article.set_language(attributes.language());
  article.set_story(attributes.story());
  for (const std::string& code : attributes.sections()) {
    article.add_sections()->set_code(code);
  }
  for (const std::string& qcode : attributes.subjects()) {
    article.add_subjects()->set_qcode(qcode);
  }
  return article;
}

absl::StatusOr<v1::Article> StubOfRevision(const storage::View& view,
                                           absl::string_view article_id,
                                           Revision revision,
                                           const storage::Entry& entry) {
  COURANT_ASSIGN_OR_RETURN(const std::string latest,
                           ReadLatest(view, article_id));
  v1::Article article;
  v1::Change change;
  if (!article.ParseFromString(latest) ||
      !change.ParseFromString(entry.facts.change())) {
    return MakeError(v1::DATA_CORRUPTED, "a stopped revision is damaged");
  }
  article.set_revision(static_cast<int64_t>(revision.value()));
  article.set_etag(entry.facts.row().etag());
  article.set_change_sequence(static_cast<int64_t>(entry.sequence().value()));
  article.set_actor(change.actor());
  *article.mutable_revision_create_time() = change.commit_time();
  return StubOf(article);
}

}  // namespace courant
