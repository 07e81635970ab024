#include <algorithm>
#include <cstdint>
#include <numeric>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "services/editorial/rules/structure_rules.h"
#include "services/editorial/rules/text_scan.h"

namespace courant {
namespace {

// Returns whether `mark` is a place in a text of `length` code points.
bool CheckPlace(const v1::Mark& mark, int64_t length, const FieldPath& path,
                Violations* violations) {
  if (mark.start() < 0) {
    violations->Add(path.Child("start"), v1::FIELD_INVALID,
                    absl::StrCat(mark.start(),
                                 " is negative; count code "
                                 "points from 0"));
    return false;
  }
  if (mark.end() <= mark.start()) {
    violations->Add(
        path.Child("end"), v1::FIELD_INVALID,
        absl::StrCat(mark.end(), " is not greater than start, ", mark.start()));
    return false;
  }
  if (mark.end() > length) {
    violations->Add(path.Child("end"), v1::FIELD_INVALID,
                    absl::StrCat(mark.end(),
                                 " is behind the end of the text, "
                                 "which has ",
                                 length, " code points"));
    return false;
  }
  return true;
}

// A field that marks of type `owner` need and no others may have.
void CheckOwned(const v1::Mark& mark, v1::Mark::Type owner, bool present,
                const FieldPath& path, Violations* violations) {
  if (mark.type() == owner && !present) violations->AddRequired(path);
  if (mark.type() != owner && present) {
    violations->Add(
        path, v1::FIELD_INVALID,
        absl::StrCat("is only for marks of type ", v1::Mark::Type_Name(owner)));
  }
}

// Marks that begin earlier come first; of those that begin together, the
// longer one. Then a mark nests if it ends before all that are still open.
void CheckNesting(const v1::RichText& text, const FieldPath& path,
                  Violations* violations) {
  const auto& marks = text.marks();
  absl::InlinedVector<int, 16> order(marks.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&marks](int a, int b) {
    if (marks[a].start() != marks[b].start()) {
      return marks[a].start() < marks[b].start();
    }
    return marks[a].end() > marks[b].end();
  });
  absl::InlinedVector<int, 16> open;
  for (const int i : order) {
    while (!open.empty() && marks[open.back()].end() <= marks[i].start()) {
      open.pop_back();
    }
    if (!open.empty() && marks[open.back()].end() < marks[i].end()) {
      violations->Add(
          path.Element("marks", i), v1::FIELD_INVALID,
          absl::StrCat("[", marks[i].start(), ", ", marks[i].end(),
                       ") crosses marks[", open.back(), "], [",
                       marks[open.back()].start(), ", ",
                       marks[open.back()].end(), "); marks may only nest"));
      continue;
    }
    open.push_back(i);
  }
}

}  // namespace

void CheckMarks(const v1::RichText& text, const FieldPath& path,
                Violations* violations) {
  if (text.marks().empty()) return;
  const auto length = static_cast<int64_t>(CountCodePoints(text.text()));
  bool in_place = true;
  for (int i = 0; i < text.marks_size() && !violations->full(); ++i) {
    const v1::Mark& mark = text.marks(i);
    const FieldPath mark_path = path.Element("marks", i);
    in_place &= CheckPlace(mark, length, mark_path, violations);
    CheckOwned(mark, v1::Mark::LINK, !mark.href().empty(),
               mark_path.Child("href"), violations);
    CheckOwned(mark, v1::Mark::LANGUAGE, !mark.language().empty(),
               mark_path.Child("language"), violations);
  }
  if (in_place) CheckNesting(text, path, violations);
}

}  // namespace courant
