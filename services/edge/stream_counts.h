#ifndef COURANT_SERVICES_EDGE_STREAM_COUNTS_H_
#define COURANT_SERVICES_EDGE_STREAM_COUNTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"

namespace courant {

// What gRPC counts of the streams of one connection since it was made.
struct StreamCounts {
  // Opened by the client, and of these answered, and ended in any other way.
  uint64_t started = 0;
  uint64_t answered = 0;
  uint64_t failed = 0;

  // Those that are open. The three are read one after the other, while streams
  // end.
  uint64_t open() const {
    return started > answered + failed ? started - answered - failed : 0;
  }
};

// Asks gRPC what it counts, by its channelz. Our own code is of no use for
// that: of a call it hears when the request is there, and an attacker sends
// none. A question costs some tens of microseconds; it takes no lock of a
// connection. Of one server of the process. One thread at a time.
class StreamCountReader {
 public:
  // Of the server that was started last.
  StreamCountReader();

  // Of the connection of `peer`; see RemoteAddress. Nothing while it is not one
  // yet, for gRPC: before the handshake of TLS has ended, and when it is gone.
  std::optional<StreamCounts> Read(const std::string& peer);

  // Has it forgotten; another connection may have the same peer later.
  void Forget(const std::string& peer) { sockets_.erase(peer); }

 private:
  // Learns of the connections that came since the last time.
  void FindNew();

  // Numbers that channelz gives: of the server, and of the next connection.
  int64_t server_ = 0;
  int64_t next_ = 0;
  absl::flat_hash_map<std::string, int64_t> sockets_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDGE_STREAM_COUNTS_H_
