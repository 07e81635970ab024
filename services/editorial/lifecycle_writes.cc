// The methods of ArticleWrites that move an article along its life. Each checks
// the request by itself and says what is left to decide.

#include <utility>

#include "services/editorial/article_writes.h"
#include "services/editorial/correction_decisions.h"
#include "services/editorial/proposal.h"
#include "services/editorial/rules/corrections.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/request_rules.h"
#include "services/editorial/schedule_decisions.h"
#include "services/editorial/stop_decisions.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::DecisionContext;

// A write of `request`, which names an article and perhaps an etag, and its
// target.
template <typename Request>
absl::Status Begin(const RequestContext& context, Request& request,
                   ArticleWrite* write, Target* target) {
  COURANT_ASSIGN_OR_RETURN(write->proposal,
                           Propose(context, request.request_id(), request));
  COURANT_ASSIGN_OR_RETURN(target->article_id,
                           ParseArticleName(request.name(), "name"));
  target->etag = std::move(*request.mutable_etag());
  return absl::OkStatus();
}

absl::Status CheckReason(absl::string_view reason, bool required) {
  return CheckWords(reason, "reason", kMaxReasonCodePoints, required);
}

absl::Status CheckContact(absl::string_view contact) {
  return CheckWords(contact, "contact", kMaxContactCodePoints,
                    /*required=*/false);
}

// What a withdrawal and a kill ask for.
template <typename Request>
absl::StatusOr<StopOrder> OrderOf(const Request& request,
                                  const std::string& default_contact) {
  COURANT_RETURN_IF_ERROR(CheckReason(request.reason(), /*required=*/true));
  COURANT_RETURN_IF_ERROR(CheckContact(request.contact()));
  StopOrder order{.reason = request.reason(),
                  .contact = request.contact().empty() ? default_contact
                                                       : request.contact(),
                  .action = request.action(),
                  .replacement = request.replacement()};
  COURANT_RETURN_IF_ERROR(
      SettleAction(v1::Tombstone::REMOVE, order.replacement, &order.action));
  if (!order.replacement.empty()) {
    COURANT_RETURN_IF_ERROR(
        ParseArticleName(order.replacement, "replacement").status());
  }
  return order;
}

// What a correction and a refile have in common.
template <typename Request>
absl::Status CheckRepair(const Request& request) {
  constexpr int kMaxCorrections = 50;
  if (request.corrections_size() > kMaxCorrections) {
    return MakeFieldError(v1::FIELD_TOO_LONG,
                          {{"corrections",
                            "has more than 50 elements; issue "
                            "several corrections"}},
                          {{"limit", "50"}});
  }
  COURANT_RETURN_IF_ERROR(CheckCorrections(request.corrections()));
  COURANT_RETURN_IF_ERROR(CheckNote(request.note_editors(), "note_editors"));
  return CheckNote(request.note_public(), "note_public");
}

// "unknown" is what the door puts in when nobody says who acts.
absl::Status CheckPerson(const RequestContext& context) {
  if (!context.actor_given) {
    return MakeFieldError(
        v1::FIELD_REQUIRED,
        {{"courant-actor",
          "is required: a kill takes two people, and the log says who"}});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ArticleWrite> ArticleWrites::PrepareSchedule(
    const RequestContext& context, v1::ScheduleArticleRequest request) const {
  ArticleWrite write;
  Target target;
  COURANT_RETURN_IF_ERROR(Begin(context, request, &write, &target));
  COURANT_RETURN_IF_ERROR(CheckTime(request.has_schedule_time(),
                                    request.schedule_time(), "schedule_time"));
  write.decide = [target = std::move(target), time = request.schedule_time(),
                  actor = context.actor](const DecisionContext& at_tail) {
    return DecideSchedule(at_tail, target, time, actor);
  };
  return write;
}

absl::StatusOr<ArticleWrite> ArticleWrites::PrepareUnschedule(
    const RequestContext& context, v1::UnscheduleArticleRequest request) const {
  ArticleWrite write;
  Target target;
  COURANT_RETURN_IF_ERROR(Begin(context, request, &write, &target));
  write.decide = [target = std::move(target),
                  actor = context.actor](const DecisionContext& at_tail) {
    return DecideUnschedule(at_tail, target, actor);
  };
  return write;
}

absl::StatusOr<ArticleWrite> ArticleWrites::PrepareCorrect(
    const RequestContext& context, v1::CorrectArticleRequest request) const {
  ArticleWrite write;
  Target target;
  COURANT_RETURN_IF_ERROR(Begin(context, request, &write, &target));
  if (request.corrections().empty()) return RequiredField("corrections");
  COURANT_RETURN_IF_ERROR(CheckRepair(request));
  if (request.note_editors().value().empty() &&
      request.note_public().value().empty()) {
    return MakeFieldError(
        v1::FIELD_REQUIRED,
        {{"note_editors", "is required, or note_public: say what was wrong"}});
  }
  if (request.severity() != v1::ChangeNote::SEVERITY_UNSPECIFIED &&
      request.severity() != v1::ChangeNote::SUBSTANTIVE &&
      request.severity() != v1::ChangeNote::CRITICAL) {
    return InvalidField("severity",
                        "must be SUBSTANTIVE or CRITICAL; what is minor is a "
                        "refile");
  }
  write.decide = [target = std::move(target), request = std::move(request),
                  actor = context.actor](const DecisionContext& at_tail) {
    return DecideCorrect(at_tail, target, request, actor);
  };
  return write;
}

absl::StatusOr<ArticleWrite> ArticleWrites::PrepareRefile(
    const RequestContext& context, v1::RefileArticleRequest request) const {
  ArticleWrite write;
  Target target;
  COURANT_RETURN_IF_ERROR(Begin(context, request, &write, &target));
  if (request.corrections().empty() && request.update_mask().paths().empty()) {
    return MakeFieldError(v1::FIELD_REQUIRED,
                          {{"corrections",
                            "is required, or update_mask: say what to "
                            "repair"}});
  }
  COURANT_RETURN_IF_ERROR(CheckRepair(request));
  write.decide = [target = std::move(target), request = std::move(request),
                  actor = context.actor](const DecisionContext& at_tail) {
    return DecideRefile(at_tail, target, request, actor);
  };
  return write;
}

absl::StatusOr<ArticleWrite> ArticleWrites::PrepareHold(
    const RequestContext& context, v1::HoldArticleRequest request) const {
  ArticleWrite write;
  Target target;
  COURANT_RETURN_IF_ERROR(Begin(context, request, &write, &target));
  COURANT_RETURN_IF_ERROR(CheckReason(request.reason(), /*required=*/true));
  COURANT_RETURN_IF_ERROR(CheckContact(request.contact()));
  StopOrder order{.reason = request.reason(),
                  .contact = request.contact().empty() ? publisher_contact()
                                                       : request.contact(),
                  .action = v1::Tombstone::STOP_USING};
  write.decide = [target = std::move(target), order = std::move(order),
                  actor = context.actor](const DecisionContext& at_tail) {
    return DecideStop(at_tail, target, Command::kHold, order, actor);
  };
  return write;
}

absl::StatusOr<ArticleWrite> ArticleWrites::PrepareRelease(
    const RequestContext& context, v1::ReleaseArticleRequest request) const {
  ArticleWrite write;
  Target target;
  COURANT_RETURN_IF_ERROR(Begin(context, request, &write, &target));
  COURANT_RETURN_IF_ERROR(CheckReason(request.reason(), /*required=*/false));
  write.decide = [target = std::move(target), reason = request.reason(),
                  actor = context.actor](const DecisionContext& at_tail) {
    return DecideResume(at_tail, target, Command::kRelease, reason, actor);
  };
  return write;
}

absl::StatusOr<ArticleWrite> ArticleWrites::PrepareWithdraw(
    const RequestContext& context, v1::WithdrawArticleRequest request) const {
  ArticleWrite write;
  Target target;
  COURANT_RETURN_IF_ERROR(Begin(context, request, &write, &target));
  COURANT_ASSIGN_OR_RETURN(StopOrder order,
                           OrderOf(request, publisher_contact()));
  write.decide = [target = std::move(target), order = std::move(order),
                  actor = context.actor](const DecisionContext& at_tail) {
    return DecideStop(at_tail, target, Command::kWithdraw, order, actor);
  };
  return write;
}

absl::StatusOr<ArticleWrite> ArticleWrites::PrepareRestore(
    const RequestContext& context, v1::RestoreArticleRequest request) const {
  ArticleWrite write;
  Target target;
  COURANT_RETURN_IF_ERROR(Begin(context, request, &write, &target));
  COURANT_RETURN_IF_ERROR(CheckReason(request.reason(), /*required=*/true));
  write.decide = [target = std::move(target), reason = request.reason(),
                  actor = context.actor](const DecisionContext& at_tail) {
    return DecideResume(at_tail, target, Command::kRestore, reason, actor);
  };
  return write;
}

absl::StatusOr<ArticleWrite> ArticleWrites::PrepareKill(
    const RequestContext& context, v1::KillArticleRequest request) const {
  ArticleWrite write;
  Target target;
  COURANT_RETURN_IF_ERROR(Begin(context, request, &write, &target));
  COURANT_RETURN_IF_ERROR(CheckPerson(context));
  if (request.confirm()) {
    if (!request.reason().empty() || !request.contact().empty() ||
        !request.replacement().empty() ||
        request.action() != v1::Tombstone::ACTION_UNSPECIFIED) {
      return MakeFieldError(
          v1::FIELDS_CONFLICT,
          {{"confirm",
            "confirms what the first person said; leave out reason, contact, "
            "action and replacement, or ask anew"}});
    }
    write.decide = [target = std::move(target),
                    actor = context.actor](const DecisionContext& at_tail) {
      return DecideConfirmKill(at_tail, target, actor);
    };
    return write;
  }
  COURANT_ASSIGN_OR_RETURN(StopOrder order,
                           OrderOf(request, publisher_contact()));
  write.decide = [target = std::move(target), order = std::move(order),
                  actor = context.actor, window = kill_confirm_window()](
                     const DecisionContext& at_tail) {
    return DecideRequestKill(at_tail, target, order, actor, window);
  };
  return write;
}

}  // namespace courant
