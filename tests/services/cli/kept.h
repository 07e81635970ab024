#ifndef COURANT_TESTS_SERVICES_CLI_KEPT_H_
#define COURANT_TESTS_SERVICES_CLI_KEPT_H_

#include "storage/base/mutex.h"

namespace courant {

// Keeps the last request of a kind that a canned server was given.
// Thread-safe.
template <typename Request>
class Kept {
 public:
  void Set(const Request& request) {
    MutexLock lock(mu_);
    request_ = request;
    ++count_;
  }

  Request Get() const {
    MutexLock lock(mu_);
    return request_;
  }

  // How many there were.
  int count() const {
    MutexLock lock(mu_);
    return count_;
  }

 private:
  mutable Mutex mu_;
  Request request_ ABSL_GUARDED_BY(mu_);
  int count_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_CLI_KEPT_H_
