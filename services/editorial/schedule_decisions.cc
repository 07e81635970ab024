#include "services/editorial/schedule_decisions.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
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

bool IsDue(const ArticleRow& row, absl::Time now) {
  const int64_t due_us = row.attributes().due_time_us();
  return due_us != 0 && due_us <= absl::ToUnixMicros(now);
}

// What `row`, an article that is due, becomes.
absl::StatusOr<storage::ChangeDraft> DecideOneDue(
    const DecisionContext& context, const std::string& article_id,
    const ArticleRow& row) {
  COURANT_ASSIGN_OR_RETURN(const v1::Article before,
                           context.view.ReadArticle(Sequence(row.sequence())));
  const Command command = CommandWhenDue(before, context.now);
  COURANT_ASSIGN_OR_RETURN(
      const Transition transition,
      Decide(StandingOf(before), command, {kSchedulerActor, context.now}));
  v1::Article after = before;
  after.clear_change_note();
  if (IsStopped(transition.to)) NoteExpiry(context, &after);
  if (const absl::Status entered = Enter(context, transition, &before, &after);
      !entered.ok()) {
    return BackToDraft(article_id, before, entered, row);
  }
  return MakeChange(article_id, transition.kind, std::move(after), row);
}

struct NamedRow {
  std::string article_id;
  ArticleRow row;
};

// `article_id` and those that it was made from, as far as nobody has looked at
// them yet, the first source first. Adds them to `seen`.
absl::StatusOr<std::vector<NamedRow>> SourcesFirst(
    const DecisionContext& context, std::string article_id,
    absl::flat_hash_set<std::string>* seen) {
  std::vector<NamedRow> rows;
  while (!article_id.empty() && seen->insert(article_id).second) {
    COURANT_ASSIGN_OR_RETURN(std::optional<ArticleRow> row,
                             context.view.FindArticle(article_id));
    if (!row) break;
    std::string source = row->attributes().source_article_id();
    rows.push_back({std::move(article_id), *std::move(row)});
    article_id = std::move(source);
  }
  std::reverse(rows.begin(), rows.end());
  return rows;
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
  absl::flat_hash_set<std::string> seen;
  for (const std::string& wanted : article_ids) {
    COURANT_ASSIGN_OR_RETURN(const std::vector<NamedRow> rows,
                             SourcesFirst(context, wanted, &seen));
    for (const auto& [article_id, row] : rows) {
      if (!IsDue(row, context.now)) continue;
      COURANT_ASSIGN_OR_RETURN(storage::ChangeDraft change,
                               DecideOneDue(context, article_id, row));
      bytes += change.article.ByteSizeLong();
      decision.push_back(std::move(change));
    }
    if (bytes > kMaxBytesAtOnce) break;
  }
  return decision;
}

}  // namespace courant
