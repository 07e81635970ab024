#ifndef COURANT_SERVICES_TRANSLATION_SEGMENT_DECISIONS_H_
#define COURANT_SERVICES_TRANSLATION_SEGMENT_DECISIONS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/translation_service.pb.h"
#include "services/translation/work_decisions.h"
#include "storage/committer.h"

// Writing the texts of a translation, and binding them to another revision of
// the source. Decisions as in work_decisions.h.
namespace courant {

using SegmentUpdates = google::protobuf::RepeatedPtrField<v1::SegmentUpdate>;

// Checks what can be checked without the translation: 1 to 200 updates, each of
// another segment, words and marks as an article may have them.
//   INVALID_ARGUMENT, naming "updates[i].target.marks[0].end" and so on
absl::Status CheckSegmentUpdates(const SegmentUpdates& updates);

// Writes texts: all of them or none. `updates` has passed CheckSegmentUpdates.
absl::StatusOr<storage::Decision> DecideUpdateSegments(
    const storage::DecisionContext& context, absl::string_view translation_id,
    const Holder& holder, const SegmentUpdates& updates);

// Binds to the newest revision of the source. What a person wrote is kept in
// every case, at the segment that continues the one it was written for.
absl::StatusOr<storage::Decision> DecideRebase(
    const storage::DecisionContext& context, absl::string_view translation_id,
    absl::string_view etag, const Holder& holder);

// Takes in `scope`, which is more than before, of the newest revision of the
// source: as DecideRebase, and what is new is there without a text. `current`
// is with its content.
absl::Status WidenScope(const storage::DecisionContext& context,
                        v1::Translation::Scope scope,
                        CurrentTranslation* current);

// Says that every text is still right for `source_revision`, the newest.
absl::StatusOr<storage::Decision> DecideConfirm(
    const storage::DecisionContext& context, absl::string_view translation_id,
    int64_t source_revision, const Holder& holder);

// Makes an adaptation of it.
absl::StatusOr<storage::Decision> DecideDetach(
    const storage::DecisionContext& context, absl::string_view translation_id,
    absl::string_view etag);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_SEGMENT_DECISIONS_H_
