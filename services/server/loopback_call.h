#ifndef COURANT_SERVICES_SERVER_LOOPBACK_CALL_H_
#define COURANT_SERVICES_SERVER_LOOPBACK_CALL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/server/tls_files.h"

namespace courant {

// Calls this process as a client does: connects to the address of a listener,
// shakes hands, and asks grpc.health.v1 about "liveness". Each time on a
// connection of its own, for a listener that accepts no more looks healthy to
// whoever is connected already. Thread-safe.
//
// Over TLS it trusts no authority and no name. It is content with the very
// certificate that the listener is configured with, of which only that listener
// has the key; so a certificate that names no loopback address is no obstacle.
// Where clients must show one too, it shows the server's own. If the listener's
// authorities do not vouch for that, the call is refused at the end of the
// handshake; this counts as an answer, since it takes the listener, its threads
// and its key to come so far.
class LoopbackCall {
 public:
  // `address` is what was bound, "0.0.0.0:7400"; of all addresses, loopback is
  // called. `tls` is null for plaintext, and otherwise not owned: it must
  // outlive this.
  LoopbackCall(absl::string_view address, const TlsFiles* tls);

  // Makes one call. Blocks until it is answered, `patience` at most.
  //   UNAVAILABLE  it was not answered with SERVING; the text says with what
  absl::Status Make(absl::Duration patience) const;

 private:
  const std::string target_;
  const TlsFiles* const tls_;
};

// Where to connect to reach a listener bound to `address` from this machine, as
// gRPC names it: "ipv4:127.0.0.1:7400" for "0.0.0.0:7400".
std::string LoopbackTarget(absl::string_view address);

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_LOOPBACK_CALL_H_
