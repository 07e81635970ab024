#include "tests/model/environment.h"

#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace courant::model {

uint64_t NumberFrom(const char* variable, uint64_t usual) {
  const char* const text = std::getenv(variable);
  uint64_t number = usual;
  if (text != nullptr && !absl::SimpleAtoi(text, &number)) {
    ADD_FAILURE() << variable << " is not a number: " << text;
  }
  return number;
}

uint64_t SeedFromEnvironment() {
  return NumberFrom("COURANT_SEED",
                    absl::ToUnixMicros(absl::Now()) % 1'000'000'000);
}

}  // namespace courant::model
