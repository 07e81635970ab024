#ifndef COURANT_SERVICES_TRANSLATION_TEXT_GAP_ALIGNMENT_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_GAP_ALIGNMENT_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/translation/text/similarity.h"

// Finds out which of two lists of different segments belong together, by their
// words. Internal to translation/text.
namespace courant::text {

// A segment whose partner is not known yet.
struct LooseSegment {
  // Its place in the whole list. Only neighbours are one another's parts.
  size_t index;
  absl::string_view words;
};

// Segments that belong together: `bounds` from `bound`, `heads` from `head`
// (places in the lists given). 1:1, 1:2, or two and more to one.
struct Alignment {
  size_t bound;
  size_t bounds;
  size_t head;
  size_t heads;
};

// How many words a pair must share, in order.
enum class Share {
  kHalf,   // half of those of the longer side
  kWhole,  // all of those of the shorter side
};

// Pairs `bound` with `head` without crossing, so that as many words as possible
// are shared: of a pair as many as `share` says; of one and two, half of the
// words of the longer side and of each of the two; of a further one that became
// the same head, all words. In the order of the lists.
//
// Up to some 10,000 pairs are all compared. Beyond that only those are whose
// places are about the same share of their lists. Pure and thread-safe.
std::vector<Alignment> AlignGap(const std::vector<LooseSegment>& bound,
                                const std::vector<LooseSegment>& head,
                                Share share);

}  // namespace courant::text

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_GAP_ALIGNMENT_H_
