#ifndef COURANT_SERVICES_RPC_AUTHENTICATOR_H_
#define COURANT_SERVICES_RPC_AUTHENTICATOR_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/v1/partner.pb.h"

namespace courant {

class Allowance;
struct QuotaLimits;

// Who was shown to call. A value.
struct Principal {
  // `partners/{partner}`: whose rights hold.
  std::string partner;
  // `partners/{partner}/keys/{key}`: by what it showed that. Empty: by the
  // certificate of its connection.
  std::string key;
  // What that is good for.
  std::vector<v1::ApiKey::Scope> scopes;
  // What it may ask for with that, within what the partner may. Null: as much
  // as the partner. Shared, as one is copied for each call.
  std::shared_ptr<const QuotaLimits> key_limits;
  // Not accepted from then on.
  absl::Time expires = absl::InfiniteFuture();
  // Becomes true when it is taken back, for who goes on for long. Null: it
  // cannot be.
  std::shared_ptr<const std::atomic<bool>> revoked;
  // What it may still ask for. Null: as much as it likes.
  std::shared_ptr<Allowance> allowance;
  // What it has taken of that, for as long as somebody acts for it.
  std::shared_ptr<const void> lease;

  // Whether it would still be accepted at `time`.
  bool IsLive(absl::Time time) const {
    return time < expires && (revoked == nullptr || !revoked->load());
  }
};

// The request metadata that a caller shows who it is by.
inline constexpr char kAuthorizationKey[] = "authorization";

// What a caller shows. The texts are those of the call.
struct Credentials {
  // All values of the metadata `authorization`, in their order.
  std::vector<absl::string_view> authorization;
  // The names, URI and DNS, of the certificate that its connection was let in
  // by; never what it is called otherwise. None: clients are asked for none, or
  // it has none.
  std::vector<absl::string_view> certificate_names;
};

// What is known of who was not accepted, for the house alone: no caller is told
// any of it.
struct RefusedLogin {
  // `partners/{partner}/keys/{key}` of a key that there is; of one in the right
  // form that there is not, the id that it has. Empty: none was shown.
  std::string key;
  // A constant word, the `reason` of courant_auth_refused_total. Empty: nobody
  // was refused.
  absl::string_view why;
};

// Finds out who calls.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  // Who showed that. When it is refused, `*refused` is filled, after all that
  // takes time is done. Thread-safe; runs on a thread of gRPC and must not
  // block.
  //   UNAUTHENTICATED / CREDENTIALS_REFUSED  always the same, whatever is wrong
  virtual absl::StatusOr<Principal> Authenticate(const Credentials& shown,
                                                 RefusedLogin* refused) = 0;
};

// The one refusal: does not tell what is wrong, so that nobody can find out by
// asking which keys there are.
absl::Status CredentialsRefused();

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_AUTHENTICATOR_H_
