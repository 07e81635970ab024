#ifndef COURANT_SERVICES_PARTNERS_KEY_WRITES_H_
#define COURANT_SERVICES_PARTNERS_KEY_WRITES_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "courant/v1/partner_service.pb.h"
#include "services/partners/key_hasher.h"
#include "services/rpc/handler.h"
#include "services/rpc/request_context.h"
#include "storage/committer.h"

namespace courant {

// The methods of PartnerService that change keys; see partner_service.proto for
// the contract of each. Thread-safe.
class KeyWrites {
 public:
  // Nothing is owned; all must outlive this. `environment` is what new keys are
  // of: see api_key.h. `keep_pepper` is asked before a key is made: whether the
  // pepper of `hasher` will be there for as long as the key. It may block on
  // the disk; its error is the answer.
  KeyWrites(
      storage::Committer& committer, const KeyHasher& hasher,
      std::string environment,
      std::function<absl::Status()> keep_pepper =
          [] { return absl::OkStatus(); })
      : committer_(committer),
        hasher_(hasher),
        environment_(std::move(environment)),
        keep_pepper_(std::move(keep_pepper)) {}

  // Checks the request, draws a secret, commits what it comes to, and tells it
  // to `done` when that is durable. It is in no other place but this answer; a
  // repeated request is answered without one, since the one of the first
  // attempt is gone.
  void CreateApiKey(const RequestContext& context,
                    v1::CreateApiKeyRequest request, UnaryDone done);

  // Commits that the key is revoked, unless it is only to be told. When it is
  // answered, the ring (key_ring.h) has the key no more, so that no call that
  // begins then is accepted by it.
  void RevokeApiKey(const RequestContext& context,
                    const v1::RevokeApiKeyRequest& request, UnaryDone done);

 private:
  // Of the constructor, with the same names.
  storage::Committer& committer_;
  const KeyHasher& hasher_;
  const std::string environment_;
  const std::function<absl::Status()> keep_pepper_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_KEY_WRITES_H_
