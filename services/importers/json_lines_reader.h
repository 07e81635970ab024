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
//
// Thread-compatible.
class JsonLinesReader : public ItemReader {
 public:
  // `in` must outlive the reader. `options` must have passed CheckOptions().
  JsonLinesReader(std::istream& in, const ImportOptions& options)
      : source_(in), options_(options) {}

  absl::StatusOr<std::optional<ImportedItem>> Next() override;
  ReadPosition position() const override { return source_.position(); }
  absl::Status SkipTo(ReadPosition position) override {
    return source_.SkipTo(position);
  }

 private:
  // Takes the next line that is not blank into `line_`. False at the end.
  absl::StatusOr<bool> TakeLine(int64_t& number);

  ByteSource source_;
  const ImportOptions options_;
  std::string line_;
  bool failed_ = false;  // The stream has failed, and Next() has said so.
};

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_JSON_LINES_READER_H_
