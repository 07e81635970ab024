#include "services/translation/text/rich_text.h"

#include <algorithm>
#include <tuple>

namespace courant::text {
namespace {

bool SamePlaces(const Marks& a, const Marks& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const v1::Mark& x, const v1::Mark& y) {
                      return x.start() == y.start() && x.end() == y.end() &&
                             MeanTheSame(x, y);
                    });
}

}  // namespace

bool MeanTheSame(const v1::Mark& a, const v1::Mark& b) {
  return a.type() == b.type() && a.href() == b.href() &&
         a.language() == b.language();
}

Marks CutMarks(const Marks& marks, int32_t start, int32_t end) {
  Marks cut;
  for (const v1::Mark& mark : marks) {
    const int32_t from = std::max(mark.start(), start);
    const int32_t to = std::min(mark.end(), end);
    if (from >= to) continue;
    v1::Mark& piece = *cut.Add();
    piece = mark;
    piece.set_start(from - start);
    piece.set_end(to - start);
  }
  SortMarks(&cut);
  return cut;
}

void SortMarks(Marks* marks) {
  const auto key = [](const v1::Mark& mark) {
    // The longest first.
    return std::make_tuple(mark.start(), -int64_t{mark.end()}, mark.type());
  };
  std::stable_sort(marks->begin(), marks->end(),
                   [&key](const v1::Mark& a, const v1::Mark& b) {
                     if (key(a) != key(b)) return key(a) < key(b);
                     return std::tie(a.href(), a.language()) <
                            std::tie(b.href(), b.language());
                   });
}

void NormalizeMarks(Marks* marks) {
  SortMarks(marks);
  for (int i = 0; i < marks->size(); ++i) {
    v1::Mark& mark = *marks->Mutable(i);
    for (int j = i + 1; j < marks->size();) {
      const v1::Mark& other = marks->Get(j);
      if (other.start() > mark.end()) break;
      if (!MeanTheSame(mark, other)) {
        ++j;
        continue;
      }
      mark.set_end(std::max(mark.end(), other.end()));
      marks->DeleteSubrange(j, 1);
    }
  }
  // What was joined is longer than it was.
  SortMarks(marks);
}

bool SameRichText(const v1::RichText& a, const v1::RichText& b) {
  if (a.text() != b.text()) return false;
  if (SamePlaces(a.marks(), b.marks())) return true;
  Marks of_a = a.marks();
  Marks of_b = b.marks();
  NormalizeMarks(&of_a);
  NormalizeMarks(&of_b);
  return SamePlaces(of_a, of_b);
}

}  // namespace courant::text
