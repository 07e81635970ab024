#include "tests/model/article_model.h"

#include <algorithm>
#include <set>
#include <type_traits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/model/model_table.h"
#include "tests/model/model_words.h"

namespace courant::model {
namespace {

using v1::Article;
using v1::Change;
using v1::ChangeNote;
using v1::Tombstone;

constexpr absl::string_view kScheduler = "system/scheduler";

template <typename Request>
const std::string& NameIn(const Request& request) {
  return request.name();
}
const std::string& NameIn(const v1::UpdateArticleRequest& request) {
  return request.article().name();
}

template <typename Request>
const std::string& EtagIn(const Request& request) {
  return request.etag();
}
const std::string& EtagIn(const v1::UpdateArticleRequest& request) {
  return request.article().etag();
}

// "publish" of a PublishArticleRequest.
template <typename Request>
std::string CommandIn(const Request& request) {
  const std::string type = request.GetDescriptor()->name();
  return absl::AsciiStrToLower(type.substr(0, type.find("Article")));
}

}  // namespace

// A revision in the making.
struct ArticleModel::Draft {
  const Caller& caller;
  absl::Time time;  // Of the commit.
  Article before;   // Nothing in it: there is none.
  Article after;
  Change::Kind kind = Change::KIND_UNSPECIFIED;  // Unset: nothing to do.
  Refusals refusals;

  void Refuse(v1::ErrorReason reason, absl::string_view about = "") {
    refusals.push_back({reason, std::string(about)});
  }
  void Illegal() { Refuse(v1::ILLEGAL_TRANSITION, AllowedIn(before.state())); }
  void Move(Article::State state, Change::Kind to_kind) {
    after.set_state(state);
    kind = to_kind;
  }
  void Stop(Article::State state, Change::Kind to_kind,
            absl::string_view reason, absl::string_view contact,
            Tombstone::Action action) {
    Move(state, to_kind);
    after.clear_status_note();
    v1::StatusNote& note = *after.mutable_status_note();
    note.set_reason(std::string(reason));
    note.set_contact(std::string(contact));
    note.set_action(action);
    *note.mutable_time() = FromTime(time);
    note.set_actor(caller.actor);
    // Where a release would lead: a hold within a withdrawal is no place.
    note.set_previous_state(before.has_status_note()
                                ? before.status_note().previous_state()
                                : before.state());
  }
};

Verdict ArticleModel::Call(const Caller& given, const AnyRequest& any) {
  return std::visit(
      [&](const auto& request) -> Verdict {
        const Refusals wrong = Examine(given, any);
        if (!wrong.empty()) return {wrong, {}};
        const std::string bytes =
            request.GetTypeName() + request.SerializeAsString();
        const std::string& id = request.request_id();
        if (const auto known = attempts_.find(id); known != attempts_.end()) {
          const Attempt& attempt = known->second;
          if (attempt.bytes != bytes) {
            return {{{v1::REQUEST_ID_REUSED, "request_id"}}, {}};
          }
          const std::vector<Article>& all = articles_[attempt.name];
          // Of a killed article nothing else can be answered.
          const bool killed = all.back().state() == Article::KILLED;
          return {{}, killed ? all.back() : all[attempt.revision - 1]};
        }
        const Caller caller{given.actor.empty() ? "unknown" : given.actor,
                            given.now};
        const absl::Time next = last_commit_ + absl::Microseconds(1);
        Draft draft{caller, std::max(caller.now, next)};
        if constexpr (!std::is_same_v<std::decay_t<decltype(request)>,
                                      v1::CreateArticleRequest>) {
          const auto it = articles_.find(NameIn(request));
          if (it == articles_.end())
            return {{{v1::RESOURCE_NOT_FOUND, ""}}, {}};
          draft.before = draft.after = it->second.back();
          draft.after.clear_change_note();
          if (!EtagIn(request).empty() &&
              EtagIn(request) != draft.before.etag()) {
            return {{{v1::ETAG_MISMATCH, ""}}, {}};
          }
          if (!absl::StrContains(
                  absl::StrCat(",", AllowedIn(draft.before.state()), ","),
                  absl::StrCat(",", CommandIn(request), ","))) {
            draft.Illegal();
            return {draft.refusals, {}};
          }
        }
        Do(request, draft);
        if (!draft.refusals.empty()) return {draft.refusals, {}};
        if (draft.kind != Change::KIND_UNSPECIFIED) Commit(draft, false);
        const Article& newest = articles_[draft.after.name()].back();
        if (!id.empty()) {
          attempts_[id] = {bytes, newest.name(), newest.revision()};
        }
        return {{}, newest};
      },
      any);
}

void ArticleModel::LetOut(Change::Kind kind, Draft& draft) {
  if (draft.after.has_embargo_until() &&
      ToTime(draft.after.embargo_until()) > draft.caller.now) {
    draft.Move(Article::EMBARGOED, Change::PRE_NOTICED);
  } else {
    draft.Move(Article::PUBLISHED, kind);
  }
}

void ArticleModel::CheckRevision(Draft& draft) {
  const Article& after = draft.after;
  if (IsOut(after.state()) || after.state() == Article::SCHEDULED) {
    for (const std::string& field : MissingToPublish(after)) {
      draft.Refuse(v1::NOT_PUBLISHABLE, field);
    }
  }
  if (after.has_expires_at()) {
    const absl::Time expires = ToTime(after.expires_at());
    if ((after.has_embargo_until() &&
         expires <= ToTime(after.embargo_until())) ||
        (after.has_schedule_time() &&
         expires <= ToTime(after.schedule_time())) ||
        (IsOut(after.state()) && expires <= draft.caller.now &&
         !(IsOut(draft.before.state()) &&
           ToTime(draft.before.expires_at()) == expires))) {
      draft.Refuse(v1::FIELD_INVALID, "article.expires_at");
    }
  }
  for (const auto& [name, revisions] : articles_) {
    if (name == after.name()) continue;
    for (const v1::AliasId& theirs : revisions.back().alias_ids()) {
      for (const v1::AliasId& ours : after.alias_ids()) {
        if (theirs.source_system() == ours.source_system() &&
            theirs.id() == ours.id()) {
          draft.Refuse(v1::ALIAS_TAKEN, name);
        }
      }
    }
  }
}

void ArticleModel::Do(const v1::CreateArticleRequest& request, Draft& draft) {
  draft.after = request.article();
  draft.after.set_name(absl::StrCat("articles/", request.article_id()));
  if (articles_.count(draft.after.name()) > 0) {
    return draft.Refuse(v1::RESOURCE_EXISTS);
  }
  draft.after.set_story(absl::StrCat("stories/", request.article_id()));
  draft.after.set_kind(Article::TEXT);
  *draft.after.mutable_create_time() = FromTime(draft.time);
  if (request.initial_state() == v1::CreateArticleRequest::PUBLISHED) {
    LetOut(Change::PUBLISHED, draft);
  } else {
    draft.Move(Article::DRAFT, Change::DRAFTED);
  }
  CheckRevision(draft);
}

void ArticleModel::Do(const v1::UpdateArticleRequest& request, Draft& draft) {
  TakeOver(request.article(), request.update_mask(), &draft.after);
  const std::vector<std::string> fields = Differing(draft.before, draft.after);
  if (fields.empty()) return;
  ChangeNote& note = *draft.after.mutable_change_note();
  note.mutable_fields()->Assign(fields.begin(), fields.end());
  const Article::State state = draft.before.state();
  if (!IsOut(state)) {
    draft.Move(state, Change::DRAFTED);
    return CheckRevision(draft);
  }
  note.set_class_(ChangeNote::UPDATE);
  draft.Move(state, Change::UPDATED);
  if (std::count(fields.begin(), fields.end(), "embargo_until") > 0) {
    if (state != Article::EMBARGOED) return draft.Illegal();
    if (!draft.after.has_embargo_until() ||
        ToTime(draft.after.embargo_until()) <= draft.caller.now) {
      draft.Refuse(v1::FIELD_INVALID, "article.embargo_until");
    }
    draft.kind = Change::EMBARGO_CHANGED;
  }
  CheckRevision(draft);
}

void ArticleModel::Do(const v1::PublishArticleRequest& request, Draft& draft) {
  draft.after.clear_schedule_time();
  if (draft.before.state() == Article::EMBARGOED) {
    if (request.has_embargo_until()) {
      draft.Refuse(v1::FIELD_INVALID, "embargo_until");
    }
    draft.Move(Article::PUBLISHED, Change::EMBARGO_RELEASED);
  } else {
    if (request.has_embargo_until()) {
      *draft.after.mutable_embargo_until() = request.embargo_until();
    }
    LetOut(Change::PUBLISHED, draft);
  }
  CheckRevision(draft);
}

void ArticleModel::Do(const v1::ScheduleArticleRequest& request, Draft& draft) {
  if (ToTime(request.schedule_time()) <= draft.caller.now) {
    draft.Refuse(v1::FIELD_INVALID, "schedule_time");
  }
  *draft.after.mutable_schedule_time() = request.schedule_time();
  draft.Move(Article::SCHEDULED, Change::SCHEDULED);
  CheckRevision(draft);
}

void ArticleModel::Do(const v1::UnscheduleArticleRequest& /*request*/,
                      Draft& draft) {
  draft.after.clear_schedule_time();
  draft.Move(Article::DRAFT, Change::UNSCHEDULED);
}

template <typename Request>
bool ArticleModel::Mend(const Request& request, ChangeNote::Class its_class,
                        ChangeNote::Severity severity, Draft& draft) {
  TakeOver(request.article(), request.update_mask(), &draft.after);
  ChangeNote& note = *draft.after.mutable_change_note();
  *note.mutable_corrections() = request.corrections();
  if (!Repair(draft.before, note.mutable_corrections(), &draft.after)) {
    draft.Refuse(v1::CORRECTION_NOT_FOUND);
  }
  const std::vector<std::string> fields = Differing(draft.before, draft.after);
  if (std::count(fields.begin(), fields.end(), "embargo_until") > 0) {
    draft.Illegal();
  }
  note.mutable_fields()->Assign(fields.begin(), fields.end());
  note.set_class_(its_class);
  note.set_severity(severity);
  if (request.has_note_editors()) {
    *note.mutable_note_editors() = request.note_editors();
  }
  if (request.has_note_public()) {
    *note.mutable_note_public() = request.note_public();
  }
  return !fields.empty();
}

void ArticleModel::Do(const v1::CorrectArticleRequest& request, Draft& draft) {
  Mend(request, ChangeNote::CORRECTION,
       request.severity() == ChangeNote::SEVERITY_UNSPECIFIED
           ? ChangeNote::SUBSTANTIVE
           : request.severity(),
       draft);
  draft.Move(Article::CORRECTED, Change::CORRECTED);
  CheckRevision(draft);
}

void ArticleModel::Do(const v1::RefileArticleRequest& request, Draft& draft) {
  if (!Mend(request, ChangeNote::REFILE, ChangeNote::MINOR, draft)) return;
  draft.Move(draft.before.state(), Change::REFILED);
  CheckRevision(draft);
}

void ArticleModel::Do(const v1::HoldArticleRequest& request, Draft& draft) {
  draft.Stop(Article::WITHHELD, Change::HELD, request.reason(),
             request.contact(), Tombstone::STOP_USING);
}

Article::State ArticleModel::StateBefore(const Draft& draft) {
  const Article::State out = out_[draft.before.name()];
  const bool ended = out == Article::EMBARGOED &&
                     ToTime(draft.before.embargo_until()) <= draft.caller.now;
  return ended ? Article::PUBLISHED : out;
}

void ArticleModel::Do(const v1::ReleaseArticleRequest& request, Draft& draft) {
  if (!request.reason().empty()) {
    draft.after.mutable_change_note()->mutable_note_editors()->set_value(
        request.reason());
  }
  draft.Move(StateBefore(draft), Change::HOLD_RELEASED);
  CheckRevision(draft);
}

void ArticleModel::CheckReplacement(Tombstone::Action action,
                                    const std::string& replacement,
                                    Draft& draft) {
  if (action != Tombstone::REPLACE) return;
  if (articles_.count(replacement) == 0) {
    draft.Refuse(v1::RESOURCE_NOT_FOUND);
  } else if (replacement == draft.before.name() || !IsOpen(replacement)) {
    draft.Refuse(v1::FIELD_INVALID, "replacement");
  }
}

void ArticleModel::Do(const v1::WithdrawArticleRequest& request, Draft& draft) {
  CheckReplacement(request.action(), request.replacement(), draft);
  draft.Stop(Article::WITHDRAWN, Change::WITHDRAWN, request.reason(),
             request.contact(),
             request.action() == Tombstone::ACTION_UNSPECIFIED
                 ? Tombstone::REMOVE
                 : request.action());
  draft.after.mutable_status_note()->set_replacement(request.replacement());
}

void ArticleModel::Do(const v1::RestoreArticleRequest& request, Draft& draft) {
  draft.after.mutable_change_note()->mutable_note_editors()->set_value(
      request.reason());
  draft.Move(StateBefore(draft), Change::RESTORED);
  CheckRevision(draft);
}

void ArticleModel::Do(const v1::KillArticleRequest& request, Draft& draft) {
  if (!request.confirm()) {
    CheckReplacement(request.action(), request.replacement(), draft);
    v1::KillRequest& kill = *draft.after.mutable_kill_request();
    kill.set_actor(draft.caller.actor);
    kill.set_reason(request.reason());
    kill.set_contact(request.contact());
    kill.set_action(request.action() == Tombstone::ACTION_UNSPECIFIED
                        ? Tombstone::REMOVE
                        : request.action());
    kill.set_replacement(request.replacement());
    *kill.mutable_request_time() = FromTime(draft.caller.now);
    *kill.mutable_expire_time() = FromTime(draft.caller.now + kKillWindow);
    return draft.Move(draft.before.state(), Change::KILL_REQUESTED);
  }
  const v1::KillRequest& asked = draft.before.kill_request();
  if (!draft.before.has_kill_request() ||
      ToTime(asked.expire_time()) <= draft.caller.now) {
    return draft.Refuse(v1::KILL_NOT_REQUESTED);
  }
  if (asked.actor() == draft.caller.actor) {
    return draft.Refuse(v1::SECOND_PERSON_REQUIRED);
  }
  // A kill waits for nothing: it names no replacement that is gone.
  const bool gone =
      asked.action() == Tombstone::REPLACE && !IsOpen(asked.replacement());
  draft.Stop(Article::KILLED, Change::KILLED, asked.reason(), asked.contact(),
             gone ? Tombstone::REMOVE : asked.action());
  v1::StatusNote& note = *draft.after.mutable_status_note();
  note.set_replacement(gone ? "" : asked.replacement());
  note.set_requested_by(asked.actor());
  for (const absl::string_view field :
       {"headline", "body", "rights", "embargo_until", "expires_at",
        "change_note", "kill_request"}) {
    draft.after.GetReflection()->ClearField(
        &draft.after,
        Article::descriptor()->FindFieldByName(std::string(field)));
  }
}

void ArticleModel::Tick(absl::Time now) {
  const Caller caller{std::string(kScheduler), now};
  while (true) {
    std::set<std::pair<absl::Time, std::string>> due;
    for (const auto& [name, revisions] : articles_) {
      const absl::Time time = Due(revisions.back());
      if (time <= now) due.insert({time, name});
    }
    if (due.empty()) return;
    const absl::Time time = std::max(now, last_commit_ + absl::Microseconds(1));
    for (auto it = due.begin(); it != due.end(); ++it) {
      Draft draft{caller, time, articles_[it->second].back()};
      draft.after = draft.before;
      draft.after.clear_change_note();
      draft.after.clear_schedule_time();
      const bool over = draft.before.has_expires_at() &&
                        ToTime(draft.before.expires_at()) <= now;
      if (draft.before.state() == Article::SCHEDULED && over) {
        // Too late to go out: back to the desk, which is told why.
        draft.Move(Article::DRAFT, Change::UNSCHEDULED);
      } else if (draft.before.state() == Article::SCHEDULED) {
        LetOut(Change::PUBLISHED, draft);
      } else if (draft.before.state() == Article::EMBARGOED && !over) {
        draft.Move(Article::PUBLISHED, Change::EMBARGO_RELEASED);
      } else {
        constexpr auto kAction = Tombstone::STOP_USING;
        draft.Stop(Article::EXPIRED, Change::EXPIRED, "", "", kAction);
      }
      Commit(draft, std::next(it) != due.end());
    }
  }
}

void ArticleModel::Commit(Draft& draft, bool more_follow) {
  Article& after = draft.after;
  if (!IsStopped(after.state())) after.clear_status_note();
  if (after.has_kill_request() &&
      ToTime(after.kill_request().expire_time()) <= draft.caller.now) {
    after.clear_kill_request();
  }
  if (IsPublic(after.state()) && !after.has_publish_time()) {
    *after.mutable_publish_time() = FromTime(draft.time);
  }
  after.set_pub_status(PubStatusIn(after.state()));
  after.set_revision(draft.before.revision() + 1);
  after.set_change_sequence(++last_sequence_);
  *after.mutable_revision_create_time() = FromTime(draft.time);
  after.set_actor(draft.caller.actor);
  after.clear_etag();
  last_commit_ = draft.time;
  if (after.state() == Article::KILLED) Erase(after);
  if (IsOut(after.state())) out_[after.name()] = after.state();
  articles_[after.name()].push_back(after);

  Change& change = changes_.emplace_back();
  change.set_name(absl::StrCat("changes/", last_sequence_));
  change.set_sequence(last_sequence_);
  *change.mutable_commit_time() = FromTime(draft.time);
  change.set_kind(draft.kind);
  change.set_resource(after.name());
  change.set_revision(after.revision());
  change.set_previous_revision(draft.before.revision());
  change.set_group_continues(more_follow);
  change.set_actor(draft.caller.actor);
  if (IsStopped(after.state())) {
    Tombstone& tombstone = *change.mutable_tombstone();
    const v1::StatusNote& note = after.status_note();
    tombstone.set_action(note.action());
    tombstone.set_reason(note.reason());
    tombstone.set_contact(note.contact());
    tombstone.set_replacement(note.replacement());
    tombstone.set_state(after.state());
    *tombstone.mutable_time() = note.time();
    if (after.state() == Article::KILLED) {
      for (Change& earlier : changes_) {
        // What stands there already says why it stands there.
        if (earlier.resource() == after.name() && earlier.has_article()) {
          *earlier.mutable_tombstone() = tombstone;
        }
      }
    }
  } else {
    *change.mutable_article() = after;
  }
}

void ArticleModel::Erase(const Article& killed) {
  for (Article& revision : articles_[killed.name()]) {
    Article stub = killed;
    stub.set_revision(revision.revision());
    stub.set_etag(revision.etag());
    stub.set_change_sequence(revision.change_sequence());
    stub.set_actor(revision.actor());
    *stub.mutable_revision_create_time() = revision.revision_create_time();
    revision = std::move(stub);
  }
}

void ArticleModel::Learn(const Article& article) {
  Article& newest = articles_[article.name()].back();
  newest.set_etag(article.etag());
  *newest.mutable_change_note()->mutable_diffs() =
      article.change_note().diffs();
  if (newest.change_note().ByteSizeLong() == 0) newest.clear_change_note();
  if (newest.state() == Article::DRAFT && newest.actor() == kScheduler) {
    *newest.mutable_change_note()->mutable_note_editors() =
        article.change_note().note_editors();
  }
  const bool expired = newest.state() == Article::EXPIRED &&
                       newest.status_note().reason().empty();
  if (expired) {
    newest.mutable_status_note()->set_reason(article.status_note().reason());
  }
  for (Change& change : changes_) {
    if (change.sequence() != newest.change_sequence()) continue;
    if (change.has_article()) *change.mutable_article() = newest;
    if (expired && change.has_tombstone()) {
      change.mutable_tombstone()->set_reason(article.status_note().reason());
    }
  }
}

}  // namespace courant::model
