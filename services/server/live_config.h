#ifndef COURANT_SERVICES_SERVER_LIVE_CONFIG_H_
#define COURANT_SERVICES_SERVER_LIVE_CONFIG_H_

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "courant/config/v1/server_config.pb.h"
#include "services/distribution/change_service.h"
#include "services/edge/login_limit.h"
#include "services/editorial/article_writes.h"
#include "services/rpc/rpc_service.h"
#include "services/server/audit_side.h"
#include "services/server/grpc_listener.h"
#include "services/server/partner_side.h"
#include "services/server/tls_files.h"
#include "storage/store.h"

namespace courant {

// The parts of a running server that can be given other values than those with
// which they were made. Nothing is owned.
struct LiveParts {
  storage::Store& store;
  AuditSide& audit;
  ArticleWrites& writes;
  PartnerSide& partners;
  LoginLimit& logins;
  GrpcListener& partner_listener;
  // Of both listeners.
  std::vector<ChangeService*> changes;
  std::vector<RpcService*> services;
  // Of the listeners that have TLS.
  std::vector<TlsFiles*> tls;
  // Of a stream whose client takes nothing, in nanoseconds.
  std::atomic<int64_t>& stall_timeout_ns;
};

// Gives `parts` all that is reloadable of `config`, the level of the log
// excepted, which is no part of the server: see ConfigKey::takes_effect. And
// has new connections get what is in the TLS files now, without waiting until
// somebody looks: who has a configuration read again has often put certificates
// there.
//
// First reads those files, and does nothing else if they cannot be used. What
// follows waits for no disk and cannot fail, so that all of it takes effect at
// one moment, but for some microseconds in which a call may see some of both.
// Thread-safe.
//   INVALID_ARGUMENT  TLS files cannot be used; a line for each listener
absl::Status TakeOverConfig(const config::v1::ServerConfig& config,
                            const LiveParts& parts);

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_LIVE_CONFIG_H_
