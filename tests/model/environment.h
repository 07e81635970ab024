#ifndef COURANT_TESTS_MODEL_ENVIRONMENT_H_
#define COURANT_TESTS_MODEL_ENVIRONMENT_H_

#include <cstdint>

namespace courant::model {

// The number in an environment variable, or what is usual when it is not set.
// What is no number fails the test.
uint64_t NumberFrom(const char* variable, uint64_t usual);

// That of COURANT_SEED, or one of this moment.
uint64_t SeedFromEnvironment();

}  // namespace courant::model

#endif  // COURANT_TESTS_MODEL_ENVIRONMENT_H_
