#include "services/translation/embargo_rules.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/editorial/decision_parts.h"
#include "services/editorial/rules/attributes.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/lifecycle.h"
#include "services/editorial/rules/times.h"
#include "services/editorial/schedule_decisions.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::ChangeDraft;
using v1::Article;
using v1::Change;

absl::Status TooEarly(const SourceChain::Embargo& embargo) {
  const std::string name = ArticleName(embargo.article_id);
  const std::string until = ToText(embargo.until);
  return MakeError(v1::SOURCE_EMBARGOED,
                   absl::StrCat("it was made from ", name,
                                ", which may not be public before ", until,
                                "; choose a time that is not earlier, or none"),
                   {{"source", name}, {"embargo_until", until}});
}

// Whether it comes with another embargo than it had.
bool NamedAnEmbargo(const ChangeDraft& draft) {
  const int64_t until_us = draft.attributes.embargo_until_us();
  return until_us != 0 &&
         (!draft.previous ||
          draft.previous->attributes().embargo_until_us() != until_us);
}

// Whether a person chose the time at which the article goes out.
bool NamedATime(const ChangeDraft& draft, Article::State before) {
  switch (draft.kind) {
    case Change::SCHEDULED:
    case Change::EMBARGO_CHANGED:
      return true;
    case Change::PRE_NOTICED:
      // What was scheduled was checked then, and has been moved since; unless
      // somebody publishes it with another embargo.
      return before != Article::SCHEDULED || NamedAnEmbargo(draft);
    case Change::PUBLISHED:
      // With an embargo that has ended: at once.
      return NamedAnEmbargo(draft);
    default:
      return false;
  }
}

// Whether it was there before, and was not made from these sources then.
bool IsNewlyTied(const ChangeDraft& draft) {
  return draft.previous && draft.previous->attributes().source_article_id() !=
                               draft.attributes.source_article_id();
}

// What the server was about to let out, while a source was being stopped, in
// the same commit perhaps, or went back to the desk. It stays in.
void KeepIn(Article::State before, absl::Time now, ChangeDraft* draft) {
  Article article = std::move(draft->article);
  article.clear_change_note();
  article.clear_publish_time();
  Change::Kind kind = Change::UNSCHEDULED;
  if (before == Article::EMBARGOED) {
    kind = Change::HELD;
    article.set_state(Article::WITHHELD);
    v1::StatusNote& note = *article.mutable_status_note();
    note.set_reason("its source was stopped or is a draft");
    note.set_action(v1::Tombstone::STOP_USING);
    *note.mutable_time() = storage::ToTimestamp(now);
    note.set_actor(std::string(kSchedulerActor));
    note.set_previous_state(before);
  } else {
    article.set_state(Article::DRAFT);
    article.clear_schedule_time();
    article.mutable_change_note()->mutable_note_editors()->set_value(
        "its source was stopped or is a draft");
  }
  article.set_pub_status(PubStatusOf(article.state()));
  *draft = MakeChange(draft->article_id, kind, std::move(article),
                      std::move(draft->previous));
}

}  // namespace

bool IsTooEarly(const Article& article, absl::Time until) {
  absl::Time out = absl::InfinitePast();
  if (article.has_embargo_until()) out = ToTime(article.embargo_until());
  if (article.state() == Article::SCHEDULED) {
    out = std::max(out, ToTime(article.schedule_time()));
  }
  // `until` was rounded up to a microsecond.
  return out + absl::Microseconds(1) <= until;
}

void SetEmbargo(absl::Time until, Article* article) {
  *article->mutable_embargo_until() = storage::ToTimestamp(until);
}

absl::Status HoldBack(const SourceChain& chain, Article::State before,
                      absl::Time now, ChangeDraft* draft) {
  Article& article = draft->article;
  const bool waits = article.state() == Article::SCHEDULED;
  if (!waits && !IsOut(article.state())) return absl::OkStatus();
  // What was out is told when something happens to its sources; but not when it
  // was out without them. What comes out because its time has come is not
  // refused: others are due with it.
  const bool newly_tied = IsNewlyTied(*draft);
  const bool was_out = IsOut(before) && !newly_tied;
  const bool waited = !newly_tied && (before == Article::SCHEDULED ||
                                      before == Article::EMBARGOED);
  const absl::Status published = chain.CheckPublished();
  const bool time_has_come =
      waited && draft->previous &&
      draft->previous->attributes().due_time_us() <= absl::ToUnixMicros(now);
  if (waited && (chain.Standing() != v1::Translation::CURRENT ||
                 (time_has_come && !published.ok()))) {
    KeepIn(before, now, draft);
    return absl::OkStatus();
  }
  if (!was_out) COURANT_RETURN_IF_ERROR(chain.CheckUsable());
  if (!was_out || (!IsPublic(before) && IsPublic(article.state()))) {
    COURANT_RETURN_IF_ERROR(published);
  }
  const SourceChain::Embargo embargo = chain.LatestEmbargo();
  // Also when that time has passed: the source is public when the server has
  // let it out, which it is about to do, and not before.
  if (embargo.article_id.empty()) return absl::OkStatus();
  if (IsPublic(article.state())) {
    if (IsPublic(before)) {
      return newly_tied ? TooEarly(embargo) : absl::OkStatus();
    }
    const bool by_hand = before == Article::EMBARGOED &&
                         article.has_embargo_until() &&
                         ToTime(article.embargo_until()) > now;
    if (by_hand || NamedATime(*draft, before)) return TooEarly(embargo);
    article.set_state(Article::EMBARGOED);
    article.set_pub_status(PubStatusOf(Article::EMBARGOED));
    article.clear_publish_time();
    draft->kind = Change::PRE_NOTICED;
  } else if (!IsTooEarly(article, embargo.until)) {
    return absl::OkStatus();
  } else if (NamedATime(*draft, before)) {
    return TooEarly(embargo);
  }
  SetEmbargo(embargo.until, &article);
  draft->attributes = AttributesOf(article);
  return absl::OkStatus();
}

}  // namespace courant
