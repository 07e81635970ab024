#include "services/translation/segment_decisions.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/rules/structure_rules.h"
#include "services/editorial/rules/value_rules.h"
#include "services/editorial/rules/violations.h"
#include "services/translation/freshness.h"
#include "services/translation/rebase.h"
#include "services/translation/text/assemble.h"
#include "services/translation/text/segmenter.h"
#include "services/translation/text/source_segments.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using storage::Decision;
using storage::DecisionContext;
using storage::v1::ArticleRow;
using v1::Change;
using v1::Segment;
using v1::SourceChange;
using v1::Translation;
using Task = v1::TranslationTask;

// translation.md 7.
constexpr int kMaxUpdates = 200;
constexpr size_t kMaxTargetBytes = 8 << 10;
constexpr int kMaxMarks = 200;
constexpr int kMaxTargetViolations = 20;

// Where each source segment stands, by id.
absl::flat_hash_map<std::string, int> PositionsOf(
    const v1::TranslationContent& content) {
  absl::flat_hash_map<std::string, int> positions;
  for (int i = 0; i < content.source_segments_size(); ++i) {
    positions[content.source_segments(i).id()] = i;
  }
  return positions;
}

absl::Status CheckSources(const v1::SegmentUpdate& update,
                          const v1::TranslationContent& content,
                          const absl::flat_hash_map<std::string, int>& position,
                          const std::string& path) {
  const std::string field = absl::StrCat(path, ".sources");
  if (update.sources(0) != update.segment()) {
    return InvalidField(field, "must begin with the segment itself");
  }
  int expected = position.at(update.segment());
  const std::string& unit = content.source_segments(expected).unit();
  for (const std::string& id : update.sources()) {
    const auto found = position.find(id);
    if (found == position.end()) {
      return InvalidField(field,
                          absl::StrCat("there is no source segment ", id));
    }
    if (found->second != expected++ ||
        content.source_segments(found->second).unit() != unit) {
      return InvalidField(field, absl::StrCat("must follow each other in ",
                                              unit, "; ", id, " does not"));
    }
  }
  return absl::OkStatus();
}

// Gives the source segments `sources` to the segment that begins with the first
// of them, and takes them from the others.
void Regroup(const google::protobuf::RepeatedPtrField<std::string>& sources,
             const absl::flat_hash_map<std::string, int>& position,
             v1::TranslationContent* content) {
  const absl::flat_hash_set<std::string> taken(sources.begin(), sources.end());
  std::vector<Segment> after;
  for (Segment& segment : *content->mutable_segments()) {
    std::vector<std::string> left;
    for (const std::string& id : segment.sources()) {
      if (!taken.contains(id)) left.push_back(id);
    }
    const bool touched =
        static_cast<int>(left.size()) != segment.sources_size();
    if (segment.id() == sources[0]) {
      Segment grown = segment;
      *grown.mutable_sources() = sources;
      after.push_back(std::move(grown));
      segment.Clear();
      segment.set_state(Segment::INITIAL);
    } else if (!touched) {
      after.push_back(std::move(segment));
      continue;
    }
    if (left.empty()) continue;
    // Its words said what others say now.
    segment.set_id(left.front());
    segment.mutable_sources()->Assign(left.begin(), left.end());
    segment.set_state(Segment::INITIAL);
    segment.set_version(SegmentVersion(segment));
    after.push_back(std::move(segment));
  }
  std::stable_sort(after.begin(), after.end(),
                   [&](const Segment& a, const Segment& b) {
                     return position.at(a.id()) < position.at(b.id());
                   });
  content->clear_segments();
  for (Segment& segment : after) *content->add_segments() = std::move(segment);
}

absl::Status VersionMismatch(const Segment& segment) {
  return MakeError(
      v1::ETAG_MISMATCH,
      absl::StrCat("segment ", segment.id(),
                   " was changed since; read it again, then decide"),
      {{"segment", segment.id()},
       {"version", absl::StrCat(segment.version())}});
}

absl::Status Write(const v1::SegmentUpdate& update, const std::string& path,
                   const std::string& author,
                   const absl::flat_hash_map<std::string, int>& position,
                   v1::TranslationContent* content) {
  const auto find = [&] {
    return std::find_if(content->mutable_segments()->begin(),
                        content->mutable_segments()->end(),
                        [&](const Segment& segment) {
                          return segment.id() == update.segment();
                        });
  };
  auto segment = find();
  if (segment == content->mutable_segments()->end()) {
    return InvalidField(absl::StrCat(path, ".segment"),
                        absl::StrCat("there is no segment ", update.segment()));
  }
  if (update.version() != 0 && update.version() != segment->version()) {
    return VersionMismatch(*segment);
  }
  if (!update.sources().empty()) {
    COURANT_RETURN_IF_ERROR(CheckSources(update, *content, position, path));
    Regroup(update.sources(), position, content);
    segment = find();
  }
  *segment->mutable_target() = update.target();
  segment->set_author(author);
  if (update.draft() || update.target().text().empty()) {
    segment->set_state(Segment::INITIAL);
  } else {
    segment->set_state(Segment::TRANSLATED);
    segment->clear_previous_source();
  }
  segment->set_version(SegmentVersion(*segment));
  return absl::OkStatus();
}

// The newest revision of the source.
absl::StatusOr<v1::Article> ReadHead(const DecisionContext& context,
                                     const CurrentTranslation& current) {
  const std::string& source_id = current.row.attributes().source_article_id();
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                           context.view.FindArticle(source_id));
  if (!row) return ResourceNotFound(current.translation.source_article());
  return context.view.ReadArticle(Sequence(row->sequence()));
}

// Binds `translation` to `head`, with `diff` between what it was bound to and
// that.
void Bind(const v1::Article& head, const SourceDiff& diff, Keep keep,
          Translation* translation) {
  Rebase(diff, keep, translation->mutable_content());
  translation->mutable_content()->set_rules_version(kRulesVersion);
  translation->set_source_revision(head.revision());
  translation->set_compared_revision(head.revision());
  translation->clear_source_changes();
  translation->set_freshness(Translation::CURRENT);
}

// Reads what a rebase and a confirmation begin with.
struct Rebinding {
  CurrentTranslation current;
  v1::Article head;
  SourceDiff diff;
};

absl::Status CompareWithHead(const DecisionContext& context,
                             Rebinding* rebinding) {
  Translation& translation = rebinding->current.translation;
  COURANT_ASSIGN_OR_RETURN(rebinding->head,
                           ReadHead(context, rebinding->current));
  rebinding->diff =
      DiffSource(translation.content().source_segments(),
                 DivideSource(rebinding->head, translation.scope()),
                 translation.mutable_content()->mutable_last_numbers());
  return absl::OkStatus();
}

absl::StatusOr<Rebinding> OpenRebinding(const DecisionContext& context,
                                        absl::string_view translation_id,
                                        absl::string_view etag,
                                        const Holder& holder) {
  Rebinding rebinding;
  COURANT_ASSIGN_OR_RETURN(rebinding.current,
                           OpenForWork(context, translation_id, etag));
  Translation& translation = rebinding.current.translation;
  if (translation.task().has_lease() || holder.fencing_token != 0) {
    COURANT_RETURN_IF_ERROR(
        CheckLease(translation.task(), holder.fencing_token, holder.actor));
  }
  COURANT_RETURN_IF_ERROR(CompareWithHead(context, &rebinding));
  return rebinding;
}

bool IsCritical(const Translation& translation) {
  return std::any_of(translation.source_changes().begin(),
                     translation.source_changes().end(),
                     [](const SourceChange& change) {
                       return change.impact() == SourceChange::CRITICAL;
                     });
}

// Calls edited what was corrected and has the same words: the sign in a number,
// a caption that is under another picture. Somebody reads it again.
void MarkCorrected(const Translation& translation, SourceDiff* diff) {
  absl::flat_hash_set<absl::string_view> corrected;
  for (const SourceChange& change : translation.source_changes()) {
    if (change.impact() != SourceChange::CRITICAL) continue;
    corrected.insert(change.segments().begin(), change.segments().end());
  }
  if (corrected.empty()) return;
  for (HeadSegment& head : diff->head) {
    if (head.kind != SourceChange::PUNCTUATION &&
        head.kind != SourceChange::MOVED) {
      continue;
    }
    const bool is_corrected = std::any_of(
        head.bound.begin(), head.bound.end(),
        [&](const std::string& id) { return corrected.contains(id); });
    if (is_corrected) head.kind = SourceChange::EDITED;
  }
}

// Takes the newest revision of the source in.
void TakeIn(Rebinding* rebinding) {
  Translation& translation = rebinding->current.translation;
  if (IsCritical(translation) && !translation.article().empty()) {
    translation.set_next_class(v1::ChangeNote::CORRECTION);
  }
  MarkCorrected(translation, &rebinding->diff);
  Bind(rebinding->head, rebinding->diff, Keep::kWhatIsStillTrue, &translation);
}

}  // namespace

absl::Status CheckSegmentUpdates(const SegmentUpdates& updates) {
  if (updates.empty()) return RequiredField("updates");
  if (updates.size() > kMaxUpdates) {
    return MakeFieldError(
        v1::FIELD_TOO_LONG,
        {{"updates", absl::StrCat("has ", updates.size(), " elements; at most ",
                                  kMaxUpdates, " are taken at once")}},
        {{"limit", absl::StrCat(kMaxUpdates)}});
  }
  Violations violations(kMaxTargetViolations);
  const FieldPath root("");
  absl::flat_hash_set<absl::string_view> seen;
  for (int i = 0; i < updates.size() && !violations.full(); ++i) {
    const v1::SegmentUpdate& update = updates[i];
    const FieldPath path = root.Element("updates", i);
    if (update.segment().empty()) {
      violations.AddRequired(path.Child("segment"));
    } else if (!seen.insert(update.segment()).second) {
      violations.Add(path.Child("segment"), v1::FIELD_INVALID,
                     "is named twice; write each segment once");
    }
    const FieldPath target = path.Child("target");
    const std::string& words = update.target().text();
    if (!CheckText(words, {}, target.Child("text"), &violations)) continue;
    if (words.size() > kMaxTargetBytes) {
      violations.AddTooLong(target.Child("text"),
                            static_cast<int64_t>(words.size()), kMaxTargetBytes,
                            "bytes");
      continue;
    }
    if (update.target().marks_size() > kMaxMarks) {
      violations.AddTooLong(target.Child("marks"), update.target().marks_size(),
                            kMaxMarks, "elements");
      continue;
    }
    CheckMarks(update.target(), target, &violations);
  }
  return violations.ToStatus();
}

absl::StatusOr<Decision> DecideUpdateSegments(const DecisionContext& context,
                                              absl::string_view translation_id,
                                              const Holder& holder,
                                              const SegmentUpdates& updates) {
  COURANT_ASSIGN_OR_RETURN(CurrentTranslation current,
                           OpenHeld(context, translation_id, holder));
  Task& task = *current.translation.mutable_task();
  v1::TranslationContent& content = *current.translation.mutable_content();
  const absl::flat_hash_map<std::string, int> position = PositionsOf(content);
  for (int i = 0; i < updates.size(); ++i) {
    COURANT_RETURN_IF_ERROR(Write(updates[i], absl::StrCat("updates[", i, "]"),
                                  holder.actor, position, &content));
  }
  COURANT_RETURN_IF_ERROR(CheckSize(content, "updates"));
  if (task.state() == Task::CLAIMED) task.set_state(Task::TRANSLATING);
  return OneTranslationChange(Change::TRANSLATION_UPDATED, std::move(current),
                              Texts::kChanged);
}

absl::StatusOr<Decision> DecideRebase(const DecisionContext& context,
                                      absl::string_view translation_id,
                                      absl::string_view etag,
                                      const Holder& holder) {
  COURANT_ASSIGN_OR_RETURN(
      Rebinding rebinding,
      OpenRebinding(context, translation_id, etag, holder));
  Translation& translation = rebinding.current.translation;
  TakeIn(&rebinding);
  COURANT_RETURN_IF_ERROR(CheckSize(translation.content(), "name"));
  Task& task = *translation.mutable_task();
  const bool translating =
      task.state() == Task::CLAIMED || task.state() == Task::TRANSLATING;
  if (!translating && !CheckComplete(translation).ok()) {
    Requeue(&task);
  } else if ((task.state() == Task::COMPLETED ||
              task.state() == Task::APPROVED) &&
             !rebinding.diff.changes.empty()) {
    // Nothing to write, but what is published, or was agreed to, is not what it
    // would be now: somebody looks, and publishes.
    task.set_state(Task::SUBMITTED);
  }
  return OneTranslationChange(Change::TRANSLATION_UPDATED,
                              std::move(rebinding.current), Texts::kChanged);
}

absl::Status WidenScope(const DecisionContext& context,
                        Translation::Scope scope, CurrentTranslation* current) {
  Rebinding rebinding{.current = std::move(*current)};
  rebinding.current.translation.set_scope(scope);
  COURANT_RETURN_IF_ERROR(CompareWithHead(context, &rebinding));
  TakeIn(&rebinding);
  COURANT_RETURN_IF_ERROR(
      CheckSize(rebinding.current.translation.content(), "parent"));
  *current = std::move(rebinding.current);
  return absl::OkStatus();
}

absl::StatusOr<Decision> DecideConfirm(const DecisionContext& context,
                                       absl::string_view translation_id,
                                       int64_t source_revision,
                                       const Holder& holder) {
  COURANT_ASSIGN_OR_RETURN(Rebinding rebinding,
                           OpenRebinding(context, translation_id, "", holder));
  if (source_revision != rebinding.head.revision()) {
    return InvalidField(
        "source_revision",
        absl::StrCat("must be ", rebinding.head.revision(),
                     ", the newest revision of the source; read that one"));
  }
  const auto unread = std::count_if(
      rebinding.diff.changes.begin(), rebinding.diff.changes.end(),
      [](const SourceChange& change) {
        return change.kind() == SourceChange::ADDED ||
               change.kind() == SourceChange::REMOVED;
      });
  if (unread > 0) {
    return MakeError(v1::INCOMPLETE,
                     absl::StrCat(unread,
                                  " segments are in the source or in the "
                                  "translation alone: rebase it"),
                     {{"count", absl::StrCat(unread)}});
  }
  Bind(rebinding.head, rebinding.diff, Keep::kEverything,
       &rebinding.current.translation);
  COURANT_RETURN_IF_ERROR(
      CheckSize(rebinding.current.translation.content(), "name"));
  return OneTranslationChange(Change::TRANSLATION_UPDATED,
                              std::move(rebinding.current), Texts::kChanged);
}

absl::StatusOr<Decision> DecideDetach(const DecisionContext& context,
                                      absl::string_view translation_id,
                                      absl::string_view etag) {
  COURANT_ASSIGN_OR_RETURN(CurrentTranslation current,
                           OpenForWork(context, translation_id, etag));
  Translation& translation = current.translation;
  translation.set_kind(Translation::ADAPTATION);
  // What was stale stays so: somebody should look.
  SettleFreshness(Translation::CURRENT, &translation);
  Decision decision;
  decision.push_back(
      MakeTranslationChange(Change::TRANSLATION_UPDATED, std::move(translation),
                            Texts::kUnchanged, std::move(current.row)));
  return decision;
}

}  // namespace courant
