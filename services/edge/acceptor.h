#ifndef COURANT_SERVICES_EDGE_ACCEPTOR_H_
#define COURANT_SERVICES_EDGE_ACCEPTOR_H_

#include <sys/socket.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "services/edge/address_limit.h"
#include "services/edge/connection.h"
#include "services/edge/connection_book.h"
#include "services/edge/descriptor.h"
#include "services/edge/edge_metrics.h"
#include "services/edge/listening_socket.h"
#include "services/edge/login_limit.h"
#include "services/edge/remote_address.h"

namespace courant {

// Accepts the connections of one listener and hands them on, on a thread of its
// own, so that they come one after the other: gRPC needs that for TLS files
// that change (ADR 0012), and accepts itself in a way that does not survive a
// process without descriptors (CVE-2023-4785).
//
// It survives that: one descriptor is kept in reserve, by which a connection
// that there is no room for is taken and closed, so that its client hears at
// once and the next one is accepted as soon as there is room. Where not even
// that goes, it tries again when a connection ends, every 10 ms at the latest.
//
// Start and Stop from one thread.
class Acceptor {
 public:
  struct Options {
    // Connections open at a time, and of those from one address; see
    // RemoteAddress. Not looked at without a book.
    size_t max_connections = 0;
    size_t max_per_address = 0;
    // Of the descriptors that the process may have, this part is left for
    // others: the database needs some, and the house more than strangers.
    double spared = 1.0 / 16;
    // Addresses that are spent in it get no new connection. Not owned and must
    // outlive the acceptor; null: there are none.
    const AddressLimit* cuts = nullptr;
  };
  // What is done with connections, on the thread of the acceptor.
  struct Actions {
    // Is given the descriptor for itself, and must not block.
    std::function<void(Descriptor)> hand_over;
    // Is told before that of each that is in the book. May be null.
    std::function<void(const std::shared_ptr<Connection>&)> opened;
  };

  // Connections are in `book` for as long as they are open, each with a second
  // descriptor. Null: they are handed over and forgotten, as many as there are
  // descriptors for. `book`, `metrics` and `logins`, which may be null, are not
  // owned and must outlive the acceptor.
  Acceptor(ListeningSocket socket, const Options& options, ConnectionBook* book,
           EdgeMetrics& metrics, LoginLimit* logins);
  // Stop().
  ~Acceptor();

  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  // Begins; what came before waits in the socket. Once. False: the system gives
  // us no descriptors for it.
  bool Start(Actions actions);

  // Accepts no more, and whoever connects is refused by the system, or waits if
  // the socket is kept. Goes on to look after the connections that are open.
  // None is handed over after it has returned, which does not take long.
  void StopAccepting();

  // Other limits for connections that come from now on, see Options; those that
  // are open stay. From any thread.
  void SetLimits(size_t max_connections, size_t max_per_address) {
    max_connections_.store(max_connections);
    max_per_address_.store(max_per_address);
  }

  // When the last connection that was handed over came, by SteadyNow(); long
  // ago if none did. Thread-safe.
  absl::Time last_came() const {
    return absl::FromUnixNanos(last_came_.load());
  }

  // Ends the thread. After gRPC has let go of all connections.
  void Stop();

 private:
  // On the thread, as all that follows: until Stop().
  void Run();
  // Closes our end of the socket. A second call does nothing.
  void LetGoOfSocket();
  // Takes what waits, some of it at most.
  void AcceptSome();
  // Has the socket asked again, or not.
  void SetAccepting(bool accepting);
  // The connection that came, which is closed if there is no room for it.
  void Take(Descriptor fd, const sockaddr_storage& from);
  // Puts it into the book. Why not, if there is no room for it.
  std::optional<AcceptRefusal> Follow(const Descriptor& fd, RemoteAddress from);
  // There are no descriptors: closes the reserve, takes one connection by it,
  // and closes that. What came of it: kBusy, somebody else took the descriptor.
  enum class TurnedAway { kOne, kNobodyThere, kBusy };
  TurnedAway TurnOneAway();
  // The connection with that second descriptor has ended.
  void OnEnded(int second);
  // Whether `fd`, the newest one, is of those that are left for others.
  bool IsShortOfDescriptors(int fd) const;

  ListeningSocket socket_;
  const Options options_;
  ConnectionBook* const book_;
  EdgeMetrics& metrics_;
  LoginLimit* const logins_;
  Actions actions_;
  Descriptor epoll_;
  // Written to by StopAccepting() and Stop().
  Descriptor wake_;
  std::atomic<size_t> max_connections_;
  std::atomic<size_t> max_per_address_;
  std::atomic<bool> stop_accepting_{false};
  std::atomic<bool> stop_{false};
  std::atomic<bool> is_closed_{false};
  // In nanoseconds of SteadyNow().
  std::atomic<int64_t> last_came_{0};
  std::thread thread_;

  // Of the thread.
  Descriptor reserve_;
  bool accepting_ = false;
  // By their second descriptor.
  absl::flat_hash_map<int, std::shared_ptr<Connection>> open_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDGE_ACCEPTOR_H_
