#ifndef COURANT_SERVICES_EXPORT_IMPORTER_H_
#define COURANT_SERVICES_EXPORT_IMPORTER_H_

#include <cstddef>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/export/exporter.h"
#include "storage/base/ids.h"
#include "storage/database.h"
#include "storage/watermark.h"

namespace courant {

// Where an export comes from: puts the next bytes into the span, which is not
// empty, and returns how many; 0 at the end. May block.
using ExportSource =
    absl::FunctionRef<absl::StatusOr<size_t>(absl::Span<char>)>;

// What an import made.
struct ImportedLog {
  // Where the log ends, in the epoch of the export.
  storage::Watermark mark;
  ExportCounts counts;
};

// Reads an export to its end and makes the folder `data_dir` of it, which must
// be empty or not there: with the same sequences, names, times and digests. All
// of it is on stable storage afterwards, and the file RESTORING is in the
// folder: whoever opens it with StoreOptions::from_backup says EndRestore.
// `on_progress` as for WriteExport. Blocks for as long as it takes.
//   DATA_LOSS            the export was cut or altered, or is none; the text
//                        names the line
//   FAILED_PRECONDITION  the folder is not empty, or the export needs a newer
//                        program
//   others               of `read`, and as storage::LogImport
absl::StatusOr<ImportedLog> ReadExport(ExportSource read,
                                       const std::string& data_dir,
                                       const storage::DatabaseOptions& options,
                                       ExportProgress on_progress);

}  // namespace courant

#endif  // COURANT_SERVICES_EXPORT_IMPORTER_H_
