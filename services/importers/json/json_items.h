#ifndef COURANT_SERVICES_IMPORTERS_JSON_JSON_ITEMS_H_
#define COURANT_SERVICES_IMPORTERS_JSON_JSON_ITEMS_H_

#include <cstdint>
#include <istream>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/importers/byte_source.h"
#include "services/importers/item_reader.h"

namespace courant::importers {

// One JSON value of a file, not yet parsed.
struct JsonItem {
  // As it stands in the file, without the white space around it.
  absl::string_view text;
  // Where it begins, from 1.
  int64_t line;
  // Where to go on for it to be the next one: behind the item before.
  ReadPosition start;
};

// Cuts a file into its JSON values, one at a time: one value, one after the
// other, one a line, or the elements of one array. Cuts at brackets and knows
// nothing else of JSON, so that an item with anything else wrong in it does not
// spoil the next. Where most lines are whole objects, a line is the end of an
// item whatever its brackets say.
//
// Thread-compatible.
class JsonItems {
 public:
  // Reads `in` from where it stands; `in` must outlive this.
  explicit JsonItems(std::istream& in);

  // The next item; its text is valid until the next call. Nothing at the end,
  // and again nothing after that.
  //
  // Errors, of one item each; the next call goes on behind it:
  // * INVALID_ARGUMENT / FIELD_TOO_LONG: longer than 8 MiB.
  // * INVALID_ARGUMENT / MALFORMED_REQUEST: never closed; no comma between two
  //   elements; something behind the array.
  // * INVALID_ARGUMENT / INVALID_UTF8, FIELD_INVALID: no text.
  // * kDataLoss: the stream failed.
  absl::StatusOr<std::optional<JsonItem>> Next();

  // Behind the item that Next() gave last.
  ReadPosition position() const { return source_.position(); }

  // As ItemReader::SkipTo().
  absl::Status SkipTo(ReadPosition position);

 private:
  enum class Layout { kSequence, kLines, kArray };

  // Passes over white space.
  void SkipSpace();
  // Passes over what stands between two items. False at the end.
  absl::StatusOr<bool> FindItem();
  // Takes bytes up to the end of the item into text_.
  absl::Status TakeItem(int64_t line);
  // An error at the line where the source stands, which ends the reading.
  absl::Status EndWith(absl::string_view what);

  ByteSource source_;
  const Layout layout_;
  const int64_t start_;  // Behind a byte order mark.
  bool first_ = true;    // Nothing of the array was read yet.
  bool ended_ = false;
  std::string text_;
};

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_JSON_JSON_ITEMS_H_
