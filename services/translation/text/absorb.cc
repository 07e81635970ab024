#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/translation/text/assemble.h"
#include "services/translation/text/rich_text.h"
#include "services/translation/text/text_units.h"
#include "services/translation/text/unit_edit.h"
#include "services/translation/text/unit_segments.h"

namespace courant {
namespace {

// Puts the parts of `edit` in the place of the segments at `places`; those that
// were joined to others are left empty, without an id.
void WriteBack(const text::UnitEdit& edit, const std::vector<int>& places,
               v1::TranslationContent* content) {
  for (size_t i = 0; i < places.size(); ++i) {
    const text::UnitEdit::Part& part = edit.parts()[i];
    if (!part.has_changed) continue;
    v1::Segment& segment = *content->mutable_segments(places[i]);
    if (part.is_joined) {
      segment.Clear();
      continue;
    }
    segment = part.segment;
    segment.set_version(SegmentVersion(segment));
  }
}

void RemoveJoined(v1::TranslationContent* content) {
  google::protobuf::RepeatedPtrField<v1::Segment> kept;
  for (v1::Segment& segment : *content->mutable_segments()) {
    if (!segment.id().empty()) *kept.Add() = std::move(segment);
  }
  content->mutable_segments()->Swap(&kept);
}

}  // namespace

bool AbsorbArticle(const v1::Article& article, v1::Translation::Scope scope,
                   absl::string_view language,
                   v1::TranslationContent* content) {
  absl::flat_hash_map<std::string, v1::RichText> texts;
  for (const TextUnit& unit : TextUnitsOf(article, scope)) {
    v1::RichText& rich = texts[unit.unit];
    rich.set_text(*unit.text);
    if (unit.marks != nullptr) *rich.mutable_marks() = *unit.marks;
  }
  const text::UnitSegments units(*content);
  bool has_changed = false;
  for (const std::string& unit : units.units()) {
    const std::vector<int>& places = units.Of(unit);
    text::UnitEdit edit(*content, places, language);
    const auto found = texts.find(unit);
    if (found == texts.end() ? edit.Clear() : edit.Absorb(found->second)) {
      has_changed = true;
      WriteBack(edit, places, content);
    }
  }
  if (has_changed) RemoveJoined(content);
  return has_changed;
}

}  // namespace courant
