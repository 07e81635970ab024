#ifndef COURANT_SERVICES_IMPORTERS_PAGE_RULES_H_
#define COURANT_SERVICES_IMPORTERS_PAGE_RULES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "services/importers/page_lines.h"

namespace courant::importers {

// Says what each line of a page is: a list of rules, each of which gives roles
// to lines that have none yet. The shape that they expect, everything but the
// headline and some text optional:
//
//   zone, section            above the headline
//   headline, decks
//   alt                      the headline cut, where the picture stood
//   date, byline             here or below
//   body
//   byline
//   copyright
//   chrome                   whatever follows
//
// What no rule knows stays in the body: a line too much can be seen and taken
// out, a paragraph too little is lost. All functions are thread-safe.

// Gives every line of a page its role; none stays kUnknown.
void ClassifyPage(std::vector<PageLine>& lines);

// What a line of a page that was cut from a headline says about the cut.
struct HeadlineCut {
  // Where it was cut, in code points; 0 when nothing is missing.
  int limit;
};

// Whether `line` is `headline`, or its beginning, without the quotation marks
// that open it: at least ten code points, an ellipsis behind it aside. A cut
// behind a word has lost the space at its end, so a `limit` of one more than
// the line has may be returned.
std::optional<HeadlineCut> CutFromHeadline(absl::string_view line,
                                           absl::string_view headline);

// The section that a line above the headline names. "Home > News Zone > Recent
// News" gives a zone besides its label; the rest of such a path is of the site.
struct SectionPath {
  std::string zone;
  std::string label;
};
SectionPath SplitBreadcrumb(absl::string_view line);

// The date in a line that has nothing but a date, with or without a word such
// as "Published:" or "등록일" before it. Empty if it is not one.
std::string DateInLine(absl::string_view line);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_PAGE_RULES_H_
