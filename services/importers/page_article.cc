#include "services/importers/page_article.h"

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/importers/byline.h"
#include "services/importers/copyright_line.h"
#include "services/importers/finish_item.h"
#include "services/importers/page_rules.h"
#include "services/importers/paragraphs.h"
#include "services/importers/printed_date.h"
#include "services/importers/unicode_text.h"

namespace courant::importers {
namespace {

// What a note shows of a line that was left out. Longer ones are cut: a server
// takes 64 KiB, and a code point has at most 4 bytes.
constexpr int kMostNotedCodePoints = 10000;

// Fills an article line by line.
class PageFiller {
 public:
  explicit PageFiller(ImportedItem& item)
      : item_(item), article_(*item.request.mutable_article()) {}

  void Fill(const PageLine& line) {
    switch (line.role) {
      case LineRole::kBreadcrumb:
        SetSection(SplitBreadcrumb(line.text), line);
        break;
      case LineRole::kZone:
        SetSection({line.text, ""}, line);
        break;
      case LineRole::kSection:
        SetSection({"", line.text}, line);
        break;
      case LineRole::kHeadline:
        article_.mutable_headline()->set_value(OnOneLine(line.text));
        break;
      case LineRole::kDeck:
        article_.add_decks()->set_value(OnOneLine(line.text));
        break;
      case LineRole::kAlt:
        AddAlt(line);
        break;
      case LineRole::kDate:
        SetDate(line);
        break;
      case LineRole::kByline:
        AddByline(line.text, line.number, item_);
        break;
      case LineRole::kCopyright:
        AddCopyright(line);
        break;
      case LineRole::kUnknown:
      case LineRole::kBody:
        break;  // AddBody() sees all of it at once.
      case LineRole::kChrome:
        Note("dropped", "chrome", line);
        item_.remarks.push_back(absl::StrCat("line ", line.number, ": dropped ",
                                             Quoted(line.text),
                                             " as part of the site"));
        break;
    }
  }

  void AddBody(const std::vector<PageLine>& lines) {
    const bool blank_lines_separate = HasBlankLinesInBody(lines);
    const PageLine* previous = nullptr;
    std::string paragraph;
    bool trimmed = false;
    for (const PageLine& line : lines) {
      if (line.role != LineRole::kBody) {
        previous = nullptr;
        continue;
      }
      trimmed |= line.trimmed;
      if (previous != nullptr && !line.after_blank && blank_lines_separate) {
        absl::StrAppend(&paragraph, "\n", line.text);
      } else {
        if (!paragraph.empty()) AddParagraph(paragraph, article_);
        paragraph = line.text;
      }
      previous = &line;
    }
    if (!paragraph.empty()) AddParagraph(paragraph, article_);
    if (trimmed) NoteTrimmedSpace(item_.line, article_);
  }

  // After everything else.
  void RemarkAbsent() {
    if (!article_.has_first_published()) {
      item_.remarks.push_back("no date on the page: first_published is unset");
    }
    if (article_.byline().empty()) {
      item_.remarks.push_back("no byline on the page");
    }
  }

 private:
  void Note(const char* action, const char* reason, const PageLine& line) {
    if (article_.provenance().cleaning_size() >= kMaxNotes) return;
    v1::Provenance::Cleaning& note =
        *article_.mutable_provenance()->add_cleaning();
    note.set_action(action);
    note.set_reason(reason);
    note.set_source_text(
        std::string(FirstCodePoints(line.text, kMostNotedCodePoints)));
    note.set_line(line.number);
  }

  // The line below wins over a path above that names the same.
  void SetSection(const SectionPath& path, const PageLine& line) {
    if (article_.sections_size() == 0) article_.add_sections();
    v1::Section& section = *article_.mutable_sections(0);
    if (!path.zone.empty()) section.set_zone(path.zone);
    if (path.label.empty()) return;
    section.clear_labels();
    section.add_labels()->set_value(path.label);
    if (line.role == LineRole::kBreadcrumb) Note("rewritten", "path", line);
  }

  void AddAlt(const PageLine& line) {
    v1::Media& picture = *article_.add_media();
    picture.set_kind(v1::Media::PICTURE);
    v1::AltText& alt = *picture.mutable_alt();
    alt.mutable_text()->set_value(line.text);
    alt.set_derived(true);
    const std::optional<HeadlineCut> cut =
        CutFromHeadline(line.text, article_.headline().value());
    if (cut) alt.set_limit(cut->limit);
    Note("moved", "derived-alt", line);
    item_.remarks.push_back(absl::StrCat(
        "line ", line.number, ": ", Quoted(line.text),
        " is the headline cut by a program: kept as the alt text of a picture "
        "that the page does not name"));
  }

  void SetDate(const PageLine& line) {
    const std::optional<PrintedDate> date =
        ParsePrintedDate(DateInLine(line.text));
    if (!date) return;
    *article_.mutable_first_published() = date->time;
    article_.set_first_published_precision(date->precision);
    if (date->lost.empty()) return;
    Note("rewritten", "date", line);
    item_.remarks.push_back(absl::StrCat(
        "line ", line.number, ": first_published is only as exact as ",
        v1::TimePrecision_Name(date->precision), ": ", date->lost));
  }

  void AddCopyright(const PageLine& line) {
    v1::Rights& rights = *article_.mutable_rights();
    absl::StrAppend(rights.mutable_copyright_notice(),
                    rights.copyright_notice().empty() ? "" : "\n", line.text);
    if (rights.copyright_holder().empty()) {
      rights.set_copyright_holder(CopyrightHolderOf(line.text));
    }
  }

  static bool HasBlankLinesInBody(const std::vector<PageLine>& lines) {
    bool first = true;
    for (const PageLine& line : lines) {
      if (line.role != LineRole::kBody) continue;
      if (!first && line.after_blank) return true;
      first = false;
    }
    return false;
  }

  ImportedItem& item_;
  v1::Article& article_;
};

}  // namespace

absl::Status FillFromPage(const std::vector<PageLine>& lines,
                          ImportedItem& item) {
  PageFiller filler(item);
  for (const PageLine& line : lines) filler.Fill(line);
  filler.AddBody(lines);
  filler.RemarkAbsent();
  if (item.request.article().headline().value().empty()) {
    return ItemError(v1::FIELD_REQUIRED, item.line, "the page", "headline",
                     "was not found: the page has no text");
  }
  if (item.request.article().body().empty()) {
    return ItemError(v1::FIELD_REQUIRED, item.line, "the page", "body",
                     "was not found: there is nothing below the headline");
  }
  return absl::OkStatus();
}

}  // namespace courant::importers
