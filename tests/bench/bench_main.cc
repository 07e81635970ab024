// Measures one thing, once, and prints one line of JSON.
//
//   courant_bench calls sides=SIDE,... operation=publish|read callers=N
//       articles=N folder=F slice_ms=N seconds=N
//     Runs all in turn. A SIDE is SYSTEM@ADDRESS, or rocksdb or append, which
//     write to the folder.
//   courant_bench publish system=S address=A space=X events=N
//     Puts there what reads and catching up find.
//   courant_bench fan-out|live|both|catch-up system=S address=A pid=P space=X
//       subscribers=N stalled=N events=N rate=N
//   courant_bench idle system=S address=A pid=P subscribers=N
//       on_each_connection=N events=N
//   courant_bench prose address=A file=F first=N events=N
//     Publishes prose instead; the file holds texts, each ended by a zero byte.
//   courant_bench scan folder=F events=N
//   courant_bench open folder=F
//   courant_bench serve-tcp|serve-echo

#include <cstdio>
#include <string>

#include "absl/synchronization/mutex.h"
#include "tests/bench/commands.h"

int main(int argc, char** argv) {
  // As courantd does: the limits that are measured here have no debug build
  // either.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const auto words =
      courant::bench::Words::Parse(argc > 2 ? argc - 2 : 0, argv + 2);
  const absl::StatusOr<std::string> printed =
      words.ok() ? courant::bench::RunCommand(argc > 1 ? argv[1] : "", *words)
                 : words.status();
  if (!printed.ok()) {
    std::fprintf(stderr, "courant_bench: %s\n",
                 printed.status().ToString().c_str());
    return 1;
  }
  std::printf("%s\n", printed->c_str());
  return 0;
}
