#ifndef COURANT_SERVICES_IMPORTERS_PAGE_LINES_H_
#define COURANT_SERVICES_IMPORTERS_PAGE_LINES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace courant::importers {

// A news page as plain text, line by line, before and after somebody has said
// what each line is (page_rules.h).

// What a line of a page is.
enum class LineRole {
  kUnknown,
  kBreadcrumb,  // "Home > News Zone > Recent News"
  kZone,        // The group of sections: "News Zone".
  kSection,     // "Recent News"
  kHeadline,
  kDeck,
  kAlt,   // Words cut from the headline, in the place of the picture.
  kDate,  // When it was published, alone on its line.
  kByline,
  kBody,
  kCopyright,
  kChrome,  // Of the site, not of the article.
};

// One line that is not blank.
struct PageLine {
  // Without the white space around it. Lines of a paragraph that was broken to
  // a width stay one PageLine, with line feeds in it.
  std::string text;
  // Whether there was white space around it.
  bool trimmed = false;
  // In the file, from 1; the first one of a paragraph.
  int number = 0;
  // Whether a blank line stands before it, or nothing.
  bool after_blank = false;
  LineRole role = LineRole::kUnknown;
};

// Cuts `text`, which has LF line ends, into its lines. A run of lines without a
// blank one between that looks broken to a width (all but the last about
// equally wide, the last ending a sentence) becomes one. Thread-safe.
std::vector<PageLine> SplitPage(absl::string_view text);

// The lines of a page that have no role yet, in order. Pointers into `lines`.
std::vector<PageLine*> UnknownLines(std::vector<PageLine>& lines);

// Whether a line is running text: it ends a sentence, or is wider than headline
// and decks are (200 columns, see PrintWidth()).
bool IsRunningText(const PageLine& line);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_PAGE_LINES_H_
