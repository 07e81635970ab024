#ifndef COURANT_SERVICES_EDGE_CONNECTION_H_
#define COURANT_SERVICES_EDGE_CONNECTION_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "services/edge/descriptor.h"
#include "services/edge/login_limit.h"
#include "services/edge/remote_address.h"
#include "services/rpc/call_gate.h"
#include "storage/base/mutex.h"

namespace courant {

// A time that nobody sets: steady, from any beginning. For what is measured on
// connections.
absl::Time SteadyNow();

// A connection that gRPC has, seen from beside: we keep a second descriptor of
// it, by which we learn that it has ended, how much came, and by which we can
// end it. gRPC knows nothing of that. Thread-safe; blocks nothing.
class Connection final : public Caller {
 public:
  // Calls that one connection may have in progress. Clients are told 100, by
  // the limit of streams, and keep to it; but what a client has cancelled is in
  // progress here until it is heard of, so there is room for as many again.
  static constexpr int kMaxCalls = 200;

  // `logins` is not owned and must outlive the connection; null: those that
  // fail are not counted.
  Connection(RemoteAddress from, Descriptor second, LoginLimit* logins);

  // See Caller.
  bool Enter() override;
  void Leave() override;
  void Admitted() override;
  void Refused() override;

  // Where it comes from, for as long as the object lives.
  const RemoteAddress& from() const { return from_; }
  // When it came, by SteadyNow().
  absl::Time accepted() const { return accepted_; }
  // Calls with a good key until now.
  uint64_t admitted() const { return admitted_.load(); }
  // It has tried keys after those of its address were spent.
  bool tries_keys() const { return tries_keys_.load(); }

  // What the kernel has counted since the connection was made, in bytes, those
  // of TLS included: what came, also what nobody has read yet, and what the
  // other side has confirmed of what was sent.
  struct Traffic {
    uint64_t received = 0;
    uint64_t confirmed = 0;
  };
  // Nothing when it has ended.
  std::optional<Traffic> ReadTraffic() ABSL_LOCKS_EXCLUDED(mu_);

  // Ends it, for both sides.
  void Cut() ABSL_LOCKS_EXCLUDED(mu_);

  // Gives the second descriptor back, when the connection has ended.
  void Close() ABSL_LOCKS_EXCLUDED(mu_);
  bool is_closed() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  const RemoteAddress from_;
  const absl::Time accepted_;
  LoginLimit* const logins_;
  std::atomic<int> calls_{0};
  std::atomic<uint64_t> admitted_{0};
  std::atomic<bool> tries_keys_{false};
  mutable Mutex mu_;
  Descriptor second_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDGE_CONNECTION_H_
