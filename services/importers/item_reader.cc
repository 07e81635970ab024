#include "services/importers/item_reader.h"

#include "services/importers/csv_reader.h"
#include "services/importers/finish_item.h"
#include "services/importers/json_lines_reader.h"
#include "services/importers/ninjs/ninjs_reader.h"
#include "services/importers/page_reader.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {

absl::StatusOr<std::unique_ptr<ItemReader>> OpenItems(
    ImportFormat format, std::istream& in, const ImportOptions& options) {
  ImportOptions checked = options;
  COURANT_RETURN_IF_ERROR(importers::CheckOptions(checked));
  switch (format) {
    case ImportFormat::kPage:
      return std::make_unique<importers::PageReader>(in, checked);
    case ImportFormat::kCsv:
      return importers::CsvReader::Open(in, checked);
    case ImportFormat::kJsonLines:
      return std::make_unique<importers::JsonLinesReader>(in, checked);
    case ImportFormat::kNinjs:
      return std::make_unique<importers::NinjsReader>(in, checked);
  }
  return InvalidField("format", "is unknown");
}

}  // namespace courant
