#ifndef COURANT_SERVICES_IMPORTERS_CSV_RECORD_H_
#define COURANT_SERVICES_IMPORTERS_CSV_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/importers/byte_source.h"

namespace courant::importers {

// Limits of one record; a longer one is an error, not memory.
inline constexpr size_t kMaxCsvRecordBytes = 8 << 20;
inline constexpr size_t kMaxCsvColumns = 1000;

// What may separate the fields of a record.
inline constexpr absl::string_view kCsvSeparators = ",;\t|";

// One record of a CSV file.
struct CsvRecord {
  // Line on which it begins, from 1.
  int64_t line = 0;
  // Its bytes, without the line end behind it.
  std::string bytes;
  // Its fields, without quotes; at least one. Bytes as they are: not checked to
  // be UTF-8, line ends within quotes as they stand.
  std::vector<std::string> fields;
};

// Takes the next record, as RFC 4180 has it, with any separator:
//
//   record = field *(separator field) (LF / CRLF / CR / end)
//   field  = *(byte except separator and line end)
//          / DQUOTE *(byte except DQUOTE / 2DQUOTE) DQUOTE
//
// so a quote that is not the first byte of its field is a byte like any other.
// False at the end. An empty line is a record of one empty field.
//
// After an error the source stands behind the record:
// * INVALID_ARGUMENT / MALFORMED_REQUEST: text behind a closing quote, or a
//   quote that nothing closes: the message names the line where it opens.
// * INVALID_ARGUMENT / FIELD_TOO_LONG: over a limit; metadata `limit`.
// * kDataLoss: the stream failed.
absl::StatusOr<bool> TakeCsvRecord(ByteSource& source, char separator,
                                   CsvRecord& record);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_CSV_RECORD_H_
