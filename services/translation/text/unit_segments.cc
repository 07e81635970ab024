#include "services/translation/text/unit_segments.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "services/translation/text/code_points.h"
#include "services/translation/text/rich_text.h"

namespace courant::text {
namespace {

// Adds `marks` of a target that begins at code point `start`. Those that begin
// it and mean the same as one that ended with what is before, go on.
// `before_end` is where that ended; a space may have been put between.
void AppendMarks(const Marks& marks, int32_t before_end, int32_t start,
                 Marks* all) {
  std::vector<v1::Mark*> ended;
  for (v1::Mark& mark : *all) {
    if (start > 0 && mark.end() == before_end) ended.push_back(&mark);
  }
  std::vector<v1::Mark> begun;
  for (const v1::Mark& mark : marks) {
    const auto goes_on =
        std::find_if(ended.begin(), ended.end(), [&mark](const v1::Mark* each) {
          return mark.start() == 0 && MeanTheSame(*each, mark);
        });
    if (goes_on != ended.end()) {
      (*goes_on)->set_end(start + mark.end());
      ended.erase(goes_on);
      continue;
    }
    begun.push_back(mark);
  }
  for (v1::Mark& mark : begun) {
    mark.set_start(start + mark.start());
    mark.set_end(start + mark.end());
    *all->Add() = std::move(mark);
  }
}

}  // namespace

UnitSegments::UnitSegments(const v1::TranslationContent& content) {
  absl::flat_hash_map<absl::string_view, absl::string_view> units;
  for (const v1::SourceSegment& source : content.source_segments()) {
    units.emplace(source.id(), source.unit());
  }
  for (int i = 0; i < content.segments_size(); ++i) {
    const v1::Segment& segment = content.segments(i);
    const absl::string_view first = segment.sources().empty()
                                        ? absl::string_view(segment.id())
                                        : segment.sources(0);
    const auto known = units.find(first);
    const absl::string_view unit = known != units.end()
                                       ? known->second
                                       : first.substr(0, first.rfind('.'));
    std::vector<int>& of_unit = segments_[unit];
    if (of_unit.empty()) order_.emplace_back(unit);
    of_unit.push_back(i);
  }
}

const std::vector<int>& UnitSegments::Of(absl::string_view unit) const {
  static const auto* const kNone = new std::vector<int>;
  const auto found = segments_.find(unit);
  return found == segments_.end() ? *kNone : found->second;
}

bool WritesSpaces(absl::string_view language) {
  constexpr absl::string_view kWithout[] = {"zh", "yue", "ja", "th", "lo",
                                            "km", "my",  "bo", "dz"};
  const absl::string_view primary =
      language.substr(0, language.find_first_of("-_"));
  return std::none_of(std::begin(kWithout), std::end(kWithout),
                      [primary](absl::string_view each) {
                        return absl::EqualsIgnoreCase(each, primary);
                      });
}

bool NeedsSpace(absl::string_view before, absl::string_view after,
                bool writes_spaces) {
  return writes_spaces && !EndsWithSpace(before) && !BeginsWithSpace(after);
}

v1::RichText PutTogether(const std::vector<const v1::Segment*>& segments,
                         bool writes_spaces) {
  v1::RichText rich;
  std::string& words = *rich.mutable_text();
  int32_t end = 0;
  for (const v1::Segment* segment : segments) {
    const v1::RichText& target = segment->target();
    if (target.text().empty()) continue;
    const int32_t before_end = end;
    if (!words.empty() && NeedsSpace(words, target.text(), writes_spaces)) {
      words.push_back(' ');
      ++end;
    }
    words.append(target.text());
    AppendMarks(target.marks(), before_end, end, rich.mutable_marks());
    end += static_cast<int32_t>(CodePointCount(target.text()));
  }
  SortMarks(rich.mutable_marks());
  return rich;
}

}  // namespace courant::text
