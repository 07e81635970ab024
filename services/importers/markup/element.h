#ifndef COURANT_SERVICES_IMPORTERS_MARKUP_ELEMENT_H_
#define COURANT_SERVICES_IMPORTERS_MARKUP_ELEMENT_H_

#include "absl/strings/string_view.h"

namespace courant::importers {

// What an element of HTML means to an article.
enum class Element {
  // Nothing by itself: span, tbody, html.
  kPlain,
  // Nothing that we know of. Its words are kept, and it is told.
  kUnknown,
  // Its words stand apart from those around it: p, div.
  kBlock,
  // h1 to h6.
  kHeading,
  // ol.
  kOrdered,
  // ul, menu, dl.
  kList,
  // li, dt, dd.
  kItem,
  // blockquote.
  kQuote,
  // footer: who said it, in a quotation.
  kFooter,
  // table, and its parts: caption, tr, td, th.
  kTable,
  kCaption,
  kRow,
  kCell,
  kHeadCell,
  // pre: white space stays.
  kPre,
  // br.
  kBreak,
  // hr.
  kRule,
  // img, and what it may stand in with its words: figure, figcaption.
  kImage,
  kFigure,
  kFigureCaption,
  // Something that is shown here and lives elsewhere: iframe, video.
  kEmbed,
  // Where the video that it stands in is.
  kSource,
  // Not for readers: script, style, what a form is filled in with.
  kSkip,
  // The marks.
  kStrong,
  kEmphasis,
  kLink,
  kCode,
  kSubscript,
  kSuperscript,
  kStrike,
  kUnderline,
};

// Looks up the name of an element, in lower case. Thread-safe.
Element ElementNamed(absl::string_view name);

// Whether its words stand apart from those around it. Thread-safe.
bool StandsApart(Element element);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_MARKUP_ELEMENT_H_
