#ifndef COURANT_SERVICES_EDGE_CONNECTION_BOOK_H_
#define COURANT_SERVICES_EDGE_CONNECTION_BOOK_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "services/edge/connection.h"
#include "services/rpc/call_gate.h"
#include "storage/base/mutex.h"

namespace courant {

// The connections of one listener that are open. Made before its services, of
// which it is the gate, and before it. The acceptor writes it, one thread;
// every call asks it, for the connection by which it came.
//
// Thread-safe; blocks nothing.
class ConnectionBook final : public CallGate {
 public:
  // Must not be in it yet. One of the same peer that is has ended, whether that
  // was seen or not: its port is in use again.
  void Add(const std::shared_ptr<Connection>& connection)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Takes out that one alone, not another of the same peer.
  void Remove(const Connection& connection) ABSL_LOCKS_EXCLUDED(mu_);

  // See CallGate. Finds it from before gRPC has heard of it until after it has
  // ended.
  std::shared_ptr<Caller> CallerAt(const std::string& peer) override
      ABSL_LOCKS_EXCLUDED(mu_);

  // Whose ends were not seen yet are among them: how many there are, and how
  // many of them come from `neighbours`.
  size_t size() const ABSL_LOCKS_EXCLUDED(mu_);
  size_t CountFrom(const std::string& neighbours) const
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  mutable Mutex mu_;
  // By RemoteAddress::peer; and how many there are by
  // RemoteAddress::neighbours.
  absl::flat_hash_map<std::string, std::shared_ptr<Connection>> by_peer_
      ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<std::string, size_t> by_neighbours_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDGE_CONNECTION_BOOK_H_
