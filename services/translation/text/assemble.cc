#include "services/translation/text/assemble.h"

#include <xxhash.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/translation/text/code_points.h"
#include "services/translation/text/rich_text.h"
#include "services/translation/text/segmenter.h"
#include "services/translation/text/text_units.h"
#include "services/translation/text/unit_segments.h"

namespace courant {
namespace {

// What a program cut is not what a person translated.
void ForgetCuts(const std::string& unit, v1::Article* article) {
  if (unit == "short_title") {
    article->mutable_short_title()->clear_derived();
    article->mutable_short_title()->clear_limit();
    return;
  }
  for (v1::Media& media : *article->mutable_media()) {
    if (unit != absl::StrCat("media/", media.id(), "/alt")) continue;
    media.mutable_alt()->clear_derived();
    media.mutable_alt()->clear_limit();
  }
}

}  // namespace

v1::RichText AssembleUnit(const v1::TranslationContent& content,
                          absl::string_view unit, absl::string_view language) {
  const text::UnitSegments units(content);
  std::vector<const v1::Segment*> segments;
  for (const int i : units.Of(unit)) segments.push_back(&content.segments(i));
  return text::PutTogether(segments, text::WritesSpaces(language));
}

void ApplyTargets(const v1::TranslationContent& content,
                  v1::Translation::Scope scope, absl::string_view language,
                  v1::Article* article) {
  const text::UnitSegments units(content);
  for (MutableTextUnit& unit : MutableTextUnitsOf(article, scope)) {
    std::vector<const v1::Segment*> segments;
    for (const int i : units.Of(unit.unit)) {
      segments.push_back(&content.segments(i));
    }
    v1::RichText rich =
        text::PutTogether(segments, text::WritesSpaces(language));
    if (rich.text().empty()) continue;
    *unit.text = std::move(*rich.mutable_text());
    if (unit.marks != nullptr) unit.marks->Swap(rich.mutable_marks());
    if (unit.language != nullptr) unit.language->clear();
    if (unit.field == v1::FIELD_SHORT_TITLE ||
        unit.field == v1::FIELD_ALT_TEXT) {
      ForgetCuts(unit.unit, article);
    }
  }
}

uint64_t SegmentVersion(const v1::Segment& segment) {
  const v1::RichText& target = segment.target();
  std::string bytes = absl::StrCat(segment.state(), " ", target.text().size(),
                                   " ", target.text());
  for (const v1::Mark& mark : target.marks()) {
    absl::StrAppend(&bytes, mark.type(), " ", mark.start(), " ", mark.end(),
                    " ", mark.href().size(), " ", mark.href(), " ",
                    mark.language(), " ");
  }
  const uint64_t version = XXH3_64bits(bytes.data(), bytes.size());
  return version == 0 ? 1 : version;
}

v1::TranslationContent NewContent(std::vector<v1::SourceSegment> source) {
  v1::TranslationContent content;
  content.set_rules_version(kRulesVersion);
  for (v1::SourceSegment& from : source) {
    v1::Segment& segment = *content.add_segments();
    segment.set_id(from.id());
    segment.add_sources(from.id());
    segment.set_state(v1::Segment::INITIAL);
    segment.set_version(SegmentVersion(segment));
    const absl::string_view id = from.id();
    const size_t dot = id.rfind('.');
    int32_t number = 0;
    if (dot != absl::string_view::npos &&
        absl::SimpleAtoi(id.substr(dot + 1), &number)) {
      int32_t& last =
          (*content.mutable_last_numbers())[std::string(id.substr(0, dot))];
      last = std::max(last, number);
    }
    *content.add_source_segments() = std::move(from);
  }
  return content;
}

}  // namespace courant
