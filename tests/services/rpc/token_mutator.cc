#include "tests/services/rpc/token_mutator.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "storage/base/base64url.h"

namespace courant {
namespace {

constexpr absl::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr size_t kMacBytes = 16;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* given = std::getenv(name);
  return given == nullptr ? otherwise : std::strtoull(given, nullptr, 10);
}

}  // namespace

int WantedMutations() {
  return static_cast<int>(FromEnvironment("COURANT_MUTATIONS", 100000));
}

uint64_t MutationSeed() { return FromEnvironment("COURANT_SEED", 20260131); }

std::string TokenMutator::Next() {
  std::string text;
  do {
    text = Mutate();
  } while (std::find(tokens_.begin(), tokens_.end(), text) != tokens_.end());
  return text;
}

std::string TokenMutator::Mutate() {
  return Below(2) == 0 ? MutateText(AnyToken()) : MutateBytes();
}

std::string TokenMutator::AnyCharacters(size_t count) {
  std::string text;
  while (text.size() < count) text += kAlphabet[Below(kAlphabet.size())];
  return text;
}

std::string TokenMutator::MutateText(std::string text) {
  const size_t at = Below(text.size());
  switch (Below(9)) {
    case 0:
      text[at] = static_cast<char>(text[at] ^ (1 << Below(8)));
      break;
    case 1:
      text[at] = kAlphabet[Below(kAlphabet.size())];
      break;
    case 2:
      text.erase(at, 1 + Below(4));
      break;
    case 3:
      text.insert(at, AnyCharacters(1 + Below(4)));
      break;
    case 4:
      std::swap(text[at], text[Below(text.size())]);
      break;
    case 5:
      text = text.substr(0, at) + AnyToken().substr(at % tokens_[0].size());
      break;
    case 6:
      text += std::string(1 + Below(2), "= \n\0A"[Below(5)]);
      break;
    case 7:
      text += AnyToken();
      break;
    default:
      text = AnyCharacters(text.size());
  }
  return text;
}

std::string TokenMutator::MutateBytes() {
  std::string bytes = *Base64UrlDecode(AnyToken());
  switch (Below(4)) {
    case 0:
      bytes[Below(bytes.size())] ^= static_cast<char>(1 << Below(8));
      break;
    case 1:
      bytes[Below(bytes.size())] = static_cast<char>(random_());
      break;
    case 2:
      bytes.insert(Below(bytes.size()), 1 + Below(3), '\0');
      break;
    default: {
      const std::string other = *Base64UrlDecode(AnyToken());
      bytes = bytes.substr(0, bytes.size() - kMacBytes) +
              other.substr(other.size() - kMacBytes);
    }
  }
  return Base64UrlEncode(bytes);
}

}  // namespace courant
