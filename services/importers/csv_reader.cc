#include "services/importers/csv_reader.h"

#include <cstddef>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "services/importers/csv_fields.h"
#include "services/importers/finish_item.h"
#include "services/importers/unicode_text.h"
#include "storage/base/status_macros.h"

namespace courant::importers {
namespace {

bool HasNothing(const CsvRecord& record) {
  for (const std::string& field : record.fields) {
    if (!IsBlank(field)) return false;
  }
  return true;
}

// Takes the first record that has something. False if there is none.
absl::StatusOr<bool> TakeHeader(ByteSource& source, char separator,
                                CsvRecord& record) {
  bool found = true;
  do {
    COURANT_ASSIGN_OR_RETURN(found, TakeCsvRecord(source, separator, record));
  } while (found && HasNothing(record));
  return found;
}

absl::Status CheckHeaderText(const CsvRecord& record) {
  for (size_t i = 0; i < record.fields.size(); ++i) {
    const std::optional<BadText> bad = FindBadText(record.fields[i]);
    if (!bad) continue;
    return ItemError(bad->reason, record.line,
                     absl::StrCat("line ", record.line, ", column ", i + 1), "",
                     absl::StrCat("the header ", bad->what));
  }
  return absl::OkStatus();
}

// The separator with which the first record of `first_bytes` has the most
// columns that are known by name; of equals, the most columns; else a comma.
char GuessSeparator(absl::string_view first_bytes) {
  char best = ',';
  int best_known = 0;
  size_t best_columns = 1;
  for (const char separator : kCsvSeparators) {
    std::istringstream in{std::string(first_bytes)};
    ByteSource source(in);
    CsvRecord record;
    const absl::StatusOr<bool> found = TakeHeader(source, separator, record);
    if (!found.ok() || !*found) continue;
    const int known = CountKnownColumns(record.fields);
    if (known < best_known ||
        (known == best_known && record.fields.size() <= best_columns)) {
      continue;
    }
    best = separator;
    best_known = known;
    best_columns = record.fields.size();
  }
  return best;
}

}  // namespace

bool LooksLikeCsv(absl::string_view first_bytes) {
  std::istringstream in{std::string(first_bytes)};
  ByteSource source(in);
  CsvRecord record;
  const absl::StatusOr<bool> found =
      TakeHeader(source, GuessSeparator(first_bytes), record);
  return found.ok() && *found && MapCsvColumns(record.fields, {}).ok();
}

absl::StatusOr<std::unique_ptr<ItemReader>> CsvReader::Open(
    std::istream& in, const ImportOptions& options) {
  // Not make_unique, since the constructor is private.
  std::unique_ptr<CsvReader> reader(new CsvReader(in, options));
  COURANT_RETURN_IF_ERROR(reader->ReadHeader());
  return std::unique_ptr<ItemReader>(std::move(reader));
}

absl::Status CsvReader::ReadHeader() {
  separator_ = options_.separator != 0 ? options_.separator
                                       : GuessSeparator(source_.Ahead());
  COURANT_ASSIGN_OR_RETURN(const bool found,
                           TakeHeader(source_, separator_, record_));
  if (!found) {
    return ItemError(v1::MALFORMED_REQUEST, 1, "line 1", "",
                     "the file is empty; a CSV file begins with a header");
  }
  COURANT_RETURN_IF_ERROR(CheckHeaderText(record_));
  COURANT_ASSIGN_OR_RETURN(columns_,
                           MapCsvColumns(record_.fields, options_.columns));
  return absl::OkStatus();
}

absl::StatusOr<std::optional<ImportedItem>> CsvReader::Next() {
  if (failed_) return std::nullopt;
  do {
    const absl::StatusOr<bool> found =
        TakeCsvRecord(source_, separator_, record_);
    failed_ = !source_.status().ok();
    if (!found.ok()) return found.status();
    if (!*found) return std::nullopt;
  } while (HasNothing(record_));
  return MakeItem();
}

absl::StatusOr<ImportedItem> CsvReader::MakeItem() const {
  ImportedItem item;
  item.line = record_.line;
  COURANT_RETURN_IF_ERROR(FillFromCsv(columns_, record_, item));
  COURANT_RETURN_IF_ERROR(FinishItem(
      options_, {ImportFormat::kCsv, record_.bytes, /*published=*/true}, item));
  return item;
}

absl::Status CsvReader::SkipTo(ReadPosition position) {
  return source_.SkipTo(position);
}

}  // namespace courant::importers
