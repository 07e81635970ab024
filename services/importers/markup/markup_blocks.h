#ifndef COURANT_SERVICES_IMPORTERS_MARKUP_MARKUP_BLOCKS_H_
#define COURANT_SERVICES_IMPORTERS_MARKUP_MARKUP_BLOCKS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"

namespace courant::importers {

// A picture that a text shows.
struct MarkupImage {
  std::string url;  // As it is written; perhaps no absolute one.
  std::string alt;
  std::string caption;
};

// What a piece of XHTML or HTML is as an article's body.
struct MarkupBody {
  // Paragraphs, headings, lists, quotations, tables and so on. `media_id` of a
  // media reference is an index into `images`.
  std::vector<v1::Block> blocks;
  std::vector<MarkupImage> images;
  // What has no place in an article, each once: "<script>", "style=". In the
  // order of appearance, at most 50.
  std::vector<std::string> dropped;
  // Whether it was no XHTML and was read as HTML.
  bool read_as_html = false;
};

// What somebody says a text is.
enum class MarkupKind { kXhtml, kHtml };

// Turns markup into blocks. Words and their order are kept, whatever they stand
// in; a list within a list becomes items of the outer one, and a heading or
// paragraph within a list, quotation or table a line of it. XHTML that is not
// well-formed is read as HTML. `language` is the article's: marks of languages
// are for others.
//
// Errors, without metadata; the message is a clause:
// * kOutOfRange: a limit of markup_parser.h, or more than an article takes:
//   2,000 blocks; 1,000 items, rows, cells or marks; 256 KiB in one text.
// * kInvalidArgument: a character that no text may hold.
//
// Thread-safe.
absl::StatusOr<MarkupBody> BlocksOfMarkup(MarkupKind kind,
                                          absl::string_view text,
                                          absl::string_view language);

// The words of markup on lines, without marks, e.g. of a caption. Errors as
// above. Thread-safe.
absl::StatusOr<std::string> WordsOfMarkup(MarkupKind kind,
                                          absl::string_view text);

// The words of blocks, a text a line: what two versions of one text have in
// common. Thread-safe.
std::string WordsOfBlocks(const std::vector<v1::Block>& blocks);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_MARKUP_MARKUP_BLOCKS_H_
