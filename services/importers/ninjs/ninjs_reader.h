#ifndef COURANT_SERVICES_IMPORTERS_NINJS_NINJS_READER_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_NINJS_READER_H_

#include <istream>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/importers/item_reader.h"
#include "services/importers/json/json_items.h"
#include "services/importers/source_order.h"

namespace courant::importers {

// Reads items of IPTC ninjs, 2.0 to 2.2 and 3.0 to 3.1: one, an array of them,
// one after the other, or one a line.
//
// * Both generations give the same article, field by field as the headers of
//   this folder say. `uri` is the `source_id`, so an item that comes again has
//   the id that it had before.
// * An item that its standard does not allow is refused, with the line and the
//   JSON path of each fault. `lenient` lets unknown properties stand.
// * Nothing is lost: what an article has no field for is kept in
//   `provenance.unmapped` under its JSON path, and a remark says so.
// * An association with the rel translationOf, or an alternative id of that
//   role, names the source of a translation (translation_source.h). It comes
//   first, wherever the two stand in the file (source_order.h).
// * What was usable is published, unless it is under embargo or lacks what
//   readers must have; then it is a draft.
//
// Thread-compatible.
class NinjsReader : public ItemReader {
 public:
  // `in` must outlive the reader. `options` must have passed CheckOptions().
  NinjsReader(std::istream& in, const ImportOptions& options)
      : items_(in), options_(options) {}

  absl::StatusOr<std::optional<ImportedItem>> Next() override;
  // Before a translation that waits for its source, if there is one: going on
  // from there gives some items again.
  ReadPosition position() const override {
    return order_.earliest().value_or(items_.position());
  }
  int64_t bytes_read() const override { return items_.position().offset; }
  absl::Status SkipTo(ReadPosition position) override {
    return items_.SkipTo(position);
  }

 private:
  // Adds the next item of the file to `order_`. False at the end.
  absl::StatusOr<bool> ReadItem();

  JsonItems items_;
  const ImportOptions options_;
  SourceOrder order_;
};

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_NINJS_READER_H_
