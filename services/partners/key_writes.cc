#include "services/partners/key_writes.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "services/editorial/proposal.h"
#include "services/partners/api_key.h"
#include "services/partners/key_decisions.h"
#include "services/partners/rights_kind.h"
#include "services/partners/rights_name.h"
#include "services/partners/rights_rules.h"
#include "services/partners/rights_settings.h"
#include "services/rpc/wire_format.h"
#include "storage/base/base64url.h"
#include "storage/base/status_macros.h"
#include "storage/digest.h"

namespace courant {
namespace {

using storage::DecisionContext;

constexpr size_t kSecretBytes = 32;
// Of 64 random bytes, 63 make letters, on average; 12 are needed.
constexpr size_t kRandomForId = 64;

ApiKeyText DrawKey(const std::string& environment) {
  std::optional<std::string> id;
  while (!id) id = ApiKeyIdFrom(storage::RandomBytes(kRandomForId));
  return {.environment = environment,
          .id = *std::move(id),
          .secret = Base64UrlEncode(storage::RandomBytes(kSecretBytes))};
}

// Checks the request and makes the key of it, without a name.
absl::StatusOr<v1::ApiKey> ReadKey(v1::CreateApiKeyRequest request) {
  COURANT_RETURN_IF_ERROR(CheckRightsName(
      request.parent(), RightsKind<v1::Partner>::kPattern, "parent"));
  v1::ApiKey key = std::move(*request.mutable_key());
  ClearOutputOnlyRights(&key);
  COURANT_RETURN_IF_ERROR(SettleRights(&key));
  return key;
}

}  // namespace

void KeyWrites::CreateApiKey(const RequestContext& context,
                             v1::CreateApiKeyRequest request, UnaryDone done) {
  absl::StatusOr<storage::Proposal> proposal =
      Propose(context, request.request_id(), request);
  if (!proposal.ok()) return std::move(done)(std::move(proposal).status());
  const std::string parent = request.parent();
  absl::StatusOr<v1::ApiKey> key = ReadKey(std::move(request));
  if (!key.ok()) return std::move(done)(std::move(key).status());
  if (absl::Status kept = keep_pepper_(); !kept.ok()) {
    return std::move(done)(std::move(kept));
  }
  const ApiKeyText text = DrawKey(environment_);
  key->set_name(absl::StrCat(parent, "/keys/", text.id));
  auto decide = [key = *std::move(key),
                 credential = hasher_.HashOf(text.id, text.secret)](
                    const DecisionContext& at) {
    return DecideCreateKey(at, key, credential);
  };
  auto answer = [secret = FormatApiKey(text), done = std::move(done)](
                    absl::StatusOr<storage::Committed> committed) mutable {
    if (!committed.ok()) {
      return std::move(done)(std::move(committed).status());
    }
    std::string response;
    AppendBytesField(&response, v1::CreateApiKeyResponse::kKeyFieldNumber,
                     committed->article);
    if (!committed->replayed) {
      AppendBytesField(&response, v1::CreateApiKeyResponse::kSecretFieldNumber,
                       secret);
    }
    std::move(done)(std::move(response));
  };
  committer_.Submit(*std::move(proposal), std::move(decide), std::move(answer));
}

void KeyWrites::RevokeApiKey(const RequestContext& context,
                             const v1::RevokeApiKeyRequest& request,
                             UnaryDone done) {
  absl::StatusOr<storage::Proposal> proposal =
      Propose(context, request.request_id(), request);
  if (!proposal.ok()) return std::move(done)(std::move(proposal).status());
  if (absl::Status named = CheckRightsName(
          request.name(), RightsKind<v1::ApiKey>::kPattern, "name");
      !named.ok()) {
    return std::move(done)(std::move(named));
  }
  proposal->validate_only = request.validate_only();
  committer_.Submit(
      *std::move(proposal),
      [target = RightsTarget{request.name(), request.etag()}](
          const DecisionContext& at) { return DecideRevokeKey(at, target); },
      AnswerWithRecord(std::move(done)));
}

}  // namespace courant
