#include "services/translation/text/hand_edit.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "services/translation/text/assemble.h"
#include "services/translation/text/code_points.h"
#include "services/translation/text/rich_text.h"
#include "services/translation/text/segmenter.h"
#include "services/translation/text/text_units.h"
#include "services/translation/text/unit_edit.h"
#include "services/translation/text/unit_segments.h"

namespace courant {
namespace {

using Texts = absl::flat_hash_map<std::string, v1::RichText>;

// "body/p1" of "body/p1/items/2"; empty for what is not of a block.
absl::string_view BlockOf(absl::string_view unit) {
  if (!absl::StartsWith(unit, "body/")) return "";
  return unit.substr(0, unit.find('/', sizeof("body/") - 1));
}

// The texts of `article` by unit. Those of a block that `units` has one text
// of, under another name, are put together as that one: an editor has made it a
// block of another kind.
Texts TextsOf(const v1::Article& article, v1::Translation::Scope scope,
              const text::UnitSegments& units, absl::string_view language) {
  absl::flat_hash_map<absl::string_view, std::vector<absl::string_view>> known;
  for (const std::string& unit : units.units()) {
    known[BlockOf(unit)].push_back(unit);
  }
  Texts texts;
  // By the unit that they belong to.
  absl::flat_hash_map<absl::string_view, std::vector<v1::Segment>> others;
  const std::vector<TextUnit> found = TextUnitsOf(article, scope);
  for (const TextUnit& unit : found) {
    v1::Segment text;
    v1::RichText& rich = *text.mutable_target();
    rich.set_text(*unit.text);
    if (unit.marks != nullptr) *rich.mutable_marks() = *unit.marks;
    const absl::string_view block = BlockOf(unit.unit);
    const auto of_block = known.find(block);
    if (!block.empty() && of_block != known.end() &&
        of_block->second.size() == 1 && of_block->second[0] != unit.unit) {
      others[of_block->second[0]].push_back(text);
    }
    texts[unit.unit] = std::move(rich);
  }
  for (const auto& [unit, parts] : others) {
    if (texts.contains(unit)) continue;
    std::vector<const v1::Segment*> segments;
    for (const v1::Segment& part : parts) segments.push_back(&part);
    texts[unit] = text::PutTogether(segments, text::WritesSpaces(language));
  }
  return texts;
}

// Where the words of a segment stand in a text, in bytes.
struct Standing {
  size_t start = 0;
  size_t end = 0;
  int place = 0;
};

// Finds the words of the segments at `places` in `all`, as many as are there:
// in the order of the segments, and, of whole sentences, where they stood
// before they changed places. None overlaps another. By where they stand.
std::vector<Standing> FindWords(const v1::TranslationContent& content,
                                const std::vector<int>& places,
                                const std::string& all,
                                absl::string_view language) {
  std::vector<Standing> found;
  std::vector<int> elsewhere;
  size_t at = 0;
  for (const int place : places) {
    const std::string& words = content.segments(place).target().text();
    if (words.empty()) continue;
    const size_t start = all.find(words, at);
    if (start == std::string::npos) {
      elsewhere.push_back(place);
      continue;
    }
    at = start + words.size();
    found.push_back({start, at, place});
  }
  if (elsewhere.empty()) return found;
  const std::vector<size_t> ends = SentenceEnds(all, language);
  const auto is_end = [&ends](size_t offset) {
    return offset == 0 || std::binary_search(ends.begin(), ends.end(), offset);
  };
  for (const int place : elsewhere) {
    const std::string& words = content.segments(place).target().text();
    for (size_t start = all.find(words); start != std::string::npos;
         start = all.find(words, start + 1)) {
      const size_t end = start + words.size();
      size_t next = end;
      while (next < all.size() && all[next] == ' ') ++next;
      const bool is_taken = std::any_of(
          found.begin(), found.end(), [start, end](const Standing& other) {
            return start < other.end && other.start < end;
          });
      if (is_taken || !is_end(start) || !(is_end(end) || is_end(next))) {
        continue;
      }
      found.push_back({start, end, place});
      break;
    }
  }
  std::sort(
      found.begin(), found.end(),
      [](const Standing& a, const Standing& b) { return a.start < b.start; });
  return found;
}

// The segments of one text as they were when it was published.
class Published {
 public:
  Published(const v1::TranslationContent& content,
            const std::vector<int>& places, const v1::RichText& before,
            absl::string_view language) {
    const std::vector<Standing> found =
        FindWords(content, places, before.text(), language);
    size_t at = 0;  // bytes of `before` that are told
    auto next = places.begin();
    std::vector<int> rewritten;
    for (const Standing& standing : found) {
      // Those that stand before it, as far as it is where it was.
      const auto here = std::find(next, places.end(), standing.place);
      for (; here != places.end() && next != here; ++next) {
        if (!IsAmong(found, *next)) rewritten.push_back(*next);
      }
      AddOthers(before, at, standing.start, content, &rewritten);
      Add(standing.place, content.segments(standing.place));
      at = standing.end;
    }
    for (; next != places.end(); ++next) {
      if (!IsAmong(found, *next)) rewritten.push_back(*next);
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
  // Segments that have words now, and of which it is not known what they said
  // then, if anything.
  const std::vector<int>& unknown() const { return unknown_; }

 private:
  static bool IsAmong(const std::vector<Standing>& found, int place) {
    return std::any_of(
        found.begin(), found.end(),
        [place](const Standing& each) { return each.place == place; });
  }

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
      const bool was_empty = place != owner || stood.text().empty();
      if (was_empty && has_words(*place)) {
        unknown_.push_back(*place);
        continue;
      }
      v1::Segment segment;
      if (*place >= 0) segment = content.segments(*place);
      segment.clear_target();
      if (!was_empty) *segment.mutable_target() = stood;
      // What is empty, and was, has not been written since.
      Add(*place, std::move(segment), !was_empty);
    }
    rewritten->clear();
  }

  v1::TranslationContent content_;
  std::vector<int> all_;
  std::vector<int> places_;
  std::vector<bool> rewritten_;
  std::vector<int> unknown_;
};

void SetUndecided(v1::Segment* segment) {
  segment->set_state(v1::Segment::INITIAL);
  segment->set_version(SegmentVersion(*segment));
}

// Sets, besides each that is set, those next to it.
void SpreadToNeighbours(std::vector<bool>* set) {
  const std::vector<bool> before = *set;
  for (size_t i = 0; i < before.size(); ++i) {
    if (!before[i]) continue;
    if (i > 0) (*set)[i - 1] = true;
    if (i + 1 < before.size()) (*set)[i + 1] = true;
  }
}

// What the parts of an edit say after it.
absl::string_view WordsNow(const text::UnitEdit& edit, size_t part) {
  return edit.parts()[part].segment.target().text();
}

// Sets also the parts out of which words have gone that were put into one that
// is set: there they are not taken over, so that they must stay where they are.
// `leaders` are the parts to which each was joined.
void AddLeft(const Published& published, const text::UnitEdit& edit,
             const std::vector<size_t>& leaders, absl::string_view language,
             std::vector<bool>* contested) {
  const auto has_left = [&](size_t i) {
    const std::string& old =
        published.content().segments(static_cast<int>(i)).target().text();
    const absl::string_view now = WordsNow(edit, leaders[i]);
    if (old.empty()) return false;
    if (now.empty()) return true;
    size_t start = 0;
    for (const size_t end : SentenceEnds(old, language)) {
      const absl::string_view sentence = absl::StripAsciiWhitespace(
          absl::string_view(old).substr(start, end - start));
      start = end;
      if (absl::StrContains(now, sentence)) continue;
      for (size_t k = 0; k < leaders.size(); ++k) {
        if ((*contested)[k] &&
            absl::StrContains(WordsNow(edit, leaders[k]), sentence)) {
          return true;
        }
      }
    }
    return false;
  };
  bool found =
      std::find(contested->begin(), contested->end(), true) != contested->end();
  while (found) {
    found = false;
    for (size_t i = 0; i < leaders.size(); ++i) {
      if ((*contested)[i] || !edit.parts()[i].has_changed || !has_left(i)) {
        continue;
      }
      (*contested)[i] = true;
      found = true;
    }
  }
}

// Brings what differs between two texts of one unit into its segments.
bool AbsorbUnit(const v1::RichText& before, const v1::RichText& after,
                const std::vector<int>& places, absl::string_view language,
                v1::TranslationContent* content) {
  const Published published(*content, places, before, language);
  if (published.all().empty()) {
    for (const int place : places) {
      SetUndecided(content->mutable_segments(place));
    }
    return true;
  }
  text::UnitEdit edit(published.content(), published.all(), language);
  if (after.text().empty() ? !edit.Clear() : !edit.Absorb(after)) return false;
  // By the part that each was joined to: itself, when to none.
  std::vector<size_t> leaders;
  std::vector<bool> contested;
  for (size_t i = 0; i < edit.parts().size(); ++i) {
    const text::UnitEdit::Part& part = edit.parts()[i];
    leaders.push_back(part.is_joined ? leaders[part.joined_to] : i);
    contested.push_back(published.IsRewritten(i) && part.has_changed);
  }
  bool has_changed = false;
  // It may have been about these.
  if (std::find(contested.begin(), contested.end(), true) != contested.end()) {
    for (const int place : published.unknown()) {
      SetUndecided(content->mutable_segments(place));
      has_changed = true;
    }
  }
  // What differs may reach over from one into its neighbour.
  SpreadToNeighbours(&contested);
  AddLeft(published, edit, leaders, language, &contested);
  // Of what was joined, all sources stay with their words, or none.
  for (size_t i = 0; i < leaders.size(); ++i) {
    if (contested[i]) contested[leaders[i]] = true;
  }
  for (size_t i = 0; i < leaders.size(); ++i) {
    contested[i] = contested[i] || contested[leaders[i]];
  }
  for (size_t i = 0; i < edit.parts().size(); ++i) {
    const text::UnitEdit::Part& part = edit.parts()[i];
    const int place = published.PlaceOf(i);
    if (!part.has_changed || place < 0) continue;
    has_changed = true;
    v1::Segment& segment = *content->mutable_segments(place);
    if (contested[i]) {
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
  const text::UnitSegments units(*content);
  const Texts was = TextsOf(before, scope, units, language);
  const Texts now = TextsOf(after, scope, units, language);
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
                              language, content);
  }
  google::protobuf::RepeatedPtrField<v1::Segment> kept;
  for (v1::Segment& segment : *content->mutable_segments()) {
    if (!segment.id().empty()) *kept.Add() = std::move(segment);
  }
  content->mutable_segments()->Swap(&kept);
  return has_changed;
}

}  // namespace courant
