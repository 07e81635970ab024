#ifndef COURANT_SERVICES_IMPORTERS_CSV_FIELDS_H_
#define COURANT_SERVICES_IMPORTERS_CSV_FIELDS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/importers/csv_columns.h"
#include "services/importers/csv_record.h"
#include "services/importers/imported_item.h"

namespace courant::importers {

// Puts the fields of one CSV record into an article. `item.line` must be set.
// Checks that there is a field for each column, and that each holds text.
// Leaves what all formats have in common to FinishItem(). Thread-safe.
//
// Errors name the line, the column and its name:
// * INVALID_ARGUMENT / MALFORMED_REQUEST: too few or too many fields.
// * INVALID_ARGUMENT / INVALID_UTF8, FIELD_INVALID, FIELD_REQUIRED.
absl::Status FillFromCsv(const std::vector<CsvColumn>& columns,
                         const CsvRecord& record, ImportedItem& item);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_CSV_FIELDS_H_
