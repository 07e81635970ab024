#ifndef COURANT_SERVICES_CLI_LEASE_KEEPER_H_
#define COURANT_SERVICES_CLI_LEASE_KEEPER_H_

#include <cstdint>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/cli/connection.h"
#include "storage/base/mutex.h"

namespace courant {

// While it lives, prolongs a lease from a thread of its own, by the steady
// clock, so that a person can take their time. Thread-safe.
class LeaseKeeper {
 public:
  struct Options {
    // `articles/{article}/translations/{translation}`.
    std::string translation;
    int64_t fencing_token = 0;
    // What is asked for each time; 0: as the server likes.
    int lease_seconds = 0;
    // How long after each answer it asks again. Well below the lease, so that
    // several tries may fail.
    absl::Duration interval = absl::Minutes(2);
  };

  // Asks for the first time after one interval. `connection` must outlive it.
  LeaseKeeper(Connection& connection, Options options);

  // Waits for the call that is under way, if any.
  ~LeaseKeeper();

  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

  // Why the lease was lost: what the server said when it refused; it is not
  // asked again. OK as long as it has not, also when it did not answer.
  absl::Status lost() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Run();

  // True when it is time to ask again, false when it is time to end.
  bool WaitForTurn() ABSL_LOCKS_EXCLUDED(mu_);

  Connection& connection_;
  const Options options_;
  mutable Mutex mu_;
  CondVar ended_;
  bool end_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status lost_ ABSL_GUARDED_BY(mu_);
  std::thread thread_;  // Last: it uses all above.
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_LEASE_KEEPER_H_
