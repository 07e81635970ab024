#include "services/translation/text/word_diff.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace courant::text {
namespace {

constexpr size_t kMostPairs = 1'000'000;

// A word or a sign, in code points. Spaces are between tokens.
struct Token {
  size_t start;
  size_t end;
};

bool IsJoiner(char32_t c) {
  return c == '\'' || c == 0x2019 || c == '-' || c == '.' || c == ',' ||
         c == ':';
}

// Syllables that are written without spaces between words stand alone.
bool StandsAlone(char32_t c) { return IsSyllable(c) && !IsHangul(c); }

std::vector<Token> TokensOf(const CodePoints& text) {
  std::vector<Token> tokens;
  for (size_t i = 0; i < text.size();) {
    if (IsSpace(text.points[i])) {
      ++i;
      continue;
    }
    const size_t start = i++;
    const auto in_word = [&text](size_t at) {
      return IsWordChar(text.at(at)) && !StandsAlone(text.at(at));
    };
    if (in_word(start)) {
      while (in_word(i) || (IsJoiner(text.at(i)) && in_word(i + 1))) ++i;
    }
    tokens.push_back({start, i});
  }
  return tokens;
}

// Two texts and their tokens.
class WordDiff {
 public:
  WordDiff(const CodePoints& was, const CodePoints& now)
      : was_(was),
        now_(now),
        was_tokens_(TokensOf(was)),
        now_tokens_(TokensOf(now)) {}

  std::vector<Stretch> Run();

 private:
  bool Same(size_t i, size_t j) const {
    const Token& a = was_tokens_[i];
    const Token& b = now_tokens_[j];
    return std::equal(
        was_.points.begin() + a.start, was_.points.begin() + a.end,
        now_.points.begin() + b.start, now_.points.begin() + b.end);
  }
  // Adds to `pairs_` the tokens of the middle, which begins at `start` and
  // leaves `end` tokens on both sides, that are the same in order.
  void PairMiddle(size_t start, size_t end);
  // Adds what lies between two pairs, if it differs, without what is the same
  // at its ends.
  void AddStretch(Stretch between);
  // Whether words can be told apart between `i - 1` and `i`.
  static bool CanCut(const CodePoints& text, size_t i);

  const CodePoints& was_;
  const CodePoints& now_;
  const std::vector<Token> was_tokens_;
  const std::vector<Token> now_tokens_;
  std::vector<std::pair<size_t, size_t>> pairs_;
  std::vector<Stretch> stretches_;
};

void WordDiff::PairMiddle(size_t start, size_t end) {
  const size_t n = was_tokens_.size() - end - start;
  const size_t m = now_tokens_.size() - end - start;
  if (n == 0 || m == 0 || n > kMostPairs / m) return;
  // How many tokens [i, n) and [j, m) have in common, in order.
  std::vector<uint32_t> common((n + 1) * (m + 1), 0);
  const auto at = [&common, m](size_t i, size_t j) -> uint32_t& {
    return common[i * (m + 1) + j];
  };
  for (size_t i = n; i-- > 0;) {
    for (size_t j = m; j-- > 0;) {
      at(i, j) = Same(start + i, start + j)
                     ? at(i + 1, j + 1) + 1
                     : std::max(at(i + 1, j), at(i, j + 1));
    }
  }
  for (size_t i = 0, j = 0; i < n && j < m;) {
    if (Same(start + i, start + j)) {
      pairs_.emplace_back(start + i++, start + j++);
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      ++i;
    } else {
      ++j;
    }
  }
}

bool WordDiff::CanCut(const CodePoints& text, size_t i) {
  if (i == 0 || i >= text.size()) return true;
  const char32_t before = text.points[i - 1];
  const char32_t after = text.points[i];
  if (!IsWordChar(before) || !IsWordChar(after)) return true;
  return (IsSyllable(before) && IsSyllable(after)) ||
         (IsSyllable(before) != IsSyllable(after));
}

void WordDiff::AddStretch(Stretch between) {
  size_t same = 0;
  const auto size = [](const Stretch& s) {
    return std::min(s.was_end - s.was_start, s.now_end - s.now_start);
  };
  while (same < size(between) && was_.points[between.was_start + same] ==
                                     now_.points[between.now_start + same]) {
    ++same;
  }
  while (same > 0 && (!CanCut(was_, between.was_start + same) ||
                      !CanCut(now_, between.now_start + same))) {
    --same;
  }
  between.was_start += same;
  between.now_start += same;
  same = 0;
  while (same < size(between) && was_.points[between.was_end - same - 1] ==
                                     now_.points[between.now_end - same - 1]) {
    ++same;
  }
  while (same > 0 && (!CanCut(was_, between.was_end - same) ||
                      !CanCut(now_, between.now_end - same))) {
    --same;
  }
  between.was_end -= same;
  between.now_end -= same;
  if (between.was_start == between.was_end &&
      between.now_start == between.now_end) {
    return;
  }
  stretches_.push_back(between);
}

std::vector<Stretch> WordDiff::Run() {
  const size_t shorter = std::min(was_tokens_.size(), now_tokens_.size());
  size_t start = 0;
  while (start < shorter && Same(start, start)) {
    pairs_.emplace_back(start, start);
    ++start;
  }
  size_t end = 0;
  while (end < shorter - start &&
         Same(was_tokens_.size() - end - 1, now_tokens_.size() - end - 1)) {
    ++end;
  }
  PairMiddle(start, end);
  for (size_t i = end; i > 0; --i) {
    pairs_.emplace_back(was_tokens_.size() - i, now_tokens_.size() - i);
  }
  size_t was_start = 0;
  size_t now_start = 0;
  for (const auto& [i, j] : pairs_) {
    AddStretch(
        {was_start, was_tokens_[i].start, now_start, now_tokens_[j].start});
    was_start = was_tokens_[i].end;
    now_start = now_tokens_[j].end;
  }
  AddStretch({was_start, was_.size(), now_start, now_.size()});
  return std::move(stretches_);
}

}  // namespace

std::vector<Stretch> DiffWords(const CodePoints& was, const CodePoints& now) {
  return WordDiff(was, now).Run();
}

}  // namespace courant::text
