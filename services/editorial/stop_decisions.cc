#include "services/editorial/stop_decisions.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/rules/identifiers.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::Decision;
using storage::DecisionContext;
using storage::v1::ArticleRow;

absl::Status CheckReplacement(const DecisionContext& context,
                              const Target& target, const StopOrder& order) {
  if (order.replacement.empty()) return absl::OkStatus();
  COURANT_ASSIGN_OR_RETURN(const std::string article_id,
                           ParseArticleName(order.replacement, "replacement"));
  if (article_id == target.article_id) {
    return InvalidField("replacement", "is the article itself; name another");
  }
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                           context.view.FindArticle(article_id));
  if (!row) return ResourceNotFound(order.replacement);
  if (IsPublic(row->attributes().state())) return absl::OkStatus();
  return InvalidField(
      "replacement",
      absl::StrCat("is ", v1::Article::State_Name(row->attributes().state()),
                   ", so those who are told to use it cannot read it; publish "
                   "it first, or name an article that is public"));
}

// What a person asked for, as it can be done now. A kill does not wait for the
// article that was to come in its place, and names none that nobody can read.
absl::StatusOr<StopOrder> OrderOf(const DecisionContext& context,
                                  const Target& target,
                                  const v1::KillRequest& request) {
  StopOrder order{.reason = request.reason(),
                  .contact = request.contact(),
                  .action = request.action(),
                  .replacement = request.replacement()};
  const absl::Status usable = CheckReplacement(context, target, order);
  if (absl::IsInvalidArgument(usable)) {
    order.action = v1::Tombstone::REMOVE;
    order.replacement.clear();
    return order;
  }
  COURANT_RETURN_IF_ERROR(usable);
  return order;
}

// The last state in which `article` was out.
v1::Article::State OutBefore(const v1::Article& article) {
  return article.has_status_note() ? article.status_note().previous_state()
                                   : article.state();
}

v1::StatusNote NoteOf(const DecisionContext& context, const StopOrder& order,
                      const v1::Article& before, absl::string_view actor) {
  v1::StatusNote note;
  note.set_reason(order.reason);
  note.set_contact(order.contact);
  note.set_action(order.action);
  note.set_replacement(order.replacement);
  *note.mutable_time() = storage::ToTimestamp(context.commit_time);
  note.set_actor(std::string(actor));
  note.set_previous_state(OutBefore(before));
  return note;
}

}  // namespace

absl::StatusOr<Decision> DecideStop(const DecisionContext& context,
                                    const Target& target, Command command,
                                    const StopOrder& order,
                                    absl::string_view actor) {
  COURANT_ASSIGN_OR_RETURN(Current current, ReadCurrent(context, target));
  COURANT_ASSIGN_OR_RETURN(
      const Transition transition,
      Decide(StandingOf(current.article), command, {actor, context.now}));
  COURANT_RETURN_IF_ERROR(CheckReplacement(context, target, order));
  v1::Article after = current.article;
  after.clear_change_note();
  *after.mutable_status_note() = NoteOf(context, order, current.article, actor);
  COURANT_RETURN_IF_ERROR(Enter(context, transition, &current.article, &after));
  return OneChange(target.article_id, transition.kind, std::move(after),
                   std::move(current.row));
}

absl::StatusOr<Decision> DecideResume(const DecisionContext& context,
                                      const Target& target, Command command,
                                      const std::string& reason,
                                      absl::string_view actor) {
  COURANT_ASSIGN_OR_RETURN(Current current, ReadCurrent(context, target));
  COURANT_ASSIGN_OR_RETURN(
      const Transition transition,
      Decide(StandingOf(current.article), command, {actor, context.now}));
  v1::Article after = current.article;
  after.clear_change_note();
  if (!reason.empty()) {
    after.mutable_change_note()->mutable_note_editors()->set_value(reason);
  }
  COURANT_RETURN_IF_ERROR(Enter(context, transition, &current.article, &after));
  return OneChange(target.article_id, transition.kind, std::move(after),
                   std::move(current.row));
}

absl::StatusOr<Decision> DecideRequestKill(const DecisionContext& context,
                                           const Target& target,
                                           const StopOrder& order,
                                           absl::string_view actor,
                                           absl::Duration window) {
  COURANT_ASSIGN_OR_RETURN(Current current, ReadCurrent(context, target));
  COURANT_ASSIGN_OR_RETURN(const Transition transition,
                           Decide(StandingOf(current.article),
                                  Command::kRequestKill, {actor, context.now}));
  COURANT_RETURN_IF_ERROR(CheckReplacement(context, target, order));
  v1::KillRequest request;
  request.set_actor(std::string(actor));
  request.set_reason(order.reason);
  request.set_contact(order.contact);
  request.set_action(order.action);
  request.set_replacement(order.replacement);
  *request.mutable_request_time() = storage::ToTimestamp(context.now);
  *request.mutable_expire_time() = storage::ToTimestamp(context.now + window);
  v1::Article after = current.article;
  after.clear_change_note();
  *after.mutable_kill_request() = std::move(request);
  return OneChange(target.article_id, transition.kind, std::move(after),
                   std::move(current.row));
}

absl::StatusOr<Decision> DecideConfirmKill(const DecisionContext& context,
                                           const Target& target,
                                           absl::string_view actor) {
  COURANT_ASSIGN_OR_RETURN(Current current, ReadCurrent(context, target));
  COURANT_ASSIGN_OR_RETURN(const Transition transition,
                           Decide(StandingOf(current.article),
                                  Command::kConfirmKill, {actor, context.now}));
  COURANT_ASSIGN_OR_RETURN(
      std::vector<Sequence> erased,
      AllRevisions(context, target.article_id, current.row));
  const v1::KillRequest& request = current.article.kill_request();
  v1::Article after = current.article;
  COURANT_ASSIGN_OR_RETURN(const StopOrder order,
                           OrderOf(context, target, request));
  *after.mutable_status_note() = NoteOf(context, order, current.article, actor);
  after.mutable_status_note()->set_requested_by(request.actor());
  COURANT_RETURN_IF_ERROR(Enter(context, transition, &current.article, &after));
  Decision decision = OneChange(target.article_id, transition.kind,
                                std::move(after), std::move(current.row));
  decision.back().erased = std::move(erased);
  return decision;
}

absl::StatusOr<Decision> DecideKillAgain(const DecisionContext& context,
                                         absl::string_view article_id,
                                         const StopOrder& order,
                                         absl::string_view actor) {
  const Target target{.article_id = std::string(article_id)};
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                           context.view.FindArticle(article_id));
  if (!row || row->attributes().state() == v1::Article::KILLED) {
    return Decision();
  }
  COURANT_ASSIGN_OR_RETURN(Current current, ReadCurrent(context, target));
  COURANT_ASSIGN_OR_RETURN(std::vector<Sequence> erased,
                           AllRevisions(context, article_id, current.row));
  v1::Article after = current.article;
  *after.mutable_status_note() = NoteOf(context, order, current.article, actor);
  COURANT_RETURN_IF_ERROR(
      Enter(context, {.to = v1::Article::KILLED, .kind = v1::Change::KILLED},
            &current.article, &after));
  Decision decision = OneChange(article_id, v1::Change::KILLED,
                                std::move(after), std::move(current.row));
  decision.back().erased = std::move(erased);
  return decision;
}

}  // namespace courant
