#ifndef COURANT_SERVICES_IMPORTERS_IMPORT_FORMAT_H_
#define COURANT_SERVICES_IMPORTERS_IMPORT_FORMAT_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace courant {

// What kind of file is imported. Thread-safe functions.
enum class ImportFormat {
  // A news page as plain text, one article: see page_reader.h.
  kPage,
  // A table with a header line, one article a record: see csv_reader.h.
  kCsv,
  // An Article or CreateArticleRequest as JSON on each line: see
  // json_lines_reader.h.
  kJsonLines,
  // Items of IPTC ninjs: see ninjs/ninjs_reader.h.
  kNinjs,
};

// How many bytes of a file DetectFormat() wants to see, unless the file is
// shorter.
inline constexpr size_t kDetectBytes = 64 << 10;

// The name on the command line and in `provenance.format`: "page", "csv",
// "jsonl", "ninjs".
absl::string_view FormatName(ImportFormat format);

// The format of that name. INVALID_ARGUMENT / FIELD_INVALID, with the names
// that there are, for another.
absl::StatusOr<ImportFormat> FormatNamed(absl::string_view name);

// Finds out the format. A telling name decides (.csv, .tsv, and .jsonl, .ndjson
// between the two of JSON); otherwise `first_bytes`, the first kDetectBytes of
// the file. JSON is ninjs when it is an array, or an object with keys that only
// ninjs has ("uri", "headlines"...), and JSON lines otherwise. A first record
// with columns for a headline and a body is CSV, other text is a page.
// `file_name` may be empty or have folders in front.
//
// Errors:
// * INVALID_ARGUMENT / FIELD_INVALID: empty, HTML, UTF-16 or not text at all;
//   the message says which, and what to do.
absl::StatusOr<ImportFormat> DetectFormat(absl::string_view file_name,
                                          absl::string_view first_bytes);

}  // namespace courant

#endif  // COURANT_SERVICES_IMPORTERS_IMPORT_FORMAT_H_
