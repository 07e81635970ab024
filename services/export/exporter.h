#ifndef COURANT_SERVICES_EXPORT_EXPORTER_H_
#define COURANT_SERVICES_EXPORT_EXPORTER_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/store.h"

// Everything in a data folder, as lines of JSON. What they say is in
// courant/storage/v1/export.proto; the other way is importer.h.
namespace courant {

// How much an export has, or has had so far.
struct ExportCounts {
  // All of them, header and frames included; the end once it is there.
  uint64_t lines = 0;
  // Changes of the log.
  uint64_t changes = 0;
  // Rows beside the log.
  uint64_t rows = 0;
};

// Told after every change and row; `last` is the newest change of the log.
using ExportProgress =
    absl::FunctionRef<void(const ExportCounts& so_far, Sequence last)>;

// Gives `write` everything that is in `store`, a line at a time with its line
// break, until `write` fails. Nothing may be written to the store meanwhile.
// The same folder gives the same bytes. Blocks on disk.
//   FAILED_PRECONDITION  the log does not begin at its first change any more
//   DATA_LOSS            a record is damaged
//   others               of `write`
absl::StatusOr<ExportCounts> WriteExport(
    const storage::Store& store,
    absl::FunctionRef<absl::Status(absl::string_view)> write,
    ExportProgress on_progress);

}  // namespace courant

#endif  // COURANT_SERVICES_EXPORT_EXPORTER_H_
