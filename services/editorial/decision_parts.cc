#include "services/editorial/decision_parts.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/audience/stub.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/rules/attributes.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/publishable.h"
#include "services/editorial/rules/times.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::ChangeDraft;
using storage::Decision;
using storage::DecisionContext;
using storage::v1::ArticleRow;

bool SameTime(const google::protobuf::Timestamp& a,
              const google::protobuf::Timestamp& b) {
  return a.seconds() == b.seconds() && a.nanos() == b.nanos();
}

// Rights that end before they begin would have the server publish and take
// back at once.
absl::Status CheckExpiry(const v1::Article* before, const v1::Article& article,
                         absl::Time now) {
  if (!article.has_expires_at()) return absl::OkStatus();
  const absl::Time expires = ToTime(article.expires_at());
  const auto refuse = [](absl::string_view what, absl::Time time) {
    return InvalidField(
        "article.expires_at",
        absl::StrCat("must be later than ", what, ", ", ToText(time)));
  };
  if (article.state() == v1::Article::SCHEDULED) {
    const absl::Time scheduled = ToTime(article.schedule_time());
    if (expires <= scheduled) return refuse("schedule_time", scheduled);
  }
  if (article.has_embargo_until()) {
    const absl::Time embargo = ToTime(article.embargo_until());
    if (expires <= embargo) return refuse("embargo_until", embargo);
  }
  // Only what goes out has to have time left.
  if (!IsOut(article.state())) return absl::OkStatus();
  // What was out already and is left as it was: the server is about to act.
  if (before != nullptr && IsOut(before->state()) &&
      SameTime(before->expires_at(), article.expires_at())) {
    return absl::OkStatus();
  }
  return expires <= now ? refuse("now", now) : absl::OkStatus();
}

v1::Tombstone TombstoneOf(const v1::Article& article) {
  const v1::StatusNote& note = article.status_note();
  v1::Tombstone tombstone;
  tombstone.set_action(note.action());
  tombstone.set_reason(note.reason());
  tombstone.set_contact(note.contact());
  tombstone.set_replacement(note.replacement());
  tombstone.set_state(article.state());
  *tombstone.mutable_time() = note.time();
  return tombstone;
}

// A killed article says nothing of its rights any more; but who may have a copy
// is told of the kill, and that depends on them.
void KeepRights(const storage::v1::Attributes& before,
                storage::v1::Attributes& killed) {
  if (!before.has_rights_status()) return;
  killed.set_rights_status(before.rights_status());
  killed.set_data_mining(before.data_mining());
}

}  // namespace

absl::StatusOr<ArticleRow> FindCurrent(const DecisionContext& context,
                                       const Target& target) {
  COURANT_ASSIGN_OR_RETURN(std::optional<ArticleRow> row,
                           context.view.FindArticle(target.article_id));
  const std::string name = ArticleName(target.article_id);
  if (!row) return ResourceNotFound(name);
  if (!target.etag.empty() && target.etag != row->etag()) {
    return EtagMismatch(name, *row);
  }
  return *std::move(row);
}

absl::StatusOr<Current> ReadCurrent(const DecisionContext& context,
                                    const Target& target) {
  Current current;
  COURANT_ASSIGN_OR_RETURN(current.row, FindCurrent(context, target));
  COURANT_ASSIGN_OR_RETURN(
      current.article,
      context.view.ReadArticle(Sequence(current.row.sequence())));
  return current;
}

absl::Status Enter(const DecisionContext& context, const Transition& transition,
                   const v1::Article* before, v1::Article* article) {
  article->set_state(transition.to);
  article->set_pub_status(PubStatusOf(transition.to));
  if (transition.to != v1::Article::SCHEDULED) article->clear_schedule_time();
  if (article->has_kill_request() &&
      ToTime(article->kill_request().expire_time()) <= context.now) {
    article->clear_kill_request();
  }
  if (IsStopped(transition.to)) {
    if (transition.to == v1::Article::KILLED) *article = StubOf(*article);
    return absl::OkStatus();
  }
  article->clear_status_note();
  if (transition.to == v1::Article::DRAFT) {
    return CheckExpiry(before, *article, context.now);
  }
  SettleRights(article);
  if (IsPublic(transition.to) && !article->has_publish_time()) {
    *article->mutable_publish_time() =
        storage::ToTimestamp(context.commit_time);
  }
  COURANT_RETURN_IF_ERROR(CheckPublishable(*article));
  return CheckExpiry(before, *article, context.now);
}

bool EmbargoMoved(const v1::Article& before, const v1::Article& after) {
  return before.has_embargo_until() != after.has_embargo_until() ||
         !SameTime(before.embargo_until(), after.embargo_until());
}

absl::Status CheckEmbargo(const v1::Article& before, const v1::Article& after,
                          absl::Time now) {
  if (!EmbargoMoved(before, after)) return absl::OkStatus();
  if (IsPublic(before.state())) {
    return MakeError(
        v1::ILLEGAL_TRANSITION,
        absl::StrCat("an article in state ",
                     v1::Article::State_Name(before.state()),
                     " is public: it cannot be put under embargo any more"),
        {{"state", v1::Article::State_Name(before.state())},
         {"allowed", AllowedFrom(before.state())}});
  }
  if (before.state() == v1::Article::EMBARGOED &&
      (!after.has_embargo_until() || ToTime(after.embargo_until()) <= now)) {
    return InvalidField(
        "article.embargo_until",
        absl::StrCat("must be later than now, ", ToText(now),
                     "; to lift the embargo at once, publish the article"));
  }
  return absl::OkStatus();
}

absl::Status CheckAliases(const DecisionContext& context,
                          absl::string_view article_id,
                          const v1::Article& article) {
  for (const v1::AliasId& alias : article.alias_ids()) {
    COURANT_ASSIGN_OR_RETURN(
        const std::optional<std::string> owner,
        context.view.FindAlias(alias.source_system(), alias.id()));
    if (!owner || *owner == article_id) continue;
    return MakeError(
        v1::ALIAS_TAKEN,
        absl::StrCat(ArticleName(*owner), " is ", alias.id(), " of ",
                     alias.source_system(), " already; update that article"),
        {{"resource", ArticleName(*owner)},
         {"source_system", alias.source_system()},
         {"id", alias.id()}});
  }
  return absl::OkStatus();
}

void Christen(const DecisionContext& context,
              absl::string_view publisher_domain, absl::string_view article_id,
              v1::Article* article) {
  *article->mutable_create_time() = storage::ToTimestamp(context.commit_time);
  if (publisher_domain.empty()) return;
  article->set_urn(absl::StrCat(
      "urn:newsml:", publisher_domain, ":",
      absl::FormatTime("%Y%m%d", context.commit_time, absl::UTCTimeZone()), ":",
      article_id));
}

absl::StatusOr<std::vector<Sequence>> AllRevisions(
    const DecisionContext& context, absl::string_view id,
    const ArticleRow& row) {
  std::vector<Sequence> sequences;
  for (int64_t number = 1; number <= row.revision(); ++number) {
    COURANT_ASSIGN_OR_RETURN(
        const std::optional<Sequence> sequence,
        context.view.FindRevision(id, Revision(static_cast<uint64_t>(number))));
    if (sequence) sequences.push_back(*sequence);
  }
  return sequences;
}

ChangeDraft MakeChange(absl::string_view article_id, v1::Change::Kind kind,
                       v1::Article article, std::optional<ArticleRow> before) {
  ChangeDraft draft{.kind = kind,
                    .article_id = std::string(article_id),
                    .attributes = AttributesOf(article),
                    .previous = std::move(before)};
  if (article.state() == v1::Article::KILLED && draft.previous) {
    KeepRights(draft.previous->attributes(), draft.attributes);
  }
  // Who asks for a kill tells nobody outside; the rest of what happens to a
  // stopped article is told without its text.
  if (IsStopped(article.state())) draft.tombstone = TombstoneOf(article);
  draft.article = std::move(article);
  return draft;
}

Decision OneChange(absl::string_view article_id, v1::Change::Kind kind,
                   v1::Article article, std::optional<ArticleRow> before) {
  Decision decision;
  decision.push_back(
      MakeChange(article_id, kind, std::move(article), std::move(before)));
  return decision;
}

}  // namespace courant
