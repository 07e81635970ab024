#ifndef COURANT_SERVICES_IMPORTERS_PAGE_READER_H_
#define COURANT_SERVICES_IMPORTERS_PAGE_READER_H_

#include <istream>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/importers/byte_source.h"
#include "services/importers/item_reader.h"

namespace courant::importers {

// Reads one article from a news page as plain text: what a reader gets who
// copies a republished article out of a browser. page_rules.h says how lines
// are told apart. UTF-8, any line ends.
//
// * Headline and paragraphs are kept byte for byte, with the quotation marks
//   that they have, but without the white space around a line.
// * Nothing is invented: no date, place or caption that is not printed.
// * What was left out, moved or derived is noted in `provenance.cleaning` with
//   its line. E-mail addresses go to the contact of a contributor, which never
//   leaves the house.
//
// Thread-compatible.
class PageReader : public ItemReader {
 public:
  // `in` must outlive the reader. `options` must have passed CheckOptions().
  PageReader(std::istream& in, const ImportOptions& options)
      : source_(in), options_(options) {}

  // Gives one item. Besides the errors of ItemReader, which all concern the
  // whole page:
  // * INVALID_ARGUMENT / FIELD_REQUIRED: no headline, or nothing below it.
  // * INVALID_ARGUMENT / FIELD_TOO_LONG: more than 8 MiB or 20,000 lines.
  absl::StatusOr<std::optional<ImportedItem>> Next() override;
  ReadPosition position() const override { return source_.position(); }
  absl::Status SkipTo(ReadPosition position) override {
    return source_.SkipTo(position);
  }

 private:
  ByteSource source_;
  const ImportOptions options_;
  bool done_ = false;
};

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_PAGE_READER_H_
