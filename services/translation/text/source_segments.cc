#include "services/translation/text/source_segments.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <xxhash.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/translation/text/code_points.h"
#include "services/translation/text/rich_text.h"
#include "services/translation/text/segmenter.h"
#include "services/translation/text/text_units.h"

namespace courant {
namespace {

// Divides a digest's words from its marks: in no UTF-8.
constexpr char kWordsEnd = '\xff';

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x80; });
}

// `words` in NFC. What is not UTF-8 has no normal form: it is returned as it
// is, lest two such texts be taken for one.
std::string Nfc(absl::string_view words) {
  if (IsAscii(words)) return std::string(words);
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  if (U_FAILURE(error)) return std::string(words);
  const icu::StringPiece piece(words.data(),
                               static_cast<int32_t>(words.size()));
  if (nfc->isNormalizedUTF8(piece, error)) return std::string(words);
  const text::CodePoints points(words);
  for (size_t i = 0; i < points.size(); ++i) {
    if (points.points[i] == text::kNotUtf8 &&
        points.offsets[i + 1] - points.offsets[i] == 1) {
      return std::string(words);
    }
  }
  std::string normal;
  icu::StringByteSink<std::string> sink(&normal);
  error = U_ZERO_ERROR;
  nfc->normalizeUTF8(0, piece, sink, nullptr, error);
  return U_SUCCESS(error) ? normal : std::string(words);
}

bool IsPunctuation(char32_t c) {
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_P_MASK) != 0;
}

// Punctuation by name that says something by itself: "5%" is not 5.
bool SaysSomething(char32_t c) {
  switch (c) {
    case '%':
    case '&':
    case '#':
    case '@':
    case '*':
    case '/':
    case '\\':
    case 0x2030:  // per mille
    case 0xFF05:  // fullwidth %
      return true;
    default:
      return false;
  }
}

// True when the mark or space at `i` makes a number what it is: between digits
// it divides them ("1.5", "3:2", "10 12"), and before the first it is a sign or
// a decimal point ("-4", ".5"). Of several spaces the last does.
bool MakesNumber(const text::CodePoints& points, size_t i) {
  if (!text::IsDigit(points.at(i + 1))) return false;
  const char32_t c = points.at(i);
  size_t before = i;
  while (text::IsSpace(c) && before > 0 &&
         text::IsSpace(points.at(before - 1))) {
    --before;
  }
  const char32_t last = before == 0 ? 0 : points.at(before - 1);
  if (text::IsDigit(last)) return true;
  return (c == '-' || c == '.' || c == 0x2013) && !text::IsWordChar(last) &&
         last != '.';
}

// What of `words`, which are in NFC, is compared when case, punctuation and
// spaces do not matter.
std::string Folded(absl::string_view words) {
  std::string folded;
  icu::StringByteSink<std::string> sink(&folded);
  UErrorCode error = U_ZERO_ERROR;
  icu::CaseMap::utf8Fold(
      0, icu::StringPiece(words.data(), static_cast<int32_t>(words.size())),
      sink, nullptr, error);
  if (U_FAILURE(error)) return std::string(words);
  const text::CodePoints points(folded);
  std::string kept;
  kept.reserve(folded.size());
  for (size_t i = 0; i < points.size(); ++i) {
    const char32_t c = points.points[i];
    const bool drops = text::IsSpace(c) || IsPunctuation(c) ||
                       u_charType(static_cast<UChar32>(c)) == U_FORMAT_CHAR;
    if (drops && !SaysSomething(c) && !MakesNumber(points, i)) continue;
    kept.append(folded, points.offsets[i],
                points.offsets[i + 1] - points.offsets[i]);
  }
  return kept;
}

// The marks on the words of `text`, those on spaces at its end left out.
text::Marks MarksOnWords(const v1::RichText& rich, absl::string_view words) {
  if (rich.marks().empty()) return {};
  return text::CutMarks(rich.marks(), 0,
                        static_cast<int32_t>(text::CodePointCount(words)));
}

// Where the lines of `words` end, with the line feeds and what else is empty
// after them; the last at the end.
std::vector<size_t> LineEnds(absl::string_view words) {
  std::vector<size_t> ends;
  size_t start = 0;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] != '\n' || words[i + 1] == '\n') continue;
    if (text::WithoutSpacesAtEnd(words.substr(start, i - start)).empty() ||
        text::WithoutSpacesAtEnd(words.substr(i + 1)).empty()) {
      continue;
    }
    start = i + 1;
    ends.push_back(start);
  }
  ends.push_back(words.size());
  return ends;
}

// Where the segments of `unit` end: its sentences and, in preformatted text,
// its lines.
std::vector<size_t> SegmentEnds(const TextUnit& unit,
                                absl::string_view language, bool by_lines) {
  const absl::string_view words = *unit.text;
  if (!by_lines) return SentenceEnds(words, language);
  std::vector<size_t> ends;
  size_t start = 0;
  for (const size_t line_end : LineEnds(words)) {
    const absl::string_view line = words.substr(start, line_end - start);
    for (const size_t end : SentenceEnds(line, language)) {
      ends.push_back(start + end);
    }
    start = line_end;
  }
  return ends;
}

void AddSegments(const TextUnit& unit, const std::vector<size_t>& ends,
                 std::vector<v1::SourceSegment>* segments) {
  size_t start = 0;
  int32_t first_code_point = 0;
  int number = 0;
  for (const size_t end : ends) {
    v1::SourceSegment& segment = segments->emplace_back();
    segment.set_id(absl::StrCat(unit.unit, ".", ++number));
    segment.set_unit(unit.unit);
    segment.set_field(unit.field);
    v1::RichText& rich = *segment.mutable_text();
    rich.set_text(unit.text->substr(start, end - start));
    const auto code_points =
        static_cast<int32_t>(text::CodePointCount(rich.text()));
    if (unit.marks != nullptr) {
      *rich.mutable_marks() = text::CutMarks(*unit.marks, first_code_point,
                                             first_code_point + code_points);
    }
    SetDigests(&segment);
    start = end;
    first_code_point += code_points;
  }
}

}  // namespace

std::vector<v1::SourceSegment> DivideSource(const v1::Article& source,
                                            v1::Translation::Scope scope) {
  std::vector<absl::string_view> preformatted;
  for (const v1::Block& block : source.body()) {
    if (block.has_preformatted()) preformatted.push_back(block.id());
  }
  std::vector<v1::SourceSegment> segments;
  for (const TextUnit& unit : TextUnitsOf(source, scope)) {
    const bool has_tag = unit.language != nullptr && !unit.language->empty();
    const absl::string_view language =
        has_tag ? *unit.language : source.language();
    const bool by_lines =
        std::any_of(preformatted.begin(), preformatted.end(),
                    [&unit](absl::string_view id) {
                      return unit.unit == absl::StrCat("body/", id);
                    });
    AddSegments(unit, SegmentEnds(unit, language, by_lines), &segments);
  }
  return segments;
}

void SetDigests(v1::SourceSegment* segment) {
  const absl::string_view words =
      text::WithoutSpacesAtEnd(segment->text().text());
  std::string bytes = Nfc(words);
  const std::string folded = Folded(bytes);
  bytes.push_back(kWordsEnd);
  for (const v1::Mark& mark : MarksOnWords(segment->text(), words)) {
    absl::StrAppend(&bytes, mark.type(), " ");
  }
  const XXH128_hash_t digest = XXH3_128bits(bytes.data(), bytes.size());
  segment->set_digest_high(digest.high64);
  segment->set_digest_low(digest.low64);
  const XXH128_hash_t loose = XXH3_128bits(folded.data(), folded.size());
  segment->set_folded_high(loose.high64);
  segment->set_folded_low(loose.low64);
}

bool SameWords(const v1::RichText& a, const v1::RichText& b) {
  const absl::string_view words_a = text::WithoutSpacesAtEnd(a.text());
  const absl::string_view words_b = text::WithoutSpacesAtEnd(b.text());
  return words_a == words_b || Nfc(words_a) == Nfc(words_b);
}

bool SameMarks(const v1::RichText& a, const v1::RichText& b) {
  if (a.marks().empty() && b.marks().empty()) return true;
  const absl::string_view words_a = text::WithoutSpacesAtEnd(a.text());
  const absl::string_view words_b = text::WithoutSpacesAtEnd(b.text());
  const text::Marks of_a = MarksOnWords(a, words_a);
  const text::Marks of_b = MarksOnWords(b, words_b);
  const bool same_words = words_a == words_b;
  return std::equal(
      of_a.begin(), of_a.end(), of_b.begin(), of_b.end(),
      [same_words](const v1::Mark& x, const v1::Mark& y) {
        return text::MeanTheSame(x, y) &&
               (!same_words || (x.start() == y.start() && x.end() == y.end()));
      });
}

}  // namespace courant
