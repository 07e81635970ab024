#ifndef COURANT_SERVICES_EDITORIAL_ARTICLE_ID_H_
#define COURANT_SERVICES_EDITORIAL_ARTICLE_ID_H_

#include <string>

#include "absl/time/time.h"

namespace courant {

// A new {article} for an article made at `now`: 9 characters of time in
// milliseconds and 8 of chance, in base 32, so that ids sort by time, two made
// in the same millisecond differ (1 in 10^12), and nobody can guess one.
// Thread-safe.
std::string NewArticleId(absl::Time now);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_ARTICLE_ID_H_
