#include "services/importers/json_lines_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/importers/finish_item.h"
#include "services/importers/given_article.h"
#include "services/importers/unicode_text.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant::importers {

absl::StatusOr<bool> JsonLinesReader::TakeLine(ReadPosition& start) {
  while (source_.Peek() != ByteSource::kEnd) {
    start = source_.position();
    const int64_t number = start.lines + 1;
    line_.clear();
    bool too_long = false;
    for (int byte = source_.Get(); byte != ByteSource::kEnd && byte != '\n';
         byte = source_.Get()) {
      if (line_.size() == kMaxItemBytes) {
        too_long = true;
      } else {
        line_.push_back(static_cast<char>(byte));
      }
    }
    COURANT_RETURN_IF_ERROR(source_.status());
    if (too_long) {
      return MakeFieldError(
          v1::FIELD_TOO_LONG,
          {{absl::StrCat("line ", number), "is longer than 8 MiB"}},
          {{"line", absl::StrCat(number)},
           {"limit", absl::StrCat(kMaxItemBytes)}});
    }
    if (const std::optional<BadText> bad = FindBadText(line_)) {
      return ItemError(bad->reason, number, absl::StrCat("line ", number), "",
                       absl::StrCat(bad->what, " at byte ", bad->offset + 1));
    }
    if (!IsBlank(line_)) return true;
  }
  COURANT_RETURN_IF_ERROR(source_.status());
  return false;
}

absl::StatusOr<bool> JsonLinesReader::ReadItem() {
  ReadPosition start;
  absl::StatusOr<bool> found = TakeLine(start);
  failed_ = !source_.status().ok();
  if (!found.ok() || !*found) return found;
  ImportedItem item;
  item.line = start.lines + 1;
  COURANT_ASSIGN_OR_RETURN(const bool published, ReadGivenArticle(line_, item));
  COURANT_RETURN_IF_ERROR(FinishGivenItem(options_, published, item));
  order_.Add(std::move(item), start, line_.size());
  return true;
}

absl::StatusOr<std::optional<ImportedItem>> JsonLinesReader::Next() {
  while (true) {
    std::optional<ImportedItem> item = order_.Take();
    if (item) return item;
    bool more = false;
    if (!failed_) {
      COURANT_ASSIGN_OR_RETURN(more, ReadItem());
    }
    if (more) continue;
    order_.Finish();
    return order_.Take();
  }
}

}  // namespace courant::importers
