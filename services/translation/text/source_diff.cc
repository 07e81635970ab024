#include "services/translation/text/source_diff.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/translation/text/cell_pairing.h"
#include "services/translation/text/code_points.h"
#include "services/translation/text/gap_alignment.h"
#include "services/translation/text/source_segments.h"
#include "services/translation/text/word_diff.h"

namespace courant {
namespace {

using Kind = v1::SourceChange::Kind;
using BoundList = google::protobuf::RepeatedPtrField<v1::SourceSegment>;

constexpr size_t kNone = static_cast<size_t>(-1);

// How often what is loose in a place is aligned: so many sentences that were
// edited may have changed places with each other.
constexpr int kMostOrders = 4;

// What a reader would call the place of `unit`: a block, a medium's caption,
// the decks. Within it, items and rows may be renumbered without having moved.
absl::string_view PlaceOf(absl::string_view unit) {
  const size_t slash = unit.find('/');
  if (slash == absl::string_view::npos) return unit;
  if (unit.substr(0, slash) == "decks") return unit.substr(0, slash);
  if (unit.substr(0, slash) != "body") return unit;
  return unit.substr(0, unit.find('/', slash + 1));
}

// The number at the end of `id`, and the unit before it.
int32_t NumberOf(absl::string_view id, absl::string_view* unit) {
  const size_t dot = id.rfind('.');
  int32_t number = 0;
  if (dot == absl::string_view::npos ||
      !absl::SimpleAtoi(id.substr(dot + 1), &number)) {
    return 0;
  }
  *unit = id.substr(0, dot);
  return number;
}

// Gives ids that no segment ever had.
class NewIds {
 public:
  NewIds(const BoundList& bound,
         google::protobuf::Map<std::string, int32_t>* last_numbers)
      : last_numbers_(last_numbers == nullptr ? &own_ : last_numbers) {
    // A number that is in use is never given, whatever the caller counted.
    for (const v1::SourceSegment& segment : bound) {
      absl::string_view unit;
      const int32_t number = NumberOf(segment.id(), &unit);
      if (number == 0) continue;
      int32_t& last = in_use_[unit];
      last = std::max(last, number);
    }
  }

  std::string Next(const std::string& unit) {
    int32_t& last = (*last_numbers_)[unit];
    const auto found = in_use_.find(unit);
    if (found != in_use_.end()) last = std::max(last, found->second);
    return absl::StrCat(unit, ".", ++last);
  }

 private:
  google::protobuf::Map<std::string, int32_t> own_;
  google::protobuf::Map<std::string, int32_t>* last_numbers_;
  absl::flat_hash_map<absl::string_view, int32_t> in_use_;
};

// The words of several neighbours as one text.
template <typename Segments>
std::string WordsTogether(const Segments& segments, size_t first,
                          size_t count) {
  std::string words;
  for (size_t i = first; i < first + count; ++i) {
    const int at = static_cast<int>(i);
    const std::string& next = segments[at].text().text();
    // What was the end of a text has no space to divide it from the next.
    if (!words.empty() && !text::EndsWithSpace(words)) words.push_back(' ');
    words.append(next);
  }
  return std::string(text::WithoutSpacesAtEnd(words));
}

void AddSpans(v1::SourceChange* change) {
  for (const text::Stretch& stretch : text::DiffWords(
           text::CodePoints(change->was()), text::CodePoints(change->now()))) {
    v1::DiffSpan& span = *change->add_spans();
    span.set_was_start(static_cast<int32_t>(stretch.was_start));
    span.set_was_end(static_cast<int32_t>(stretch.was_end));
    span.set_now_start(static_cast<int32_t>(stretch.now_start));
    span.set_now_end(static_cast<int32_t>(stretch.now_end));
  }
}

// Pairs the segments of two revisions, then tells what happened to each.
class Differ {
 public:
  Differ(const BoundList& bound, std::vector<v1::SourceSegment> head)
      : bound_(bound),
        head_(std::move(head)),
        of_bound_(static_cast<size_t>(bound.size())),
        of_head_(head_.size()) {}

  SourceDiff Run(google::protobuf::Map<std::string, int32_t>* last_numbers);

 private:
  // What a segment belongs to: `count` segments from `first` of the other list.
  struct Partner {
    size_t first = kNone;
    size_t count = 0;
    // SPLIT and MERGED: the first of those that share the partner.
    size_t leader = kNone;
    Kind kind = v1::SourceChange::KIND_UNSPECIFIED;
  };
  using Key = std::tuple<uint64_t, uint64_t, absl::string_view>;
  using MakeKey = Key (*)(const v1::SourceSegment&);

  const v1::SourceSegment& bound(size_t i) const {
    return bound_[static_cast<int>(i)];
  }
  // Without a partner, and to be given one by its words: cells are not.
  bool IsLooseBound(size_t i) const {
    return of_bound_[i].first == kNone && !text::IsCell(bound(i).unit());
  }
  bool IsLooseHead(size_t j) const {
    return of_head_[j].first == kNone && !text::IsCell(head_[j].unit());
  }

  void Pair(size_t i, size_t j, Kind kind) {
    of_bound_[i] = {j, 1, i, kind};
    of_head_[j] = {i, 1, j, kind};
  }
  // Pairs the cells of tables.
  void PairTables();
  // Pairs what is loose and has the same key, in order.
  void PairByKey(MakeKey key, bool exact);
  Kind KindOfEqual(size_t i, size_t j, bool exact) const;
  // Marks as MOVED what is the same and stands elsewhere.
  void FindMoved();
  // Pairs what is loose between what is paired in order, and within a place:
  // true when there was any.
  void AlignGaps();
  bool AlignPlaces(text::Share share);
  bool Align(const std::vector<size_t>& bounds,
             const std::vector<size_t>& heads, text::Share share);
  // The pairs that stand in the same order in both lists, as many as can be:
  // of each head segment, whether it is in one.
  std::vector<bool> InOrder() const;

  void AddHead(size_t j, NewIds* ids, SourceDiff* diff) const;
  void AddChange(size_t j, SourceDiff* diff) const;
  void AddRemoved(SourceDiff* diff) const;

  const BoundList& bound_;
  const std::vector<v1::SourceSegment> head_;
  std::vector<Partner> of_bound_;
  std::vector<Partner> of_head_;
};

Kind Differ::KindOfEqual(size_t i, size_t j, bool exact) const {
  const v1::RichText& was = bound(i).text();
  const v1::RichText& now = head_[j].text();
  if (exact) {
    return SameMarks(was, now) ? v1::SourceChange::KIND_UNSPECIFIED
                               : v1::SourceChange::NON_TEXT;
  }
  return SameWords(was, now) ? v1::SourceChange::NON_TEXT
                             : v1::SourceChange::PUNCTUATION;
}

void Differ::PairTables() {
  std::vector<const v1::SourceSegment*> was;
  std::vector<const v1::SourceSegment*> now;
  for (const v1::SourceSegment& segment : bound_) was.push_back(&segment);
  for (const v1::SourceSegment& segment : head_) now.push_back(&segment);
  for (const auto& [i, j] : text::PairCells(was, now)) {
    const v1::SourceSegment& a = bound(i);
    const v1::SourceSegment& b = head_[j];
    if (a.digest_high() == b.digest_high() &&
        a.digest_low() == b.digest_low()) {
      Pair(i, j, KindOfEqual(i, j, true));
    } else if (a.folded_high() == b.folded_high() &&
               a.folded_low() == b.folded_low()) {
      Pair(i, j, KindOfEqual(i, j, false));
    } else {
      Pair(i, j, v1::SourceChange::EDITED);
    }
  }
}

void Differ::PairByKey(MakeKey key, bool exact) {
  // Places of loose bound segments, the first at the end.
  absl::flat_hash_map<Key, std::vector<size_t>> loose;
  for (size_t i = of_bound_.size(); i-- > 0;) {
    if (IsLooseBound(i)) loose[key(bound(i))].push_back(i);
  }
  if (loose.empty()) return;
  for (size_t j = 0; j < head_.size(); ++j) {
    if (!IsLooseHead(j)) continue;
    const auto found = loose.find(key(head_[j]));
    if (found == loose.end() || found->second.empty()) continue;
    const size_t i = found->second.back();
    found->second.pop_back();
    Pair(i, j, KindOfEqual(i, j, exact));
  }
}

std::vector<bool> Differ::InOrder() const {
  // The longest rising sequence of bound places, by patience sorting.
  std::vector<size_t> ends;  // Heads; of each length the best end.
  std::vector<size_t> before(head_.size(), kNone);
  for (size_t j = 0; j < head_.size(); ++j) {
    if (of_head_[j].count != 1 || of_head_[j].leader != j) continue;
    const auto at = std::lower_bound(
        ends.begin(), ends.end(), of_head_[j].first,
        [this](size_t end, size_t i) { return of_head_[end].first < i; });
    if (at != ends.begin()) before[j] = *(at - 1);
    if (at == ends.end()) {
      ends.push_back(j);
    } else {
      *at = j;
    }
  }
  std::vector<bool> in_order(head_.size(), false);
  for (size_t j = ends.empty() ? kNone : ends.back(); j != kNone;
       j = before[j]) {
    in_order[j] = true;
  }
  return in_order;
}

void Differ::FindMoved() {
  const std::vector<bool> in_order = InOrder();
  for (size_t j = 0; j < head_.size(); ++j) {
    Partner& partner = of_head_[j];
    if (partner.first == kNone ||
        partner.kind != v1::SourceChange::KIND_UNSPECIFIED) {
      continue;
    }
    const v1::SourceSegment& was = bound(partner.first);
    if (in_order[j] && was.field() == head_[j].field() &&
        PlaceOf(was.unit()) == PlaceOf(head_[j].unit())) {
      continue;
    }
    Pair(partner.first, j, v1::SourceChange::MOVED);
  }
}

bool Differ::Align(const std::vector<size_t>& bounds,
                   const std::vector<size_t>& heads, text::Share share) {
  std::vector<text::LooseSegment> was;
  std::vector<text::LooseSegment> now;
  was.reserve(bounds.size());
  now.reserve(heads.size());
  for (const size_t i : bounds) was.push_back({i, bound(i).text().text()});
  for (const size_t j : heads) now.push_back({j, head_[j].text().text()});
  const std::vector<text::Alignment> alignments =
      text::AlignGap(was, now, share);
  for (const text::Alignment& found : alignments) {
    const Kind kind = found.heads > 1    ? v1::SourceChange::SPLIT
                      : found.bounds > 1 ? v1::SourceChange::MERGED
                                         : v1::SourceChange::EDITED;
    const size_t i = bounds[found.bound];
    const size_t j = heads[found.head];
    for (size_t k = 0; k < found.bounds; ++k) {
      of_bound_[i + k] = {j, found.heads, i, kind};
    }
    for (size_t k = 0; k < found.heads; ++k) {
      of_head_[j + k] = {i, found.bounds, j, kind};
    }
  }
  return !alignments.empty();
}

bool Differ::AlignPlaces(text::Share share) {
  absl::flat_hash_map<absl::string_view, std::vector<size_t>> loose;
  for (size_t i = 0; i < of_bound_.size(); ++i) {
    if (IsLooseBound(i)) loose[PlaceOf(bound(i).unit())].push_back(i);
  }
  if (loose.empty()) return false;
  std::vector<absl::string_view> places;
  absl::flat_hash_map<absl::string_view, std::vector<size_t>> heads;
  for (size_t j = 0; j < head_.size(); ++j) {
    if (!IsLooseHead(j)) continue;
    const absl::string_view place = PlaceOf(head_[j].unit());
    if (!loose.contains(place)) continue;
    std::vector<size_t>& of_place = heads[place];
    if (of_place.empty()) places.push_back(place);
    of_place.push_back(j);
  }
  bool found = false;
  for (const absl::string_view place : places) {
    found |= Align(loose[place], heads[place], share);
  }
  return found;
}

void Differ::AlignGaps() {
  const std::vector<bool> in_order = InOrder();
  size_t i = 0;
  std::vector<size_t> heads;
  const auto align_up_to = [&](size_t end) {
    std::vector<size_t> bounds;
    for (; i < end; ++i) {
      if (IsLooseBound(i)) bounds.push_back(i);
    }
    if (!bounds.empty() && !heads.empty()) {
      Align(bounds, heads, text::Share::kHalf);
    }
    heads.clear();
  };
  for (size_t j = 0; j < head_.size(); ++j) {
    if (in_order[j]) {
      align_up_to(of_head_[j].first);
    } else if (IsLooseHead(j)) {
      heads.push_back(j);
    }
  }
  align_up_to(of_bound_.size());
}

void Differ::AddHead(size_t j, NewIds* ids, SourceDiff* diff) const {
  HeadSegment& added = diff->head.emplace_back();
  added.segment = head_[j];
  const Partner& partner = of_head_[j];
  if (partner.first == kNone) {
    added.kind = v1::SourceChange::ADDED;
    added.segment.set_id(ids->Next(head_[j].unit()));
    return;
  }
  added.kind = partner.kind;
  for (size_t k = 0; k < partner.count; ++k) {
    added.bound.push_back(bound(partner.first + k).id());
  }
  const bool is_first = partner.leader == j;
  added.segment.set_id(is_first ? added.bound.front()
                                : ids->Next(head_[j].unit()));
}

void Differ::AddChange(size_t j, SourceDiff* diff) const {
  const Partner& partner = of_head_[j];
  if (partner.first != kNone &&
      (partner.kind == v1::SourceChange::KIND_UNSPECIFIED ||
       partner.leader != j)) {
    return;
  }
  v1::SourceChange& change = diff->changes.emplace_back();
  change.set_unit(head_[j].unit());
  change.set_field(head_[j].field());
  if (partner.first == kNone) {
    change.set_kind(v1::SourceChange::ADDED);
    change.set_now(WordsTogether(head_, j, 1));
    return;
  }
  change.set_kind(partner.kind);
  for (size_t k = 0; k < partner.count; ++k) {
    change.add_segments(bound(partner.first + k).id());
  }
  change.set_was(WordsTogether(bound_, partner.first, partner.count));
  change.set_now(WordsTogether(head_, j, of_bound_[partner.first].count));
  if (partner.kind != v1::SourceChange::MOVED) AddSpans(&change);
}

void Differ::AddRemoved(SourceDiff* diff) const {
  const std::vector<bool> in_order = InOrder();
  // The changes were made in the order of the head. A REMOVED goes after the
  // last of what continues the segments before it.
  std::vector<v1::SourceChange> changes;
  size_t next = 0;
  const size_t made = diff->changes.size();
  std::vector<size_t> change_of(head_.size() + 1, 0);
  // changes before head j.
  for (size_t j = 0; j < head_.size(); ++j) {
    const Partner& partner = of_head_[j];
    const bool changed = partner.first == kNone ||
                         (partner.kind != v1::SourceChange::KIND_UNSPECIFIED &&
                          partner.leader == j);
    change_of[j + 1] = change_of[j] + (changed ? 1 : 0);
  }
  for (size_t i = 0; i < of_bound_.size(); ++i) {
    const Partner& partner = of_bound_[i];
    if (partner.first != kNone) {
      if (!in_order[partner.first] && partner.count == 1 &&
          partner.leader == i && of_head_[partner.first].count == 1) {
        continue;
      }
      const size_t until = change_of[partner.first + partner.count];
      while (next < until) changes.push_back(std::move(diff->changes[next++]));
      continue;
    }
    v1::SourceChange& change = changes.emplace_back();
    change.set_kind(v1::SourceChange::REMOVED);
    change.add_segments(bound(i).id());
    change.set_unit(bound(i).unit());
    change.set_field(bound(i).field());
    change.set_was(WordsTogether(bound_, i, 1));
  }
  while (next < made) changes.push_back(std::move(diff->changes[next++]));
  diff->changes = std::move(changes);
}

SourceDiff Differ::Run(
    google::protobuf::Map<std::string, int32_t>* last_numbers) {
  constexpr MakeKey kExact[] = {
      [](const v1::SourceSegment& s) {
        return Key{s.digest_high(), s.digest_low(), s.unit()};
      },
      [](const v1::SourceSegment& s) {
        return Key{s.digest_high(), s.digest_low(), PlaceOf(s.unit())};
      },
      [](const v1::SourceSegment& s) {
        return Key{s.digest_high(), s.digest_low(), ""};
      }};
  constexpr MakeKey kFolded[] = {
      [](const v1::SourceSegment& s) {
        return Key{s.folded_high(), s.folded_low(), s.unit()};
      },
      [](const v1::SourceSegment& s) {
        return Key{s.folded_high(), s.folded_low(), PlaceOf(s.unit())};
      },
      [](const v1::SourceSegment& s) {
        return Key{s.folded_high(), s.folded_low(), ""};
      }};
  PairTables();
  for (const MakeKey key : kExact) PairByKey(key, true);
  FindMoved();
  for (const MakeKey key : kFolded) PairByKey(key, false);
  // Again: what changed places as well is not in order with the others.
  for (int i = 0; i < kMostOrders && AlignPlaces(text::Share::kHalf); ++i) {
  }
  AlignGaps();
  // Not before: a short sentence may be found in a long one by chance, which
  // then must not be taken from what it was made of.
  AlignPlaces(text::Share::kWhole);
  SourceDiff diff;
  NewIds ids(bound_, last_numbers);
  diff.head.reserve(head_.size());
  for (size_t j = 0; j < head_.size(); ++j) {
    AddHead(j, &ids, &diff);
    AddChange(j, &diff);
  }
  AddRemoved(&diff);
  return diff;
}

}  // namespace

SourceDiff DiffSource(
    const BoundList& bound, std::vector<v1::SourceSegment> head,
    google::protobuf::Map<std::string, int32_t>* last_numbers) {
  return Differ(bound, std::move(head)).Run(last_numbers);
}

}  // namespace courant
