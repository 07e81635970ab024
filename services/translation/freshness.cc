#include "services/translation/freshness.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/translation/text/source_segments.h"

namespace courant {
namespace {

using v1::ChangeNote;
using v1::SourceChange;
using v1::Translation;

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
         std::equal(a.segments().begin(), a.segments().end(),
                    b.segments().begin(), b.segments().end());
}

// What `change` means, after what was known before this revision.
void SetImpact(const Translation& translation, const v1::Article& head,
               SourceChange& change) {
  change.set_impact(ImpactOf(change.kind(), head.change_note().class_()));
  change.set_revision(head.revision());
  // It says what is bound again: what it said in between is of no account.
  if (change.kind() == SourceChange::MOVED) return;
  for (const SourceChange& before : translation.source_changes()) {
    if (SaysTheSame(before, change)) {
      change.set_impact(before.impact());
      change.set_revision(before.revision());
      return;
    }
    if (Overlap(before, change)) {
      change.set_impact(std::max(change.impact(), before.impact()));
    }
  }
}

// The words of a segment as a change gives them.
absl::string_view WordsIn(const v1::SourceSegment& segment) {
  return absl::StripTrailingAsciiWhitespace(segment.text().text());
}

// Gives changes that are about new words what befell these in `before`, the
// revision that `translation` was compared with last: no bound segment tells
// that they are the same ones.
void InheritImpacts(const Translation& translation, const v1::Article& before,
                    const SourceDiff& diff,
                    std::vector<SourceChange>* changes) {
  if (std::none_of(changes->begin(), changes->end(), [](const auto& change) {
        return change.kind() == SourceChange::ADDED;
      })) {
    return;
  }
  google::protobuf::RepeatedPtrField<v1::SourceSegment> former;
  absl::flat_hash_map<std::string, SourceChange::Impact> had;  // by id
  for (v1::SourceSegment& segment : DivideSource(before, translation.scope())) {
    for (const SourceChange& change : translation.source_changes()) {
      if (change.kind() == SourceChange::MOVED ||
          !absl::StrContains(change.now(), WordsIn(segment))) {
        continue;
      }
      SourceChange::Impact& impact = had[segment.id()];
      impact = std::max(impact, change.impact());
    }
    *former.Add() = std::move(segment);
  }
  if (had.empty()) return;
  std::vector<v1::SourceSegment> head;
  for (const HeadSegment& segment : diff.head) head.push_back(segment.segment);
  const SourceDiff step = DiffSource(former, std::move(head), nullptr);
  for (size_t i = 0; i < diff.head.size(); ++i) {
    if (diff.head[i].kind != SourceChange::ADDED) continue;
    for (SourceChange& change : *changes) {
      if (change.kind() != SourceChange::ADDED ||
          change.unit() != diff.head[i].segment.unit() ||
          change.now() != WordsIn(diff.head[i].segment)) {
        continue;
      }
      for (const std::string& id : step.head[i].bound) {
        const auto found = had.find(id);
        if (found == had.end()) continue;
        change.set_impact(std::max(change.impact(), found->second));
      }
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

bool CompareWithSource(const v1::Article& before, const v1::Article& head,
                       Translation::Freshness standing,
                       Translation* translation) {
  SourceDiff diff =
      DiffSource(translation->content().source_segments(),
                 DivideSource(head, translation->scope()), nullptr);
  for (SourceChange& change : diff.changes) {
    SetImpact(*translation, head, change);
  }
  InheritImpacts(*translation, before, diff, &diff.changes);
  google::protobuf::RepeatedPtrField<SourceChange> changes;
  for (SourceChange& change : diff.changes) {
    *changes.Add() = std::move(change);
  }
  const bool same =
      changes.size() == translation->source_changes_size() &&
      std::equal(
          changes.begin(), changes.end(), translation->source_changes().begin(),
          [](const SourceChange& a, const SourceChange& b) {
            return google::protobuf::util::MessageDifferencer::Equals(a, b);
          });
  if (!same) translation->mutable_source_changes()->Swap(&changes);
  const bool settled = SettleFreshness(standing, translation);
  if (same && !settled) return false;
  translation->set_compared_revision(head.revision());
  return true;
}

}  // namespace courant
