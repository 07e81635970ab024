#include "services/translation/translation_service.h"

#include <type_traits>
#include <utility>

namespace courant {
namespace {

template <typename Request, typename Response>
UnaryHandler BindRead(TranslationReads& reads,
                      absl::StatusOr<Response> (TranslationReads::*method)(
                          const RequestContext&, const Request&)) {
  return Typed<Request, Response>(
      [&reads, method](const RequestContext& context, const Request& request) {
        return (reads.*method)(context, request);
      });
}

// `Parameter` is the request, or a const reference to it where nothing of it
// is kept.
template <typename Parameter>
Method Write(const char* name, TranslationWrites& writes,
             TranslationWrites::Prepared (TranslationWrites::*prepare)(
                 const RequestContext&, Parameter) const) {
  using Request = std::remove_cvref_t<Parameter>;
  return {.name = name,
          .unary = Deferred<Request>(
              [&writes, prepare](const RequestContext& context, Request request,
                                 UnaryDone done) {
                TranslationWrites::Prepared write =
                    (writes.*prepare)(context, std::move(request));
                if (!write.ok()) {
                  return std::move(done)(std::move(write).status());
                }
                writes.Run(*std::move(write), std::move(done));
              })};
}

}  // namespace

ServiceTable TranslationServiceTable(TranslationWrites& writes,
                                     TranslationReads& reads) {
  using W = TranslationWrites;
  using R = TranslationReads;
  return {.name = "courant.v1.TranslationService",
          .methods = {
              Write("CreateTranslation", writes, &W::PrepareCreate),
              {.name = "GetTranslation",
               .unary = BindRead(reads, &R::GetTranslation)},
              {.name = "ListTranslations",
               .unary = BindRead(reads, &R::ListTranslations)},
              Write("ClaimTranslation", writes, &W::PrepareClaim),
              Write("ClaimNextTranslation", writes, &W::PrepareClaimNext),
              Write("RenewTranslationLease", writes, &W::PrepareRenew),
              Write("ReleaseTranslation", writes, &W::PrepareRelease),
              Write("RevokeTranslationLease", writes, &W::PrepareRevoke),
              Write("BatchUpdateSegments", writes, &W::PrepareUpdateSegments),
              Write("SubmitTranslation", writes, &W::PrepareSubmit),
              Write("ApproveTranslation", writes, &W::PrepareApprove),
              Write("RejectTranslation", writes, &W::PrepareReject),
              Write("CancelTranslation", writes, &W::PrepareCancel),
              Write("PublishTranslation", writes, &W::PreparePublish),
              {.name = "DiffTranslationSource",
               .unary = BindRead(reads, &R::DiffTranslationSource)},
              Write("RebaseTranslation", writes, &W::PrepareRebase),
              Write("ConfirmTranslation", writes, &W::PrepareConfirm),
              Write("DetachTranslation", writes, &W::PrepareDetach),
              {.name = "LookupLanguageVersion",
               .unary = BindRead(reads, &R::LookupLanguageVersion)},
          }};
}

}  // namespace courant
