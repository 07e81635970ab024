#include "tests/bench/server_process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace courant::bench {

absl::StatusOr<absl::Duration> ProcessorTime(pid_t process) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(process, &clock) != 0 ||
      clock_gettime(clock, &time) != 0) {
    return absl::NotFoundError(absl::StrCat("no process ", process));
  }
  return absl::DurationFromTimespec(time);
}

absl::StatusOr<int64_t> ResidentBytes(pid_t process) {
  std::ifstream file(absl::StrCat("/proc/", process, "/statm"));
  int64_t all = 0;
  int64_t resident = 0;
  if (!(file >> all >> resident)) {
    return absl::NotFoundError(absl::StrCat("no process ", process));
  }
  return resident * sysconf(_SC_PAGESIZE);
}

void AllowManyConnections() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace courant::bench
