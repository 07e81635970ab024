#include "services/editorial/rules/corrections.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/editorial/rules/text_places.h"
#include "services/editorial/rules/text_scan.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using Correction = v1::ChangeNote::Correction;

std::string FieldOf(int index, absl::string_view field) {
  return absl::StrCat("corrections[", index, "].", field);
}

// How often `words` stands in `text`, also overlapping itself.
int Count(absl::string_view text, absl::string_view words) {
  int count = 0;
  for (size_t at = text.find(words); at != absl::string_view::npos;
       at = text.find(words, at + 1)) {
    ++count;
  }
  return count;
}

// Moves `marks` to where they belong after [start, end) became `size` long,
// all in code points.
void MoveMarks(int start, int end, int size,
               google::protobuf::RepeatedPtrField<v1::Mark>* marks) {
  const int shift = size - (end - start);
  for (int i = 0; i < marks->size();) {
    v1::Mark& mark = *marks->Mutable(i);
    const bool covers_all = mark.start() <= start && mark.end() >= end;
    if (!covers_all && mark.start() > start && mark.start() < end) {
      mark.set_start(start + size);
    } else if (mark.start() >= end) {
      mark.set_start(mark.start() + shift);
    }
    if (!covers_all && mark.end() > start && mark.end() < end) {
      mark.set_end(start);
    } else if (mark.end() >= end) {
      mark.set_end(mark.end() + shift);
    }
    if (mark.start() >= mark.end()) {
      marks->DeleteSubrange(i, 1);
    } else {
      ++i;
    }
  }
}

void Replace(const Correction& correction, const TextPlace& place) {
  const size_t at = place.text->find(correction.was());
  if (place.marks != nullptr) {
    const auto start = static_cast<int>(
        CountCodePoints(absl::string_view(*place.text).substr(0, at)));
    const auto was = static_cast<int>(CountCodePoints(correction.was()));
    const auto now = static_cast<int>(CountCodePoints(correction.now()));
    MoveMarks(start, start + was, now, place.marks);
  }
  place.text->replace(at, correction.was().size(), correction.now());
}

// The words of each place, and how often its name occurs.
std::map<std::string, std::string> ByPlace(const v1::Article& article) {
  std::map<std::string, std::string> texts;
  for (TextAt& at : TextsOf(article)) {
    texts.emplace(std::move(at.where), std::move(at.text));
  }
  return texts;
}

absl::Status NotFound(const Correction& correction, int index, int count) {
  const std::string what =
      count == 0
          ? absl::StrCat("is not in ", correction.where(),
                         " of the current revision; quote it exactly")
          : absl::StrCat("is in ", correction.where(), " ", count,
                         " times; add words around it until it is unique");
  return MakeFieldError(
      v1::CORRECTION_NOT_FOUND, {{FieldOf(index, "was"), what}},
      {{"where", correction.where()}, {"count", absl::StrCat(count)}});
}

// One request's corrections on their way into the article.
class Corrector {
 public:
  Corrector(const v1::Article& before, v1::Article* after)
      : before_(ByPlace(before)), given_(ByPlace(*after)), left_(before_) {
    places_ = TextPlacesOf(after);
  }

  absl::Status Apply(int index, Correction* correction) {
    // Where it stands: in what is to be replaced, or in what was replaced by
    // the request itself.
    int count = 0;
    const TextPlace* found = nullptr;
    for (const TextPlace& place : places_) {
      if (!Covers(correction->where(), place.where) || IsGiven(place.where)) {
        continue;
      }
      const int here = Count(*place.text, correction->was());
      if (here > 0) found = &place;
      count += here;
    }
    std::string given_where;
    for (const auto& [where, text] : left_) {
      if (!Covers(correction->where(), where) || !IsGiven(where)) continue;
      const int here = Count(text, correction->was());
      if (here > 0) given_where = where;
      count += here;
    }
    if (count != 1) return NotFound(*correction, index, count);
    if (found != nullptr) {
      Replace(*correction, *found);
      correction->set_where(found->where);
      return absl::OkStatus();
    }
    correction->set_where(given_where);
    std::string& left = left_[given_where];
    left.replace(left.find(correction->was()), correction->was().size(),
                 correction->now());
    return CheckGiven(index, *correction);
  }

 private:
  // True when the request brings new words for `where`.
  bool IsGiven(const std::string& where) const {
    const auto before = before_.find(where);
    const auto after = given_.find(where);
    return (before == before_.end() ? std::string() : before->second) !=
           (after == given_.end() ? std::string() : after->second);
  }

  absl::Status CheckGiven(int index, const Correction& correction) const {
    const auto given = given_.find(correction.where());
    const absl::string_view text =
        given == given_.end() ? absl::string_view() : given->second;
    if (!correction.now().empty() && Count(text, correction.now()) == 0) {
      return MakeFieldError(
          v1::CORRECTION_NOT_FOUND,
          {{FieldOf(index, "now"),
            absl::StrCat("is not in the words that the request brings for ",
                         correction.where())}},
          {{"where", correction.where()}, {"count", "0"}});
    }
    return absl::OkStatus();
  }

  const std::map<std::string, std::string> before_;
  const std::map<std::string, std::string> given_;
  // `before_` as the corrections so far leave it: who follows them one by one
  // has to find each.
  std::map<std::string, std::string> left_;
  std::vector<TextPlace> places_;
};

}  // namespace

absl::Status CheckCorrections(const CorrectionList& corrections) {
  for (int i = 0; i < corrections.size(); ++i) {
    const Correction& correction = corrections[i];
    if (correction.where().empty()) return RequiredField(FieldOf(i, "where"));
    if (correction.was().empty()) return RequiredField(FieldOf(i, "was"));
    if (correction.was() == correction.now()) {
      return InvalidField(FieldOf(i, "now"), "is what it was; nothing to do");
    }
  }
  return absl::OkStatus();
}

absl::Status ApplyCorrections(const v1::Article& before,
                              CorrectionList* corrections, v1::Article* after) {
  Corrector corrector(before, after);
  for (int i = 0; i < corrections->size(); ++i) {
    COURANT_RETURN_IF_ERROR(corrector.Apply(i, corrections->Mutable(i)));
  }
  return absl::OkStatus();
}

}  // namespace courant
