#include "services/partners/partner_writes.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/editorial/proposal.h"
#include "services/editorial/rules/request_rules.h"
#include "services/partners/partner_decisions.h"
#include "services/partners/rights_kind.h"
#include "services/partners/rights_name.h"
#include "services/partners/rights_rules.h"
#include "services/partners/rights_settings.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::DecisionContext;
using Prepared = PartnerWrites::Prepared;

// Who asks, and whether it counts.
template <typename Request>
absl::StatusOr<PartnerWrite> Begin(const RequestContext& context,
                                   const Request& request) {
  PartnerWrite write;
  COURANT_ASSIGN_OR_RETURN(write.proposal,
                           Propose(context, request.request_id(), request));
  write.proposal.validate_only = request.validate_only();
  return write;
}

// The rest of a creation: `record` is to be called `name`.
template <typename Record>
Prepared Create(PartnerWrite write, std::string name, Record record) {
  ClearOutputOnlyRights(&record);
  record.set_name(std::move(name));
  COURANT_RETURN_IF_ERROR(SettleRights(&record));
  write.decide = [record = std::move(record)](const DecisionContext& at) {
    return DecideCreateRights(at, record);
  };
  return write;
}

// The rest of an update of `patch`.
template <typename Record, typename Request>
Prepared Update(const RequestContext& context, const Request& request,
                Record patch) {
  COURANT_ASSIGN_OR_RETURN(PartnerWrite write, Begin(context, request));
  COURANT_RETURN_IF_ERROR(
      CheckRightsName(patch.name(), RightsKind<Record>::kPattern,
                      absl::StrCat(RightsKind<Record>::kField, ".name")));
  // As far as it can be said already.
  Record ignored;
  COURANT_RETURN_IF_ERROR(ApplyMask(patch, request.update_mask(), &ignored));
  write.decide = [patch = std::move(patch),
                  mask = request.update_mask()](const DecisionContext& at) {
    return DecideUpdateRights(at, patch, mask);
  };
  return write;
}

// The name of something new that belongs to `parent`.
template <typename Record>
absl::StatusOr<std::string> NameUnder(absl::string_view parent,
                                      absl::string_view parent_pattern,
                                      absl::string_view id) {
  const absl::string_view field = RightsKind<Record>::kField;
  COURANT_RETURN_IF_ERROR(CheckRightsName(parent, parent_pattern, "parent"));
  COURANT_RETURN_IF_ERROR(CheckRightsId(id, absl::StrCat(field, "_id")));
  return absl::StrCat(parent, "/", field, "s/", id);
}

}  // namespace

Prepared PartnerWrites::PrepareCreate(const RequestContext& context,
                                      v1::CreatePartnerRequest request) {
  COURANT_ASSIGN_OR_RETURN(PartnerWrite write, Begin(context, request));
  COURANT_RETURN_IF_ERROR(CheckRightsId(request.partner_id(), "partner_id"));
  return Create(std::move(write),
                absl::StrCat("partners/", request.partner_id()),
                std::move(*request.mutable_partner()));
}

Prepared PartnerWrites::PrepareCreate(const RequestContext& context,
                                      v1::CreateContractRequest request) {
  COURANT_ASSIGN_OR_RETURN(PartnerWrite write, Begin(context, request));
  COURANT_ASSIGN_OR_RETURN(
      std::string name, NameUnder<v1::Contract>(
                            request.parent(), RightsKind<v1::Partner>::kPattern,
                            request.contract_id()));
  return Create(std::move(write), std::move(name),
                std::move(*request.mutable_contract()));
}

Prepared PartnerWrites::PrepareCreate(const RequestContext& context,
                                      v1::CreateGrantRequest request) {
  COURANT_ASSIGN_OR_RETURN(PartnerWrite write, Begin(context, request));
  COURANT_ASSIGN_OR_RETURN(
      std::string name,
      NameUnder<v1::Grant>(request.parent(), RightsKind<v1::Contract>::kPattern,
                           request.grant_id()));
  return Create(std::move(write), std::move(name),
                std::move(*request.mutable_grant()));
}

Prepared PartnerWrites::PrepareCreate(const RequestContext& context,
                                      v1::CreateProductRequest request) {
  COURANT_ASSIGN_OR_RETURN(PartnerWrite write, Begin(context, request));
  COURANT_RETURN_IF_ERROR(CheckRightsId(request.product_id(), "product_id"));
  return Create(std::move(write),
                absl::StrCat("products/", request.product_id()),
                std::move(*request.mutable_product()));
}

Prepared PartnerWrites::PrepareUpdate(const RequestContext& context,
                                      const v1::UpdatePartnerRequest& request) {
  return Update(context, request, request.partner());
}

Prepared PartnerWrites::PrepareUpdate(
    const RequestContext& context, const v1::UpdateContractRequest& request) {
  return Update(context, request, request.contract());
}

Prepared PartnerWrites::PrepareUpdate(const RequestContext& context,
                                      const v1::UpdateGrantRequest& request) {
  return Update(context, request, request.grant());
}

Prepared PartnerWrites::PrepareUpdate(const RequestContext& context,
                                      const v1::UpdateProductRequest& request) {
  return Update(context, request, request.product());
}

template <typename Record, typename Request>
Prepared PartnerWrites::PrepareSuspend(const RequestContext& context,
                                       const Request& request) {
  COURANT_ASSIGN_OR_RETURN(PartnerWrite write, Begin(context, request));
  COURANT_RETURN_IF_ERROR(
      CheckRightsName(request.name(), RightsKind<Record>::kPattern, "name"));
  COURANT_RETURN_IF_ERROR(CheckWords(request.reason(), "reason",
                                     kMaxReasonCodePoints, /*required=*/true));
  write.decide = [target = RightsTarget{request.name(), request.etag()},
                  reason = request.reason(),
                  actor = context.actor](const DecisionContext& at) {
    return DecideSuspendRights<Record>(at, target, reason, actor);
  };
  return write;
}

template <typename Record, typename Request>
Prepared PartnerWrites::PrepareResume(const RequestContext& context,
                                      const Request& request) {
  COURANT_ASSIGN_OR_RETURN(PartnerWrite write, Begin(context, request));
  COURANT_RETURN_IF_ERROR(
      CheckRightsName(request.name(), RightsKind<Record>::kPattern, "name"));
  write.decide = [target = RightsTarget{request.name(), request.etag()}](
                     const DecisionContext& at) {
    return DecideResumeRights<Record>(at, target);
  };
  return write;
}

#define COURANT_WRITES_OF(Kind)                                  \
  template Prepared PartnerWrites::PrepareSuspend<v1::Kind>(     \
      const RequestContext&, const v1::Suspend##Kind##Request&); \
  template Prepared PartnerWrites::PrepareResume<v1::Kind>(      \
      const RequestContext&, const v1::Resume##Kind##Request&);

COURANT_WRITES_OF(Partner)
COURANT_WRITES_OF(Contract)
COURANT_WRITES_OF(Grant)
COURANT_WRITES_OF(Product)

#undef COURANT_WRITES_OF

void PartnerWrites::Run(PartnerWrite write, UnaryDone done) {
  committer_.Submit(std::move(write.proposal), std::move(write.decide),
                    AnswerWithRecord(std::move(done)));
}

}  // namespace courant
