#ifndef COURANT_SERVICES_IMPORTERS_SOURCE_IDENTITY_H_
#define COURANT_SERVICES_IMPORTERS_SOURCE_IDENTITY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "courant/v1/article_service.pb.h"

namespace courant::importers {

// Ids that follow from where an item came from, so that importing it again,
// from anywhere and at any time, meets the article that is there. The rules
// are for ever: another rule would import everything anew. Pure, thread-safe
// functions.

// SHA-256, 32 bytes.
std::string Sha256(absl::string_view bytes);

// "w-" and 16 characters of `[a-z2-7]` for what tells this article from all
// others. In this order, the first that it has:
// 1. `provenance.source_url`;
// 2. `provenance.source_id`, when it is a URI and so unique by itself;
// 3. `provenance.source_id` with `provenance.source_system`; an id alone is
//    often a row number, and two files have the same ones;
// 4. what readers see of it: language, headline, decks, text, byline,
//    copyright notice; and `source_id`.
// 80 bits: among a million articles two are equal with a chance of 4e-13.
std::string ArticleIdOf(const v1::Article& article);

// A UUID for the attempt to create just this, in this run: equal for equal
// requests (`request_id` apart) and runs.
std::string RequestIdOf(const v1::CreateArticleRequest& request,
                        absl::string_view run);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_SOURCE_IDENTITY_H_
