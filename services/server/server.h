#ifndef COURANT_SERVICES_SERVER_SERVER_H_
#define COURANT_SERVICES_SERVER_SERVER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "courant/config/v1/server_config.pb.h"
#include "courant/v1/ledger.pb.h"
#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "services/server/json_log.h"
#include "services/server/watchdog.h"
#include "storage/base/clock.h"
#include "storage/base/ids.h"

namespace courant {

class InheritedSockets;

// What a server needs besides its configuration.
struct ServerOptions {
  // Complete and checked; see services/config.
  config::v1::ServerConfig config;
  // Shown on /metrics beside those of the server, which has none of these
  // names. Not owned; must outlive the server. May be null.
  const prometheus::Collectable* metrics = nullptr;
  // Opens a log that lost its end; see storage::StoreOptions.
  std::optional<Sequence> accept_data_loss;
  // Sockets to listen on instead of binding the addresses in `config`, which
  // say where these are. Not owned; used by Start() alone. Null: none.
  InheritedSockets* sockets = nullptr;
  // Where lines about calls go, as `log.calls` says; not owned, and must
  // outlive the server. Null: nowhere.
  const JsonLog* log = nullptr;
  // Called once, from any thread, when nothing can be written any more: the
  // process should end. Must not block.
  std::function<void(const absl::Status&)> on_broken;
  // Called once for each notice to a partner that was not acknowledged in time
  // (`partners.acknowledge_within`), from a thread of the server, for somebody
  // to be told. Must not block for long: nothing is written down meanwhile, and
  // so nothing is given to partners.
  std::function<void(const v1::Notice&)> on_overdue;
  // Called from a thread of the server when what partners are given cannot be
  // written down any more, with why: they are given nothing then. And with OK
  // when it can again. Must not block.
  std::function<void(const absl::Status&)> on_ledger_trouble;
  // Called from a thread of the server when the audit log cannot be written any
  // more, with why, and with OK when it can again. Must not block.
  std::function<void(const absl::Status&)> on_audit_trouble;
  // Called from a thread of the server each time that history could not be let
  // go, with why. Must not block.
  std::function<void(const absl::Status&)> on_retention_trouble;
  // Called from any thread, once for each change of the TLS files of a
  // listener, "partner" or another: with OK when new connections get what is in
  // them, or with what is wrong while they get what they got before. Must not
  // block.
  std::function<void(absl::string_view listener, const absl::Status&)>
      on_tls_reload;
  // Called from a thread of the server, at most once a second, when the
  // connection of a partner, or of who would be one, was cut for what it did:
  // `reason` as in the metric courant_connections_cut_total, and how many were
  // cut since the last that was told. Must not block.
  std::function<void(const std::string& peer, absl::string_view reason,
                     int64_t untold)>
      on_cut;
  // How often the server looks whether it does its work, and who is told. Its
  // checks are the server's own: it answers a call to its internal listener,
  // and reads its database.
  Watchdog::Options watchdog;
};

// The whole program but for its command line: store, services and listeners,
// put together here and nowhere else. Serves from Start() until Stop().
class Server {
 public:
  // Addresses with the ports that were bound, as `host:port`: what the ready
  // line says.
  struct Addresses {
    std::string internal;
    std::string partner;
    std::string ops;
  };

  // Opens the data folder and the listeners. `clock` is not owned and must
  // outlive the server.
  //   DATA_LOSS, FAILED_PRECONDITION  the data is refused
  //   INVALID_ARGUMENT                a certificate or key cannot be used, or
  //                                   the file of the audit log
  //   UNAVAILABLE                     an address is taken, or the folder is
  static absl::StatusOr<std::unique_ptr<Server>> Start(ServerOptions options,
                                                       const Clock& clock);

  // Stop().
  ~Server();

  // Valid until Stop().
  const Addresses& addresses() const;

  // What the page /metrics shows. Valid until Stop().
  std::vector<prometheus::MetricFamily> Metrics() const;

  // Why keys of partners are refused that should not be, and what to do; empty
  // when none is. Call before Stop().
  std::string key_trouble() const;

  // Takes over what is reloadable of `config`, which is as good as that of the
  // start and differs from it in nothing else; `changed` names the keys, for
  // the audit log. All of it or nothing, see TakeOverConfig(). Call before
  // Stop(), from one thread.
  absl::Status Reload(const config::v1::ServerConfig& config,
                      absl::string_view changed);

  // Stops in order: not ready, streams end with a token, calls in progress
  // finish (10 s at most), the data folder is closed. Who connects to a socket
  // that somebody else keeps is left to the next server, and who came just
  // before has a second to be served. May be called more than once, from one
  // thread.
  void Stop();

  // Has Stop() wait for nobody any more: streams and calls are cut, what is
  // being written is finished, the data folder is closed. Thread-safe, also
  // while Stop() runs; more than once.
  void Hurry();

 private:
  // In the .cc, so that nobody who starts a server sees gRPC and RocksDB.
  struct Parts;

  explicit Server(std::unique_ptr<Parts> parts);

  absl::Notification urgent_;
  std::atomic<bool> is_urgent_{false};
  std::unique_ptr<Parts> parts_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_SERVER_H_
