#include "services/partners/partner_service.h"

#include <utility>

namespace courant {
namespace {

// Runs what `prepare` makes of a request.
template <typename Request, typename Prepare>
Method Write(const char* name, PartnerWrites& writes, Prepare prepare) {
  return {.name = name,
          .unary = Deferred<Request>(
              [&writes, prepare](const RequestContext& context, Request request,
                                 UnaryDone done) {
                PartnerWrites::Prepared write =
                    prepare(context, std::move(request));
                if (!write.ok()) {
                  return std::move(done)(std::move(write).status());
                }
                writes.Run(*std::move(write), std::move(done));
              })};
}

template <typename Request>
Method Create(const char* name, PartnerWrites& writes) {
  return Write<Request>(
      name, writes, [](const RequestContext& context, Request request) {
        return PartnerWrites::PrepareCreate(context, std::move(request));
      });
}

template <typename Request>
Method Update(const char* name, PartnerWrites& writes) {
  return Write<Request>(
      name, writes, [](const RequestContext& context, Request request) {
        return PartnerWrites::PrepareUpdate(context, std::move(request));
      });
}

template <typename Record, typename Request>
Method Suspend(const char* name, PartnerWrites& writes) {
  return Write<Request>(name, writes,
                        PartnerWrites::PrepareSuspend<Record, Request>);
}

template <typename Record, typename Request>
Method Resume(const char* name, PartnerWrites& writes) {
  return Write<Request>(name, writes,
                        PartnerWrites::PrepareResume<Record, Request>);
}

template <typename Request>
Method Read(const char* name, PartnerReads& reads,
            absl::StatusOr<std::string> (PartnerReads::*method)(
                const RequestContext&, const Request&)) {
  return {.name = name,
          .unary = TypedRequest<Request>(
              [&reads, method](const RequestContext& context,
                               const Request& request) {
                return (reads.*method)(context, request);
              })};
}

}  // namespace

ServiceTable PartnerServiceTable(PartnerWrites& writes, KeyWrites& keys,
                                 PartnerReads& reads, AccessReads& access) {
  using R = PartnerReads;
  return {
      .name = "courant.v1.PartnerService",
      .methods = {
          Create<v1::CreatePartnerRequest>("CreatePartner", writes),
          Read("GetPartner", reads,
               &R::Get<v1::Partner, v1::GetPartnerRequest>),
          Read("ListPartners", reads, &R::ListPartners),
          Update<v1::UpdatePartnerRequest>("UpdatePartner", writes),
          Suspend<v1::Partner, v1::SuspendPartnerRequest>("SuspendPartner",
                                                          writes),
          Resume<v1::Partner, v1::ResumePartnerRequest>("ResumePartner",
                                                        writes),
          Create<v1::CreateContractRequest>("CreateContract", writes),
          Read("GetContract", reads,
               &R::Get<v1::Contract, v1::GetContractRequest>),
          Read("ListContracts", reads, &R::ListContracts),
          Update<v1::UpdateContractRequest>("UpdateContract", writes),
          Suspend<v1::Contract, v1::SuspendContractRequest>("SuspendContract",
                                                            writes),
          Resume<v1::Contract, v1::ResumeContractRequest>("ResumeContract",
                                                          writes),
          Create<v1::CreateGrantRequest>("CreateGrant", writes),
          Read("GetGrant", reads, &R::Get<v1::Grant, v1::GetGrantRequest>),
          Read("ListGrants", reads, &R::ListGrants),
          Update<v1::UpdateGrantRequest>("UpdateGrant", writes),
          Suspend<v1::Grant, v1::SuspendGrantRequest>("SuspendGrant", writes),
          Resume<v1::Grant, v1::ResumeGrantRequest>("ResumeGrant", writes),
          Create<v1::CreateProductRequest>("CreateProduct", writes),
          Read("GetProduct", reads,
               &R::Get<v1::Product, v1::GetProductRequest>),
          Read("ListProducts", reads, &R::ListProducts),
          Update<v1::UpdateProductRequest>("UpdateProduct", writes),
          Suspend<v1::Product, v1::SuspendProductRequest>("SuspendProduct",
                                                          writes),
          Resume<v1::Product, v1::ResumeProductRequest>("ResumeProduct",
                                                        writes),
          {.name = "CreateApiKey",
           .unary = Deferred<v1::CreateApiKeyRequest>(
               [&keys](const RequestContext& context,
                       v1::CreateApiKeyRequest request, UnaryDone done) {
                 keys.CreateApiKey(context, std::move(request),
                                   std::move(done));
               })},
          Read("ListApiKeys", reads, &R::ListApiKeys),
          {.name = "RevokeApiKey",
           .unary = Deferred<v1::RevokeApiKeyRequest>(
               [&keys](const RequestContext& context,
                       const v1::RevokeApiKeyRequest& request, UnaryDone done) {
                 keys.RevokeApiKey(context, request, std::move(done));
               })},
          {.name = "ExplainAccess",
           .unary = Typed<v1::ExplainAccessRequest, v1::ExplainAccessResponse>(
               [&access](const RequestContext& context,
                         const v1::ExplainAccessRequest& request) {
                 return access.ExplainAccess(context, request);
               })},
      }};
}

}  // namespace courant
