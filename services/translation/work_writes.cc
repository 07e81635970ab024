// The methods of TranslationWrites that work on a translation: who has it, what
// is written, what the reviewer says, which revision it is bound to.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/editorial/proposal.h"
#include "services/editorial/rules/language_tag.h"
#include "services/editorial/rules/request_rules.h"
#include "services/translation/segment_decisions.h"
#include "services/translation/translation_name.h"
#include "services/translation/translation_writes.h"
#include "services/translation/work_decisions.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::DecisionContext;

// translation.md 7.
constexpr int kMinLeaseSeconds = 300;
constexpr int kMaxLeaseSeconds = 28'800;
constexpr int kDefaultLeaseSeconds = 1'800;
constexpr int kMaxComments = 200;
constexpr int kMaxLanguages = 50;

absl::StatusOr<absl::Duration> LeaseOf(int32_t seconds) {
  if (seconds == 0) return absl::Seconds(kDefaultLeaseSeconds);
  if (seconds < kMinLeaseSeconds || seconds > kMaxLeaseSeconds) {
    return InvalidField("lease_seconds", "must be 300 to 28800, or 0 for 1800");
  }
  return absl::Seconds(seconds);
}

absl::Status CheckRole(v1::Lease::Role role) {
  return v1::Lease::Role_IsValid(role)
             ? absl::OkStatus()
             : InvalidField("role", "must be TRANSLATE or REVIEW");
}

// A lease is a person's.
absl::Status CheckWho(const RequestContext& context) {
  if (context.actor_given) return absl::OkStatus();
  return MakeFieldError(v1::FIELD_REQUIRED,
                        {{"courant-actor",
                          "is required: work belongs to somebody, and a second "
                          "person reviews it"}});
}

// What every write of one translation begins with: who asks, and of what.
template <typename Request>
absl::Status BeginWork(const RequestContext& context, const Request& request,
                       TranslationWrite* write, std::string* translation_id) {
  COURANT_ASSIGN_OR_RETURN(write->proposal,
                           Propose(context, request.request_id(), request));
  COURANT_RETURN_IF_ERROR(CheckWho(context));
  COURANT_ASSIGN_OR_RETURN(*translation_id,
                           ParseTranslationName(request.name(), "name"));
  return absl::OkStatus();
}

absl::Status RequireToken(const Holder& holder) {
  return holder.fencing_token > 0
             ? absl::OkStatus()
             : MakeFieldError(v1::FIELD_REQUIRED,
                              {{"fencing_token",
                                "is required: that of the lease; claim the "
                                "translation to get one"}});
}

// The same for one that needs the lease when somebody has it.
template <typename Request>
absl::Status BeginSharedWork(const RequestContext& context,
                             const Request& request, TranslationWrite* write,
                             std::string* translation_id, Holder* holder) {
  COURANT_RETURN_IF_ERROR(BeginWork(context, request, write, translation_id));
  *holder = {.fencing_token = request.fencing_token(), .actor = context.actor};
  return absl::OkStatus();
}

// The same for one that needs it in any case.
template <typename Request>
absl::Status BeginHeldWork(const RequestContext& context,
                           const Request& request, TranslationWrite* write,
                           std::string* translation_id, Holder* holder) {
  COURANT_RETURN_IF_ERROR(
      BeginSharedWork(context, request, write, translation_id, holder));
  return RequireToken(*holder);
}

// A write for which it is enough to hold the lease.
template <typename Request>
TranslationWrites::Prepared OfHolder(
    const RequestContext& context, const Request& request,
    absl::StatusOr<storage::Decision> (*decide)(const DecisionContext&,
                                                absl::string_view,
                                                const Holder&)) {
  TranslationWrite write;
  std::string id;
  Holder holder;
  COURANT_RETURN_IF_ERROR(
      BeginHeldWork(context, request, &write, &id, &holder));
  write.decide = [id, holder, decide](const DecisionContext& at) {
    return decide(at, id, holder);
  };
  return write;
}

absl::Status CheckComments(const v1::RejectTranslationRequest& request) {
  if (request.comments().empty()) return RequiredField("comments");
  if (request.comments_size() > kMaxComments) {
    return MakeFieldError(
        v1::FIELD_TOO_LONG,
        {{"comments", "has more than 200 elements; say the rest in words"}},
        {{"limit", absl::StrCat(kMaxComments)}});
  }
  for (int i = 0; i < request.comments_size(); ++i) {
    COURANT_RETURN_IF_ERROR(CheckWords(request.comments(i).text(),
                                       absl::StrCat("comments[", i, "].text"),
                                       kMaxReasonCodePoints,
                                       /*required=*/true));
  }
  return absl::OkStatus();
}

absl::Status CheckLanguages(
    google::protobuf::RepeatedPtrField<std::string>* languages,
    const std::string& field) {
  if (languages->size() > kMaxLanguages) {
    return MakeFieldError(v1::FIELD_TOO_LONG,
                          {{field, "has more than 50 elements"}},
                          {{"limit", absl::StrCat(kMaxLanguages)}});
  }
  for (int i = 0; i < languages->size(); ++i) {
    const std::optional<std::string> tag =
        CanonicalLanguageTag(languages->Get(i));
    if (!tag) {
      return InvalidField(absl::StrCat(field, "[", i, "]"),
                          LanguageTagAdvice(languages->Get(i)));
    }
    *languages->Mutable(i) = *tag;
  }
  return absl::OkStatus();
}

}  // namespace

TranslationWrites::Prepared TranslationWrites::PrepareClaim(
    const RequestContext& context,
    const v1::ClaimTranslationRequest& request) const {
  TranslationWrite write;
  std::string id;
  COURANT_RETURN_IF_ERROR(BeginWork(context, request, &write, &id));
  COURANT_RETURN_IF_ERROR(CheckRole(request.role()));
  ClaimCommand command{.role = request.role(), .actor = context.actor};
  COURANT_ASSIGN_OR_RETURN(command.lease, LeaseOf(request.lease_seconds()));
  write.decide = [id, command](const DecisionContext& at) {
    return DecideClaim(at, id, command);
  };
  return write;
}

TranslationWrites::Prepared TranslationWrites::PrepareClaimNext(
    const RequestContext& context,
    v1::ClaimNextTranslationRequest request) const {
  TranslationWrite write;
  COURANT_ASSIGN_OR_RETURN(write.proposal,
                           Propose(context, request.request_id(), request));
  COURANT_RETURN_IF_ERROR(CheckWho(context));
  if (request.languages().empty()) return RequiredField("languages");
  COURANT_RETURN_IF_ERROR(
      CheckLanguages(request.mutable_languages(), "languages"));
  COURANT_RETURN_IF_ERROR(
      CheckLanguages(request.mutable_source_languages(), "source_languages"));
  COURANT_RETURN_IF_ERROR(CheckRole(request.role()));
  ClaimCommand command{
      .role = request.role(), .actor = context.actor, .waiting_only = true};
  COURANT_ASSIGN_OR_RETURN(command.lease, LeaseOf(request.lease_seconds()));
  COURANT_ASSIGN_OR_RETURN(
      std::vector<std::string> ids,
      reads_.FindWork(request, context.actor, clock_.Now()));
  write.decide = [ids = std::move(ids), command](const DecisionContext& at) {
    return DecideClaimFirst(at, ids, command);
  };
  return write;
}

TranslationWrites::Prepared TranslationWrites::PrepareRenew(
    const RequestContext& context,
    const v1::RenewTranslationLeaseRequest& request) const {
  TranslationWrite write;
  std::string id;
  Holder holder;
  COURANT_RETURN_IF_ERROR(
      BeginHeldWork(context, request, &write, &id, &holder));
  COURANT_ASSIGN_OR_RETURN(const absl::Duration lease,
                           LeaseOf(request.lease_seconds()));
  write.decide = [id, holder, lease](const DecisionContext& at) {
    return DecideRenew(at, id, holder, lease);
  };
  return write;
}

TranslationWrites::Prepared TranslationWrites::PrepareRelease(
    const RequestContext& context,
    const v1::ReleaseTranslationRequest& request) const {
  return OfHolder(context, request, DecideGiveBack);
}

TranslationWrites::Prepared TranslationWrites::PrepareRevoke(
    const RequestContext& context,
    const v1::RevokeTranslationLeaseRequest& request) const {
  TranslationWrite write;
  std::string id;
  COURANT_RETURN_IF_ERROR(BeginWork(context, request, &write, &id));
  write.decide = [id](const DecisionContext& at) {
    return DecideRevoke(at, id);
  };
  return write;
}

TranslationWrites::Prepared TranslationWrites::PrepareUpdateSegments(
    const RequestContext& context,
    v1::BatchUpdateSegmentsRequest request) const {
  TranslationWrite write;
  std::string id;
  Holder holder;
  COURANT_RETURN_IF_ERROR(
      BeginHeldWork(context, request, &write, &id, &holder));
  COURANT_RETURN_IF_ERROR(CheckSegmentUpdates(request.updates()));
  write.decide = [id, holder,
                  request = std::move(request)](const DecisionContext& at) {
    return DecideUpdateSegments(at, id, holder, request.updates());
  };
  return write;
}

TranslationWrites::Prepared TranslationWrites::PrepareSubmit(
    const RequestContext& context,
    const v1::SubmitTranslationRequest& request) const {
  return OfHolder(context, request, DecideSubmit);
}

TranslationWrites::Prepared TranslationWrites::PrepareApprove(
    const RequestContext& context,
    const v1::ApproveTranslationRequest& request) const {
  return OfHolder(context, request, DecideApprove);
}

TranslationWrites::Prepared TranslationWrites::PrepareReject(
    const RequestContext& context, v1::RejectTranslationRequest request) const {
  TranslationWrite write;
  std::string id;
  Holder holder;
  COURANT_RETURN_IF_ERROR(
      BeginHeldWork(context, request, &write, &id, &holder));
  COURANT_RETURN_IF_ERROR(CheckComments(request));
  write.decide = [id, holder,
                  request = std::move(request)](const DecisionContext& at) {
    return DecideReject(at, id, holder, request.comments());
  };
  return write;
}

TranslationWrites::Prepared TranslationWrites::PrepareCancel(
    const RequestContext& context, v1::CancelTranslationRequest request) const {
  TranslationWrite write;
  std::string id;
  COURANT_RETURN_IF_ERROR(BeginWork(context, request, &write, &id));
  COURANT_RETURN_IF_ERROR(CheckWords(request.reason(), "reason",
                                     kMaxReasonCodePoints, /*required=*/true));
  write.decide = [id, request = std::move(request)](const DecisionContext& at) {
    return DecideCancel(at, id, request.etag(), request.reason());
  };
  return write;
}

TranslationWrites::Prepared TranslationWrites::PrepareRebase(
    const RequestContext& context,
    const v1::RebaseTranslationRequest& request) const {
  TranslationWrite write;
  std::string id;
  Holder holder;
  COURANT_RETURN_IF_ERROR(
      BeginSharedWork(context, request, &write, &id, &holder));
  write.decide = [id, holder,
                  etag = request.etag()](const DecisionContext& at) {
    return DecideRebase(at, id, etag, holder);
  };
  return write;
}

TranslationWrites::Prepared TranslationWrites::PrepareConfirm(
    const RequestContext& context,
    const v1::ConfirmTranslationRequest& request) const {
  TranslationWrite write;
  std::string id;
  Holder holder;
  COURANT_RETURN_IF_ERROR(
      BeginSharedWork(context, request, &write, &id, &holder));
  if (request.source_revision() <= 0) return RequiredField("source_revision");
  write.decide = [id, holder, revision = request.source_revision()](
                     const DecisionContext& at) {
    return DecideConfirm(at, id, revision, holder);
  };
  return write;
}

TranslationWrites::Prepared TranslationWrites::PrepareDetach(
    const RequestContext& context,
    const v1::DetachTranslationRequest& request) const {
  TranslationWrite write;
  std::string id;
  COURANT_RETURN_IF_ERROR(BeginWork(context, request, &write, &id));
  write.decide = [id, etag = request.etag()](const DecisionContext& at) {
    return DecideDetach(at, id, etag);
  };
  return write;
}

}  // namespace courant
