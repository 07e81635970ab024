#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "courant/v1/partner_service.pb.h"
#include "services/cli/confirmation.h"
#include "services/cli/connection.h"
#include "services/cli/error_text.h"
#include "services/cli/partner_commands.h"
#include "services/cli/partner_name.h"
#include "services/cli/partner_options.h"
#include "services/cli/partner_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using google::protobuf::FieldMask;

// The rest of a creation: `request` is complete but for what every one has.
template <typename Record, typename Request>
absl::Status Create(Request request, Context& context) {
  request.set_request_id(context.request_id);
  return ReportRights(context.connection.Partners<Record>(request), context);
}

absl::Status Create(const RightsName& name, v1::Partner partner,
                    Context& context) {
  v1::CreatePartnerRequest request;
  request.set_partner_id(name.id);
  *request.mutable_partner() = std::move(partner);
  return Create<v1::Partner>(std::move(request), context);
}

absl::Status Create(const RightsName& name, v1::Contract contract,
                    Context& context) {
  v1::CreateContractRequest request;
  request.set_parent(name.parent);
  request.set_contract_id(name.id);
  *request.mutable_contract() = std::move(contract);
  return Create<v1::Contract>(std::move(request), context);
}

absl::Status Create(const RightsName& name, v1::Grant grant, Context& context) {
  v1::CreateGrantRequest request;
  request.set_parent(name.parent);
  request.set_grant_id(name.id);
  *request.mutable_grant() = std::move(grant);
  return Create<v1::Grant>(std::move(request), context);
}

absl::Status Create(const RightsName& name, v1::Product product,
                    Context& context) {
  v1::CreateProductRequest request;
  request.set_product_id(name.id);
  *request.mutable_product() = std::move(product);
  return Create<v1::Product>(std::move(request), context);
}

v1::Partner* RecordOf(v1::UpdatePartnerRequest& request) {
  return request.mutable_partner();
}
v1::Contract* RecordOf(v1::UpdateContractRequest& request) {
  return request.mutable_contract();
}
v1::Grant* RecordOf(v1::UpdateGrantRequest& request) {
  return request.mutable_grant();
}
v1::Product* RecordOf(v1::UpdateProductRequest& request) {
  return request.mutable_product();
}

// Makes what the user named, or with --update changes in it what was given.
template <typename Record, typename UpdateRequest, RightsNameKind kKind>
absl::Status Save(Context& context) {
  COURANT_ASSIGN_OR_RETURN(const RightsName name, NamedRights(context, kKind));
  Record record;
  FieldMask mask;
  COURANT_RETURN_IF_ERROR(
      ReadRightsSettings(context.arguments, &record, &mask));
  if (!context.arguments.Has("update")) {
    if (context.arguments.Has("etag")) {
      return UsageError("--etag goes with --update alone");
    }
    return Create(name, std::move(record), context);
  }
  if (mask.paths().empty()) {
    return UsageError("nothing to change: give what is to be different");
  }
  UpdateRequest request;
  record.set_name(name.name);
  record.set_etag(context.arguments.Get("etag"));
  *RecordOf(request) = std::move(record);
  *request.mutable_update_mask() = std::move(mask);
  request.set_request_id(context.request_id);
  return ReportRights(context.connection.Partners<Record>(request), context);
}

// Suspends `name`, or ends that; asks before, unless that is not wanted.
template <typename Record, typename GetRequest, typename Request>
absl::Status Turn(const RightsName& name, absl::string_view consequence,
                  absl::string_view question, Request request,
                  Context& context) {
  request.set_name(name.name);
  request.set_request_id(context.request_id);
  if (!context.arguments.Has("yes")) {
    GetRequest shown;
    shown.set_name(name.name);
    COURANT_ASSIGN_OR_RETURN(const Record record,
                             context.connection.Partners<Record>(shown));
    COURANT_RETURN_IF_ERROR(ConfirmWords(absl::StrCat(RightsLine(record), "\n"),
                                         std::string(consequence),
                                         std::string(question), context));
    request.set_etag(record.etag());
  }
  return ReportRights(context.connection.Partners<Record>(request), context);
}

template <typename Request>
Request Because(const Context& context) {
  Request request;
  request.set_reason(context.arguments.Get("reason"));
  return request;
}

absl::Status Suspend(Context& context) {
  constexpr absl::string_view kQuestion = "Suspend it?";
  constexpr absl::string_view kNothing =
      "From then on it gives nobody anything; what it forbids stays forbidden.";
  COURANT_ASSIGN_OR_RETURN(
      const RightsName name,
      ReadRightsName(context.arguments.operands().front()));
  switch (name.kind) {
    case RightsNameKind::kPartner:
      return Turn<v1::Partner, v1::GetPartnerRequest>(
          name, "From then on it is given nothing: no article, no change.",
          kQuestion, Because<v1::SuspendPartnerRequest>(context), context);
    case RightsNameKind::kContract:
      return Turn<v1::Contract, v1::GetContractRequest>(
          name, kNothing, kQuestion,
          Because<v1::SuspendContractRequest>(context), context);
    case RightsNameKind::kGrant:
      return Turn<v1::Grant, v1::GetGrantRequest>(
          name, kNothing, kQuestion, Because<v1::SuspendGrantRequest>(context),
          context);
    case RightsNameKind::kProduct:
      break;
  }
  return Turn<v1::Product, v1::GetProductRequest>(
      name, kNothing, kQuestion, Because<v1::SuspendProductRequest>(context),
      context);
}

absl::Status Resume(Context& context) {
  constexpr absl::string_view kAgain =
      "From then on its rights are as they were.";
  constexpr absl::string_view kQuestion = "End the suspension?";
  COURANT_ASSIGN_OR_RETURN(
      const RightsName name,
      ReadRightsName(context.arguments.operands().front()));
  switch (name.kind) {
    case RightsNameKind::kPartner:
      return Turn<v1::Partner, v1::GetPartnerRequest>(
          name, kAgain, kQuestion, v1::ResumePartnerRequest(), context);
    case RightsNameKind::kContract:
      return Turn<v1::Contract, v1::GetContractRequest>(
          name, kAgain, kQuestion, v1::ResumeContractRequest(), context);
    case RightsNameKind::kGrant:
      return Turn<v1::Grant, v1::GetGrantRequest>(
          name, kAgain, kQuestion, v1::ResumeGrantRequest(), context);
    case RightsNameKind::kProduct:
      break;
  }
  return Turn<v1::Product, v1::GetProductRequest>(
      name, kAgain, kQuestion, v1::ResumeProductRequest(), context);
}

// Of a command that makes something, or changes it.
std::vector<Option> WithUpdate(std::vector<Option> options) {
  options.push_back({"update", "", "Change in the one there is what is given",
                     Option::Use::kSwitch});
  options.push_back(
      {"etag", "ETAG", "With --update: refuse when it is not at this etag"});
  return options;
}

}  // namespace

std::vector<Command> PartnerWriteCommands() {
  const Operand any =
      RightsOperand("PARTNER[/CONTRACT[/GRANT]] or products/PRODUCT");
  return {
      {"partner", "create", "Make a partner, or change it with --update",
       "courant partner create daily --called '데일리 신문' "
       "--contact 'kill-desk:야간 데스크:+82-2-555-0100'",
       RightsOperand("PARTNER"), WithUpdate(PartnerSettingOptions()), true,
       Save<v1::Partner, v1::UpdatePartnerRequest, RightsNameKind::kPartner>},
      {"partner", "contract",
       "Make a contract of a partner, or change it with --update",
       "courant partner contract daily/2026 --called 'Contract of 2026' "
       "--from 2026-01-01 --to 2027-01-01 --territory KR",
       RightsOperand("PARTNER/CONTRACT"), WithUpdate(ContractSettingOptions()),
       true,
       Save<v1::Contract, v1::UpdateContractRequest,
            RightsNameKind::kContract>},
      {"partner", "product",
       "Make a product, or change it with --update: a choice of articles",
       "courant partner product sport --called Sport "
       "--filter 'section=\"sport\"'",
       RightsOperand("PRODUCT"), WithUpdate(ProductSettingOptions()), true,
       Save<v1::Product, v1::UpdateProductRequest, RightsNameKind::kProduct>},
      {"partner", "grant",
       "Grant a product for some uses, or change that with --update",
       "courant partner grant daily/2026/sport --product sport --use web "
       "--use print",
       RightsOperand("PARTNER/CONTRACT/GRANT"),
       WithUpdate(GrantSettingOptions()), true,
       Save<v1::Grant, v1::UpdateGrantRequest, RightsNameKind::kGrant>},
      {"partner",
       "suspend",
       "Suspend a partner, contract, grant or product",
       "courant partner suspend daily/2026 --reason 'Unpaid since May.' --yes",
       any,
       {{"reason", "TEXT", "Why, for people", Option::Use::kRequired}},
       true,
       Suspend},
      {"partner",
       "resume",
       "End a suspension",
       "courant partner resume daily/2026 --yes",
       any,
       {},
       true,
       Resume},
  };
}

}  // namespace courant
