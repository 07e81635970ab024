#ifndef COURANT_SERVICES_RPC_REQUEST_CONTEXT_H_
#define COURANT_SERVICES_RPC_REQUEST_CONTEXT_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "services/audience/audience.h"
#include "services/rpc/authenticator.h"
#include "services/trace/span.h"

namespace courant {

// What a handler knows about a call besides its request. A value.
struct RequestContext {
  // Who asks: metadata `courant-actor`, or `courant-actor-bin` for what is not
  // ASCII. Not checked yet. "unknown" when neither was sent. Of a principal,
  // its partner.
  std::string actor;
  // False when the call did not say who asks.
  bool actor_given = false;
  // For whom the answer is: metadata `courant-audience`, checked; kPartner with
  // a principal.
  Audience audience = Audience::kInternal;
  // Who was shown to call, on a listener that asks for it.
  std::optional<Principal> principal;
  // Full name of the method, e.g. "/courant.v1.ArticleService/GetArticle".
  std::string method;
  // Where the call came from, e.g. "ipv4:127.0.0.1:40512".
  std::string peer;
  // No answer is wanted after this. Set by the server when the client set none
  // or a later one; infinite for streams.
  absl::Time deadline = absl::InfiniteFuture();
  // The call in its trace.
  Span span;
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_REQUEST_CONTEXT_H_
