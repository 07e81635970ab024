#ifndef COURANT_SERVICES_TRANSLATION_TEXT_WORD_DIFF_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_WORD_DIFF_H_

#include <cstddef>
#include <vector>

#include "services/translation/text/code_points.h"

// Which words of a text differ from those of another. Internal to
// translation/text. Pure and thread-safe.
namespace courant::text {

// What [was_start, was_end) was is [now_start, now_end) now, in code points.
// One of the two may be empty.
struct Stretch {
  size_t was_start;
  size_t was_end;
  size_t now_start;
  size_t now_end;
};

// The stretches that differ, in order, as few and as short as whole words
// allow; none when the texts are the same. Put in place of what was, they give
// what is.
//
// A word is a run of letters and digits with what joins them ("1,500", "don't",
// "three-day"). Where it is of syllables, as in Korean, a stretch may begin or
// end within it: of "붕괴를" and "부패를" the particle is no part. Words that
// differ next to each other are one stretch. Above a million pairs of words
// that are not the same at either end, all between the ends is one stretch.
std::vector<Stretch> DiffWords(const CodePoints& was, const CodePoints& now);

}  // namespace courant::text

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_WORD_DIFF_H_
