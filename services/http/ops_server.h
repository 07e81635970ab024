#ifndef COURANT_SERVICES_HTTP_OPS_SERVER_H_
#define COURANT_SERVICES_HTTP_OPS_SERVER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace courant {

// What a client asked for with GET or HEAD. There is never a body.
struct OpsRequest {
  // As it was sent, not decoded: begins with a slash, ends before the "?".
  std::string path;
  // Behind the "?", not decoded. Empty if there is none.
  std::string query;
};

struct OpsResponse {
  // 200 to 599.
  int status = 200;
  // Must not contain line ends.
  std::string content_type = "text/plain; charset=utf-8";
  // Left out of the answer to HEAD, but counted there.
  std::string body;
  // What a browser may do with it: nothing, unless it is a page for one. Must
  // not contain line ends.
  std::string content_security_policy =
      "default-src 'none'; frame-ancestors 'none'";
};

// Answers one request. Runs on a thread of the server's pool, at most
// OpsServerOptions::handler_threads at a time over all handlers. May block; a
// slow one takes its thread from the others.
using OpsHandler = std::function<OpsResponse(const OpsRequest&)>;

struct OpsServerOptions {
  // The longest wait for a whole request, from the end of the one before, and
  // for a client to take a whole response. The connection is closed then.
  absl::Duration io_timeout = absl::Seconds(5);

  // Open connections. One more is closed as soon as it is accepted, until
  // another ends; with idle ones that takes at most `io_timeout`.
  int max_connections = 64;

  // A TCP socket that listens, which somebody else has open too: it is taken
  // over and served instead of a new one, and who connects after Stop() waits
  // for the next who does. Negative: none.
  int socket = -1;

  // Handlers that run at the same time. Two, so that a scrape does not wait
  // behind somebody's page. The other connections wait their turn.
  int handler_threads = 2;

  // Names, without port, by which clients may call it besides its addresses and
  // "localhost": see host_rule.h.
  std::vector<std::string> hosts;
};

// A small HTTP/1.1 server for metrics, health and pages of operators. All
// sockets are served by one thread of its own.
//
// Only GET and HEAD, only exact paths, no request bodies, 8 KiB of request
// line and headers, keep-alive. Everything else is answered
// with a constant line of text: 400 malformed, 404 no such path, 405 another
// method, 413 a body, 421 called by a name that is not its own, 431 headers too
// large, 500 the handler failed. Every
// answer forbids caching, guessing of types, frames and use by other sites.
// A request with a right `traceparent` is a part of that trace, else it begins
// one; the handler runs in it, and every answer names it in the same header.
// There is no TLS and no authentication: who can connect can read.
class OpsServer final {
 public:
  // Listens on `address`, which is where `options.socket` does if there is one,
  // "127.0.0.1:7490" or "[::1]:0" (port 0 lets the
  // system pick one), and serves `handlers` by path. Does not block.
  //   INVALID_ARGUMENT  the address is not an IP address and a port.
  //   UNAVAILABLE       the system refuses to listen there.
  static absl::StatusOr<std::unique_ptr<OpsServer>> Create(
      absl::string_view address, std::map<std::string, OpsHandler> handlers,
      const OpsServerOptions& options = {});

  // Stop().
  ~OpsServer();

  OpsServer(const OpsServer&) = delete;
  OpsServer& operator=(const OpsServer&) = delete;

  // The bound port, never 0.
  uint16_t port() const;

  // The bound address with its port, as Create() takes it.
  std::string address() const;

  // Closes the listener and every connection that waits for another request;
  // one that was accepted just before has a second for its first. Lets running
  // handlers end and their responses be taken, which is bounded by
  // the handlers and `io_timeout`. No handler runs after it has returned. May
  // be called again, but by one thread at a time, and never by a handler.
  void Stop();

 private:
  class Loop;
  class Session;

  explicit OpsServer(std::unique_ptr<Loop> loop);

  const std::unique_ptr<Loop> loop_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_HTTP_OPS_SERVER_H_
