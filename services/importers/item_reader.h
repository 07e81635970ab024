#ifndef COURANT_SERVICES_IMPORTERS_ITEM_READER_H_
#define COURANT_SERVICES_IMPORTERS_ITEM_READER_H_

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/importers/import_format.h"
#include "services/importers/imported_item.h"

namespace courant {

// A place between two items of a file.
struct ReadPosition {
  // Bytes before it.
  int64_t offset = 0;
  // Lines before it.
  int64_t lines = 0;
};

// Takes the articles out of one file, one after the other, holding no more
// than one of them (8 MiB) in memory.
//
//   COURANT_ASSIGN_OR_RETURN(std::unique_ptr<ItemReader> reader,
//                            OpenItems(format, file, options));
//   while (true) {
//     absl::StatusOr<std::optional<ImportedItem>> item = reader->Next();
//     if (!item.ok()) { Report(item.status()); continue; }
//     if (!item->has_value()) break;
//     Create((*item)->request);
//   }
//
// Items may refer to earlier ones of the same file (`translation_of`), so
// create them in order, or at least each after the one that it names. That is
// the order of the file, but for translations that stand before their sources.
//
// Thread-compatible.
class ItemReader {
 public:
  virtual ~ItemReader() = default;

  // The next item; nothing at the end, and again nothing after that.
  //
  // An error is about one item and the next call goes on behind it; one that
  // leaves nothing to go on with is followed by nothing. So a loop as above
  // ends. The message names the line and the field, as does the metadata
  // (`line`; `field` where it is known):
  // * INVALID_ARGUMENT / FIELD_REQUIRED, FIELD_INVALID, FIELD_TOO_LONG,
  //   INVALID_UTF8: the item is not imported, and why.
  // * INVALID_ARGUMENT / MALFORMED_REQUEST: not of the format: broken quotes,
  //   broken JSON, too few columns.
  // * kDataLoss without a reason: the stream failed.
  virtual absl::StatusOr<std::optional<ImportedItem>> Next() = 0;

  // Where somebody has to go on who did not get the next item: before it and
  // all that were not given yet.
  virtual ReadPosition position() const = 0;

  // Bytes that were read, for progress: the size of the file at its end.
  virtual int64_t bytes_read() const { return position().offset; }

  // Goes to a position that position() gave for the same file, in this or an
  // earlier run, so that an interrupted import goes on from there. Before the
  // first Next(). Whether the file is still the same is for the caller to
  // know; going on at a wrong place gives errors or nothing, not damage: ids
  // still follow from the items' sources.
  //
  // Errors:
  // * kFailedPrecondition: the stream cannot seek, or has no such place.
  virtual absl::Status SkipTo(ReadPosition position) = 0;
};

// Begins to read `in`, from where it stands, as `format`. `in` must be binary
// and outlive the reader.
//
// Errors, which concern the file as a whole:
// * INVALID_ARGUMENT / FIELD_INVALID: an option is wrong, e.g. a column that
//   is not in the header; or the header has no columns for headline and body:
//   the message lists those that are there.
// * INVALID_ARGUMENT / MALFORMED_REQUEST, INVALID_UTF8: the header is broken.
// * kDataLoss: the stream failed.
absl::StatusOr<std::unique_ptr<ItemReader>> OpenItems(
    ImportFormat format, std::istream& in, const ImportOptions& options);

}  // namespace courant

#endif  // COURANT_SERVICES_IMPORTERS_ITEM_READER_H_
