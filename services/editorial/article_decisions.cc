#include "services/editorial/article_decisions.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/rules/attributes.h"
#include "services/editorial/rules/canonical.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/publishable.h"
#include "services/editorial/rules/update_mask.h"
#include "services/editorial/rules/validation.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::ChangeDraft;
using storage::Decision;
using storage::DecisionContext;
using storage::v1::ArticleRow;

absl::StatusOr<ArticleRow> FindCurrent(const DecisionContext& context,
                                       absl::string_view article_id,
                                       absl::string_view etag) {
  COURANT_ASSIGN_OR_RETURN(std::optional<ArticleRow> row,
                           context.view.FindArticle(article_id));
  const std::string name = ArticleName(article_id);
  if (!row) return ResourceNotFound(name);
  if (!etag.empty() && etag != row->etag()) return EtagMismatch(name, *row);
  return *std::move(row);
}

// Fills in what a translation takes from its source.
absl::Status BindToSource(const DecisionContext& context,
                          v1::Article* article) {
  v1::TranslationOf& source = *article->mutable_translation_of();
  COURANT_ASSIGN_OR_RETURN(
      const std::string source_id,
      ParseArticleName(source.article(), "article.translation_of.article"));
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                           context.view.FindArticle(source_id));
  if (!row) return ResourceNotFound(source.article());
  if (source.revision() == 0) source.set_revision(row->revision());
  if (source.revision() < 0 || source.revision() > row->revision()) {
    return InvalidField("article.translation_of.revision",
                        absl::StrCat("must be 1 to ", row->revision(),
                                     ", the newest revision of the source"));
  }
  source.set_language(row->attributes().language());
  if (article->story().empty()) article->set_story(row->attributes().story());
  if (article->story() != row->attributes().story()) {
    return InvalidField("article.story",
                        absl::StrCat("must be that of the source, ",
                                     row->attributes().story()));
  }
  return absl::OkStatus();
}

// Puts the article into the state that a transition leads to.
absl::Status Enter(const DecisionContext& context, const Transition& transition,
                   v1::Article* article) {
  article->set_state(transition.to);
  article->set_pub_status(PubStatusOf(transition.to));
  if (!IsPublic(transition.to)) return absl::OkStatus();
  SettleRights(article);
  if (!article->has_publish_time()) {
    *article->mutable_publish_time() =
        storage::ToTimestamp(context.commit_time);
  }
  return CheckPublishable(*article);
}

Decision OneChange(absl::string_view article_id, const Transition& transition,
                   v1::Article article, std::optional<ArticleRow> previous) {
  ChangeDraft draft{.kind = transition.kind,
                    .article_id = std::string(article_id),
                    .attributes = AttributesOf(article),
                    .previous = std::move(previous)};
  draft.article = std::move(article);
  Decision decision;
  decision.push_back(std::move(draft));
  return decision;
}

}  // namespace

absl::StatusOr<Decision> DecideCreate(const DecisionContext& context,
                                      const CreateCommand& command) {
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> taken,
                           context.view.FindArticle(command.article_id));
  if (taken) return ResourceExists(ArticleName(command.article_id));
  COURANT_ASSIGN_OR_RETURN(
      const Transition transition,
      Decide(v1::Article::STATE_UNSPECIFIED, command.command));
  v1::Article article = command.article;
  if (article.has_translation_of()) {
    COURANT_RETURN_IF_ERROR(BindToSource(context, &article));
  }
  if (article.story().empty()) {
    article.set_story(absl::StrCat("stories/", command.article_id));
  }
  *article.mutable_create_time() = storage::ToTimestamp(context.commit_time);
  if (!command.publisher_domain.empty()) {
    article.set_urn(absl::StrCat(
        "urn:newsml:", command.publisher_domain, ":",
        absl::FormatTime("%Y%m%d", context.commit_time, absl::UTCTimeZone()),
        ":", command.article_id));
  }
  COURANT_RETURN_IF_ERROR(Enter(context, transition, &article));
  return OneChange(command.article_id, transition, std::move(article),
                   std::nullopt);
}

absl::StatusOr<Decision> DecideUpdate(const DecisionContext& context,
                                      const UpdateCommand& command,
                                      std::string* current) {
  COURANT_ASSIGN_OR_RETURN(
      ArticleRow row,
      FindCurrent(context, command.article_id, command.patch.etag()));
  COURANT_ASSIGN_OR_RETURN(const Transition transition,
                           Decide(row.attributes().state(), Command::kUpdate));
  COURANT_ASSIGN_OR_RETURN(const v1::Article before,
                           context.view.ReadArticle(Sequence(row.sequence())));
  COURANT_ASSIGN_OR_RETURN(v1::Article after,
                           ApplyUpdate(before, command.patch, command.mask));
  COURANT_RETURN_IF_ERROR(ValidateArticle(after, "article"));
  Canonicalize(&before, &after);
  const std::vector<std::string> fields = DifferingFields(before, after);
  if (fields.empty()) {
    *current = before.SerializeAsString();
    return Decision();
  }
  COURANT_RETURN_IF_ERROR(Enter(context, transition, &after));
  v1::ChangeNote& note = *after.mutable_change_note();
  note.set_class_(transition.note_class);
  note.mutable_fields()->Assign(fields.begin(), fields.end());
  return OneChange(command.article_id, transition, std::move(after),
                   std::move(row));
}

absl::StatusOr<Decision> DecidePublish(const DecisionContext& context,
                                       absl::string_view article_id,
                                       absl::string_view etag) {
  COURANT_ASSIGN_OR_RETURN(ArticleRow row,
                           FindCurrent(context, article_id, etag));
  COURANT_ASSIGN_OR_RETURN(const Transition transition,
                           Decide(row.attributes().state(), Command::kPublish));
  COURANT_ASSIGN_OR_RETURN(v1::Article article,
                           context.view.ReadArticle(Sequence(row.sequence())));
  article.clear_change_note();
  COURANT_RETURN_IF_ERROR(Enter(context, transition, &article));
  return OneChange(article_id, transition, std::move(article), std::move(row));
}

}  // namespace courant
