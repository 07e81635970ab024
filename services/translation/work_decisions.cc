#include "services/translation/work_decisions.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/times.h"
#include "services/translation/segment_decisions.h"
#include "services/translation/source_chain.h"
#include "services/translation/text/assemble.h"
#include "services/translation/text/source_segments.h"
#include "services/translation/translation_name.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/keys.h"

namespace courant {
namespace {

using storage::Decision;
using storage::DecisionContext;
using storage::v1::ArticleRow;
using v1::Change;
using v1::Lease;
using v1::Translation;
using Task = v1::TranslationTask;

// What a new translation takes from its source, and the texts to translate.
absl::Status BindToHead(const DecisionContext& context,
                        const std::string& source_id, const SourceChain& chain,
                        Translation* translation) {
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                           context.view.FindArticle(source_id));
  if (!row) return ResourceNotFound(ArticleName(source_id));
  COURANT_ASSIGN_OR_RETURN(const v1::Article source,
                           context.view.ReadArticle(Sequence(row->sequence())));
  translation->set_source_article(ArticleName(source_id));
  translation->set_source_revision(row->revision());
  translation->set_compared_revision(row->revision());
  translation->set_source_language(source.language());
  translation->set_root_article(ArticleName(chain.links().back().article_id));
  translation->set_story(source.story());
  translation->set_freshness(Translation::CURRENT);
  translation->clear_source_changes();
  std::vector<v1::SourceSegment> segments =
      DivideSource(source, translation->scope());
  if (segments.empty()) {
    return InvalidField("parent", "has no text that could be translated");
  }
  *translation->mutable_content() = NewContent(std::move(segments));
  return CheckSize(translation->content(), "parent");
}

// No cycles: nothing is translated into a language that it came from.
absl::Status CheckLanguage(const SourceChain& chain,
                           absl::string_view language) {
  for (const SourceChain::Link& link : chain.links()) {
    if (link.attributes.language() != language) continue;
    return InvalidField(
        "translation.language",
        absl::StrCat("is that of ", ArticleName(link.article_id),
                     ", which it would be made from; choose another"));
  }
  return absl::OkStatus();
}

bool HasRunOut(const Lease& lease, absl::Time now) {
  return ToTime(lease.expire_time()) <= now;
}

// What somebody who claims this task would do with it.
absl::StatusOr<Lease::Role> RoleFor(const Task& task, Lease::Role wanted) {
  Lease::Role fits = Lease::ROLE_UNSPECIFIED;
  switch (task.state()) {
    case Task::REQUESTED:
    case Task::CLAIMED:
    case Task::TRANSLATING:
      fits = Lease::TRANSLATE;
      break;
    case Task::SUBMITTED:
    case Task::IN_REVIEW:
      fits = Lease::REVIEW;
      break;
    default:
      return WrongTaskState(task.state(), "claim",
                            "REQUESTED, or SUBMITTED to review it");
  }
  if (wanted != Lease::ROLE_UNSPECIFIED && wanted != fits) {
    return WrongTaskState(task.state(),
                          wanted == Lease::REVIEW ? "review" : "translate",
                          wanted == Lease::REVIEW ? "SUBMITTED" : "REQUESTED");
  }
  return fits;
}

absl::Status CheckFree(const Task& task, const ClaimCommand& command,
                       absl::Time now) {
  const Lease& lease = task.lease();
  if (!task.has_lease() || HasRunOut(lease, now)) return absl::OkStatus();
  if (lease.holder() == command.actor && !command.waiting_only) {
    return absl::OkStatus();
  }
  const std::string until = ToText(ToTime(lease.expire_time()));
  return MakeError(v1::LEASE_HELD,
                   absl::StrCat(lease.holder(), " has this work until ", until,
                                "; take other work, or wait"),
                   {{"holder", lease.holder()}, {"expire_time", until}});
}

// Neither who translated last, nor who wrote words that nobody has looked at.
absl::Status CheckReviewer(const Translation& translation,
                           absl::string_view actor) {
  const Task& task = translation.task();
  const auto& segments = translation.content().segments();
  const bool wrote = std::any_of(
      segments.begin(), segments.end(), [&](const v1::Segment& segment) {
        return segment.author() == actor &&
               segment.state() != v1::Segment::REVIEWED;
      });
  if (task.translator() != actor && !wrote) return absl::OkStatus();
  return MakeError(
      v1::SECOND_PERSON_REQUIRED,
      absl::StrCat(actor, " translated this; another person has to review it"),
      {{"requested_by", std::string(actor)}});
}

// Whether `wide` takes in every text that `narrow` does.
bool TakesInAll(Translation::Scope wide, Translation::Scope narrow) {
  return wide == narrow || wide == Translation::FULL ||
         (wide == Translation::HEADLINE_AND_DECKS &&
          narrow == Translation::HEADLINE);
}

// Ends the lease and says where the work stands then.
void EndLease(Task* task) {
  task->clear_lease();
  task->set_state(task->state() == Task::IN_REVIEW ? Task::SUBMITTED
                                                   : Task::REQUESTED);
}

}  // namespace

void Requeue(Task* task) {
  task->clear_lease();
  task->clear_cancel_reason();
  task->set_state(Task::REQUESTED);
  if (!task->translator().empty()) {
    task->set_preferred_assignee(task->translator());
  }
}

absl::StatusOr<CurrentTranslation> OpenForWork(const DecisionContext& context,
                                               absl::string_view translation_id,
                                               absl::string_view etag) {
  COURANT_ASSIGN_OR_RETURN(
      const SourceChain chain,
      SourceChain::Read(context.view, storage::SourceOf(translation_id)));
  // First: whoever worked on what was killed learns that, whatever else is
  // wrong.
  if (chain.Standing() == Translation::SOURCE_KILLED) {
    COURANT_RETURN_IF_ERROR(chain.CheckUsable());
  }
  COURANT_ASSIGN_OR_RETURN(
      CurrentTranslation current,
      ReadCurrentTranslation(context, translation_id, etag));
  COURANT_RETURN_IF_ERROR(chain.CheckUsable());
  return current;
}

absl::StatusOr<CurrentTranslation> OpenHeld(const DecisionContext& context,
                                            absl::string_view translation_id,
                                            const Holder& holder) {
  COURANT_ASSIGN_OR_RETURN(CurrentTranslation current,
                           OpenForWork(context, translation_id));
  COURANT_RETURN_IF_ERROR(CheckLease(current.translation.task(),
                                     holder.fencing_token, holder.actor));
  return current;
}

absl::StatusOr<Decision> DecideRequest(const DecisionContext& context,
                                       const RequestCommand& command) {
  const std::string source_id(storage::SourceOf(command.translation_id));
  COURANT_ASSIGN_OR_RETURN(const SourceChain chain,
                           SourceChain::Read(context.view, source_id));
  if (chain.links().empty()) return ResourceNotFound(ArticleName(source_id));
  COURANT_RETURN_IF_ERROR(chain.CheckUsable());
  COURANT_RETURN_IF_ERROR(CheckLanguage(chain, command.translation.language()));
  COURANT_ASSIGN_OR_RETURN(std::optional<ArticleRow> row,
                           context.view.FindArticle(command.translation_id));
  CurrentTranslation current{.id = command.translation_id,
                             .translation = command.translation};
  Translation& translation = current.translation;
  Texts texts = Texts::kChanged;
  if (row) {
    COURANT_ASSIGN_OR_RETURN(translation, context.view.ReadTranslation(*row));
    current.row = *std::move(row);
    if (IsOpen(translation.task().state())) {
      return ResourceExists(TranslationName(command.translation_id));
    }
    if (translation.language() != command.translation.language()) {
      return InvalidField("translation.language",
                          absl::StrCat("is ", translation.language(),
                                       " for this translation already; choose "
                                       "another translation_id"));
    }
    const Translation::Scope scope = command.translation.scope();
    if (!TakesInAll(scope, translation.scope())) {
      return InvalidField(
          "translation.scope",
          absl::StrCat("is ", Translation::Scope_Name(translation.scope()),
                       " for this translation already, and can only grow; "
                       "choose another translation_id"));
    }
    if (!translation.has_content()) {
      translation.set_scope(scope);
    } else if (scope == translation.scope()) {
      texts = Texts::kUnchanged;
    } else {
      COURANT_RETURN_IF_ERROR(WidenScope(context, scope, &current));
    }
    *translation.mutable_due_time() = command.translation.due_time();
    if (!command.translation.has_due_time()) translation.clear_due_time();
    translation.set_priority(command.translation.priority());
    translation.set_note(command.translation.note());
  } else {
    translation.set_name(TranslationName(command.translation_id));
    *translation.mutable_create_time() =
        storage::ToTimestamp(context.commit_time);
  }
  if (!translation.has_content()) {
    COURANT_RETURN_IF_ERROR(
        BindToHead(context, source_id, chain, &translation));
  }
  Requeue(translation.mutable_task());
  return OneTranslationChange(Change::TRANSLATION_REQUESTED, std::move(current),
                              texts);
}

absl::StatusOr<Decision> DecideClaim(const DecisionContext& context,
                                     absl::string_view translation_id,
                                     const ClaimCommand& command) {
  COURANT_ASSIGN_OR_RETURN(CurrentTranslation current,
                           OpenForWork(context, translation_id));
  Task& task = *current.translation.mutable_task();
  COURANT_ASSIGN_OR_RETURN(const Lease::Role role, RoleFor(task, command.role));
  COURANT_RETURN_IF_ERROR(CheckFree(task, command, context.now));
  if (role == Lease::REVIEW) {
    COURANT_RETURN_IF_ERROR(CheckReviewer(current.translation, command.actor));
  }
  const bool holds = task.has_lease() && task.lease().holder() == command.actor;
  Lease& lease = *task.mutable_lease();
  if (!holds) {
    lease.set_translation(current.translation.name());
    lease.set_holder(command.actor);
    lease.set_role(role);
    lease.set_fencing_token(current.row.revision() + 1);
    *lease.mutable_claim_time() = storage::ToTimestamp(context.now);
    if (role == Lease::REVIEW) {
      task.set_state(Task::IN_REVIEW);
    } else if (task.state() == Task::REQUESTED) {
      task.set_state(Task::CLAIMED);
    }
  }
  *lease.mutable_expire_time() =
      storage::ToTimestamp(context.now + command.lease);
  return OneTranslationChange(Change::TRANSLATION_CLAIMED, std::move(current),
                              Texts::kUnchanged);
}

absl::StatusOr<Decision> DecideClaimFirst(
    const DecisionContext& context,
    const std::vector<std::string>& translation_ids,
    const ClaimCommand& command) {
  for (const std::string& id : translation_ids) {
    absl::StatusOr<Decision> claimed = DecideClaim(context, id, command);
    // Somebody was faster, or its source was stopped: the next one.
    if (claimed.ok() || absl::IsDataLoss(claimed.status()) ||
        absl::IsUnavailable(claimed.status())) {
      return claimed;
    }
  }
  return MakeError(v1::RESOURCE_NOT_FOUND, "no work waits in these languages",
                   {{"resource", "articles/-/translations/-"}});
}

absl::StatusOr<Decision> DecideRenew(const DecisionContext& context,
                                     absl::string_view translation_id,
                                     const Holder& holder,
                                     absl::Duration lease) {
  COURANT_ASSIGN_OR_RETURN(CurrentTranslation current,
                           OpenHeld(context, translation_id, holder));
  Task& task = *current.translation.mutable_task();
  *task.mutable_lease()->mutable_expire_time() =
      storage::ToTimestamp(context.now + lease);
  return OneTranslationChange(Change::TRANSLATION_UPDATED, std::move(current),
                              Texts::kUnchanged);
}

absl::StatusOr<Decision> DecideGiveBack(const DecisionContext& context,
                                        absl::string_view translation_id,
                                        const Holder& holder) {
  COURANT_ASSIGN_OR_RETURN(CurrentTranslation current,
                           OpenHeld(context, translation_id, holder));
  Task& task = *current.translation.mutable_task();
  EndLease(&task);
  return OneTranslationChange(Change::TRANSLATION_RELEASED, std::move(current),
                              Texts::kUnchanged);
}

absl::StatusOr<Decision> DecideRevoke(const DecisionContext& context,
                                      absl::string_view translation_id) {
  COURANT_ASSIGN_OR_RETURN(CurrentTranslation current,
                           ReadCurrentTranslation(context, translation_id));
  Task& task = *current.translation.mutable_task();
  if (!task.has_lease()) {
    return WrongTaskState(task.state(), "take the lease away of",
                          "CLAIMED, TRANSLATING or IN_REVIEW");
  }
  EndLease(&task);
  return OneTranslationChange(Change::TRANSLATION_RELEASED, std::move(current),
                              Texts::kUnchanged);
}

absl::StatusOr<Decision> DecideSubmit(const DecisionContext& context,
                                      absl::string_view translation_id,
                                      const Holder& holder) {
  COURANT_ASSIGN_OR_RETURN(CurrentTranslation current,
                           OpenHeld(context, translation_id, holder));
  Task& task = *current.translation.mutable_task();
  if (task.lease().role() != Lease::TRANSLATE) {
    return WrongTaskState(task.state(), "submit", "TRANSLATING");
  }
  COURANT_RETURN_IF_ERROR(CheckComplete(current.translation));
  task.clear_lease();
  task.clear_comments();
  task.set_translator(holder.actor);
  task.set_state(Task::SUBMITTED);
  return OneTranslationChange(Change::TRANSLATION_SUBMITTED, std::move(current),
                              Texts::kUnchanged);
}

absl::StatusOr<Decision> DecideApprove(const DecisionContext& context,
                                       absl::string_view translation_id,
                                       const Holder& holder) {
  COURANT_ASSIGN_OR_RETURN(CurrentTranslation current,
                           OpenHeld(context, translation_id, holder));
  Task& task = *current.translation.mutable_task();
  if (task.state() != Task::IN_REVIEW) {
    return WrongTaskState(task.state(), "approve", "IN_REVIEW");
  }
  COURANT_RETURN_IF_ERROR(CheckReviewer(current.translation, holder.actor));
  COURANT_RETURN_IF_ERROR(CheckComplete(current.translation));
  task.clear_lease();
  task.set_reviewer(holder.actor);
  task.set_state(Task::APPROVED);
  for (v1::Segment& segment :
       *current.translation.mutable_content()->mutable_segments()) {
    segment.set_state(v1::Segment::REVIEWED);
    segment.clear_previous_source();
    segment.set_version(SegmentVersion(segment));
  }
  return OneTranslationChange(Change::TRANSLATION_APPROVED, std::move(current),
                              Texts::kChanged);
}

absl::StatusOr<Decision> DecideReject(
    const DecisionContext& context, absl::string_view translation_id,
    const Holder& holder,
    const google::protobuf::RepeatedPtrField<v1::ReviewComment>& comments) {
  COURANT_ASSIGN_OR_RETURN(CurrentTranslation current,
                           OpenHeld(context, translation_id, holder));
  Task& task = *current.translation.mutable_task();
  if (task.state() != Task::IN_REVIEW) {
    return WrongTaskState(task.state(), "reject", "IN_REVIEW");
  }
  auto& segments = *current.translation.mutable_content()->mutable_segments();
  for (int i = 0; i < comments.size(); ++i) {
    const std::string& id = comments[i].segment();
    if (id.empty()) continue;
    const auto found =
        std::find_if(segments.begin(), segments.end(),
                     [&](const v1::Segment& s) { return s.id() == id; });
    if (found == segments.end()) {
      return InvalidField(absl::StrCat("comments[", i, "].segment"),
                          absl::StrCat("there is no segment ", id));
    }
    found->set_state(v1::Segment::INITIAL);
    found->set_version(SegmentVersion(*found));
  }
  Requeue(&task);
  task.set_reviewer(holder.actor);
  *task.mutable_comments() = comments;
  return OneTranslationChange(Change::TRANSLATION_REJECTED, std::move(current),
                              Texts::kChanged);
}

absl::StatusOr<Decision> DecideCancel(const DecisionContext& context,
                                      absl::string_view translation_id,
                                      absl::string_view etag,
                                      const std::string& reason) {
  COURANT_ASSIGN_OR_RETURN(
      CurrentTranslation current,
      ReadCurrentTranslation(context, translation_id, etag));
  Task& task = *current.translation.mutable_task();
  if (!IsOpen(task.state())) {
    return WrongTaskState(task.state(), "cancel", "open");
  }
  task.clear_lease();
  task.set_cancel_reason(reason);
  task.set_state(Task::CANCELLED);
  return OneTranslationChange(Change::TRANSLATION_CANCELLED, std::move(current),
                              Texts::kUnchanged);
}

}  // namespace courant
