#ifndef COURANT_SERVICES_IMPORTERS_PAGE_ARTICLE_H_
#define COURANT_SERVICES_IMPORTERS_PAGE_ARTICLE_H_

#include <vector>

#include "absl/status/status.h"
#include "services/importers/imported_item.h"
#include "services/importers/page_lines.h"

namespace courant::importers {

// Puts the lines of a page, each of which has its role, into an article, and
// notes what has no place there. Body lines without a blank line between are
// one paragraph where blank lines separate paragraphs, else one each. Leaves
// what all formats have in common to FinishItem(). Thread-safe.
//
// Errors:
// * INVALID_ARGUMENT / FIELD_REQUIRED: no line is headline, or none is body.
absl::Status FillFromPage(const std::vector<PageLine>& lines,
                          ImportedItem& item);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_PAGE_ARTICLE_H_
