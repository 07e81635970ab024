#ifndef COURANT_TESTS_SERVICES_AUDIT_FULL_DISK_H_
#define COURANT_TESTS_SERVICES_AUDIT_FULL_DISK_H_

#include <sys/resource.h>

#include <csignal>

namespace courant {

// A disk that has no room: while it lives, no file of this process can be
// written beyond its first `bytes`.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit full = {.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_;
};

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_AUDIT_FULL_DISK_H_
