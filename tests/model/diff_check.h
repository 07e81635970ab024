#ifndef COURANT_TESTS_MODEL_DIFF_CHECK_H_
#define COURANT_TESTS_MODEL_DIFF_CHECK_H_

#include <string>

#include "courant/v1/article.pb.h"

namespace courant::model {

// Checks `after.change_note.diffs` by what it is for: putting `was` back where
// `now` stands makes the text of `before`, in whole words and no more of them
// than have to be. For articles of a headline and paragraphs. Returns what is
// wrong, or an empty string.
std::string CheckDiffs(const v1::Article& before, const v1::Article& after);

}  // namespace courant::model

#endif  // COURANT_TESTS_MODEL_DIFF_CHECK_H_
