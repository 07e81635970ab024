#include "services/translation/rebase.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "services/editorial/rules/text_scan.h"
#include "services/translation/text/assemble.h"

namespace courant {
namespace {

using v1::Segment;
using v1::SourceChange;
using v1::TranslationContent;

// Whether what was said of the words before can be said of them now.
bool StillTrue(SourceChange::Kind kind) {
  return kind == SourceChange::KIND_UNSPECIFIED ||
         kind == SourceChange::MOVED || kind == SourceChange::NON_TEXT ||
         kind == SourceChange::PUNCTUATION;
}

// Carries the segments of one content over to the head of a diff.
class Carrier {
 public:
  explicit Carrier(const TranslationContent& before) : before_(before) {
    for (const v1::SourceSegment& source : before.source_segments()) {
      source_[source.id()] = &source;
    }
    for (int i = 0; i < before.segments_size(); ++i) {
      for (const std::string& id : before.segments(i).sources()) owner_[id] = i;
    }
    place_.assign(before.segments_size(), kNowhere);
  }

  void Add(const HeadSegment& head) {
    const int owner = head.bound.empty() ? kNowhere : OwnerOf(head.bound[0]);
    const size_t at = owner == kNowhere ? AddEmpty(head) : Place(head, owner);
    for (const std::string& bound : head.bound) {
      continued_.insert(bound);
      const int other = OwnerOf(bound);
      if (other != kNowhere && place_[other] == kNowhere) Merge(at, other);
    }
    Carried& carried = carried_[at];
    if (!StillTrue(head.kind)) carried.edited = true;
    if (head.kind == SourceChange::PUNCTUATION) carried.punctuated = true;
  }

  std::vector<Segment> Finish(Keep keep) {
    std::vector<Segment> segments;
    segments.reserve(carried_.size());
    for (Carried& carried : carried_) {
      Settle(keep, carried);
      segments.push_back(std::move(carried.segment));
    }
    return segments;
  }

 private:
  static constexpr int kNowhere = -1;

  struct Carried {
    Segment segment;
    std::string unit;
    // Segments before, whose targets it has.
    std::vector<int> from;
    bool edited = false;
    bool punctuated = false;
  };

  int OwnerOf(const std::string& source_id) const {
    const auto found = owner_.find(source_id);
    return found == owner_.end() ? kNowhere : found->second;
  }

  size_t AddEmpty(const HeadSegment& head) {
    Carried carried{.unit = head.segment.unit()};
    carried.segment.set_id(head.segment.id());
    carried.segment.add_sources(head.segment.id());
    carried.segment.set_state(Segment::INITIAL);
    carried_.push_back(std::move(carried));
    return carried_.size() - 1;
  }

  // Where `head` goes, which continues a source of the segment `owner`.
  size_t Place(const HeadSegment& head, int owner) {
    if (place_[owner] == kNowhere) {
      const size_t at = AddEmpty(head);
      Take(at, owner);
      return at;
    }
    const auto at = static_cast<size_t>(place_[owner]);
    if (at + 1 == carried_.size() && carried_[at].unit == head.segment.unit()) {
      carried_[at].segment.add_sources(head.segment.id());
      return at;
    }
    // What was joined stands apart now: the words stay with the first.
    carried_[at].edited = true;
    return AddEmpty(head);
  }

  // Gives the target of the segment `owner` to `at`, which has none.
  void Take(size_t at, int owner) {
    const Segment& from = before_.segments(owner);
    Carried& to = carried_[at];
    *to.segment.mutable_target() = from.target();
    to.segment.set_author(from.author());
    to.segment.set_state(from.state());
    to.segment.set_previous_source(from.previous_source());
    to.from.push_back(owner);
    place_[owner] = static_cast<int>(at);
  }

  // Appends the target of the segment `owner` to that of `at`.
  void Merge(size_t at, int owner) {
    const Segment& from = before_.segments(owner);
    Carried& to = carried_[at];
    v1::RichText& target = *to.segment.mutable_target();
    const std::string& more = from.target().text();
    if (!target.text().empty() && !more.empty() &&
        target.text().back() != ' ') {
      target.mutable_text()->push_back(' ');
    }
    const auto shift = static_cast<int32_t>(CountCodePoints(target.text()));
    target.mutable_text()->append(more);
    for (v1::Mark mark : from.target().marks()) {
      mark.set_start(mark.start() + shift);
      mark.set_end(mark.end() + shift);
      *target.add_marks() = std::move(mark);
    }
    if (to.segment.author().empty()) to.segment.set_author(from.author());
    to.segment.set_state(std::min(to.segment.state(), from.state()));
    to.from.push_back(owner);
    to.edited = true;
    place_[owner] = static_cast<int>(at);
  }

  // The words of the source for which the target of `carried` was written.
  std::string SourceBefore(const Carried& carried) const {
    std::string text;
    for (const int from : carried.from) {
      for (const std::string& id : before_.segments(from).sources()) {
        const auto found = source_.find(id);
        if (found != source_.end()) text += found->second->text().text();
      }
    }
    return text;
  }

  // True when a source of what it was made from is in no segment any more.
  bool LostSource(const Carried& carried) const {
    for (const int from : carried.from) {
      for (const std::string& id : before_.segments(from).sources()) {
        if (!continued_.contains(id)) return true;
      }
    }
    return false;
  }

  void Settle(Keep keep, Carried& carried) const {
    Segment& segment = carried.segment;
    const bool doubtful = carried.edited || LostSource(carried);
    if (keep == Keep::kEverything) {
      segment.clear_previous_source();
    } else if (doubtful) {
      segment.set_state(Segment::INITIAL);
      // Words that waited for this already were written for what was then.
      if (!segment.target().text().empty() &&
          segment.previous_source().empty()) {
        segment.set_previous_source(SourceBefore(carried));
      }
    } else if (carried.punctuated && segment.state() == Segment::REVIEWED) {
      segment.set_state(Segment::TRANSLATED);
    }
    segment.set_version(SegmentVersion(segment));
  }

  const TranslationContent& before_;
  absl::flat_hash_map<std::string, const v1::SourceSegment*> source_;
  absl::flat_hash_map<std::string, int> owner_;
  // Where the target of each segment before has gone.
  std::vector<int> place_;
  absl::flat_hash_set<std::string> continued_;
  std::vector<Carried> carried_;
};

}  // namespace

void Rebase(const SourceDiff& diff, Keep keep, TranslationContent* content) {
  Carrier carrier(*content);
  for (const HeadSegment& head : diff.head) carrier.Add(head);
  std::vector<Segment> segments = carrier.Finish(keep);
  content->clear_source_segments();
  content->clear_segments();
  for (const HeadSegment& head : diff.head) {
    *content->add_source_segments() = head.segment;
  }
  for (Segment& segment : segments) {
    *content->add_segments() = std::move(segment);
  }
}

}  // namespace courant
