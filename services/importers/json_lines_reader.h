#ifndef COURANT_SERVICES_IMPORTERS_JSON_LINES_READER_H_
#define COURANT_SERVICES_IMPORTERS_JSON_LINES_READER_H_

#include <istream>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/importers/byte_source.h"
#include "services/importers/item_reader.h"
#include "services/importers/source_order.h"

namespace courant::importers {

// Reads articles from JSON lines: on each line one `Article` in protobuf JSON,
// as `courant article get -o json` and `list -o json` print it, or one
// `CreateArticleRequest` with it: {"article": {...}, "articleId": "..."}.
// Blank lines are passed over. JSON is checked as strict_json.h says, and a
// field that the message does not have is an error.
//
// * `articles/{article}` in `name`, or the request's `articleId`, stays the id;
//   without one it follows from the content, as source_identity.h says.
// * The request's `initialState` decides whether it is published; else the
//   article's state does: PUBLISHED and CORRECTED are, a killed article is an
//   error, any other becomes a draft.
// * What only a server sets is left out, among it `changeNote`, which is about
//   a revision that does not come along. A `translationOf` of an article that
//   some server had names revision 1, which is the one that its source has here
//   when it was imported too.
// * A translation comes after its source, wherever the two stand in the file
//   (source_order.h), so that a list, newest first, can be imported as it is.
//
// Thread-compatible.
class JsonLinesReader : public ItemReader {
 public:
  // `in` must outlive the reader. `options` must have passed CheckOptions().
  JsonLinesReader(std::istream& in, const ImportOptions& options)
      : source_(in), options_(options) {}

  absl::StatusOr<std::optional<ImportedItem>> Next() override;
  // Before a translation that waits for its source, if there is one: going on
  // from there gives some items again.
  ReadPosition position() const override {
    return order_.earliest().value_or(source_.position());
  }
  int64_t bytes_read() const override { return source_.position().offset; }
  absl::Status SkipTo(ReadPosition position) override {
    return source_.SkipTo(position);
  }

 private:
  // Takes the next line that is not blank into `line_`, and where it begins.
  // False at the end.
  absl::StatusOr<bool> TakeLine(ReadPosition& start);

  // Adds the item of the next line to `order_`. False at the end.
  absl::StatusOr<bool> ReadItem();

  ByteSource source_;
  const ImportOptions options_;
  std::string line_;
  SourceOrder order_;
  bool failed_ = false;  // The stream has failed, and Next() has said so.
};

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_JSON_LINES_READER_H_
