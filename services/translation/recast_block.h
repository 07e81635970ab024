#ifndef COURANT_SERVICES_TRANSLATION_RECAST_BLOCK_H_
#define COURANT_SERVICES_TRANSLATION_RECAST_BLOCK_H_

#include "courant/v1/article.pb.h"

namespace courant {

// How a block that an editor may have made one of another kind goes on when the
// translation is published again.
enum class Recast {
  // It is of the kind that was published.
  kNot,
  // It stays, with the new words: its texts are called as theirs.
  kTakesWords,
  // It stays: it says what is to be published, or that says nothing.
  kStays,
  // What is to be published takes its place. Its words are in the translation,
  // where they were corrected since; which of them goes where nobody knows.
  kGivesWay,
  // It stays beside what is to be published, since it has what the translation
  // has not.
  kStandsApart,
};

// `base` was published, `mine` is what was made of it, `next` is to be
// published. Pure and thread-safe.
Recast RecastOf(const v1::Block& base, const v1::Block& mine,
                const v1::Block& next);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_RECAST_BLOCK_H_
