#include "services/translation/text/hand_edit.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/translation/text/assemble.h"
#include "services/translation/text/code_points.h"
#include "services/translation/text/rich_text.h"
#include "services/translation/text/text_units.h"
#include "services/translation/text/unit_edit.h"
#include "services/translation/text/unit_segments.h"

namespace courant {
namespace {

using Texts = absl::flat_hash_map<std::string, v1::RichText>;

Texts TextsOf(const v1::Article& article, v1::Translation::Scope scope) {
  Texts texts;
  for (const TextUnit& unit : TextUnitsOf(article, scope)) {
    v1::RichText& rich = texts[unit.unit];
    rich.set_text(*unit.text);
    if (unit.marks != nullptr) *rich.mutable_marks() = *unit.marks;
  }
  return texts;
}

// The segments of one text as they were when it was published.
class Published {
 public:
  Published(const v1::TranslationContent& content,
            const std::vector<int>& places, const v1::RichText& before) {
    size_t at = 0;  // bytes of `before` that are told
    std::vector<int> rewritten;
    for (const int place : places) {
      const v1::Segment& segment = content.segments(place);
      const std::string& words = segment.target().text();
      const size_t found =
          words.empty() ? std::string::npos : before.text().find(words, at);
      if (found == std::string::npos) {
        rewritten.push_back(place);
        continue;
      }
      AddOthers(before, at, found, content, &rewritten);
      Add(place, segment);
      at = found + words.size();
    }
    AddOthers(before, at, before.text().size(), content, &rewritten);
    for (int i = 0; i < content_.segments_size(); ++i) all_.push_back(i);
  }

  const v1::TranslationContent& content() const { return content_; }
  const std::vector<int>& all() const { return all_; }
  // Where segment `i` stands in the content that it was made from; -1 for words
  // that no segment has any more.
  int PlaceOf(size_t i) const { return places_[i]; }
  bool IsRewritten(size_t i) const { return rewritten_[i]; }

 private:
  void Add(int place, v1::Segment segment, bool rewritten = false) {
    *content_.add_segments() = std::move(segment);
    places_.push_back(place);
    rewritten_.push_back(rewritten);
  }

  // The segments that have other words now: what stood there, in bytes [from,
  // to) of `before`, is given to the first of them that has any.
  void AddOthers(const v1::RichText& before, size_t from, size_t to,
                 const v1::TranslationContent& content,
                 std::vector<int>* rewritten) {
    const std::string& all = before.text();
    while (from < to && all[from] == ' ') ++from;
    v1::RichText stood;
    stood.set_text(all.substr(from, to - from));
    const auto start = text::CodePointCount(all.substr(0, from));
    const auto end = start + text::CodePointCount(stood.text());
    *stood.mutable_marks() = text::CutMarks(
        before.marks(), static_cast<int32_t>(start), static_cast<int32_t>(end));
    if (rewritten->empty() && !stood.text().empty()) rewritten->push_back(-1);
    const auto has_words = [&content](int place) {
      return place >= 0 && !content.segments(place).target().text().empty();
    };
    auto owner = std::find_if(rewritten->begin(), rewritten->end(), has_words);
    if (owner == rewritten->end()) owner = rewritten->begin();
    for (auto place = rewritten->begin(); place != rewritten->end(); ++place) {
      v1::Segment segment;
      if (*place >= 0) segment = content.segments(*place);
      // What is empty, and was, has not been written since.
      const bool was_empty = place != owner || stood.text().empty();
      const bool is_rewritten = has_words(*place) || !was_empty;
      segment.clear_target();
      if (!was_empty) *segment.mutable_target() = stood;
      Add(*place, std::move(segment), is_rewritten);
    }
    rewritten->clear();
  }

  v1::TranslationContent content_;
  std::vector<int> all_;
  std::vector<int> places_;
  std::vector<bool> rewritten_;
};

void SetUndecided(v1::Segment* segment) {
  segment->set_state(v1::Segment::INITIAL);
  segment->set_version(SegmentVersion(*segment));
}

// Brings what differs between two texts of one unit into its segments.
bool AbsorbUnit(const v1::RichText& before, const v1::RichText& after,
                const std::vector<int>& places, bool writes_spaces,
                v1::TranslationContent* content) {
  const Published published(*content, places, before);
  text::UnitEdit edit(published.content(), published.all(), writes_spaces);
  if (after.text().empty() ? !edit.Clear() : !edit.Absorb(after)) return false;
  // Whether a segment that has other words now was joined to one before it:
  // these sources stay with their words.
  std::vector<bool> contested(edit.parts().size(), false);
  size_t leader = 0;
  for (size_t i = 0; i < edit.parts().size(); ++i) {
    const text::UnitEdit::Part& part = edit.parts()[i];
    if (!part.is_joined) leader = i;
    if (published.IsRewritten(i) && part.has_changed) {
      contested[i] = true;
      if (part.is_joined) contested[leader] = true;
    }
  }
  // What differs may reach over from one into its neighbour.
  const std::vector<bool> at_odds = contested;
  for (size_t i = 0; i < at_odds.size(); ++i) {
    if (!at_odds[i]) continue;
    if (i > 0) contested[i - 1] = true;
    if (i + 1 < contested.size()) contested[i + 1] = true;
  }
  bool has_changed = false;
  bool under_contested = false;
  for (size_t i = 0; i < edit.parts().size(); ++i) {
    const text::UnitEdit::Part& part = edit.parts()[i];
    if (!part.is_joined) under_contested = contested[i];
    const int place = published.PlaceOf(i);
    if (!part.has_changed || place < 0) continue;
    has_changed = true;
    v1::Segment& segment = *content->mutable_segments(place);
    if (contested[i] || under_contested) {
      SetUndecided(&segment);
    } else if (part.is_joined) {
      segment.Clear();
    } else {
      segment = part.segment;
      segment.set_version(SegmentVersion(segment));
    }
  }
  return has_changed;
}

}  // namespace

bool AbsorbHandEdit(const v1::Article& before, const v1::Article& after,
                    v1::Translation::Scope scope, absl::string_view language,
                    v1::TranslationContent* content) {
  const Texts was = TextsOf(before, scope);
  const Texts now = TextsOf(after, scope);
  const bool writes_spaces = text::WritesSpaces(language);
  const text::UnitSegments units(*content);
  const v1::RichText none;
  const auto in = [&none](const Texts& texts,
                          const std::string& unit) -> const v1::RichText& {
    const auto found = texts.find(unit);
    return found == texts.end() ? none : found->second;
  };
  bool has_changed = false;
  for (const std::string& unit : units.units()) {
    if (text::SameRichText(in(was, unit), in(now, unit))) continue;
    has_changed |= AbsorbUnit(in(was, unit), in(now, unit), units.Of(unit),
                              writes_spaces, content);
  }
  google::protobuf::RepeatedPtrField<v1::Segment> kept;
  for (v1::Segment& segment : *content->mutable_segments()) {
    if (!segment.id().empty()) *kept.Add() = std::move(segment);
  }
  content->mutable_segments()->Swap(&kept);
  return has_changed;
}

}  // namespace courant
