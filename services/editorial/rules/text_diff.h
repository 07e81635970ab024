#ifndef COURANT_SERVICES_EDITORIAL_RULES_TEXT_DIFF_H_
#define COURANT_SERVICES_EDITORIAL_RULES_TEXT_DIFF_H_

#include <cstddef>

#include "courant/v1/article.pb.h"
#include "services/editorial/rules/corrections.h"

namespace courant {

// Most places that a diff names, and code points of a stretch before it is cut
// and ends in an ellipsis (U+2026).
inline constexpr int kMaxDiffs = 100;
inline constexpr size_t kMaxDiffCodePoints = 1000;

// What the words of `after` are against those of `before`: for each place that
// differs the shortest stretch of whole words around the difference. Words are
// what spaces and line feeds divide, which holds for Korean and English alike.
// A place that only `after` has comes without `was`, one that only `before` had
// without `now`. In the reading order of `after`, what is gone last. Pure and
// thread-safe.
CorrectionList DiffTexts(const v1::Article& before, const v1::Article& after);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_TEXT_DIFF_H_
