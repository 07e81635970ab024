#ifndef COURANT_TESTS_BENCH_PUBLISH_LOAD_H_
#define COURANT_TESTS_BENCH_PUBLISH_LOAD_H_

#include <memory>
#include <string>

#include "tests/bench/load.h"

namespace courant {

// `callers` callers publish the sample at the server `address`, each waiting
// for its answer before it sends the next. Two threads drive them all, each
// with a connection and a completion queue of its own, with requests encoded
// once: the client should cost little. Run() returns the first error of the
// server.
std::unique_ptr<Load> Publish(const std::string& address, int callers);

}  // namespace courant

#endif  // COURANT_TESTS_BENCH_PUBLISH_LOAD_H_
