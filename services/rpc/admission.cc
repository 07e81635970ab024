#include "services/rpc/admission.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "grpc/grpc_security_constants.h"
#include "grpcpp/security/auth_context.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

constexpr char kActorKey[] = "courant-actor";
constexpr char kBinaryActorKey[] = "courant-actor-bin";

// The audience that the caller names.
absl::StatusOr<Audience> AudienceOf(const grpc::ServerContextBase& call) {
  const auto [first, last] = call.client_metadata().equal_range(kAudienceKey);
  if (first == last) return Audience::kInternal;
  // Whoever adds it on the way must not be overruled by whoever calls.
  if (std::next(first) != last) {
    return InvalidField(kAudienceKey, "must be given once: internal or public");
  }
  return ParseAudience(
      absl::string_view(first->second.data(), first->second.size()));
}

// Fills `*context`, also when the call is refused, as far as it came.
absl::Status AdmitByWord(const grpc::ServerContextBase& call,
                         const Method& method, RequestContext* context) {
  for (const char* key : {kActorKey, kBinaryActorKey}) {
    const auto found = call.client_metadata().find(key);
    if (found != call.client_metadata().end()) {
      context->actor = std::string(found->second.data(), found->second.size());
      context->actor_given = true;
    }
  }
  COURANT_ASSIGN_OR_RETURN(context->audience, AudienceOf(call));
  return MayCall(context->audience, method.open_to)
             ? absl::OkStatus()
             : NotCleared(context->method);
}

// The names of the client's certificate, which gRPC has verified. By its common
// name nobody is known: authorities do not look after those.
std::vector<absl::string_view> NamesIn(const grpc::AuthContext* connection) {
  std::vector<absl::string_view> names;
  if (connection == nullptr || !connection->IsPeerAuthenticated()) return names;
  for (const char* kind :
       {GRPC_PEER_URI_PROPERTY_NAME, GRPC_PEER_DNS_PROPERTY_NAME}) {
    for (const grpc::string_ref& name : connection->FindPropertyValues(kind)) {
      names.emplace_back(name.data(), name.size());
    }
  }
  return names;
}

// The same. When nobody was shown, `*refused` says why.
absl::Status AdmitByProof(const grpc::ServerContextBase& call,
                          const Method& method, Authenticator& authenticator,
                          RequestContext* context, RefusedLogin* refused) {
  context->audience = Audience::kPartner;
  Credentials shown;
  const auto [first, last] =
      call.client_metadata().equal_range(kAuthorizationKey);
  for (auto value = first; value != last; ++value) {
    shown.authorization.emplace_back(value->second.data(),
                                     value->second.size());
  }
  // Has the texts.
  const std::shared_ptr<const grpc::AuthContext> connection =
      call.auth_context();
  shown.certificate_names = NamesIn(connection.get());
  COURANT_ASSIGN_OR_RETURN(context->principal,
                           authenticator.Authenticate(shown, refused));
  const Principal& principal = *context->principal;
  context->actor = principal.partner;
  context->actor_given = true;
  if (!MayCall(context->audience, method.open_to)) {
    return NotCleared(context->method);
  }
  if (method.scope != v1::ApiKey::SCOPE_UNSPECIFIED &&
      std::find(principal.scopes.begin(), principal.scopes.end(),
                method.scope) == principal.scopes.end()) {
    const std::string& scope = v1::ApiKey::Scope_Name(method.scope);
    return MakeError(v1::SCOPE_MISSING,
                     absl::StrCat("the key has not the scope ", scope),
                     {{"method", context->method}, {"scope", scope}});
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CredentialsRefused() {
  return MakeError(v1::CREDENTIALS_REFUSED,
                   "the credentials were not accepted; send one key as "
                   "metadata `authorization: Bearer KEY`");
}

absl::StatusOr<RequestContext> Admit(const grpc::ServerContextBase& call,
                                     const Method& method,
                                     const std::string& path,
                                     absl::Time deadline,
                                     Authenticator* authenticator,
                                     RefusedCall* refused) {
  RequestContext context{.actor = "unknown",
                         .method = path,
                         .peer = call.peer(),
                         .deadline = deadline};
  absl::Status admitted = authenticator == nullptr
                              ? AdmitByWord(call, method, &context)
                              : AdmitByProof(call, method, *authenticator,
                                             &context, &refused->login);
  if (admitted.ok()) return context;
  if (context.principal) refused->login.key = context.principal->key;
  refused->who = std::move(context.actor);
  refused->peer = std::move(context.peer);
  return admitted;
}

}  // namespace courant
