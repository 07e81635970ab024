#ifndef COURANT_SERVICES_EDITORIAL_RULES_UPDATE_MASK_H_
#define COURANT_SERVICES_EDITORIAL_RULES_UPDATE_MASK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "courant/v1/article.pb.h"
#include "google/protobuf/field_mask.pb.h"

// UpdateArticle without the server: one article, one patch, one mask. Pure and
// thread-safe.
namespace courant {

// Returns `current` with the fields that `mask` names taken over from `patch`.
// The result is neither validated nor in canonical form, and its output-only
// fields are those of `current`. Applying the same patch again changes
// nothing.
//
// * A path names a field, also within a message ("rights.usage_terms"). It is
//   taken over whole, lists and maps included; empty in `patch` clears it.
// * An empty mask names every field of the article that is set in `patch`,
//   each whole; output-only fields there are ignored.
// * `*`, alone, names every field that can be updated.
//
// `change_note` describes a revision, not the text: the result has only what
// this patch brings, never the note of `current`.
//
// Errors:
//   INVALID_ARGUMENT / FIELD_MASK_INVALID (metadata `path`): a path that does
//     not exist, is output only, or leads into a list, a map or a time.
//   FAILED_PRECONDITION / FIELD_IMMUTABLE (metadata `field`): `story`, `kind`
//     or, once set, `translation_of.article` would change. Only a path that
//     names one of them can clear it: `*` and an empty mask leave it alone.
absl::StatusOr<v1::Article> ApplyUpdate(
    const v1::Article& current, const v1::Article& patch,
    const google::protobuf::FieldMask& mask);

// Names the top-level fields that differ, in the order of article.proto:
// what belongs into ChangeNote.fields. Output-only fields and `change_note` do
// not count, so an empty answer means that there is nothing to commit.
std::vector<std::string> DifferingFields(const v1::Article& before,
                                         const v1::Article& after);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_UPDATE_MASK_H_
