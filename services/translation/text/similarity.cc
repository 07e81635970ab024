#include "services/translation/text/similarity.h"

#include <unicode/uchar.h>
#include <xxhash.h>

#include <algorithm>
#include <bitset>

#include "services/translation/text/code_points.h"

namespace courant::text {
namespace {

constexpr size_t kMostWords = 4096;

}  // namespace

std::vector<uint64_t> WordsOf(absl::string_view text) {
  const CodePoints points(text);
  std::vector<uint64_t> words;
  std::vector<char32_t> word;
  const auto finish = [&words, &word] {
    if (word.empty()) return;
    words.push_back(XXH3_64bits(word.data(), word.size() * sizeof(char32_t)));
    word.clear();
  };
  for (size_t i = 0; i < points.size() && words.size() < kMostWords; ++i) {
    const char32_t c = points.points[i];
    const bool joins = (c == '.' || c == ',' || c == ':') &&
                       IsDigit(points.at(i + 1)) && !word.empty();
    if (!IsWordChar(c) && !joins) {
      finish();
      continue;
    }
    if (IsSyllable(c)) finish();
    word.push_back(static_cast<char32_t>(
        u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT)));
    if (IsSyllable(c)) finish();
  }
  finish();
  if (words.empty()) words.push_back(XXH3_64bits(text.data(), text.size()));
  return words;
}

WordPattern::WordPattern(const std::vector<uint64_t>& words)
    : size_(words.size()), blocks_((words.size() + 63) / 64) {
  for (size_t i = 0; i < words.size(); ++i) {
    const auto [it, is_new] = index_.emplace(words[i], places_.size());
    if (is_new) places_.resize(places_.size() + blocks_, 0);
    places_[it->second + i / 64] |= uint64_t{1} << (i % 64);
  }
}

size_t WordPattern::SharedWith(const std::vector<uint64_t>& words) const {
  // Longest common subsequence, 64 columns at a time (Hyyrö 2004): a zero in
  // `rows` is a place at which one more is in common.
  std::vector<uint64_t> rows(blocks_, ~uint64_t{0});
  for (const uint64_t word : words) {
    const auto found = index_.find(word);
    if (found == index_.end()) continue;
    const uint64_t* places = &places_[found->second];
    uint64_t carry = 0;
    for (size_t block = 0; block < blocks_; ++block) {
      const uint64_t row = rows[block];
      const uint64_t hit = row & places[block];
      const uint64_t sum = row + hit;
      const uint64_t with_carry = sum + carry;
      carry = (sum < row || with_carry < sum) ? 1 : 0;
      rows[block] = with_carry | (row - hit);
    }
  }
  size_t shared = 0;
  for (size_t block = 0; block < blocks_; ++block) {
    uint64_t zeros = ~rows[block];
    const size_t bits = size_ - block * 64;
    if (bits < 64) zeros &= (uint64_t{1} << bits) - 1;
    shared += std::bitset<64>(zeros).count();
  }
  return shared;
}

}  // namespace courant::text
