#ifndef COURANT_TESTS_CONFORMANCE_ONE_CHANGE_H_
#define COURANT_TESTS_CONFORMANCE_ONE_CHANGE_H_

#include <string>

#include "courant/v1/article.pb.h"
#include "storage/frame.h"

namespace courant::storage {

// A frame that follows `tail` and holds one change: `actor` drafted `article`
// under the id `article_id`, a microsecond after the last commit.
Frame FrameOfOneChange(const Tail& tail, std::string article_id,
                       std::string actor, courant::v1::Article article = {});

}  // namespace courant::storage

#endif  // COURANT_TESTS_CONFORMANCE_ONE_CHANGE_H_
