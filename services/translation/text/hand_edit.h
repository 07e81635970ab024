#ifndef COURANT_SERVICES_TRANSLATION_TEXT_HAND_EDIT_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_HAND_EDIT_H_

#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "courant/v1/translation.pb.h"

namespace courant {

// Brings what an editor changed in a result, from `before` to `after`, into the
// segments that it touches, as AbsorbArticle does; and nothing else, since
// `content` may have moved on from what `before` was published of:
//
// * a text that is the same in both is left as it is in `content`, whether
//   `before` has it or not;
// * in a text that differs, segments are found by their words in `before`, also
//   when they stand in another order since. One whose words are not there any
//   more keeps them. When the edit was about what it said then, it becomes
//   INITIAL, and so does a neighbour that the edit reaches into, or one whose
//   words the edit has put there: somebody has to bring the two together.
// * a block of one text that was made one of another kind, a paragraph that is
//   a list now, is read as that text.
//
// True when anything changed. Versions are set on what changed. Pure and
// thread-safe.
bool AbsorbHandEdit(const v1::Article& before, const v1::Article& after,
                    v1::Translation::Scope scope, absl::string_view language,
                    v1::TranslationContent* content);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_HAND_EDIT_H_
