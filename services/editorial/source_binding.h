#ifndef COURANT_SERVICES_EDITORIAL_SOURCE_BINDING_H_
#define COURANT_SERVICES_EDITORIAL_SOURCE_BINDING_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "storage/committer.h"

namespace courant {

// Checks what `article`, the article `article_id` after a change, says about
// the article that it was made from, and fills in what follows from that one:
// revision, language, story. Looks at nothing when `article` says nothing, or
// the same as `before`; that is null for a first revision. Whether the source
// lets it out is for the consequences of a decision to say.
//   NOT_FOUND / RESOURCE_NOT_FOUND    there is no such source
//   INVALID_ARGUMENT / FIELD_INVALID  `article.translation_of.article` was made
//                                     from this article;
//                                     `article.translation_of.revision` is none
//                                     of the source; `article.story` is not the
//                                     source's
absl::Status BindToSource(const storage::DecisionContext& context,
                          absl::string_view article_id,
                          const v1::Article* before, v1::Article* article);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_SOURCE_BINDING_H_
