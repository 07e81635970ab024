#include "services/translation/translation_parts.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/rules/times.h"
#include "services/translation/translation_name.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/keys.h"

namespace courant {
namespace {

using storage::ChangeDraft;
using storage::DecisionContext;
using storage::v1::ArticleRow;
using Task = v1::TranslationTask;

// translation.md 7: more is not an article.
constexpr int kMaxSegments = 5000;
constexpr size_t kMaxContentBytes = size_t{8} << 20;

// How many ids an error names.
constexpr size_t kMaxNamed = 20;

v1::Completeness CompletenessOf(const v1::TranslationContent& content) {
  v1::Completeness done;
  done.set_required(content.segments_size());
  for (const v1::Segment& segment : content.segments()) {
    if (IsMissing(segment)) continue;
    done.set_translated(done.translated() + 1);
    if (segment.state() == v1::Segment::REVIEWED) {
      done.set_reviewed(done.reviewed() + 1);
    }
  }
  return done;
}

}  // namespace

absl::StatusOr<CurrentTranslation> ReadCurrentTranslation(
    const DecisionContext& context, absl::string_view translation_id,
    absl::string_view etag) {
  CurrentTranslation current{.id = std::string(translation_id)};
  const std::string name = TranslationName(translation_id);
  COURANT_ASSIGN_OR_RETURN(std::optional<ArticleRow> row,
                           context.view.FindArticle(translation_id));
  if (!row) return ResourceNotFound(name);
  if (!etag.empty() && etag != row->etag()) return EtagMismatch(name, *row);
  current.row = *std::move(row);
  COURANT_ASSIGN_OR_RETURN(current.translation,
                           context.view.ReadTranslation(current.row));
  return current;
}

storage::v1::Attributes TranslationAttributesOf(
    const v1::Translation& translation) {
  const auto id = [](absl::string_view name) {
    return std::string(absl::StripPrefix(name, "articles/"));
  };
  storage::v1::Attributes attributes;
  attributes.set_resource(storage::v1::TRANSLATION);
  attributes.set_language(translation.language());
  attributes.set_story(translation.story());
  attributes.set_state(v1::Article::DRAFT);
  attributes.set_list_time_us(
      absl::ToUnixMicros(ToTime(translation.create_time())));
  attributes.set_source_article_id(id(translation.source_article()));
  attributes.set_result_article_id(id(translation.article()));
  attributes.set_task_state(translation.task().state());
  attributes.set_freshness(translation.freshness());
  return attributes;
}

ChangeDraft MakeTranslationChange(v1::Change::Kind kind,
                                  v1::Translation translation, Texts texts,
                                  std::optional<ArticleRow> before) {
  ChangeDraft draft{.kind = kind,
                    .article_id = TranslationIdOf(translation.name()),
                    .previous = std::move(before)};
  if (texts == Texts::kChanged) {
    *translation.mutable_completeness() = CompletenessOf(translation.content());
  } else {
    translation.clear_content();
  }
  draft.attributes = TranslationAttributesOf(translation);
  draft.translation = std::move(translation);
  return draft;
}

storage::Decision OneTranslationChange(v1::Change::Kind kind,
                                       CurrentTranslation current,
                                       Texts texts) {
  storage::Decision decision;
  decision.push_back(MakeTranslationChange(kind, std::move(current.translation),
                                           texts, std::move(current.row)));
  return decision;
}

bool IsOpen(Task::State state) {
  switch (state) {
    case Task::REQUESTED:
    case Task::CLAIMED:
    case Task::TRANSLATING:
    case Task::SUBMITTED:
    case Task::IN_REVIEW:
    case Task::APPROVED:
      return true;
    default:
      return false;
  }
}

bool IsMissing(const v1::Segment& segment) {
  return segment.state() != v1::Segment::TRANSLATED &&
         segment.state() != v1::Segment::REVIEWED;
}

absl::Status CheckComplete(const v1::Translation& translation) {
  std::vector<absl::string_view> missing;
  size_t count = 0;
  for (const v1::Segment& segment : translation.content().segments()) {
    if (!IsMissing(segment)) continue;
    ++count;
    if (missing.size() < kMaxNamed) missing.push_back(segment.id());
  }
  if (count == 0) return absl::OkStatus();
  return MakeError(v1::INCOMPLETE,
                   absl::StrCat(count, " segments are not translated: ",
                                absl::StrJoin(missing, ", "),
                                count > missing.size() ? ", ..." : ""),
                   {{"segments", absl::StrJoin(missing, ",")},
                    {"count", absl::StrCat(count)}});
}

absl::Status CheckSize(const v1::TranslationContent& content,
                       absl::string_view field) {
  if (content.source_segments_size() > kMaxSegments) {
    return MakeFieldError(
        v1::FIELD_TOO_LONG,
        {{std::string(field),
          absl::StrCat("makes ", content.source_segments_size(),
                       " segments; at most ", kMaxSegments,
                       " are taken; divide the source into articles")}},
        {{"limit", absl::StrCat(kMaxSegments)}});
  }
  const size_t bytes = content.ByteSizeLong();
  if (bytes <= kMaxContentBytes) return absl::OkStatus();
  return MakeFieldError(
      v1::FIELD_TOO_LONG,
      {{std::string(field),
        absl::StrCat("makes the translation ", bytes,
                     " bytes long, with its "
                     "source; at most ",
                     kMaxContentBytes,
                     " are taken; divide the source into articles")}},
      {{"limit", absl::StrCat(kMaxContentBytes)}});
}

absl::Status CheckLease(const Task& task, int64_t fencing_token,
                        absl::string_view actor) {
  const v1::Lease& lease = task.lease();
  if (task.has_lease() && fencing_token == lease.fencing_token() &&
      actor == lease.holder()) {
    return absl::OkStatus();
  }
  if (!task.has_lease()) {
    return MakeError(v1::SESSION_FENCED,
                     "nobody has this work now; claim it, and compare your "
                     "text with what is there");
  }
  return MakeError(v1::SESSION_FENCED,
                   absl::StrCat(lease.holder(),
                                " has this work now; your text was not "
                                "written"),
                   {{"holder", lease.holder()}});
}

absl::Status WrongTaskState(Task::State state, absl::string_view doing,
                            absl::string_view allowed) {
  const std::string name =
      state == Task::STATE_UNSPECIFIED ? "no work" : Task::State_Name(state);
  return MakeError(v1::ILLEGAL_TRANSITION,
                   absl::StrCat("cannot ", doing, " a translation with ", name,
                                "; it must be ", allowed),
                   {{"state", name}, {"allowed", std::string(allowed)}});
}

}  // namespace courant
