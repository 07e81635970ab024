#ifndef COURANT_SERVICES_TRANSLATION_TEXT_SIMILARITY_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_SIMILARITY_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

// How many words two texts share. Internal to translation/text.
namespace courant::text {

// The words of a text as numbers, the same for the same word: case, spaces and
// punctuation do not count. Of Korean, Chinese and Japanese every syllable is a
// word, so that an ending, or a space that was put elsewhere, does not make
// another word of a stem. At most 4,096. A text without words is one word.
// Pure.
std::vector<uint64_t> WordsOf(absl::string_view text);

// A text to be compared with many.
class WordPattern {
 public:
  explicit WordPattern(const std::vector<uint64_t>& words);

  // The number of words that are in both in the same order. Takes a step for
  // each of `words` and each 64 of the pattern. Thread-safe.
  size_t SharedWith(const std::vector<uint64_t>& words) const;

 private:
  size_t size_;
  size_t blocks_;  // Of 64 bits.
  // Of each word the places where it stands, as a set of bits.
  absl::flat_hash_map<uint64_t, size_t> index_;
  std::vector<uint64_t> places_;
};

}  // namespace courant::text

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_SIMILARITY_H_
