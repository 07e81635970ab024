#ifndef COURANT_TESTS_SERVICES_RPC_TOKEN_MUTATOR_H_
#define COURANT_TESTS_SERVICES_RPC_TOKEN_MUTATOR_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace courant {

// How many mutations a test tries: 100,000, or what COURANT_MUTATIONS says.
int WantedMutations();

// With which seed: always the same one, or what COURANT_SEED says.
uint64_t MutationSeed();

// Makes texts that are nearly tokens out of tokens: changed characters and
// bytes, cuts, padding, one token's payload under another's MAC, and so on.
// The same seed makes the same.
class TokenMutator {
 public:
  // There must be at least two `tokens`, which may differ in length.
  TokenMutator(std::vector<std::string> tokens, uint64_t seed)
      : tokens_(std::move(tokens)), random_(seed) {}

  // Returns a text that is none of the tokens.
  std::string Next();

 private:
  size_t Below(size_t end) { return random_() % end; }
  const std::string& AnyToken() { return tokens_[Below(tokens_.size())]; }
  std::string AnyCharacters(size_t count);

  std::string Mutate();
  std::string MutateText(std::string text);
  // Takes the text apart, so that the result is well-formed base64url.
  std::string MutateBytes();

  const std::vector<std::string> tokens_;
  std::mt19937_64 random_;
};

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_RPC_TOKEN_MUTATOR_H_
