#include "services/editorial/schedule_decisions.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/editorial/rules/times.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::Decision;
using storage::DecisionContext;
using storage::v1::ArticleRow;

// Text in one commit, about: what is due beyond it goes into the next one.
constexpr size_t kMaxBytesAtOnce = size_t{64} << 20;

// What the server does when the time of an article in `state` has come.
Command CommandWhenDue(const v1::Article& article, absl::Time now) {
  const bool expired =
      article.has_expires_at() && ToTime(article.expires_at()) <= now;
  switch (article.state()) {
    case v1::Article::SCHEDULED:
      return Command::kPublishDue;
    case v1::Article::EMBARGOED:
      // Nobody looked for so long that both times have passed.
      return expired ? Command::kExpire : Command::kLiftEmbargo;
    default:
      return Command::kExpire;
  }
}

void NoteExpiry(const DecisionContext& context, v1::Article* article) {
  v1::StatusNote note;
  note.set_reason("the time or the right to use it has ended");
  note.set_action(v1::Tombstone::STOP_USING);
  *note.mutable_time() = storage::ToTimestamp(context.commit_time);
  note.set_actor(std::string(kSchedulerActor));
  // A hold remembers where it came from.
  note.set_previous_state(article->has_status_note()
                              ? article->status_note().previous_state()
                              : article->state());
  *article->mutable_status_note() = std::move(note);
}

// What cannot be published goes back to the desk, with the reason.
storage::ChangeDraft BackToDraft(const std::string& article_id,
                                 v1::Article article, const absl::Status& why,
                                 ArticleRow row) {
  article.set_state(v1::Article::DRAFT);
  article.set_pub_status(PubStatusOf(v1::Article::DRAFT));
  article.clear_schedule_time();
  article.clear_change_note();
  article.mutable_change_note()->mutable_note_editors()->set_value(
      absl::StrCat("could not be published as scheduled: ", why.message()));
  return MakeChange(article_id, v1::Change::UNSCHEDULED, std::move(article),
                    std::move(row));
}

absl::StatusOr<std::optional<storage::ChangeDraft>> DecideOneDue(
    const DecisionContext& context, const std::string& article_id) {
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                           context.view.FindArticle(article_id));
  if (!row || row->attributes().due_time_us() == 0 ||
      row->attributes().due_time_us() > absl::ToUnixMicros(context.now)) {
    return std::nullopt;
  }
  COURANT_ASSIGN_OR_RETURN(const v1::Article before,
                           context.view.ReadArticle(Sequence(row->sequence())));
  const Command command = CommandWhenDue(before, context.now);
  COURANT_ASSIGN_OR_RETURN(
      const Transition transition,
      Decide(StandingOf(before), command, {kSchedulerActor, context.now}));
  v1::Article after = before;
  after.clear_change_note();
  if (IsStopped(transition.to)) NoteExpiry(context, &after);
  if (const absl::Status entered = Enter(context, transition, &before, &after);
      !entered.ok()) {
    return BackToDraft(article_id, before, entered, *row);
  }
  return MakeChange(article_id, transition.kind, std::move(after), *row);
}

}  // namespace

absl::StatusOr<Decision> DecideSchedule(const DecisionContext& context,
                                        const Target& target,
                                        const google::protobuf::Timestamp& time,
                                        absl::string_view actor) {
  COURANT_ASSIGN_OR_RETURN(Current current, ReadCurrent(context, target));
  COURANT_ASSIGN_OR_RETURN(const Transition transition,
                           Decide(StandingOf(current.article),
                                  Command::kSchedule, {actor, context.now}));
  if (ToTime(time) <= context.now) {
    return InvalidField(
        "schedule_time",
        absl::StrCat("must be later than now, ", ToText(context.now)));
  }
  v1::Article after = current.article;
  after.clear_change_note();
  *after.mutable_schedule_time() = time;
  COURANT_RETURN_IF_ERROR(Enter(context, transition, &current.article, &after));
  return OneChange(target.article_id, transition.kind, std::move(after),
                   std::move(current.row));
}

absl::StatusOr<Decision> DecideUnschedule(const DecisionContext& context,
                                          const Target& target,
                                          absl::string_view actor) {
  COURANT_ASSIGN_OR_RETURN(Current current, ReadCurrent(context, target));
  COURANT_ASSIGN_OR_RETURN(const Transition transition,
                           Decide(StandingOf(current.article),
                                  Command::kUnschedule, {actor, context.now}));
  v1::Article after = current.article;
  after.clear_change_note();
  COURANT_RETURN_IF_ERROR(Enter(context, transition, &current.article, &after));
  return OneChange(target.article_id, transition.kind, std::move(after),
                   std::move(current.row));
}

absl::StatusOr<Decision> DecideDue(
    const DecisionContext& context,
    const std::vector<std::string>& article_ids) {
  Decision decision;
  size_t bytes = 0;
  for (const std::string& article_id : article_ids) {
    COURANT_ASSIGN_OR_RETURN(std::optional<storage::ChangeDraft> change,
                             DecideOneDue(context, article_id));
    if (!change) continue;
    bytes += change->article.ByteSizeLong();
    decision.push_back(*std::move(change));
    if (bytes > kMaxBytesAtOnce) break;
  }
  return decision;
}

}  // namespace courant
