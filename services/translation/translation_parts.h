#ifndef COURANT_SERVICES_TRANSLATION_TRANSLATION_PARTS_H_
#define COURANT_SERVICES_TRANSLATION_TRANSLATION_PARTS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/translation.pb.h"
#include "storage/committer.h"

// What every decision about a translation is made of. Nothing here keeps state
// or does I/O except through the view of the context.
namespace courant {

// A translation as it stands at the tail, with its content. The id is
// "{article}/{translation}".
struct CurrentTranslation {
  std::string id;
  storage::v1::ArticleRow row;
  v1::Translation translation;
};

// The translation with this id.
//   NOT_FOUND / RESOURCE_NOT_FOUND
//   ABORTED / ETAG_MISMATCH   `etag` is not empty and not current
absl::StatusOr<CurrentTranslation> ReadCurrentTranslation(
    const storage::DecisionContext& context, absl::string_view translation_id,
    absl::string_view etag = {});

// What filters and indexes compare in `translation`. Its state is that of a
// draft, so that nobody outside ever sees one.
storage::v1::Attributes TranslationAttributesOf(
    const v1::Translation& translation);

// Whether a change takes the texts along.
enum class Texts { kUnchanged, kChanged };

// The change that makes `translation` the next revision. Counts what is done
// when texts have changed.
storage::ChangeDraft MakeTranslationChange(
    v1::Change::Kind kind, v1::Translation translation, Texts texts,
    std::optional<storage::v1::ArticleRow> before);

// A decision for that one change of `current`.
storage::Decision OneTranslationChange(v1::Change::Kind kind,
                                       CurrentTranslation current, Texts texts);

// True while there is something to do for a translator or a reviewer.
bool IsOpen(v1::TranslationTask::State state);

// True for a segment that has to be translated and is not.
bool IsMissing(const v1::Segment& segment);

// FAILED_PRECONDITION / INCOMPLETE, naming the first segments of
// `translation` that have no text; OK when none is.
absl::Status CheckComplete(const v1::Translation& translation);

// INVALID_ARGUMENT / FIELD_TOO_LONG, naming `field`, when `content` is more
// than a translation may be: 5,000 segments, and 8 MiB as encoded, which is
// what one request can carry.
absl::Status CheckSize(const v1::TranslationContent& content,
                       absl::string_view field);

// ABORTED / SESSION_FENCED unless `actor` holds the lease with this token.
absl::Status CheckLease(const v1::TranslationTask& task, int64_t fencing_token,
                        absl::string_view actor);

// FAILED_PRECONDITION / ILLEGAL_TRANSITION for a task in this state; `allowed`
// says in which states it would be right.
absl::Status WrongTaskState(v1::TranslationTask::State state,
                            absl::string_view doing, absl::string_view allowed);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_TRANSLATION_PARTS_H_
