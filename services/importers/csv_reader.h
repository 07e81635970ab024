#ifndef COURANT_SERVICES_IMPORTERS_CSV_READER_H_
#define COURANT_SERVICES_IMPORTERS_CSV_READER_H_

#include <istream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/importers/byte_source.h"
#include "services/importers/csv_columns.h"
#include "services/importers/csv_record.h"
#include "services/importers/item_reader.h"

namespace courant::importers {

// Reads articles from a CSV file with a header: RFC 4180 in UTF-8, with or
// without a byte order mark, any line ends, separated by comma, semicolon, tab
// or bar. csv_columns.h says which column becomes what.
//
// * Headline and body must not be empty. A body is cut into paragraphs at blank
//   lines; each keeps its bytes, single line feeds among them, but not the
//   white space around it.
// * A date becomes exactly as precise as it is written; what of it cannot be
//   used is kept as the unmapped column it then is.
// * What was published elsewhere is published here: every item.
// * Columns that are about nothing known are kept in `provenance.unmapped`, by
//   their names.
// * Records with nothing but separators are passed over. One with too few or
//   too many columns is an error.
//
// Thread-compatible.
class CsvReader : public ItemReader {
 public:
  // Reads the header of `in`, which must outlive the reader. `options` must
  // have passed CheckOptions(). Errors as OpenItems().
  static absl::StatusOr<std::unique_ptr<ItemReader>> Open(
      std::istream& in, const ImportOptions& options);

  absl::StatusOr<std::optional<ImportedItem>> Next() override;
  ReadPosition position() const override { return source_.position(); }
  absl::Status SkipTo(ReadPosition position) override;

 private:
  CsvReader(std::istream& in, const ImportOptions& options)
      : source_(in), options_(options) {}

  absl::Status ReadHeader();
  absl::StatusOr<ImportedItem> MakeItem() const;

  ByteSource source_;
  const ImportOptions options_;
  char separator_ = ',';
  std::vector<CsvColumn> columns_;
  CsvRecord record_;
  bool failed_ = false;  // The stream has failed, and Next() has said so.
};

// Whether `first_bytes` of a file begin with a record that has columns for a
// headline and a body, by their names. Thread-safe.
bool LooksLikeCsv(absl::string_view first_bytes);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_CSV_READER_H_
