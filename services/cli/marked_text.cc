#include "services/cli/marked_text.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace courant {
namespace {

constexpr absl::string_view kOpen = "⟦";
constexpr absl::string_view kClose = "⟧";
// More digits than any number has that somebody would write.
constexpr size_t kLongestNumber = 6;

bool BeginsCodePoint(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

bool SameKind(const v1::Mark& a, const v1::Mark& b) {
  return a.type() == b.type() && a.href() == b.href() &&
         a.language() == b.language();
}

// From 1; 0 if the palette does not have it.
int NumberOf(const v1::Mark& mark, const MarkPalette& palette) {
  for (size_t i = 0; i < palette.size(); ++i) {
    if (SameKind(mark, palette[i])) return static_cast<int>(i) + 1;
  }
  return 0;
}

// In the order in which they open: the outer before the inner.
std::vector<const v1::Mark*> InOrder(const v1::RichText& text) {
  std::vector<const v1::Mark*> marks;
  for (const v1::Mark& mark : text.marks()) marks.push_back(&mark);
  std::stable_sort(marks.begin(), marks.end(),
                   [](const v1::Mark* a, const v1::Mark* b) {
                     return a->start() != b->start() ? a->start() < b->start()
                                                     : a->end() > b->end();
                   });
  return marks;
}

// Writes signs between the code points of a text.
class SignWriter {
 public:
  SignWriter(const v1::RichText& text, const MarkPalette& palette)
      : marks_(InOrder(text)), palette_(palette) {}

  // Writes what ends and what begins before the code point `place`.
  void At(int place, std::string& out) {
    while (!open_.empty() && open_.back()->end() <= place) {
      absl::StrAppend(&out, kOpen, "/", NumberOf(*open_.back(), palette_),
                      kClose);
      open_.pop_back();
    }
    for (; next_ < marks_.size() && marks_[next_]->start() <= place; ++next_) {
      const v1::Mark& mark = *marks_[next_];
      const int number = NumberOf(mark, palette_);
      const bool crosses = !open_.empty() && mark.end() > open_.back()->end();
      if (number == 0 || crosses || mark.start() < place ||
          mark.end() <= mark.start() || mark.end() > size_) {
        continue;
      }
      absl::StrAppend(&out, kOpen, number, kClose);
      open_.push_back(&mark);
    }
  }

  // How many code points there are. Before the first call of At().
  void SetSize(int size) { size_ = size; }

 private:
  const std::vector<const v1::Mark*> marks_;
  const MarkPalette& palette_;
  size_t next_ = 0;
  std::vector<const v1::Mark*> open_;
  int size_ = 0;
};

// What stands in ⟦…⟧: 3 for "3", -3 for "/3", 0 for what is no sign.
// `text` begins behind the ⟦; what belongs to the sign is taken off.
int TakeSign(absl::string_view& text) {
  absl::string_view rest = text;
  const bool ends = absl::ConsumePrefix(&rest, "/");
  size_t digits = 0;
  while (digits < rest.size() && digits < kLongestNumber &&
         absl::ascii_isdigit(static_cast<unsigned char>(rest[digits]))) {
    ++digits;
  }
  int number = 0;
  if (!absl::SimpleAtoi(rest.substr(0, digits), &number)) return 0;
  rest.remove_prefix(digits);
  if (!absl::ConsumePrefix(&rest, kClose)) return 0;
  text = rest;
  return ends ? -number : number;
}

std::string Sign(int number) { return absl::StrCat(kOpen, number, kClose); }

// Reads words and signs, from the front.
class SignReader {
 public:
  SignReader(const MarkPalette& palette, v1::RichText& text)
      : palette_(palette), text_(text) {}

  // What is wrong; empty when nothing is. lines() is where.
  std::string Read(absl::string_view marked) {
    while (!marked.empty()) {
      if (!absl::ConsumePrefix(&marked, kOpen)) {
        AddByte(marked.front());
        marked.remove_prefix(1);
      } else if (absl::ConsumePrefix(&marked, kOpen)) {
        AddWord(kOpen);
      } else if (std::string wrong = AddSign(TakeSign(marked));
                 !wrong.empty()) {
        return wrong;
      }
    }
    if (open_.empty()) return "";
    lines_ = open_.back().lines;
    return absl::StrCat(Sign(open_.back().number), " does not end");
  }

  int lines() const { return lines_; }

 private:
  struct Open {
    int number;
    int place;
    int lines;
    int index;  // Of its mark in the text.
  };

  void AddByte(char c) {
    text_.mutable_text()->push_back(c);
    if (BeginsCodePoint(c)) ++place_;
    if (c == '\n') ++lines_;
  }

  void AddWord(absl::string_view word) {
    for (const char c : word) AddByte(c);
  }

  std::string AddSign(int sign) {
    if (sign == 0) {
      return absl::StrCat("a ", kOpen,
                          " that begins no mark; write it twice where it is "
                          "a part of the words");
    }
    if (sign < 0) return End(-sign);
    if (static_cast<size_t>(sign) > palette_.size()) {
      return absl::StrCat("there is no mark ", Sign(sign), " here");
    }
    // In the order in which they begin, as a server has them.
    open_.push_back({sign, place_, lines_, text_.marks_size()});
    *text_.add_marks() = palette_[sign - 1];
    return "";
  }

  std::string End(int number) {
    const std::string sign = absl::StrCat(kOpen, "/", number, kClose);
    if (open_.empty() || open_.back().number != number) {
      return absl::StrCat(sign, " ends what is not the last to have begun");
    }
    const Open begin = open_.back();
    open_.pop_back();
    if (begin.place == place_) return absl::StrCat(sign, " marks no words");
    v1::Mark& mark = *text_.mutable_marks(begin.index);
    mark.set_start(begin.place);
    mark.set_end(place_);
    return "";
  }

  const MarkPalette& palette_;
  v1::RichText& text_;
  std::vector<Open> open_;
  int place_ = 0;  // Code points so far.
  int lines_ = 0;  // Line breaks so far.
};

}  // namespace

MarkPalette PaletteOf(const std::vector<const v1::RichText*>& texts) {
  MarkPalette palette;
  for (const v1::RichText* text : texts) {
    for (const v1::Mark* mark : InOrder(*text)) {
      if (NumberOf(*mark, palette) > 0) continue;
      palette.push_back(*mark);
      palette.back().clear_start();
      palette.back().clear_end();
    }
  }
  return palette;
}

std::string PaletteText(const MarkPalette& palette) {
  std::string text;
  int number = 0;
  for (const v1::Mark& mark : palette) {
    ++number;
    absl::StrAppend(&text, number > 1 ? ", " : "", number, " ",
                    absl::AsciiStrToLower(v1::Mark::Type_Name(mark.type())));
    for (const std::string& what : {mark.href(), mark.language()}) {
      if (!what.empty()) absl::StrAppend(&text, " ", what);
    }
  }
  return text;
}

std::string MarkedText(const v1::RichText& text, const MarkPalette& palette) {
  const std::string& words = text.text();
  SignWriter signs(text, palette);
  signs.SetSize(static_cast<int>(
      std::count_if(words.begin(), words.end(), BeginsCodePoint)));
  std::string out;
  int place = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    if (BeginsCodePoint(words[i])) signs.At(place++, out);
    if (absl::StartsWith(absl::string_view(words).substr(i), kOpen)) {
      absl::StrAppend(&out, kOpen);
    }
    out.push_back(words[i]);
  }
  signs.At(place, out);
  return out;
}

bool ReadMarkedText(absl::string_view marked, const MarkPalette& palette,
                    v1::RichText& text, MarkError& error) {
  text.Clear();
  SignReader reader(palette, text);
  error.what = reader.Read(marked);
  error.lines_above = reader.lines();
  return error.what.empty();
}

}  // namespace courant
