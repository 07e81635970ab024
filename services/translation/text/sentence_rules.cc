#include "services/translation/text/sentence_rules.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "services/translation/text/sentence_words.h"

namespace courant::text {
namespace {

// A pair of brackets around more than this is not an aside: sentences end in
// it. In code points.
constexpr size_t kLongestAside = 400;

bool IsFullStop(char32_t c) {
  return c == '.' || c == 0xFF0E || c == 0x2024 || c == 0xFE52;
}

bool IsEndMark(char32_t c) {
  if (c < 0x80) return c == '.' || c == '?' || c == '!';
  return IsFullStop(c) ||
         u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_S_TERM);
}

bool IsEllipsis(char32_t c) { return c == 0x2026; }

// The bracket that closes `c`; 0 when it opens none.
char32_t ClosingBracket(char32_t c) {
  switch (c) {
    case '(':
      return ')';
    case '[':
      return ']';
    case '{':
      return '}';
    case 0xFF08:
      return 0xFF09;
    case 0xFF3B:
      return 0xFF3D;
    case 0x3010:
      return 0x3011;
    case 0x3014:
      return 0x3015;
    default:
      return 0;
  }
}

bool IsClosingBracket(char32_t c) {
  return c == ')' || c == ']' || c == '}' || c == 0xFF09 || c == 0xFF3D ||
         c == 0x3011 || c == 0x3015;
}

bool IsStraightQuote(char32_t c) { return c == '"' || c == '\''; }

// Quotes that say by themselves which way they face. A low quote opens; an
// apostrophe, being the same sign, closes.
bool FacesRight(char32_t c) {
  return c == 0x201C || c == 0x2018 || c == 0x201E || c == 0x201A ||
         c == 0x300C || c == 0x300E || c == 0x3008 || c == 0x300A ||
         c == 0x00AB || c == 0x2039;
}

bool FacesLeft(char32_t c) {
  return c == 0x201D || c == 0x2019 || c == 0x300D || c == 0x300F ||
         c == 0x3009 || c == 0x300B || c == 0x00BB || c == 0x203A;
}

bool IsUpper(char32_t c) {
  const auto u = static_cast<UChar32>(c);
  return u_isUUppercase(u) || u_istitle(u);
}

bool IsLower(char32_t c) { return u_isULowercase(static_cast<UChar32>(c)); }

bool IsHiragana(char32_t c) { return c >= 0x3041 && c <= 0x309F; }

// The last syllable of verbs that end a sentence.
bool EndsVerb(char32_t c) {
  return c == U'다' || c == U'요' || c == U'까' || c == U'죠';
}

// [from, to) as UTF-8.
std::string Utf8(const CodePoints& points, size_t from, size_t to) {
  std::string utf8;
  for (size_t i = from; i < to; ++i) {
    const char32_t c = points.points[i];
    if (c < 0x80) {
      utf8.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
      utf8.push_back(static_cast<char>(0xC0 | (c >> 6)));
      utf8.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
      utf8.push_back(static_cast<char>(0xE0 | (c >> 12)));
      utf8.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
      utf8.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    } else {
      utf8.push_back('?');  // In none of the lists.
    }
  }
  return utf8;
}

// The end of the run of word characters at `i`.
size_t WordEnd(const CodePoints& points, size_t i) {
  while (IsWordChar(points.at(i))) ++i;
  return i;
}

}  // namespace

SentenceRules::SentenceRules(const CodePoints& points,
                             absl::string_view language)
    : points_(points),
      korean_(absl::EqualsIgnoreCase(language, "ko")),
      ordinals_(WritesOrdinals(language)),
      partner_(points.size()),
      depth_(points.size() + 1, 0),
      in_quotes_(points.size() + 1, false) {
  std::vector<size_t> open;
  bool in_quotes = false;
  for (size_t i = 0; i < points.size(); ++i) {
    const char32_t c = points.points[i];
    partner_[i] = i;
    if (!IsSpace(c) && !IsEndMark(c)) words_end_ = i + 1;
    in_quotes_[i] = in_quotes;
    if (c == '"') in_quotes = !in_quotes;
    if (ClosingBracket(c) != 0) {
      open.push_back(i);
    } else if (IsClosingBracket(c)) {
      // What was opened within and not closed is no pair. A bracket that closes
      // nothing, as in "1)", leaves the others alone.
      const auto found =
          std::find_if(open.rbegin(), open.rend(), [&points, c](size_t at) {
            return ClosingBracket(points.points[at]) == c;
          });
      if (found == open.rend()) continue;
      const size_t at = *found;
      open.erase(std::prev(found.base()), open.end());
      if (i - at > kLongestAside) continue;
      partner_[at] = i;
      partner_[i] = at;
    }
  }
  in_quotes_[points.size()] = in_quotes;
  int depth = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    depth_[i] = depth;
    if (partner_[i] > i) ++depth;
    if (partner_[i] < i) --depth;
  }
}

bool SentenceRules::IsInsideBrackets(size_t i) const { return depth_[i] > 0; }

bool SentenceRules::IsClosingQuote(size_t i) const {
  const char32_t c = points_.at(i);
  if (!FacesLeft(c) && !IsStraightQuote(c)) return false;
  const bool after_space = i == 0 || IsSpace(points_.at(i - 1));
  const bool before_word = IsWordChar(points_.at(i + 1));
  if (FacesLeft(c)) {
    // "’90s" and "»So«" begin something.
    return !after_space || !before_word || IsHangul(points_.at(i + 1));
  }
  if (!before_word) return true;
  if (c != '"') return !after_space;
  // '했다. "고': closing, if one is open and a particle follows. Without the
  // particle the count says little, as many a quote is never closed.
  if (after_space) {
    return in_quotes_[i] &&
           IsQuotative(Utf8(points_, i + 1, WordEnd(points_, i + 1)));
  }
  return in_quotes_[i];
}

bool SentenceRules::IsOpening(size_t i) const {
  const char32_t c = points_.at(i);
  if (FacesRight(c)) return true;
  return (IsStraightQuote(c) || FacesLeft(c)) && !IsClosingQuote(i);
}

bool SentenceRules::IsEnumeratorBracket(size_t i) const {
  const size_t close = partner_[i];
  if (close <= i || close - i > 4 || !IsSpace(points_.at(close + 1))) {
    return false;
  }
  if (i == 0 || !IsSpace(points_.at(i - 1))) return false;
  const bool digits = IsDigit(points_.at(i + 1));
  for (size_t at = i + 1; at < close; ++at) {
    if (IsDigit(points_.at(at)) != digits) return false;
  }
  // "(3)", "(a)", and not "(AP)", nor "(월)" after a date.
  const char32_t only = points_.at(i + 1);
  return digits || (close == i + 2 && only < 0x80 && IsWordChar(only));
}

size_t SentenceRules::SkipWhatBelongs(size_t at) const {
  while (at < points_.size()) {
    const char32_t c = points_.points[at];
    if (IsSpace(c) || IsClosingQuote(at) || partner_[at] < at ||
        (IsClosingBracket(c) && partner_[at] == at)) {
      ++at;
    } else if (partner_[at] > at && !IsEnumeratorBracket(at)) {
      at = partner_[at] + 1;
    } else {
      break;
    }
  }
  return at;
}

bool SentenceRules::FindEnding(size_t sentence, size_t place,
                               Ending* ending) const {
  size_t at = place;
  // Back over spaces, quotes and brackets of either direction: for Unicode's
  // rules an opening one after a mark is as good as a closing one.
  while (at > sentence) {
    const char32_t c = points_.at(at - 1);
    if (!IsSpace(c) && !IsStraightQuote(c) && !FacesLeft(c) && !FacesRight(c) &&
        !IsClosingBracket(c) && ClosingBracket(c) == 0) {
      break;
    }
    --at;
  }
  if (at == sentence) return false;
  if (!IsEndMark(points_.at(at - 1)) && !IsEllipsis(points_.at(at - 1))) {
    return false;
  }
  ending->mark = at - 1;
  ending->first_mark = at - 1;
  while (ending->first_mark > sentence &&
         (IsEndMark(points_.at(ending->first_mark - 1)) ||
          IsEllipsis(points_.at(ending->first_mark - 1)))) {
    --ending->first_mark;
  }
  ending->closed = at;
  while (ending->closed < points_.size() &&
         (IsClosingQuote(ending->closed) ||
          IsClosingBracket(points_.at(ending->closed)))) {
    ending->quoted |= IsClosingQuote(ending->closed);
    ++ending->closed;
  }
  return true;
}

bool SentenceRules::HasBlankLine(size_t from, size_t to) const {
  int lines = 0;
  for (size_t i = from; i < to; ++i) {
    const char32_t c = points_.points[i];
    lines += c == '\n' || c == 0x2028 ? 1 : 0;
    lines += c == 0x2029 ? 2 : 0;
  }
  return lines > 1;
}

size_t SentenceRules::NextSentence(size_t sentence, size_t place) const {
  size_t words_end = place;
  while (words_end > sentence && IsSpace(points_.at(words_end - 1))) {
    --words_end;
  }
  if (words_end == sentence) return 0;
  size_t after_spaces = place;
  while (IsSpace(points_.at(after_spaces))) ++after_spaces;
  if (after_spaces == points_.size()) return 0;
  if (HasBlankLine(words_end, after_spaces)) return after_spaces;
  Ending ending;
  if (!FindEnding(sentence, place, &ending)) return 0;
  const size_t next = SkipWhatBelongs(ending.mark + 1);
  if (next >= points_.size() || IsInsideBrackets(next)) return 0;
  // Only marks are left: "... 말했다. ."
  if (next >= words_end_) return 0;
  // The mark stands in brackets within the sentence: "(of course!) Kim left".
  if (IsInsideBrackets(ending.mark)) {
    size_t open = ending.mark;
    while (partner_[open] <= ending.mark) --open;
    size_t before = open;
    while (before > sentence && IsSpace(points_.at(before - 1))) --before;
    if (before > sentence) return 0;
  }
  if (ForbidsAttached(ending, next) || ForbidsQuotative(ending, next) ||
      ForbidsLowerCase(ending, next) || ForbidsEllipsis(ending, next)) {
    return 0;
  }
  if (IsFullStop(points_.at(ending.mark)) && ending.first_mark == ending.mark &&
      (ForbidsNumber(sentence, ending, next) ||
       ForbidsAbbreviation(sentence, ending, next))) {
    return 0;
  }
  return next;
}

bool SentenceRules::ForbidsAttached(const Ending& ending, size_t next) const {
  if (IsSpace(points_.at(next - 1))) return false;
  const char32_t c = points_.at(next);
  // A quote that opens at once: '했다."우리는'.
  if (IsOpening(next)) return false;
  if (IsClosingBracket(points_.at(next - 1))) return false;
  if (ending.quoted || IsStraightQuote(points_.at(next - 1))) {
    // '"..."고', "「...」と".
    return IsHangul(c) || IsHiragana(c) || c < 0x80;
  }
  const char32_t mark = points_.at(ending.mark);
  if (mark >= 0x80) return IsHangul(c) && IsEllipsis(mark);
  // "www.a.com", "3.1", "U.S.의", "한.미", "Yahoo!는"; but "했다.그는".
  const char32_t before =
      ending.first_mark == 0 ? 0 : points_.at(ending.first_mark - 1);
  return !(mark == '.' && IsHangul(c) && EndsVerb(before));
}

bool SentenceRules::ForbidsQuotative(const Ending& ending, size_t next) const {
  if (!IsHangul(points_.at(next))) return false;
  const std::string word = Utf8(points_, next, WordEnd(points_, next));
  if (!IsQuotative(word)) return false;
  // Without quotes only a question is taken up: "왔나? 하는".
  if (ending.quoted) return true;
  return !IsFullStop(points_.at(ending.mark)) && word != "고";
}

bool SentenceRules::ForbidsLowerCase(const Ending& ending, size_t next) const {
  size_t letter = next;
  while (letter < points_.size() && !IsWordChar(points_.at(letter))) ++letter;
  if (!IsLower(points_.at(letter))) return false;
  // "... 했다. iPhone은"
  const char32_t before =
      ending.first_mark == 0 ? 0 : points_.at(ending.first_mark - 1);
  return !IsHangul(before);
}

bool SentenceRules::ForbidsEllipsis(const Ending& ending, size_t next) const {
  bool is_ellipsis = false;
  for (size_t i = ending.first_mark; i <= ending.mark; ++i) {
    if (IsEllipsis(points_.at(i))) is_ellipsis = true;
  }
  if (ending.mark - ending.first_mark >= 1 &&
      IsFullStop(points_.at(ending.mark))) {
    is_ellipsis = true;
  }
  if (!is_ellipsis) return false;
  if (!IsEndMark(points_.at(ending.mark)) ||
      !IsFullStop(points_.at(ending.mark))) {
    // "...?" and "...!" end as these do; "…" alone never does.
    return IsEllipsis(points_.at(ending.mark));
  }
  const std::string word = Utf8(points_, next, WordEnd(points_, next));
  if (IsHangul(points_.at(next))) {
    return !EndsVerb(points_.at(ending.first_mark - 1));
  }
  return !IsOpening(next) && !IsStarter(word);
}

bool SentenceRules::ForbidsNumber(size_t sentence, const Ending& ending,
                                  size_t next) const {
  size_t digits = ending.mark;
  while (digits > sentence && IsDigit(points_.at(digits - 1))) --digits;
  if (digits == ending.mark) return false;
  const size_t count = ending.mark - digits;
  // "1. 개요": what the sentence begins with counts it off.
  size_t first = sentence;
  while (first < digits && !IsWordChar(points_.at(first))) ++first;
  if (first == digits && count <= 3) return true;
  if (ordinals_ && count <= 2) return true;
  // Numbers in a row, each with a full stop: a date.
  const bool number_follows = IsDigit(points_.at(next));
  bool number_precedes = false;
  size_t before = digits;
  while (before > sentence && IsSpace(points_.at(before - 1))) --before;
  if (before > sentence + 1 && IsFullStop(points_.at(before - 1)) &&
      IsDigit(points_.at(before - 2))) {
    number_precedes = true;
  }
  if (number_precedes) return korean_ || !IsUpper(points_.at(next));
  if (!number_follows || count > 4) return false;
  size_t end = next;
  while (IsDigit(points_.at(end))) ++end;
  if (end - next > 2) return false;
  return korean_ || IsFullStop(points_.at(end));
}

bool SentenceRules::ForbidsAbbreviation(size_t sentence, const Ending& ending,
                                        size_t next) const {
  // The word before the full stop, with the full stops in it: "Ph.D", "U.S".
  size_t start = ending.mark;
  while (start > sentence &&
         (IsWordChar(points_.at(start - 1)) || points_.at(start - 1) == '-' ||
          (IsFullStop(points_.at(start - 1)) && start < ending.mark &&
           points_.at(start) != '.'))) {
    --start;
  }
  if (start == ending.mark) return false;
  // "가. 나." count off, as letters do, where a sentence begins.
  size_t first = sentence;
  while (first < start && !IsWordChar(points_.at(first))) ++first;
  constexpr char32_t kCounters[] = U"가나다라마바사아자차카타파하";
  const bool one = ending.mark - start == 1;
  const char32_t letter = points_.at(start);
  if (first == start && one &&
      (std::find(std::begin(kCounters), std::end(kCounters), letter) !=
           std::end(kCounters) ||
       (letter < 0x80 && letter != 'I'))) {
    return true;
  }
  const std::string word = Utf8(points_, start, ending.mark);
  // Particles and other words without space before: "미 Gen", "駐韓U.S".
  if (IsTitle(word)) return true;
  if (IsDigit(points_.at(next))) {
    if (IsBeforeNumber(word)) return true;
  }
  const bool initial = one && IsUpper(letter);
  const bool dotted = word.find('.') != std::string::npos && word.size() <= 8;
  if (!initial && !dotted && !IsAbbreviation(word)) return false;
  if (IsOpening(next)) return false;
  // "J. A. Kim": "A" is no article.
  const size_t word_end = WordEnd(points_, next);
  if (word_end == next + 1 && points_.at(word_end) == '.') return true;
  const std::string following = Utf8(points_, next, word_end);
  return !IsStarter(following);
}

std::vector<size_t> SentenceRules::MorePlaces() const {
  std::vector<size_t> places;
  for (size_t i = 1; i < points_.size(); ++i) {
    if (!IsEndMark(points_.at(i))) continue;
    const char32_t before = points_.at(i - 1);
    if (!IsWordChar(before)) continue;
    size_t place = i + 1;
    while (IsClosingQuote(place) || IsClosingBracket(points_.at(place))) {
      ++place;
    }
    if (!IsSpace(points_.at(place))) continue;
    size_t next = place;
    while (IsSpace(points_.at(next))) ++next;
    if (IsHangul(before) || IsDigit(points_.at(next))) places.push_back(place);
  }
  return places;
}

}  // namespace courant::text
