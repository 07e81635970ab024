#include "services/importers/markup/markup_blocks.h"

#include "absl/strings/str_cat.h"
#include "services/importers/markup/block_builder.h"
#include "services/importers/markup/markup_parser.h"
#include "storage/base/status_macros.h"

namespace courant::importers {
namespace {

void AddWords(absl::string_view words, std::string& all) {
  if (!words.empty()) absl::StrAppend(&all, all.empty() ? "" : "\n", words);
}

template <typename Texts>
void AddAll(const Texts& texts, std::string& all) {
  for (const v1::RichText& text : texts) AddWords(text.text(), all);
}

}  // namespace

absl::StatusOr<MarkupBody> BlocksOfMarkup(MarkupKind kind,
                                          absl::string_view text,
                                          absl::string_view language) {
  if (kind == MarkupKind::kXhtml) {
    BlockBuilder builder(language);
    const absl::Status parsed = ParseXhtml(text, builder);
    if (parsed.ok()) return builder.Finish();
    if (absl::IsOutOfRange(parsed)) return parsed;
  }
  BlockBuilder builder(language);
  COURANT_RETURN_IF_ERROR(ParseHtml(text, builder));
  COURANT_ASSIGN_OR_RETURN(MarkupBody body, builder.Finish());
  body.read_as_html = kind == MarkupKind::kXhtml;
  return body;
}

absl::StatusOr<std::string> WordsOfMarkup(MarkupKind kind,
                                          absl::string_view text) {
  COURANT_ASSIGN_OR_RETURN(const MarkupBody body,
                           BlocksOfMarkup(kind, text, ""));
  return WordsOfBlocks(body.blocks);
}

std::string WordsOfBlocks(const std::vector<v1::Block>& blocks) {
  std::string all;
  for (const v1::Block& block : blocks) {
    AddWords(block.paragraph().text().text(), all);
    AddWords(block.heading().text().text(), all);
    AddAll(block.list().items(), all);
    AddAll(block.quote().paragraphs(), all);
    AddWords(block.quote().attribution(), all);
    AddWords(block.table().caption().text(), all);
    for (const v1::Table::Row& row : block.table().rows()) {
      AddAll(row.cells(), all);
    }
    AddWords(block.preformatted().text(), all);
    AddWords(block.embed().fallback().value(), all);
  }
  return all;
}

}  // namespace courant::importers
