#include "services/importers/markup/element.h"

namespace courant::importers {
namespace {

struct Named {
  absl::string_view name;
  Element element;
};

constexpr Named kElements[] = {
    {"p", Element::kBlock},
    {"a", Element::kLink},
    {"b", Element::kStrong},
    {"strong", Element::kStrong},
    {"i", Element::kEmphasis},
    {"em", Element::kEmphasis},
    {"br", Element::kBreak},
    {"span", Element::kPlain},
    {"div", Element::kBlock},
    {"h1", Element::kHeading},
    {"h2", Element::kHeading},
    {"h3", Element::kHeading},
    {"h4", Element::kHeading},
    {"h5", Element::kHeading},
    {"h6", Element::kHeading},
    {"ol", Element::kOrdered},
    {"ul", Element::kList},
    {"menu", Element::kList},
    {"dl", Element::kList},
    {"li", Element::kItem},
    {"dt", Element::kItem},
    {"dd", Element::kItem},
    {"blockquote", Element::kQuote},
    {"footer", Element::kFooter},
    {"table", Element::kTable},
    {"caption", Element::kCaption},
    {"tr", Element::kRow},
    {"td", Element::kCell},
    {"th", Element::kHeadCell},
    {"pre", Element::kPre},
    {"listing", Element::kPre},
    {"hr", Element::kRule},
    {"img", Element::kImage},
    {"figure", Element::kFigure},
    {"figcaption", Element::kFigureCaption},
    {"iframe", Element::kEmbed},
    {"embed", Element::kEmbed},
    {"object", Element::kEmbed},
    {"video", Element::kEmbed},
    {"audio", Element::kEmbed},
    {"source", Element::kSource},
    {"script", Element::kSkip},
    {"style", Element::kSkip},
    {"head", Element::kSkip},
    {"template", Element::kSkip},
    {"noscript", Element::kSkip},
    {"svg", Element::kSkip},
    {"math", Element::kSkip},
    {"form", Element::kBlock},
    {"input", Element::kSkip},
    {"button", Element::kSkip},
    {"select", Element::kSkip},
    {"textarea", Element::kSkip},
    {"code", Element::kCode},
    {"kbd", Element::kCode},
    {"samp", Element::kCode},
    {"tt", Element::kCode},
    {"sub", Element::kSubscript},
    {"sup", Element::kSuperscript},
    {"s", Element::kStrike},
    {"del", Element::kStrike},
    {"strike", Element::kStrike},
    {"u", Element::kUnderline},
    {"ins", Element::kUnderline},
    {"section", Element::kBlock},
    {"article", Element::kBlock},
    {"main", Element::kBlock},
    {"header", Element::kBlock},
    {"aside", Element::kBlock},
    {"nav", Element::kBlock},
    {"address", Element::kBlock},
    {"center", Element::kBlock},
    {"details", Element::kBlock},
    {"summary", Element::kBlock},
    {"body", Element::kBlock},
    {"html", Element::kPlain},
    {"tbody", Element::kPlain},
    {"thead", Element::kPlain},
    {"tfoot", Element::kPlain},
    {"colgroup", Element::kPlain},
    {"col", Element::kPlain},
    {"abbr", Element::kPlain},
    {"cite", Element::kPlain},
    {"time", Element::kPlain},
    {"small", Element::kPlain},
    {"wbr", Element::kPlain},
    {"picture", Element::kPlain},
    {"bdi", Element::kPlain},
    {"bdo", Element::kPlain},
};

}  // namespace

Element ElementNamed(absl::string_view name) {
  for (const Named& known : kElements) {
    if (known.name == name) return known.element;
  }
  return Element::kUnknown;
}

bool StandsApart(Element element) {
  switch (element) {
    case Element::kBlock:
    case Element::kHeading:
    case Element::kOrdered:
    case Element::kList:
    case Element::kItem:
    case Element::kQuote:
    case Element::kFooter:
    case Element::kTable:
    case Element::kCaption:
    case Element::kRow:
    case Element::kCell:
    case Element::kHeadCell:
    case Element::kPre:
    case Element::kRule:
    case Element::kFigure:
    case Element::kFigureCaption:
    case Element::kEmbed:
      return true;
    default:
      return false;
  }
}

}  // namespace courant::importers
