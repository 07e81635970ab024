#include "services/importers/page_reader.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/importers/finish_item.h"
#include "services/importers/page_article.h"
#include "services/importers/page_lines.h"
#include "services/importers/page_rules.h"
#include "services/importers/unicode_text.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant::importers {
namespace {

// Rules look at pairs of lines near the start and count columns of all.
constexpr size_t kMaxPageLines = 20000;

absl::Status TooLong(absl::string_view what, size_t limit) {
  return MakeFieldError(v1::FIELD_TOO_LONG, {{"the page", std::string(what)}},
                        {{"line", "1"}, {"limit", absl::StrCat(limit)}});
}

absl::StatusOr<std::string> ReadAll(ByteSource& source) {
  std::string bytes;
  for (int byte = source.Get(); byte != ByteSource::kEnd; byte = source.Get()) {
    if (bytes.size() == kMaxItemBytes) {
      return TooLong("is longer than 8 MiB", kMaxItemBytes);
    }
    bytes.push_back(static_cast<char>(byte));
  }
  COURANT_RETURN_IF_ERROR(source.status());
  return bytes;
}

absl::Status CheckText(const std::string& bytes) {
  const std::optional<BadText> bad = FindBadText(bytes);
  if (!bad) return absl::OkStatus();
  const std::string before =
      WithLineFeeds(absl::string_view(bytes).substr(0, bad->offset));
  const int64_t line = 1 + std::count(before.begin(), before.end(), '\n');
  return ItemError(bad->reason, line, absl::StrCat("line ", line), "",
                   absl::StrCat(bad->what, bad->reason == v1::INVALID_UTF8
                                               ? "; save the page as UTF-8"
                                               : ""));
}

}  // namespace

absl::StatusOr<std::optional<ImportedItem>> PageReader::Next() {
  if (done_) return std::nullopt;
  done_ = true;
  COURANT_ASSIGN_OR_RETURN(const std::string bytes, ReadAll(source_));
  COURANT_RETURN_IF_ERROR(CheckText(bytes));
  std::vector<PageLine> lines = SplitPage(WithLineFeeds(bytes));
  if (lines.size() > kMaxPageLines) {
    return TooLong("has more than 20,000 lines", kMaxPageLines);
  }
  ClassifyPage(lines);
  ImportedItem item;
  item.line = lines.empty() ? 1 : lines.front().number;
  COURANT_RETURN_IF_ERROR(FillFromPage(lines, item));
  if (!options_.source_url.empty()) {
    v1::Article& article = *item.request.mutable_article();
    article.mutable_provenance()->set_source_url(options_.source_url);
    article.set_canonical_url(options_.source_url);
  }
  COURANT_RETURN_IF_ERROR(FinishItem(
      options_, {ImportFormat::kPage, bytes, /*published=*/true}, item));
  return item;
}

}  // namespace courant::importers
