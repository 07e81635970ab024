#include "services/editorial/article_decisions.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/rules/canonical.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/text_diff.h"
#include "services/editorial/rules/update_mask.h"
#include "services/editorial/rules/validation.h"
#include "services/editorial/source_binding.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::Decision;
using storage::DecisionContext;
using storage::v1::ArticleRow;

}  // namespace

absl::StatusOr<Decision> DecideCreate(const DecisionContext& context,
                                      const CreateCommand& command) {
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> taken,
                           context.view.FindArticle(command.article_id));
  if (taken) return ResourceExists(ArticleName(command.article_id));
  v1::Article article = command.article;
  COURANT_ASSIGN_OR_RETURN(const Transition transition,
                           Decide(StandingOf(article), command.command,
                                  {command.actor, context.now}));
  COURANT_RETURN_IF_ERROR(CheckAliases(context, command.article_id, article));
  COURANT_RETURN_IF_ERROR(
      BindToSource(context, command.article_id, nullptr, &article));
  if (article.story().empty()) {
    article.set_story(absl::StrCat("stories/", command.article_id));
  }
  Christen(context, command.publisher_domain, command.article_id, &article);
  COURANT_RETURN_IF_ERROR(Enter(context, transition, nullptr, &article));
  return OneChange(command.article_id, transition.kind, std::move(article),
                   std::nullopt);
}

absl::StatusOr<Decision> DecideUpdate(const DecisionContext& context,
                                      const UpdateCommand& command) {
  COURANT_ASSIGN_OR_RETURN(
      Current found,
      ReadCurrent(context, {command.article_id, command.patch.etag()}));
  const v1::Article& before = found.article;
  COURANT_ASSIGN_OR_RETURN(Transition transition,
                           Decide(StandingOf(before), Command::kUpdate,
                                  {command.actor, context.now}));
  COURANT_ASSIGN_OR_RETURN(v1::Article after,
                           ApplyUpdate(before, command.patch, command.mask));
  COURANT_RETURN_IF_ERROR(ValidateArticle(after, "article"));
  Canonicalize(&before, &after);
  COURANT_RETURN_IF_ERROR(
      BindToSource(context, command.article_id, &before, &after));
  const std::vector<std::string> fields = DifferingFields(before, after);
  if (fields.empty()) {
    return storage::AsItStands(command.article_id, std::move(found.row));
  }
  COURANT_RETURN_IF_ERROR(CheckEmbargo(before, after, context.now));
  if (before.state() == v1::Article::EMBARGOED && EmbargoMoved(before, after)) {
    transition.kind = v1::Change::EMBARGO_CHANGED;
  }
  COURANT_RETURN_IF_ERROR(CheckAliases(context, command.article_id, after));
  COURANT_RETURN_IF_ERROR(Enter(context, transition, &before, &after));
  v1::ChangeNote& note = *after.mutable_change_note();
  note.set_class_(transition.note_class);
  note.mutable_fields()->Assign(fields.begin(), fields.end());
  // Drafts are written word by word; nobody outside compares them.
  if (IsOut(transition.to)) *note.mutable_diffs() = DiffTexts(before, after);
  return OneChange(command.article_id, transition.kind, std::move(after),
                   std::move(found.row));
}

absl::StatusOr<Decision> DecidePublish(const DecisionContext& context,
                                       const PublishCommand& command) {
  COURANT_ASSIGN_OR_RETURN(Current found, ReadCurrent(context, command.target));
  v1::Article after = found.article;
  after.clear_change_note();
  if (command.embargo_until) {
    if (after.state() == v1::Article::EMBARGOED) {
      return InvalidField("embargo_until",
                          "is not for an article that is under embargo; to "
                          "move that, update the article");
    }
    *after.mutable_embargo_until() = *command.embargo_until;
  }
  COURANT_ASSIGN_OR_RETURN(const Transition transition,
                           Decide(StandingOf(after), Command::kPublish,
                                  {command.actor, context.now}));
  COURANT_RETURN_IF_ERROR(Enter(context, transition, &found.article, &after));
  return OneChange(command.target.article_id, transition.kind, std::move(after),
                   std::move(found.row));
}

}  // namespace courant
