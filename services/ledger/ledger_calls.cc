#include "services/ledger/ledger_calls.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "courant/v1/account_service.pb.h"
#include "services/editorial/rules/request_rules.h"
#include "services/ledger/ledger_names.h"
#include "services/partners/rights_name.h"
#include "services/rpc/viewer_of.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

constexpr char kPartnerPattern[] = "partners/{partner}";
constexpr size_t kMaxUrlBytes = 2'000;
constexpr int kMaxCommentCodePoints = 1'000;

// Who calls; its own name is the only `parent` that it may give.
absl::StatusOr<Recipient> CallerOf(const RequestContext& context,
                                   const std::string& parent = "") {
  if (!context.principal) {
    return MakeError(v1::NOT_OFFERED,
                     "the house has no account; use PartnerService");
  }
  const Principal& caller = *context.principal;
  if (!parent.empty() && parent != caller.partner) {
    return InvalidField("parent", "must be empty, or who calls");
  }
  return Recipient{caller.partner, caller.key};
}

absl::Status CheckAnswer(const v1::AcknowledgeNoticeRequest& request) {
  if (request.state() != v1::Notice::ACKNOWLEDGED &&
      request.state() != v1::Notice::APPLIED &&
      request.state() != v1::Notice::REFUSED) {
    return InvalidField("state", "must be ACKNOWLEDGED, APPLIED or REFUSED");
  }
  if (!request.url().empty()) {
    if (request.state() != v1::Notice::APPLIED) {
      return InvalidField("url", "is for APPLIED alone");
    }
    if (request.url().size() > kMaxUrlBytes) {
      return MakeFieldError(v1::FIELD_TOO_LONG,
                            {{"url", "must have at most 2,000 bytes"}},
                            {{"limit", "2000"}});
    }
    if (!absl::StartsWith(request.url(), "https://") &&
        !absl::StartsWith(request.url(), "http://")) {
      return InvalidField("url", "must begin with https:// or http://");
    }
    COURANT_RETURN_IF_ERROR(CheckWords(request.url(), "url", kMaxUrlBytes,
                                       /*required=*/false));
  }
  return CheckWords(request.comment(), "comment", kMaxCommentCodePoints,
                    /*required=*/request.state() == v1::Notice::REFUSED);
}

absl::StatusOr<v1::ListNoticesResponse> ListOwnNotices(
    const RequestContext& context, const v1::ListNoticesRequest& request,
    const LedgerReads& reads, DeliveryLedger& ledger, RightsBook& rights) {
  COURANT_ASSIGN_OR_RETURN(const Recipient caller,
                           CallerOf(context, request.parent()));
  COURANT_RETURN_IF_ERROR(ledger.CatchUp());
  COURANT_ASSIGN_OR_RETURN(Viewer viewer, ViewerOf(context, &rights));
  COURANT_ASSIGN_OR_RETURN(v1::ListNoticesResponse response,
                           reads.ListNotices(caller.partner, request, viewer));
  std::vector<Sequence> unsent;
  for (const v1::Notice& notice : response.notices()) {
    if (notice.has_deliver_time()) continue;
    COURANT_ASSIGN_OR_RETURN(const Sequence sequence,
                             ParseNoticeName(notice.name(), caller.partner));
    unsent.push_back(sequence);
  }
  if (unsent.empty()) return response;
  COURANT_RETURN_IF_ERROR(
      ledger.NoteSent(PartnerIdOf(caller.partner), std::move(unsent)));
  // As they are now that they are sent, and as they may be seen by now.
  COURANT_ASSIGN_OR_RETURN(viewer, ViewerOf(context, &rights));
  return reads.ListNotices(caller.partner, request, viewer);
}

absl::StatusOr<v1::Notice> Acknowledge(
    const RequestContext& context, const v1::AcknowledgeNoticeRequest& request,
    const LedgerReads& reads, DeliveryLedger& ledger, RightsBook& rights) {
  COURANT_ASSIGN_OR_RETURN(const Recipient caller, CallerOf(context));
  COURANT_RETURN_IF_ERROR(CheckAnswer(request));
  COURANT_ASSIGN_OR_RETURN(const Sequence sequence,
                           ParseNoticeName(request.name(), caller.partner));
  COURANT_ASSIGN_OR_RETURN(
      const storage::StoredNotice notice,
      ledger.Acknowledge(caller, sequence,
                         {request.state(), request.url(), request.comment()}));
  COURANT_ASSIGN_OR_RETURN(const Viewer viewer, ViewerOf(context, &rights));
  return reads.Text(notice, viewer);
}

}  // namespace

ServiceTable WithLedger(ServiceTable partner_service, const LedgerReads& reads,
                        DeliveryLedger& ledger) {
  std::vector<Method>& methods = partner_service.methods;
  methods.push_back(
      {.name = "ListDeliveries",
       .unary = Typed<v1::ListDeliveriesRequest, v1::ListDeliveriesResponse>(
           [&reads](const RequestContext&,
                    const v1::ListDeliveriesRequest& request)
               -> absl::StatusOr<v1::ListDeliveriesResponse> {
             COURANT_RETURN_IF_ERROR(
                 CheckRightsName(request.parent(), kPartnerPattern, "parent"));
             return reads.ListDeliveries(request.parent(), request);
           })});
  methods.push_back(
      {.name = "ListNotices",
       .unary = Typed<v1::ListNoticesRequest, v1::ListNoticesResponse>(
           [&](const RequestContext&, const v1::ListNoticesRequest& request)
               -> absl::StatusOr<v1::ListNoticesResponse> {
             COURANT_RETURN_IF_ERROR(ledger.CatchUp());
             std::string partner;
             if (request.parent() != "partners/-") {
               COURANT_RETURN_IF_ERROR(CheckRightsName(
                   request.parent(), kPartnerPattern, "parent"));
               partner = request.parent();
             }
             return reads.ListNotices(partner, request, Audience::kInternal);
           })});
  methods.push_back(
      {.name = "ListExposures",
       .unary = Typed<v1::ListExposuresRequest, v1::ListExposuresResponse>(
           [&](const RequestContext&, const v1::ListExposuresRequest& request)
               -> absl::StatusOr<v1::ListExposuresResponse> {
             COURANT_RETURN_IF_ERROR(ledger.CatchUp());
             return reads.ListExposures(request);
           })});
  return partner_service;
}

ServiceTable WithLedger(ServiceTable account_service, const LedgerReads& reads,
                        DeliveryLedger& ledger, RightsBook& rights) {
  std::vector<Method>& methods = account_service.methods;
  methods.push_back(
      {.name = "ListDeliveries",
       .unary = Typed<v1::ListDeliveriesRequest, v1::ListDeliveriesResponse>(
           [&reads](const RequestContext& context,
                    const v1::ListDeliveriesRequest& request)
               -> absl::StatusOr<v1::ListDeliveriesResponse> {
             COURANT_ASSIGN_OR_RETURN(const Recipient caller,
                                      CallerOf(context, request.parent()));
             return reads.ListDeliveries(caller.partner, request);
           }),
       .open_to = Audience::kPartner});
  methods.push_back(
      {.name = "ListNotices",
       .unary = Typed<v1::ListNoticesRequest, v1::ListNoticesResponse>(
           [&](const RequestContext& context,
               const v1::ListNoticesRequest& request) {
             return ListOwnNotices(context, request, reads, ledger, rights);
           }),
       .open_to = Audience::kPartner,
       .quota = QuotaKind::kNotices});
  methods.push_back({.name = "AcknowledgeNotice",
                     .unary = Typed<v1::AcknowledgeNoticeRequest, v1::Notice>(
                         [&](const RequestContext& context,
                             const v1::AcknowledgeNoticeRequest& request) {
                           return Acknowledge(context, request, reads, ledger,
                                              rights);
                         }),
                     .open_to = Audience::kPartner,
                     .quota = QuotaKind::kNotices});
  return account_service;
}

}  // namespace courant
