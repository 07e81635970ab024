#ifndef COURANT_SERVICES_CLI_SANDBOX_H_
#define COURANT_SERVICES_CLI_SANDBOX_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "courant/v1/partner.pb.h"
#include "services/cli/connection.h"
#include "services/cli/partner_name.h"

// The rights of a partner that tries the wire out: a contract, a grant and a
// product of its own, which has nothing but the articles of drills with this
// partner. So a drill with one reaches no other, and the sandbox of a partner
// can be taken away by taking away its one contract.
namespace courant {

// The names of a sandbox, and what its records are when they are made.
struct Sandbox {
  v1::Partner partner;
  v1::Product product;
  v1::Contract contract;
  v1::Grant grant;
};

// The section of every article of a drill. What is sold as "everything" leaves
// the drills out with `section!="sandbox"`.
inline constexpr char kSandboxSection[] = "sandbox";

// What the key of a sandbox is called.
inline constexpr char kSandboxKey[] = "Sandbox";

// The sandbox of `partner`, which people call `called`. Product and section are
// both "sandbox-{partner}", of at most 64 characters: a usage error for an id
// above 56.
absl::StatusOr<Sandbox> SandboxOf(const RightsName& partner,
                                  absl::string_view called);

// An article of a drill with the partner of `sandbox`, which its product has,
// and no product that leaves kSandboxSection out. `what` says in words what it
// is for.
v1::Article DrillArticle(const Sandbox& sandbox, absl::string_view what);

// Whether the partner has a sandbox, and whether it has nothing else. Both ask
// by `connection`.
//   NOT_FOUND            there is no such partner, or it has no sandbox; the
//                        hint says how to make one
//   FAILED_PRECONDITION  it has other contracts as well: a partner in earnest
absl::Status CheckHasSandbox(const Sandbox& sandbox, Connection& connection);
absl::Status CheckHasNothingElse(const Sandbox& sandbox,
                                 Connection& connection);

// Whether a key is accepted at `now`.
bool IsLiveKey(const v1::ApiKey& key, absl::Time now);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_SANDBOX_H_
