#include "services/translation/freshness.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/types/span.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/translation/text/source_segments.h"
#include "services/translation/text/text_units.h"

namespace courant {
namespace {

using google::protobuf::util::MessageDifferencer;
using v1::ChangeNote;
using v1::SourceChange;
using v1::Translation;
using Changes = google::protobuf::RepeatedPtrField<SourceChange>;
using SourceSegments = google::protobuf::RepeatedPtrField<v1::SourceSegment>;

// What a change is about: segments that are bound, or else words.
std::vector<absl::string_view> TopicsOf(const SourceChange& change) {
  if (change.segments().empty()) return {change.now()};
  return {change.segments().begin(), change.segments().end()};
}

// Changes by what they are about, in their order. They must outlive it.
template <typename Change>
class ByTopic {
 public:
  template <typename List>
  explicit ByTopic(List& changes) {
    for (Change& change : changes) {
      for (const absl::string_view topic : TopicsOf(change)) {
        about_[topic].push_back(&change);
      }
    }
  }

  absl::Span<Change* const> About(absl::string_view topic) const {
    const auto found = about_.find(topic);
    if (found == about_.end()) return {};
    return found->second;
  }

 private:
  absl::flat_hash_map<absl::string_view, std::vector<Change*>> about_;
};

// Whether two changes are about some of the same words of the bound source; of
// new words there are none, so these are told by themselves.
bool Overlap(const SourceChange& a, const SourceChange& b) {
  if (a.segments().empty() && b.segments().empty()) {
    return a.unit() == b.unit() && a.now() == b.now();
  }
  return std::any_of(
      a.segments().begin(), a.segments().end(), [&](const std::string& id) {
        return std::find(b.segments().begin(), b.segments().end(), id) !=
               b.segments().end();
      });
}

bool SaysTheSame(const SourceChange& a, const SourceChange& b) {
  return a.kind() == b.kind() && a.now() == b.now() &&
         SubjectOf(a.unit()) == SubjectOf(b.unit()) &&
         std::equal(a.segments().begin(), a.segments().end(),
                    b.segments().begin(), b.segments().end());
}

// Whether `change` says only what `before` did, and maybe of less that is
// bound: of two sentences that were made one, the second is there again by
// itself.
bool SaysNoMore(const SourceChange& before, const SourceChange& change) {
  if (SaysTheSame(before, change)) return true;
  const auto& segments = before.segments();
  return before.kind() != SourceChange::MOVED &&
         before.unit() == change.unit() && before.now() == change.now() &&
         !change.now().empty() && !change.segments().empty() &&
         std::all_of(change.segments().begin(), change.segments().end(),
                     [&segments](const std::string& id) {
                       return std::find(segments.begin(), segments.end(), id) !=
                              segments.end();
                     });
}

// The words that a translation is bound to, by segment: what each tells of.
using Subjects = absl::flat_hash_map<absl::string_view, absl::string_view>;

Subjects SubjectsOf(const Translation& translation) {
  Subjects subjects;
  for (const auto& segment : translation.content().source_segments()) {
    subjects[segment.id()] = SubjectOf(segment.unit());
  }
  return subjects;
}

// What a change of this kind is to the reader: the same words, told of another
// thing, are other words.
SourceChange::Kind KindFor(const Subjects& subjects,
                           const SourceChange& change) {
  if (change.segments().empty() || change.kind() == SourceChange::REMOVED) {
    return change.kind();
  }
  const auto found = subjects.find(change.segments(0));
  const bool same =
      found == subjects.end() || found->second == SubjectOf(change.unit());
  return same ? change.kind() : SourceChange::EDITED;
}

// What `change` means, after what was known before this revision.
void SetImpact(const ByTopic<const SourceChange>& known,
               const Subjects& subjects, const v1::Article& head,
               SourceChange& change) {
  const SourceChange::Kind kind = KindFor(subjects, change);
  change.set_impact(ImpactOf(kind, head.change_note().class_()));
  change.set_revision(head.revision());
  // It says what is bound again: what it said in between is of no account.
  if (kind == SourceChange::MOVED) return;
  for (const absl::string_view topic : TopicsOf(change)) {
    for (const SourceChange* before : known.About(topic)) {
      if (SaysNoMore(*before, change)) {
        change.set_impact(before->impact());
        change.set_revision(before->revision());
        return;
      }
      if (Overlap(*before, change)) {
        change.set_impact(std::max(change.impact(), before->impact()));
      }
    }
  }
}

// The words of a segment as a change gives them.
absl::string_view WordsIn(const v1::SourceSegment& segment) {
  return absl::StripTrailingAsciiWhitespace(segment.text().text());
}

bool IsAdded(const SourceChange& change) {
  return change.kind() == SourceChange::ADDED;
}

// What a change that is about `head` is about.
absl::string_view TopicOf(const HeadSegment& head) {
  return head.bound.empty() ? WordsIn(head.segment)
                            : absl::string_view(head.bound.front());
}

// Whether `change` is what became of `head`.
bool IsAbout(const SourceChange& change, const HeadSegment& head) {
  if (change.kind() != head.kind) return false;
  if (IsAdded(change)) {
    return change.unit() == head.segment.unit() &&
           change.now() == WordsIn(head.segment);
  }
  return !head.bound.empty() &&
         std::find(change.segments().begin(), change.segments().end(),
                   head.bound.front()) != change.segments().end();
}

// What befell words, by the segment in which they are.
using Impacts = absl::flat_hash_map<std::string, SourceChange::Impact>;

void Raise(const Impacts& had, const std::vector<std::string>& segments,
           SourceChange* change) {
  for (const std::string& id : segments) {
    const auto found = had.find(id);
    if (found == had.end()) continue;
    change->set_impact(std::max(change->impact(), found->second));
  }
}

// What befell the segments of `former`, of which `known` told.
struct Befallen {
  Befallen(const Changes& known, const SourceSegments& former) {
    absl::flat_hash_map<absl::string_view, std::vector<absl::string_view>> ids;
    for (const v1::SourceSegment& segment : former) {
      ids[WordsIn(segment)].push_back(segment.id());
    }
    for (const SourceChange& change : known) {
      if (change.kind() == SourceChange::MOVED) continue;
      // Other changes tell of one segment.
      if (change.kind() == SourceChange::SPLIT) {
        for (const auto& [words, of] : ids) {
          if (absl::StrContains(change.now(), words)) Note(change, of, &had);
        }
        continue;
      }
      const auto found = ids.find(change.now());
      if (found == ids.end()) continue;
      Note(change, found->second, &had);
      if (IsAdded(change)) Note(change, found->second, &had_as_new);
    }
  }

  // By segment; and of what was new then.
  Impacts had;
  Impacts had_as_new;

 private:
  static void Note(const SourceChange& change,
                   const std::vector<absl::string_view>& ids,
                   Impacts* impacts) {
    for (const absl::string_view id : ids) {
      SourceChange::Impact& impact = (*impacts)[id];
      impact = std::max(impact, change.impact());
    }
  }
};

// Gives changes that are about words that were new in `before`, the revision
// that `translation` was compared with last, or that are new now, what befell
// these: no bound segment tells that they are the same ones.
void InheritImpacts(const Translation& translation, const v1::Article& before,
                    const SourceDiff& diff,
                    std::vector<SourceChange>* changes) {
  const Changes& known = translation.source_changes();
  if (std::none_of(changes->begin(), changes->end(), IsAdded) &&
      std::none_of(known.begin(), known.end(), IsAdded)) {
    return;
  }
  SourceSegments former;
  for (v1::SourceSegment& segment : DivideSource(before, translation.scope())) {
    *former.Add() = std::move(segment);
  }
  const Befallen befallen(known, former);
  if (befallen.had.empty()) return;
  std::vector<v1::SourceSegment> head;
  for (const HeadSegment& segment : diff.head) head.push_back(segment.segment);
  const SourceDiff step = DiffSource(former, std::move(head), nullptr);
  const ByTopic<SourceChange> by_topic(*changes);
  for (size_t i = 0; i < diff.head.size(); ++i) {
    const HeadSegment& segment = diff.head[i];
    if (segment.kind == SourceChange::MOVED) continue;
    for (SourceChange* change : by_topic.About(TopicOf(segment))) {
      if (!IsAbout(*change, segment)) continue;
      Raise(IsAdded(*change) ? befallen.had : befallen.had_as_new,
            step.head[i].bound, change);
    }
  }
}

Translation::Freshness FreshnessOf(SourceChange::Impact impact) {
  switch (impact) {
    case SourceChange::MINOR:
      return Translation::OUTDATED_MINOR;
    case SourceChange::NORMAL:
      return Translation::OUTDATED;
    case SourceChange::CRITICAL:
      return Translation::OUTDATED_CRITICAL;
    default:
      return Translation::CURRENT;
  }
}

// Whether two translations are bound to the same: words, marks, the names of
// segments and where they stand.
bool AreSame(const google::protobuf::RepeatedPtrField<v1::SourceSegment>& a,
             const google::protobuf::RepeatedPtrField<v1::SourceSegment>& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(),
      [](const v1::SourceSegment& x, const v1::SourceSegment& y) {
        return x.id() == y.id() && x.unit() == y.unit() &&
               x.field() == y.field() && x.text().text() == y.text().text() &&
               ((x.text().marks().empty() && y.text().marks().empty()) ||
                MessageDifferencer::Equals(x.text(), y.text()));
      });
}

}  // namespace

SourceChange::Impact ImpactOf(SourceChange::Kind kind,
                              ChangeNote::Class revision_class) {
  if (kind == SourceChange::MOVED) return SourceChange::IMPACT_UNSPECIFIED;
  if (kind == SourceChange::NON_TEXT) return SourceChange::MINOR;
  if (revision_class == ChangeNote::CORRECTION) return SourceChange::CRITICAL;
  if (revision_class == ChangeNote::REFILE ||
      kind == SourceChange::PUNCTUATION) {
    return SourceChange::MINOR;
  }
  return SourceChange::NORMAL;
}

bool SettleFreshness(Translation::Freshness standing,
                     Translation* translation) {
  Translation::Freshness freshness = standing;
  if (standing == Translation::CURRENT) {
    SourceChange::Impact worst = SourceChange::IMPACT_UNSPECIFIED;
    for (const SourceChange& change : translation->source_changes()) {
      worst = std::max(worst, change.impact());
    }
    freshness = FreshnessOf(worst);
    // An adaptation makes no claim about segments.
    if (translation->kind() == Translation::ADAPTATION) {
      freshness = worst >= SourceChange::NORMAL ? Translation::DETACHED
                                                : Translation::CURRENT;
    }
  }
  if (freshness == translation->freshness()) return false;
  translation->set_freshness(freshness);
  return true;
}

const SourceDiff& SourceComparison::DiffFor(const Translation& translation) {
  const Segments& bound = translation.content().source_segments();
  for (const Known& known : known_) {
    if (known.scope == translation.scope() && AreSame(known.bound, bound)) {
      return known.diff;
    }
  }
  known_.push_back(
      {translation.scope(), bound,
       DiffSource(bound, DivideSource(head_, translation.scope()), nullptr)});
  return known_.back().diff;
}

bool SourceComparison::Update(Translation::Freshness standing,
                              Translation* translation) {
  const SourceDiff& diff = DiffFor(*translation);
  std::vector<SourceChange> differing = diff.changes;
  const Subjects subjects = SubjectsOf(*translation);
  const ByTopic<const SourceChange> known(translation->source_changes());
  for (SourceChange& change : differing) {
    SetImpact(known, subjects, head_, change);
  }
  InheritImpacts(*translation, before_, diff, &differing);
  Changes changes;
  for (SourceChange& change : differing) {
    *changes.Add() = std::move(change);
  }
  const bool same =
      changes.size() == translation->source_changes_size() &&
      std::equal(changes.begin(), changes.end(),
                 translation->source_changes().begin(),
                 [](const SourceChange& a, const SourceChange& b) {
                   return MessageDifferencer::Equals(a, b);
                 });
  if (!same) translation->mutable_source_changes()->Swap(&changes);
  const bool settled = SettleFreshness(standing, translation);
  if (same && !settled) return false;
  translation->set_compared_revision(head_.revision());
  return true;
}

}  // namespace courant
