#include "services/server/process_metrics.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "services/server/metric_family.h"

namespace courant {
namespace {

// Fields of /proc/self/stat after the command's name, counted from `state`;
// see proc(5).
constexpr size_t kUserTicks = 11;
constexpr size_t kSystemTicks = 12;
constexpr size_t kThreads = 17;
constexpr size_t kStartTicks = 19;
constexpr size_t kResidentPages = 21;

std::vector<std::string> ReadStat() {
  std::ifstream file("/proc/self/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  // The name stands in parentheses and may hold spaces.
  const size_t name_end = text.rfind(") ");
  if (name_end == std::string::npos) return {};
  return absl::StrSplit(text.substr(name_end + 2), ' ');
}

// Seconds since 1970 when the machine started.
double BootTime() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    double seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
  }
  return 0;
}

double CountOpenFiles() {
  DIR* const folder = opendir("/proc/self/fd");
  if (folder == nullptr) return 0;
  // Not counting ".", ".." and the folder itself.
  double count = -3;
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

double MaxOpenFiles() {
  rlimit limit = {};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0
             ? static_cast<double>(limit.rlim_cur)
             : 0;
}

}  // namespace

std::vector<prometheus::MetricFamily> ProcessMetrics::Collect() const {
  const std::vector<std::string> stat = ReadStat();
  const auto field = [&stat](size_t index) {
    double value = 0;
    if (index < stat.size()) (void)absl::SimpleAtod(stat[index], &value);
    return value;
  };
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  return {
      CounterFamily("process_cpu_seconds_total",
                    "User and system CPU time spent in seconds.",
                    (field(kUserTicks) + field(kSystemTicks)) / ticks),
      GaugeFamily("process_open_fds", "Open file descriptors.",
                  CountOpenFiles()),
      GaugeFamily("process_max_fds", "Most file descriptors allowed.",
                  MaxOpenFiles()),
      GaugeFamily("process_resident_memory_bytes",
                  "Resident memory size in bytes.",
                  field(kResidentPages) * page),
      GaugeFamily("process_threads", "Threads of the process.",
                  field(kThreads)),
      GaugeFamily("process_start_time_seconds",
                  "Start of the process in seconds since 1970 UTC.",
                  BootTime() + field(kStartTicks) / ticks),
  };
}

}  // namespace courant
