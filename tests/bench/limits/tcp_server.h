#ifndef COURANT_TESTS_BENCH_LIMITS_TCP_SERVER_H_
#define COURANT_TESTS_BENCH_LIMITS_TCP_SERVER_H_

#include "absl/status/status.h"

namespace courant::bench {

// What fan-out costs when there is nothing but TCP: sends the same numbered
// events to everyone who said hello, 16 in a call of send(), when somebody says
// "send" and how many. Prints {"address": ...} when it listens, on one thread
// and a loopback port of its own, and serves until standard input ends.
absl::Status ServeTcp();

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_LIMITS_TCP_SERVER_H_
