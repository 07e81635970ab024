#ifndef COURANT_SERVICES_IMPORTERS_MARKUP_MARKUP_PARSER_H_
#define COURANT_SERVICES_IMPORTERS_MARKUP_MARKUP_PARSER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace courant::importers {

// Longest text that is parsed, in bytes.
inline constexpr size_t kMaxMarkupBytes = 2 << 20;
// Deepest nesting of elements.
inline constexpr int kMaxMarkupDepth = 100;

// An attribute of an element, entities resolved.
struct MarkupAttribute {
  absl::string_view name;  // Without its namespace; "lang" for "xml:lang".
  std::string value;
};

// Hears what is in a piece of XHTML or HTML.
class MarkupSink {
 public:
  virtual ~MarkupSink() = default;
  // An element begins. `name` is in lower case, without its namespace.
  virtual void Open(absl::string_view name,
                    const std::vector<MarkupAttribute>& attributes) = 0;
  // The element that was opened last and not closed ends, or, in HTML, another
  // one that is open, or one that never was.
  virtual void Close(absl::string_view name) = 0;
  // Some words, entities resolved; perhaps only a part of what stands together.
  virtual void Text(absl::string_view text) = 0;
};

// Foreign markup comes from whoever wrote an item, so: nothing is fetched, no
// entity of a document's own is expanded, and both limits above hold. What was
// heard before an error must be thrown away. Both functions are thread-safe.

// Parses a fragment or a document of XHTML, which must be well-formed XML.
//
// Errors, without metadata; the message is a clause:
// * kInvalidArgument: not well-formed, or with entities that XML does not have.
// * kOutOfRange: one of the two limits.
absl::Status ParseXhtml(absl::string_view text, MarkupSink& sink);

// Parses HTML, as broken as it may be. Errors: kOutOfRange, as above.
absl::Status ParseHtml(absl::string_view text, MarkupSink& sink);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_MARKUP_MARKUP_PARSER_H_
