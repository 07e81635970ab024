#include "services/translation/consequences.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "services/editorial/decision_parts.h"
#include "services/editorial/rules/attributes.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/lifecycle.h"
#include "services/translation/embargo_rules.h"
#include "services/translation/freshness.h"
#include "services/translation/source_chain.h"
#include "services/translation/text/hand_edit.h"
#include "services/translation/text/source_segments.h"
#include "services/translation/translation_parts.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::ChangeDraft;
using storage::Decision;
using storage::DecisionContext;
using storage::v1::ArticleRow;
using storage::v1::Attributes;
using v1::Article;
using v1::Translation;
using Task = v1::TranslationTask;

// What happened to an article, as far as others depend on it.
struct Event {
  bool killed = false;
  bool stopped = false;        // and was not before, or in another way
  bool resumed = false;        // was stopped, and is not any more
  bool unscheduled = false;    // was to go out, and is a draft again
  bool reworded = false;       // words that somebody may have translated
  bool embargo_moved = false;  // it will be public at another time
  // With the revision before, when `reworded`.
  std::shared_ptr<SourceComparison> comparison;

  bool Matters() const {
    return killed || stopped || resumed || unscheduled || reworded ||
           embargo_moved;
  }
};

// True when the two revisions say the same, in every place and mark.
bool SameWords(const Article& a, const Article& b) {
  const std::vector<v1::SourceSegment> before =
      DivideSource(a, Translation::FULL);
  const std::vector<v1::SourceSegment> after =
      DivideSource(b, Translation::FULL);
  return before.size() == after.size() &&
         std::equal(before.begin(), before.end(), after.begin(),
                    [](const v1::SourceSegment& x, const v1::SourceSegment& y) {
                      return x.unit() == y.unit() &&
                             x.digest_high() == y.digest_high() &&
                             x.digest_low() == y.digest_low() &&
                             SameMarks(x.text(), y.text());
                    });
}

int64_t PublicFrom(const Attributes& attributes) {
  return IsPublic(attributes.state()) ? 0
                                      : std::max(attributes.due_time_us(),
                                                 attributes.embargo_until_us());
}

// Why what was made from a stopped article is stopped.
v1::StatusNote NoteFor(const Article& source, const Article& result) {
  const v1::StatusNote& cause = source.status_note();
  v1::StatusNote note;
  note.set_reason(cause.reason());
  note.set_contact(cause.contact());
  // What stands in place of the source is not in the language of the result.
  note.set_action(cause.action() == v1::Tombstone::REPLACE
                      ? v1::Tombstone::REMOVE
                      : cause.action());
  *note.mutable_time() = cause.time();
  note.set_actor(cause.actor());
  note.set_requested_by(cause.requested_by());
  note.set_previous_state(result.has_status_note()
                              ? result.status_note().previous_state()
                              : result.state());
  return note;
}

// What is left of a translation whose texts nobody may read any more.
Translation StubOf(const Translation& translation) {
  Translation stub;
  stub.set_name(translation.name());
  stub.set_language(translation.language());
  stub.set_kind(translation.kind());
  stub.set_scope(translation.scope());
  stub.set_source_article(translation.source_article());
  stub.set_source_revision(translation.source_revision());
  stub.set_source_language(translation.source_language());
  stub.set_root_article(translation.root_article());
  stub.set_story(translation.story());
  stub.set_article(translation.article());
  stub.set_compared_revision(translation.compared_revision());
  *stub.mutable_create_time() = translation.create_time();
  Task& task = *stub.mutable_task();
  task.set_translator(translation.task().translator());
  task.set_reviewer(translation.task().reviewer());
  task.set_state(Task::CANCELLED);
  return stub;
}

// Follows one decision to everything that depends on it. Keeps what it has
// changed, so that everything it looks at is as the decision leaves it.
class Follower {
 public:
  Follower(const DecisionContext& context, Decision& decision)
      : context_(context), decision_(decision) {}

  absl::Status Run() {
    const size_t asked = decision_.size();
    for (size_t i = 0; i < asked; ++i) {
      const std::string& id = decision_[i].article_id;
      (decision_[i].translation ? translations_ : articles_)[id] = i;
    }
    for (size_t i = 0; i < asked; ++i) {
      if (decision_[i].translation) continue;
      COURANT_RETURN_IF_ERROR(HoldBackBySources(i));
      COURANT_RETURN_IF_ERROR(Follow(i));
    }
    return absl::OkStatus();
  }

 private:
  // Attributes of articles that the decision has changed.
  const Attributes* LatestAttributes(absl::string_view article_id) const {
    const auto found = articles_.find(article_id);
    return found == articles_.end() ? nullptr
                                    : &decision_[found->second].attributes;
  }

  absl::StatusOr<SourceChain> ChainOf(absl::string_view article_id) const {
    return SourceChain::Read(
        context_.view, article_id,
        [this](absl::string_view id) { return LatestAttributes(id); });
  }

  absl::Status HoldBackBySources(size_t index) {
    ChangeDraft& draft = decision_[index];
    const std::string source_id = draft.attributes.source_article_id();
    if (source_id.empty()) return absl::OkStatus();
    COURANT_ASSIGN_OR_RETURN(const SourceChain chain, ChainOf(source_id));
    return HoldBack(chain,
                    draft.previous ? draft.previous->attributes().state()
                                   : Article::STATE_UNSPECIFIED,
                    context_.now, &draft);
  }

  // What the change `index` did to its article, which was there before.
  absl::StatusOr<Event> EventOf(size_t index) const {
    const ChangeDraft& draft = decision_[index];
    Event event;
    const Attributes& before = draft.previous->attributes();
    const Article::State after = draft.attributes.state();
    event.killed = after == Article::KILLED && before.state() != after;
    event.stopped = IsStopped(after) && before.state() != after;
    event.resumed = IsStopped(before.state()) && !IsStopped(after);
    event.unscheduled =
        before.state() == Article::SCHEDULED && after == Article::DRAFT;
    event.embargo_moved = PublicFrom(before) != PublicFrom(draft.attributes);
    if (after == Article::KILLED) return event;
    COURANT_ASSIGN_OR_RETURN(
        Article was,
        context_.view.ReadArticle(Sequence(draft.previous->sequence())));
    event.reworded = !SameWords(was, draft.article);
    if (event.reworded) {
      event.comparison =
          std::make_shared<SourceComparison>(std::move(was), HeadOf(index));
    }
    return event;
  }

  // Adds what follows from the change `index` of an article.
  absl::Status Follow(size_t index) {
    // Nobody depends on what was not there: a first revision looks nowhere.
    if (!decision_[index].previous) return absl::OkStatus();
    const std::string article_id = decision_[index].article_id;
    COURANT_ASSIGN_OR_RETURN(const storage::Ties ties,
                             context_.view.FindTies(article_id));
    if (ties.articles.empty() && ties.translations.empty() &&
        ties.result_of.empty()) {
      return absl::OkStatus();
    }
    COURANT_ASSIGN_OR_RETURN(const Event event, EventOf(index));
    if (!event.Matters()) return absl::OkStatus();
    if (!ties.result_of.empty()) {
      COURANT_RETURN_IF_ERROR(TellTranslation(index, event, ties.result_of));
    }
    return Tell(index, event, article_id, ties);
  }

  // Tells everything that was made from `article_id`, which may be an article
  // in between: `index` is the change that it all comes from.
  absl::Status Tell(size_t index, const Event& event,
                    const std::string& article_id, const storage::Ties& ties) {
    if (!told_.insert(article_id).second) return absl::OkStatus();
    for (const std::string& id : ties.translations) {
      COURANT_RETURN_IF_ERROR(ChangeTranslation(index, event, article_id, id));
    }
    for (const std::string& id : ties.articles) {
      COURANT_RETURN_IF_ERROR(ChangeResult(index, event, article_id, id));
    }
    return absl::OkStatus();
  }

  // A translation of `article_id`.
  absl::Status ChangeTranslation(size_t index, const Event& event,
                                 const std::string& article_id,
                                 const std::string& translation_id) {
    if (translations_.contains(translation_id)) return absl::OkStatus();
    // The times of a source are nothing to the work on it, unless it was taken
    // back with its own.
    if (!event.killed && !event.stopped && !event.resumed && !event.reworded &&
        !event.unscheduled) {
      return absl::OkStatus();
    }
    COURANT_ASSIGN_OR_RETURN(CurrentTranslation current,
                             ReadCurrentTranslation(context_, translation_id));
    if (event.killed) return Erase(std::move(current));
    COURANT_ASSIGN_OR_RETURN(const SourceChain chain, ChainOf(article_id));
    Translation& translation = current.translation;
    const Translation::Freshness standing = chain.Standing();
    bool changed = false;
    const bool its_own_source = decision_[index].article_id == article_id;
    if (event.reworded && its_own_source && translation.has_content()) {
      changed = event.comparison->Update(standing, &translation);
    } else {
      changed = SettleFreshness(standing, &translation);
    }
    const bool cancelled = standing != Translation::CURRENT &&
                           Cancel(standing, translation.mutable_task());
    if (!changed && !cancelled) return absl::OkStatus();
    AddTranslation(cancelled ? v1::Change::TRANSLATION_CANCELLED
                             : v1::Change::TRANSLATION_STALE,
                   std::move(translation), Texts::kUnchanged,
                   std::move(current.row));
    return absl::OkStatus();
  }

  // The article as the change `index` leaves it, with the revision number that
  // it will get.
  Article HeadOf(size_t index) const {
    const ChangeDraft& draft = decision_[index];
    Article head = draft.article;
    head.set_revision(draft.previous->revision() + 1);
    return head;
  }

  // Calls open work off. True when there was some.
  static bool Cancel(Translation::Freshness why, Task* task) {
    if (!IsOpen(task->state())) return false;
    task->clear_lease();
    task->set_state(Task::CANCELLED);
    task->set_cancel_reason(Translation::Freshness_Name(why));
    return true;
  }

  // An article that was made from `source_id`.
  absl::Status ChangeResult(size_t index, const Event& event,
                            const std::string& source_id,
                            const std::string& result_id) {
    const auto changed = articles_.find(result_id);
    std::optional<size_t> at;
    if (changed != articles_.end()) {
      at = changed->second;  // by the decision itself
    } else {
      COURANT_ASSIGN_OR_RETURN(
          Current current, ReadCurrent(context_, {.article_id = result_id}));
      // A tie that does not hold any more.
      if (current.row.attributes().source_article_id() != source_id) {
        return absl::OkStatus();
      }
      COURANT_ASSIGN_OR_RETURN(at, Affect(index, event, std::move(current)));
    }
    COURANT_ASSIGN_OR_RETURN(const storage::Ties ties,
                             context_.view.FindTies(result_id));
    if (at && event.killed && !ties.result_of.empty()) {
      COURANT_RETURN_IF_ERROR(TellTranslation(*at, event, ties.result_of));
    }
    // New words in one do not make new words in the next.
    Event onward = event;
    onward.reworded = false;
    return Tell(index, onward, result_id, ties);
  }

  // Does to a result what its source asks for. The index of the change, or
  // nothing when it stays as it is.
  absl::StatusOr<std::optional<size_t>> Affect(size_t index, const Event& event,
                                               Current current) {
    if (event.killed) return Kill(index, std::move(current));
    if (event.stopped) return Stop(index, std::move(current));
    if (event.unscheduled) return TakeBack(std::move(current));
    if (event.embargo_moved) return Postpone(std::move(current));
    return std::nullopt;
  }

  absl::StatusOr<std::optional<size_t>> Kill(size_t index, Current current) {
    if (current.article.state() == Article::KILLED) return std::nullopt;
    const std::string id = IdOf(current.article);
    COURANT_ASSIGN_OR_RETURN(std::vector<Sequence> erased,
                             AllRevisions(context_, id, current.row));
    Article after = current.article;
    *after.mutable_status_note() =
        NoteFor(decision_[index].article, current.article);
    COURANT_RETURN_IF_ERROR(
        Enter(context_, {.to = Article::KILLED, .kind = v1::Change::KILLED},
              &current.article, &after));
    ChangeDraft draft = MakeChange(id, v1::Change::KILLED, std::move(after),
                                   std::move(current.row));
    draft.erased = std::move(erased);
    return Add(std::move(draft));
  }

  absl::StatusOr<std::optional<size_t>> Stop(size_t index, Current current) {
    const Article& before = current.article;
    if (before.state() == Article::SCHEDULED) {
      return Unschedule(
          absl::StrCat("its source was stopped: ",
                       decision_[index].article.status_note().reason()),
          std::move(current));
    }
    if (!IsOut(before.state())) return std::nullopt;
    Article after = before;
    after.clear_change_note();
    *after.mutable_status_note() = NoteFor(decision_[index].article, before);
    return Withhold(std::move(after), std::move(current));
  }

  // Its source is not going out any more: neither does what was made from it.
  absl::StatusOr<std::optional<size_t>> TakeBack(Current current) {
    constexpr absl::string_view kWhy = "its source is a draft again";
    const Article& before = current.article;
    if (before.state() == Article::SCHEDULED) {
      return Unschedule(kWhy, std::move(current));
    }
    if (before.state() != Article::EMBARGOED) return std::nullopt;
    Article after = before;
    after.clear_change_note();
    v1::StatusNote& note = *after.mutable_status_note();
    note.set_reason(std::string(kWhy));
    note.set_action(v1::Tombstone::STOP_USING);
    *note.mutable_time() = storage::ToTimestamp(context_.commit_time);
    note.set_previous_state(before.state());
    return Withhold(std::move(after), std::move(current));
  }

  // `after` has its status note. Cannot be refused, and so does not go through
  // what a decision of a person has to pass.
  absl::StatusOr<std::optional<size_t>> Withhold(Article after,
                                                 Current current) {
    after.set_state(Article::WITHHELD);
    after.set_pub_status(PubStatusOf(Article::WITHHELD));
    after.clear_schedule_time();
    const std::string id = IdOf(current.article);
    return Add(MakeChange(id, v1::Change::HELD, std::move(after),
                          std::move(current.row)));
  }

  // Makes what waits for its time a draft again. Cannot be refused: what its
  // source asks for has to be done in every language.
  absl::StatusOr<std::optional<size_t>> Unschedule(absl::string_view why,
                                                   Current current) {
    Article after = current.article;
    after.clear_change_note();
    after.mutable_change_note()->mutable_note_editors()->set_value(
        std::string(why));
    after.clear_schedule_time();
    after.set_state(Article::DRAFT);
    after.set_pub_status(PubStatusOf(Article::DRAFT));
    const std::string id = IdOf(current.article);
    return Add(MakeChange(id, v1::Change::UNSCHEDULED, std::move(after),
                          std::move(current.row)));
  }

  absl::StatusOr<std::optional<size_t>> Postpone(Current current) {
    const Article& before = current.article;
    if (before.state() != Article::SCHEDULED &&
        before.state() != Article::EMBARGOED) {
      return std::nullopt;
    }
    COURANT_ASSIGN_OR_RETURN(
        const SourceChain chain,
        ChainOf(current.row.attributes().source_article_id()));
    const absl::Time until = chain.LatestEmbargo().until;
    if (until <= context_.now || !IsTooEarly(before, until)) {
      return std::nullopt;
    }
    Article after = before;
    after.clear_change_note();
    SetEmbargo(until, &after);
    const v1::Change::Kind kind = before.state() == Article::EMBARGOED
                                      ? v1::Change::EMBARGO_CHANGED
                                      : v1::Change::SCHEDULED;
    const std::string id = IdOf(before);
    return Add(MakeChange(id, kind, std::move(after), std::move(current.row)));
  }

  // The translation whose result the change `index` changed.
  absl::Status TellTranslation(size_t index, const Event& event,
                               const std::string& translation_id) {
    if (translations_.contains(translation_id)) return absl::OkStatus();
    COURANT_ASSIGN_OR_RETURN(CurrentTranslation current,
                             ReadCurrentTranslation(context_, translation_id));
    // A tie that does not hold any more.
    if (current.row.attributes().result_article_id() !=
        decision_[index].article_id) {
      return absl::OkStatus();
    }
    if (event.killed) {
      current.translation.clear_article();
      return Erase(std::move(current));
    }
    Translation& translation = current.translation;
    if (!event.reworded || !translation.has_content() ||
        !AbsorbHandEdit(event.comparison->before(), decision_[index].article,
                        translation.scope(), translation.language(),
                        translation.mutable_content())) {
      return absl::OkStatus();
    }
    AddTranslation(v1::Change::TRANSLATION_UPDATED, std::move(translation),
                   Texts::kChanged, std::move(current.row));
    return absl::OkStatus();
  }

  // Takes all texts of a translation away, in every revision.
  absl::Status Erase(CurrentTranslation current) {
    COURANT_ASSIGN_OR_RETURN(std::vector<Sequence> erased,
                             AllRevisions(context_, current.id, current.row));
    Translation stub = StubOf(current.translation);
    COURANT_ASSIGN_OR_RETURN(
        const SourceChain chain,
        ChainOf(current.row.attributes().source_article_id()));
    stub.set_freshness(chain.Standing());
    stub.mutable_task()->set_cancel_reason(
        stub.freshness() == Translation::CURRENT
            ? "RESULT_KILLED"
            : Translation::Freshness_Name(stub.freshness()));
    AddTranslation(v1::Change::TRANSLATION_CANCELLED, std::move(stub),
                   Texts::kUnchanged, std::move(current.row));
    decision_.back().erased = std::move(erased);
    return absl::OkStatus();
  }

  void AddTranslation(v1::Change::Kind kind, Translation translation,
                      Texts texts, ArticleRow row) {
    ChangeDraft draft = MakeTranslationChange(kind, std::move(translation),
                                              texts, std::move(row));
    translations_[draft.article_id] = decision_.size();
    decision_.push_back(std::move(draft));
  }

  size_t Add(ChangeDraft draft) {
    articles_[draft.article_id] = decision_.size();
    decision_.push_back(std::move(draft));
    return decision_.size() - 1;
  }

  static std::string IdOf(const Article& article) {
    return article.name().substr(article.name().find('/') + 1);
  }

  const DecisionContext& context_;
  Decision& decision_;
  // The change of each article and translation, as an index of decision_.
  absl::flat_hash_map<std::string, size_t> articles_;
  absl::flat_hash_map<std::string, size_t> translations_;
  absl::flat_hash_set<std::string> told_;
};

}  // namespace

absl::Status AddConsequences(const DecisionContext& context,
                             Decision& decision) {
  return Follower(context, decision).Run();
}

}  // namespace courant
