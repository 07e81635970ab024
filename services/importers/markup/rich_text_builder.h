#ifndef COURANT_SERVICES_IMPORTERS_MARKUP_RICH_TEXT_BUILDER_H_
#define COURANT_SERVICES_IMPORTERS_MARKUP_RICH_TEXT_BUILDER_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"

namespace courant::importers {

// Makes words with marks out of pieces of markup, with white space as a browser
// shows it: a run of spaces and line ends is one space, none at either end.
// No-break spaces stay, except at the ends. Thread-compatible.
class RichTextBuilder {
 public:
  // Adds words.
  void Append(absl::string_view text);

  // Adds a line end.
  void Break();

  // Begins a mark; `mark` has its type, href and language. Marks end in the
  // reverse order, and go on in the next text when that begins before they end.
  void Open(v1::Mark mark);
  void Close();

  // Whether white space stays as it is, until told otherwise.
  void KeepSpace(bool keep) { keep_space_ = keep; }

  // Whether there is anything but white space.
  bool blank() const;

  // The text so far, and begins the next one. Marks of nothing are left out.
  v1::RichText Take();

 private:
  struct OpenMark {
    v1::Mark mark;
    int start;  // -1 until there are words in it.
  };

  // Adds what is no white space, or white space that stays.
  void AppendVerbatim(absl::string_view text);
  // Notes a mark that ends here.
  void Finish(const OpenMark& open);

  v1::RichText text_;
  int length_ = 0;  // Of text_, in code points.
  bool space_pending_ = false;
  bool keep_space_ = false;
  std::vector<OpenMark> open_;
};

// Adds `more` behind `text`, on a line of its own if there is something before.
void AppendLine(const v1::RichText& more, v1::RichText& text);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_MARKUP_RICH_TEXT_BUILDER_H_
