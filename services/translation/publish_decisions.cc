#include "services/translation/publish_decisions.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/decision_parts.h"
#include "services/editorial/rules/canonical.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/text_diff.h"
#include "services/editorial/rules/times.h"
#include "services/editorial/rules/update_mask.h"
#include "services/editorial/rules/validation.h"
#include "services/translation/result_article.h"
#include "services/translation/translation_parts.h"
#include "services/translation/work_decisions.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::ChangeDraft;
using storage::Decision;
using storage::DecisionContext;
using storage::v1::ArticleRow;
using v1::ChangeNote;
using v1::Translation;
using Task = v1::TranslationTask;

absl::Status CheckReady(const Translation& translation,
                        const PublishTranslationsCommand& command) {
  if (translation.task().state() != Task::APPROVED) {
    return WrongTaskState(translation.task().state(), "publish", "APPROVED");
  }
  COURANT_RETURN_IF_ERROR(CheckComplete(translation));
  if (translation.freshness() != Translation::OUTDATED_CRITICAL ||
      !command.override_reason.empty()) {
    return absl::OkStatus();
  }
  return MakeError(
      v1::SOURCE_OUTDATED,
      absl::StrCat(translation.name(),
                   " says what its source was corrected for since: rebase it, "
                   "or say in override_reason why it goes out all the same"),
      {{"bound_revision", absl::StrCat(translation.source_revision())},
       {"source_revision", absl::StrCat(translation.compared_revision())},
       {"changed_segments", absl::StrCat(translation.source_changes_size())}});
}

// A revision of the source.
absl::StatusOr<v1::Article> ReadSource(const DecisionContext& context,
                                       absl::string_view source_id,
                                       int64_t revision) {
  COURANT_ASSIGN_OR_RETURN(
      const std::optional<Sequence> sequence,
      context.view.FindRevision(source_id,
                                Revision(static_cast<uint64_t>(revision))));
  if (!sequence) {
    return ResourceNotFound(
        absl::StrCat(ArticleName(source_id), "/revisions/", revision));
  }
  return context.view.ReadArticle(*sequence);
}

// What is said of the new revision of an article that was out before.
void Annotate(const v1::Article& before, const Transition& transition,
              const PublishTranslationsCommand& command, v1::Article* after) {
  ChangeNote& note = *after->mutable_change_note();
  note.set_class_(transition.note_class);
  for (std::string& field : DifferingFields(before, *after)) {
    note.add_fields(std::move(field));
  }
  CorrectionList diffs = DiffTexts(before, *after);
  if (transition.note_class == ChangeNote::CORRECTION) {
    note.set_severity(ChangeNote::SUBSTANTIVE);
    *note.mutable_corrections() = std::move(diffs);
  } else {
    *note.mutable_diffs() = std::move(diffs);
  }
  if (!command.override_reason.empty()) {
    note.mutable_note_editors()->set_value(command.override_reason);
  }
}

// The command that brings a new text into an article of this state.
Command CommandFor(v1::Article::State state, ChangeNote::Class note_class) {
  if (state == v1::Article::DRAFT || state == v1::Article::SCHEDULED) {
    return Command::kPublish;
  }
  if (state == v1::Article::EMBARGOED) return Command::kUpdate;
  switch (note_class) {
    case ChangeNote::CORRECTION:
      return Command::kCorrect;
    case ChangeNote::REFILE:
      return Command::kRefile;
    default:
      return Command::kUpdate;
  }
}

ChangeNote::Class ClassFor(const Translation& translation,
                           const PublishTranslationsCommand& command) {
  return command.change_class != ChangeNote::CLASS_UNSPECIFIED
             ? command.change_class
             : translation.next_class();
}

void SetTimes(const PublishTranslationsCommand& command, v1::Article* article) {
  if (command.embargo_until) {
    *article->mutable_embargo_until() = *command.embargo_until;
  }
  if (command.schedule_time) {
    *article->mutable_schedule_time() = *command.schedule_time;
  }
}

absl::Status CheckSchedule(const DecisionContext& context,
                           const PublishTranslationsCommand& command) {
  if (!command.schedule_time || ToTime(*command.schedule_time) > context.now) {
    return absl::OkStatus();
  }
  return InvalidField("schedule_time", absl::StrCat("must be later than now, ",
                                                    ToText(context.now)));
}

// The first revision of a result.
absl::StatusOr<ChangeDraft> MakeFirst(const DecisionContext& context,
                                      const PublishTranslationsCommand& command,
                                      const std::string& article_id,
                                      v1::Article result) {
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> taken,
                           context.view.FindArticle(article_id));
  if (taken) return ResourceExists(ArticleName(article_id));
  SetTimes(command, &result);
  COURANT_RETURN_IF_ERROR(ValidateArticle(result, ""));
  Canonicalize(nullptr, &result);
  Christen(context, command.publisher_domain, article_id, &result);
  Transition transition{.to = v1::Article::SCHEDULED,
                        .kind = v1::Change::SCHEDULED};
  if (!command.schedule_time) {
    COURANT_ASSIGN_OR_RETURN(
        transition, Decide(StandingOf(result), Command::kCreatePublished,
                           {command.actor, context.now}));
  }
  COURANT_RETURN_IF_ERROR(Enter(context, transition, nullptr, &result));
  return MakeChange(article_id, transition.kind, std::move(result),
                    std::nullopt);
}

// A later one.
absl::StatusOr<ChangeDraft> MakeNext(const DecisionContext& context,
                                     const PublishTranslationsCommand& command,
                                     const CurrentTranslation& of,
                                     const std::string& article_id,
                                     const v1::Article& result) {
  const Translation& translation = of.translation;
  COURANT_ASSIGN_OR_RETURN(Current current,
                           ReadCurrent(context, {.article_id = article_id}));
  const v1::Article& before = current.article;
  absl::StatusOr<v1::Article> published =
      ReadSource(context, of.row.attributes().source_article_id(),
                 before.translation_of().revision());
  // An editor may have named a revision that there is not: then every piece of
  // the result that is not published now was made by hand.
  if (absl::IsNotFound(published.status())) published = result;
  COURANT_RETURN_IF_ERROR(published.status());
  v1::Article after = NextRevision(before, *published, result);
  SetTimes(command, &after);
  Command wanted = CommandFor(before.state(), ClassFor(translation, command));
  if (wanted == Command::kPublish && command.schedule_time) {
    wanted = Command::kSchedule;
  } else if (command.schedule_time) {
    return InvalidField("schedule_time",
                        absl::StrCat(ArticleName(article_id),
                                     " is out already; publish it now"));
  }
  COURANT_ASSIGN_OR_RETURN(
      Transition transition,
      Decide(StandingOf(after), wanted, {command.actor, context.now}));
  COURANT_RETURN_IF_ERROR(ValidateArticle(after, ""));
  Canonicalize(&before, &after);
  COURANT_RETURN_IF_ERROR(CheckEmbargo(before, after, context.now));
  // As an editor who moves it says: a time was named.
  if (before.state() == v1::Article::EMBARGOED && EmbargoMoved(before, after)) {
    transition.kind = v1::Change::EMBARGO_CHANGED;
  }
  COURANT_RETURN_IF_ERROR(Enter(context, transition, &before, &after));
  Annotate(before, transition, command, &after);
  return MakeChange(article_id, transition.kind, std::move(after),
                    std::move(current.row));
}

}  // namespace

absl::StatusOr<Decision> DecidePublishTranslations(
    const DecisionContext& context, const PublishTranslationsCommand& command) {
  COURANT_RETURN_IF_ERROR(CheckSchedule(context, command));
  Decision articles;
  Decision translations;
  for (const PublishTranslationsCommand::Item& item : command.items) {
    COURANT_ASSIGN_OR_RETURN(CurrentTranslation current,
                             OpenForWork(context, item.translation_id));
    Translation& translation = current.translation;
    COURANT_RETURN_IF_ERROR(CheckReady(translation, command));
    COURANT_ASSIGN_OR_RETURN(
        const v1::Article source,
        ReadSource(context, current.row.attributes().source_article_id(),
                   translation.source_revision()));
    v1::Article result = ResultOf(source, translation);
    const std::string& known = current.row.attributes().result_article_id();
    const std::string article_id = known.empty() ? item.new_article_id : known;
    absl::StatusOr<ChangeDraft> change =
        known.empty()
            ? MakeFirst(context, command, article_id, std::move(result))
            : MakeNext(context, command, current, article_id, result);
    if (!change.ok()) return std::move(change).status();
    articles.push_back(*std::move(change));
    translation.set_article(ArticleName(article_id));
    translation.clear_next_class();
    Task& task = *translation.mutable_task();
    task.set_state(Task::COMPLETED);
    translations.push_back(MakeTranslationChange(
        v1::Change::TRANSLATION_COMPLETED, std::move(translation),
        Texts::kUnchanged, std::move(current.row)));
  }
  for (ChangeDraft& change : translations) {
    articles.push_back(std::move(change));
  }
  return articles;
}

}  // namespace courant
