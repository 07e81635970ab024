#include "services/cli/word_diff.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/cli/display_width.h"

namespace courant {
namespace {

// SGR parameters.
constexpr char kWasStyle[] = "9;31";
constexpr char kNowStyle[] = "1;32";

// Cells of the table of the longest common subsequence; above, only what is
// common at both ends is found.
constexpr size_t kMostCells = 4'000'000;

// A word with the code points before it.
struct Word {
  absl::string_view text;
  int start;
  int end;
};

bool StartsCodePoint(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

int CodePoints(absl::string_view text) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), StartsCodePoint));
}

enum class Sort { kSpace, kLetters, kSingle };

// Letters join to words; every sign of ASCII, and every character of a script
// that writes without spaces (from U+3000 on, but not Hangul), is one.
Sort SortOf(absl::string_view code_point) {
  const auto first = static_cast<unsigned char>(code_point.front());
  if (absl::ascii_isspace(first)) return Sort::kSpace;
  if (first < 0x80) {
    return absl::ascii_isalnum(first) ? Sort::kLetters : Sort::kSingle;
  }
  if (first >= 0xf0) return Sort::kSingle;
  if (code_point.size() < 3 || first < 0xe3) {
    // U+2000 to U+2FFF: dashes, quotation marks, symbols.
    return first == 0xe2 ? Sort::kSingle : Sort::kLetters;
  }
  const auto second = static_cast<unsigned char>(code_point[1]);
  const bool hangul = (first == 0xea && second >= 0xb0) ||
                      (first > 0xea && first < 0xed) ||
                      (first == 0xed && second < 0x9f);
  return hangul ? Sort::kLetters : Sort::kSingle;
}

std::vector<Word> WordsOf(absl::string_view text) {
  std::vector<Word> words;
  Sort sort = Sort::kSingle;  // Of the last word.
  int place = 0;
  for (size_t begin = 0; begin < text.size(); ++place) {
    size_t end = begin + 1;
    while (end < text.size() && !StartsCodePoint(text[end])) ++end;
    const absl::string_view code_point = text.substr(begin, end - begin);
    const Sort next = SortOf(code_point);
    if (!words.empty() && next == sort && next != Sort::kSingle) {
      Word& word = words.back();
      word.text = absl::string_view(word.text.data(),
                                    word.text.size() + code_point.size());
      word.end = place + 1;
    } else {
      words.push_back({code_point, place, place + 1});
    }
    sort = next;
    begin = end;
  }
  return words;
}

// Collects what differs; stretches that touch become one.
class Spans {
 public:
  void Add(int was_start, int was_end, int now_start, int now_end) {
    if (!spans_.empty() && spans_.back().was_end() == was_start &&
        spans_.back().now_end() == now_start) {
      spans_.back().set_was_end(was_end);
      spans_.back().set_now_end(now_end);
      return;
    }
    v1::DiffSpan& span = spans_.emplace_back();
    span.set_was_start(was_start);
    span.set_was_end(was_end);
    span.set_now_start(now_start);
    span.set_now_end(now_end);
  }

  std::vector<v1::DiffSpan> Take() { return std::move(spans_); }

 private:
  std::vector<v1::DiffSpan> spans_;
};

// Length of the longest common subsequence of every two ends.
class CommonTable {
 public:
  CommonTable(const std::vector<Word>& was, const std::vector<Word>& now)
      : width_(now.size() + 1), cells_((was.size() + 1) * width_) {
    for (size_t i = was.size(); i-- > 0;) {
      for (size_t j = now.size(); j-- > 0;) {
        cells_[i * width_ + j] = was[i].text == now[j].text
                                     ? At(i + 1, j + 1) + 1
                                     : std::max(At(i + 1, j), At(i, j + 1));
      }
    }
  }

  int At(size_t i, size_t j) const { return cells_[i * width_ + j]; }

 private:
  const size_t width_;
  std::vector<int> cells_;
};

// Where the code point `place` begins, from `from` (code point and byte) on.
size_t ByteOf(absl::string_view text, int place) {
  size_t byte = 0;
  for (; byte < text.size(); ++byte) {
    if (StartsCodePoint(text[byte]) && place-- == 0) break;
  }
  return byte;
}

absl::string_view Between(absl::string_view text, int start, int end) {
  const size_t from = ByteOf(text, start);
  return text.substr(from, ByteOf(text, end) - from);
}

}  // namespace

std::vector<v1::DiffSpan> WordSpans(absl::string_view was,
                                    absl::string_view now) {
  std::vector<Word> old_words = WordsOf(was);
  std::vector<Word> new_words = WordsOf(now);
  const auto place = [](const std::vector<Word>& words, size_t i,
                        absl::string_view text) {
    return i < words.size() ? words[i].start : CodePoints(text);
  };
  Spans spans;
  if (old_words.size() * new_words.size() > kMostCells) {
    size_t begin = 0;
    size_t old_end = old_words.size();
    size_t new_end = new_words.size();
    while (begin < old_end && begin < new_end &&
           old_words[begin].text == new_words[begin].text) {
      ++begin;
    }
    while (old_end > begin && new_end > begin &&
           old_words[old_end - 1].text == new_words[new_end - 1].text) {
      --old_end;
      --new_end;
    }
    if (begin < old_end || begin < new_end) {
      spans.Add(place(old_words, begin, was), place(old_words, old_end, was),
                place(new_words, begin, now), place(new_words, new_end, now));
    }
    return spans.Take();
  }
  const CommonTable common(old_words, new_words);
  size_t i = 0;
  size_t j = 0;
  while (i < old_words.size() || j < new_words.size()) {
    const int was_at = place(old_words, i, was);
    const int now_at = place(new_words, j, now);
    if (i < old_words.size() && j < new_words.size() &&
        old_words[i].text == new_words[j].text) {
      ++i;
      ++j;
    } else if (j == new_words.size() ||
               (i < old_words.size() &&
                common.At(i + 1, j) >= common.At(i, j + 1))) {
      spans.Add(was_at, old_words[i++].end, now_at, now_at);
    } else {
      spans.Add(was_at, was_at, now_at, new_words[j++].end);
    }
  }
  return spans.Take();
}

std::string ChangedWords(absl::string_view was, absl::string_view now,
                         std::vector<v1::DiffSpan> spans,
                         const Terminal& terminal) {
  const bool colour = terminal.Paint("1", "x") != "x";
  const auto part = [&](const char* style, const char* open,
                        absl::string_view words, const char* close) {
    if (words.empty()) return std::string();
    return colour ? terminal.Paint(style, OneLine(words))
                  : absl::StrCat(open, OneLine(words), close);
  };
  std::stable_sort(spans.begin(), spans.end(),
                   [](const auto& a, const auto& b) {
                     return a.now_start() < b.now_start();
                   });
  const int size = CodePoints(now);
  std::string text;
  int place = 0;  // In `now`.
  for (const v1::DiffSpan& span : spans) {
    const int start = std::clamp(span.now_start(), place, size);
    const int end = std::clamp(span.now_end(), start, size);
    const int was_start = std::max(span.was_start(), 0);
    const int was_end = std::max(span.was_end(), was_start);
    absl::StrAppend(
        &text, OneLine(Between(now, place, start)),
        part(kWasStyle, "[-", Between(was, was_start, was_end), "-]"),
        part(kNowStyle, "{+", Between(now, start, end), "+}"));
    place = end;
  }
  return absl::StrCat(text, OneLine(Between(now, place, size)));
}

}  // namespace courant
