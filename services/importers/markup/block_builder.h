#ifndef COURANT_SERVICES_IMPORTERS_MARKUP_BLOCK_BUILDER_H_
#define COURANT_SERVICES_IMPORTERS_MARKUP_BLOCK_BUILDER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/importers/markup/element.h"
#include "services/importers/markup/markup_blocks.h"
#include "services/importers/markup/markup_parser.h"
#include "services/importers/markup/rich_text_builder.h"

namespace courant::importers {

// Hears markup and makes blocks. Words gather until something begins or ends
// that stands apart; then they go where they belong: into the list, quotation
// or table that is open outermost, else into a block of their own.
// Thread-compatible.
class BlockBuilder : public MarkupSink {
 public:
  // `language` is the article's.
  explicit BlockBuilder(absl::string_view language) : language_(language) {}

  void Open(absl::string_view name,
            const std::vector<MarkupAttribute>& attributes) override;
  void Close(absl::string_view name) override;
  void Text(absl::string_view text) override;

  // What was heard, or an error as BlocksOfMarkup() documents it. Ends what is
  // still open. The last call.
  absl::StatusOr<MarkupBody> Finish();

 private:
  // An element that is open.
  struct Entry {
    std::string name;
    Element element;
    int marks;  // That it opened.
  };

  // What an element does besides its marks.
  void OpenElement(const Entry& entry,
                   const std::vector<MarkupAttribute>& attributes);
  void CloseElement(const Entry& entry);
  // Opens the marks that an element stands for; returns how many.
  int OpenMarks(Element element,
                const std::vector<MarkupAttribute>& attributes);
  // Notes a picture; its place is behind the words that are gathering.
  void OpenImage(const std::vector<MarkupAttribute>& attributes);
  void OpenEmbed(const std::vector<MarkupAttribute>& attributes);
  // Adds the embed, or, without an address that is one, its words.
  void CloseEmbed();
  // Begins a list, quotation or table, unless one is open.
  void OpenCompound(Element element,
                    const std::vector<MarkupAttribute>& attributes);

  // Ends the words that have gathered, and puts them where they belong.
  void Flush();
  // Puts a text where it belongs.
  void AddLine(v1::RichText text);
  // Puts it into the list, quotation or table that is open.
  void FlushInto(v1::Block& compound, v1::RichText text);
  // Adds a block behind what is open.
  v1::Block& AddBlock();
  // Adds the places of the pictures that wait.
  void AddReferences();

  // Whether such an element is open.
  bool IsOpen(Element element) const;
  // Tells something that has no place in an article.
  void Drop(std::string what);
  // Keeps the first error; nothing is heard after it.
  void Fail(absl::Status status);
  // Fails when a text is longer, or has more marks, than it may.
  void CheckText(const v1::RichText& text);

  const std::string language_;
  MarkupBody body_;
  // What gathers.
  RichTextBuilder words_;
  std::vector<Entry> open_;
  // The list, quotation or table that is open, and the index in open_ of what
  // began it; -1 when none is.
  v1::Block compound_;
  int compound_depth_ = -1;
  // Whether the next words begin an item or cell.
  bool new_item_ = true;
  // How many of the images wait for their references.
  int pending_images_ = 0;
  // Images in front of the figure that is open.
  size_t figure_images_ = 0;
  // While an embed is open.
  v1::Embed embed_;
  // Elements that are open and not for readers.
  int skipped_ = 0;
  absl::Status status_;
};

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_MARKUP_BLOCK_BUILDER_H_
