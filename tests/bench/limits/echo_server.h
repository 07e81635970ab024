#ifndef COURANT_TESTS_BENCH_LIMITS_ECHO_SERVER_H_
#define COURANT_TESTS_BENCH_LIMITS_ECHO_SERVER_H_

#include "absl/status/status.h"

namespace courant::bench {

// What a call and a stream cost when there is nothing but gRPC: raw callback
// methods with the settings of our server. Same answers with the request, Fixed
// with the same 4 KB from memory every time, Stream sends these once and stays
// open. Prints {"address": ...} when it listens, on a loopback port of its own,
// and serves until standard input ends.
absl::Status ServeEcho();

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_LIMITS_ECHO_SERVER_H_
