#include "services/translation/text/unit_edit.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "services/translation/text/rich_text.h"
#include "services/translation/text/segmenter.h"
#include "services/translation/text/unit_segments.h"

namespace courant::text {
namespace {

absl::string_view Slice(const v1::RichText& rich, const CodePoints& points,
                        size_t start, size_t end) {
  return absl::string_view(rich.text())
      .substr(points.offsets[start],
              points.offsets[end] - points.offsets[start]);
}

// Where a part ends that was put to end at `place`: the spaces there are its
// own, and spaces alone are nobody's.
size_t WithSpaces(const CodePoints& points, size_t place) {
  const auto begin = points.points.begin();
  if (std::all_of(begin, begin + static_cast<ptrdiff_t>(place), IsSpace)) {
    return 0;
  }
  while (place < points.size() && IsSpace(points.points[place])) ++place;
  return place;
}

}  // namespace

UnitEdit::UnitEdit(const v1::TranslationContent& content,
                   const std::vector<int>& places, absl::string_view language)
    : language_(language), writes_spaces_(WritesSpaces(language)) {
  for (const int place : places) {
    parts_.push_back({.segment = content.segments(place)});
  }
}

v1::RichText UnitEdit::Assembled() const {
  std::vector<const v1::Segment*> segments;
  for (const Part& part : parts_) {
    if (!part.is_joined) segments.push_back(&part.segment);
  }
  return PutTogether(segments, writes_spaces_);
}

void UnitEdit::FindEnds() {
  size_t end = 0;
  const std::string* before = nullptr;
  size_t before_part = 0;
  for (size_t i = 0; i < parts_.size(); ++i) {
    const std::string& words = parts_[i].segment.target().text();
    if (!words.empty()) {
      if (before != nullptr && NeedsSpace(*before, words, writes_spaces_)) {
        ++end;
        for (size_t k = before_part; k < i; ++k) parts_[k].end = end;
      }
      end += CodePointCount(words);
      before = &words;
      before_part = i;
    }
    parts_[i].end = end;
  }
}

void UnitEdit::MoveEnds(const std::vector<Stretch>& stretches,
                        const CodePoints& now) {
  size_t next = 0;
  // Where the last stretch before ended, and where it ends now.
  Stretch passed = {0, 0, 0, 0};
  size_t before = 0;
  for (Part& part : parts_) {
    while (next < stretches.size() && stretches[next].was_end <= part.end) {
      passed = stretches[next++];
    }
    const bool touches_next =
        next < stretches.size() && stretches[next].was_start <= part.end;
    const bool touches_passed = next > 0 && passed.was_end == part.end;
    if (touches_next && stretches[next].was_start < part.end) {
      // Within a stretch: its words go to the first part that it touches.
      part.end = stretches[next].now_end;
    } else {
      part.end = passed.now_end + (part.end - passed.was_end);
    }
    if (touches_next || touches_passed) part.end = WithSpaces(now, part.end);
    // A part of spaces alone may have lost them to the one before.
    part.end = std::max(part.end, before);
    before = part.end;
  }
  parts_.back().end = now.size();
}

void UnitEdit::Join(size_t part, size_t to) {
  v1::Segment& from = parts_[part].segment;
  v1::Segment& into = parts_[to].segment;
  into.mutable_sources()->MergeFrom(from.sources());
  // What nobody has agreed to yet does not become agreed to by this.
  into.set_state(std::min(into.state(), from.state()));
  parts_[to].has_changed = true;
  parts_[part].is_joined = true;
  parts_[part].joined_to = to;
  parts_[part].has_changed = true;
}

void UnitEdit::JoinReplaced(const std::vector<Stretch>& stretches,
                            const std::vector<size_t>& old_ends) {
  size_t leader = parts_.size();
  for (size_t i = 0; i < parts_.size(); ++i) {
    if (HasWords(i)) {
      leader = i;
      continue;
    }
    const size_t old_start = i == 0 ? 0 : old_ends[i - 1];
    const bool had_words = old_start < old_ends[i];
    if (!had_words || leader == parts_.size()) continue;
    const bool is_replaced = std::any_of(
        stretches.begin(), stretches.end(), [&](const Stretch& stretch) {
          return stretch.was_start < old_ends[i] &&
                 stretch.was_end > old_start &&
                 stretch.now_start < stretch.now_end;
        });
    if (is_replaced) Join(i, leader);
  }
}

void UnitEdit::JoinTouching(const v1::RichText& now, const CodePoints& points) {
  size_t before = parts_.size();
  for (size_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].is_joined || !HasWords(i)) continue;
    if (before == parts_.size() ||
        !NeedsSpace(Slice(now, points, StartOf(before), parts_[before].end),
                    Slice(now, points, StartOf(i), parts_[i].end),
                    writes_spaces_)) {
      before = i;
      continue;
    }
    JoinAll(before, i);
  }
}

void UnitEdit::JoinAll(size_t first, size_t i) {
  for (size_t k = first + 1; k <= i; ++k) {
    if (!parts_[k].is_joined) Join(k, first);
  }
  for (size_t k = first; k < i; ++k) parts_[k].end = parts_[i].end;
}

void UnitEdit::JoinWithinSentence(const v1::RichText& was,
                                  const v1::RichText& now,
                                  const CodePoints& points,
                                  const std::vector<size_t>& old_ends) {
  const CodePoints old_points(was.text());
  const std::vector<size_t> old_sentences = SentenceEnds(was.text(), language_);
  const std::vector<size_t> sentences = SentenceEnds(now.text(), language_);
  const auto ends_one = [](const std::vector<size_t>& ends, size_t offset) {
    return std::binary_search(ends.begin(), ends.end(), offset);
  };
  size_t before = parts_.size();
  for (size_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].is_joined || !HasWords(i)) continue;
    if (before < parts_.size() &&
        ends_one(old_sentences, old_points.offsets[old_ends[i - 1]]) &&
        !ends_one(sentences, points.offsets[StartOf(i)])) {
      JoinAll(before, i);
    } else {
      before = i;
    }
  }
}

void UnitEdit::TakeWords(const v1::RichText& now, const CodePoints& points,
                         bool keep_spaces) {
  for (size_t i = 0; i < parts_.size(); ++i) {
    Part& part = parts_[i];
    if (part.is_joined) continue;
    const size_t start = StartOf(i);
    size_t end = part.end;
    const bool is_last = end == points.size();
    const v1::RichText old = part.segment.target();
    // A space alone at the end comes back by itself.
    if (!keep_spaces && writes_spaces_ && !is_last && end > start + 1 &&
        points.points[end - 1] == ' ' && !IsSpace(points.points[end - 2]) &&
        !IsSpace(points.points[end]) && !EndsWithSpace(old.text())) {
      --end;
    }
    v1::RichText target;
    target.set_text(std::string(Slice(now, points, start, end)));
    *target.mutable_marks() = CutMarks(now.marks(), static_cast<int32_t>(start),
                                       static_cast<int32_t>(end));
    if (SameRichText(target, old)) continue;
    part.has_changed = true;
    if (target.text().empty()) part.segment.set_state(v1::Segment::INITIAL);
    *part.segment.mutable_target() = std::move(target);
  }
}

bool UnitEdit::Absorb(const v1::RichText& now) {
  const v1::RichText was = Assembled();
  if (SameRichText(was, now)) return false;
  const CodePoints points(now.text());
  const std::vector<Stretch> stretches =
      DiffWords(CodePoints(was.text()), points);
  FindEnds();
  std::vector<size_t> old_ends;
  for (const Part& part : parts_) old_ends.push_back(part.end);
  if (was.text().empty()) {
    // Nothing was translated: all of it is the first one's.
    for (Part& part : parts_) part.end = points.size();
  } else {
    MoveEnds(stretches, points);
  }
  JoinReplaced(stretches, old_ends);
  JoinTouching(now, points);
  JoinWithinSentence(was, now, points, old_ends);
  TakeWords(now, points, false);
  // Marks may need the spaces: one that ends at a space, and one that begins
  // after it, would be taken for one.
  if (!SameRichText(Assembled(), now)) TakeWords(now, points, true);
  return true;
}

bool UnitEdit::Clear() {
  bool had_words = false;
  for (Part& part : parts_) {
    if (part.segment.target().text().empty()) continue;
    part.segment.clear_target();
    part.segment.set_state(v1::Segment::INITIAL);
    part.has_changed = true;
    had_words = true;
  }
  return had_words;
}

}  // namespace courant::text
