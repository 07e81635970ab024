#include "services/importers/markup/block_builder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/importers/finish_item.h"
#include "services/importers/language_tag.h"
#include "services/importers/markup/windows_characters.h"
#include "services/importers/unicode_text.h"

namespace courant::importers {
namespace {

constexpr int kMaxElements = 1000;  // Of a list, row, table or set of marks.
constexpr size_t kMaxDropped = 50;

std::string ValueOf(const std::vector<MarkupAttribute>& attributes,
                    absl::string_view name) {
  for (const MarkupAttribute& attribute : attributes) {
    if (attribute.name == name) {
      return std::string(TrimSpace(attribute.value));
    }
  }
  return "";
}

// Attributes that are put to use where they can be.
bool IsKnownAttribute(absl::string_view name) {
  return name == "href" || name == "src" || name == "alt" || name == "lang" ||
         name == "cite" || name == "data" || name == "xmlns";
}

bool IsMailUrl(absl::string_view url) {
  if (!absl::StartsWithIgnoreCase(url, "mailto:")) return false;
  const absl::string_view address = url.substr(7);
  const size_t at = address.find('@');
  return at != 0 && at != absl::string_view::npos && at + 1 < address.size() &&
         std::none_of(address.begin(), address.end(), [](unsigned char c) {
           return c <= 0x20 || c == 0x7f || c == '<' || c == '>' || c == '"' ||
                  c == '\\';
         });
}

std::optional<v1::Mark::Type> MarkOf(Element element) {
  switch (element) {
    case Element::kStrong:
      return v1::Mark::STRONG;
    case Element::kEmphasis:
      return v1::Mark::EMPHASIS;
    case Element::kCode:
      return v1::Mark::CODE;
    case Element::kSubscript:
      return v1::Mark::SUBSCRIPT;
    case Element::kSuperscript:
      return v1::Mark::SUPERSCRIPT;
    case Element::kStrike:
      return v1::Mark::STRIKE;
    case Element::kUnderline:
      return v1::Mark::UNDERLINE;
    default:
      return std::nullopt;
  }
}

}  // namespace

void BlockBuilder::Fail(absl::Status status) {
  if (status_.ok()) status_ = std::move(status);
}

void BlockBuilder::Drop(std::string what) {
  if (body_.dropped.size() < kMaxDropped &&
      std::find(body_.dropped.begin(), body_.dropped.end(), what) ==
          body_.dropped.end()) {
    body_.dropped.push_back(std::move(what));
  }
}

bool BlockBuilder::IsOpen(Element element) const {
  return std::any_of(open_.begin(), open_.end(), [element](const Entry& entry) {
    return entry.element == element;
  });
}

void BlockBuilder::Open(absl::string_view name,
                        const std::vector<MarkupAttribute>& attributes) {
  if (!status_.ok()) return;
  Entry entry{std::string(FirstCodePoints(name, 40)), ElementNamed(name), 0};
  for (const MarkupAttribute& attribute : attributes) {
    if (const std::optional<BadText> bad = FindBadText(attribute.value)) {
      return Fail(absl::InvalidArgumentError(bad->what));
    }
    if (skipped_ == 0 && !IsKnownAttribute(attribute.name)) {
      Drop(absl::StrCat(FirstCodePoints(attribute.name, 40), "="));
    }
  }
  if (entry.element == Element::kSkip) {
    if (skipped_++ == 0) Drop(absl::StrCat("<", entry.name, ">"));
  } else if (skipped_ == 0) {
    if (entry.element == Element::kUnknown) {
      Drop(absl::StrCat("<", entry.name, ">"));
    }
    if (StandsApart(entry.element)) Flush();
    entry.marks = OpenMarks(entry.element, attributes);
    OpenElement(entry, attributes);
  }
  open_.push_back(std::move(entry));
}

void BlockBuilder::Close(absl::string_view name) {
  if (!status_.ok()) return;
  name = FirstCodePoints(name, 40);
  const auto found =
      std::find_if(open_.rbegin(), open_.rend(),
                   [name](const Entry& entry) { return entry.name == name; });
  if (found == open_.rend()) return;
  for (auto count = std::distance(open_.rbegin(), found) + 1; count > 0;
       --count) {
    const Entry entry = open_.back();
    CloseElement(entry);
    open_.pop_back();
  }
}

void BlockBuilder::Text(absl::string_view text) {
  if (!status_.ok() || skipped_ > 0) return;
  // References can still make a carriage return, and what Windows has where
  // Unicode has control characters.
  std::string words =
      absl::StrContains(text, '\r') ? WithLineFeeds(text) : std::string(text);
  ReplaceWindowsCharacters(words);
  if (const std::optional<BadText> bad = FindBadText(words)) {
    return Fail(absl::InvalidArgumentError(bad->what));
  }
  words_.Append(words);
}

int BlockBuilder::OpenMarks(Element element,
                            const std::vector<MarkupAttribute>& attributes) {
  int count = 0;
  v1::Mark mark;
  if (const std::optional<v1::Mark::Type> type = MarkOf(element)) {
    mark.set_type(*type);
    words_.Open(mark);
    ++count;
  }
  if (element == Element::kLink) {
    const std::string url = ValueOf(attributes, "href");
    if (IsWebUrl(url) || (IsMailUrl(url) && url.size() <= kMaxFieldBytes)) {
      mark.set_type(v1::Mark::LINK);
      mark.set_href(url);
      words_.Open(mark);
      ++count;
    } else if (!url.empty()) {
      Drop(absl::StrCat("href=", FirstCodePoints(url, 200)));
    }
  }
  const std::string lang = ValueOf(attributes, "lang");
  if (lang.empty()) return count;
  const std::optional<std::string> tag = CanonicalLanguage(lang);
  if (!tag || !IsKnownLanguage(*tag)) {
    Drop(absl::StrCat("lang=", FirstCodePoints(lang, 40)));
  } else if (*tag != language_) {
    mark.Clear();
    mark.set_type(v1::Mark::LANGUAGE);
    mark.set_language(*tag);
    words_.Open(mark);
    ++count;
  }
  return count;
}

void BlockBuilder::OpenElement(const Entry& entry,
                               const std::vector<MarkupAttribute>& attributes) {
  switch (entry.element) {
    case Element::kOrdered:
    case Element::kList:
    case Element::kQuote:
    case Element::kTable:
      return OpenCompound(entry.element, attributes);
    case Element::kItem:
    case Element::kCell:
    case Element::kHeadCell:
      new_item_ = true;
      return;
    case Element::kRow:
      if (compound_.has_table() && compound_depth_ >= 0) {
        compound_.mutable_table()->add_rows();
        new_item_ = true;
      }
      return;
    case Element::kPre:
      words_.KeepSpace(true);
      return;
    case Element::kBreak:
      words_.Break();
      return;
    case Element::kRule:
      Drop("<hr>");
      return;
    case Element::kImage:
      return OpenImage(attributes);
    case Element::kFigure:
      figure_images_ = body_.images.size();
      return;
    case Element::kEmbed:
      return OpenEmbed(attributes);
    case Element::kSource:
      if (IsOpen(Element::kEmbed) && embed_.url().empty()) {
        embed_.set_url(ValueOf(attributes, "src"));
      }
      return;
    default:
      return;
  }
}

void BlockBuilder::CloseElement(const Entry& entry) {
  if (entry.element == Element::kSkip) {
    --skipped_;
    return;
  }
  if (skipped_ > 0) return;
  // Cells without words keep their place.
  if (entry.element == Element::kCell || entry.element == Element::kHeadCell) {
    Flush();
    if (new_item_ && compound_depth_ >= 0 && compound_.has_table()) {
      FlushInto(compound_, {});
    }
    new_item_ = true;
  } else if (StandsApart(entry.element)) {
    Flush();
  }
  for (int i = 0; i < entry.marks; ++i) words_.Close();
  if (entry.element == Element::kEmbed) CloseEmbed();
  if (entry.element == Element::kPre) words_.KeepSpace(false);
  if (compound_depth_ == static_cast<int>(open_.size()) - 1) {
    compound_depth_ = -1;
    const bool empty = compound_.list().items().empty() &&
                       compound_.quote().paragraphs().empty() &&
                       compound_.table().rows().empty();
    if (!empty) AddBlock() = std::move(compound_);
    compound_.Clear();
    AddReferences();
  }
}

void BlockBuilder::OpenCompound(
    Element element, const std::vector<MarkupAttribute>& attributes) {
  new_item_ = true;
  if (compound_depth_ >= 0) return;
  compound_depth_ = static_cast<int>(open_.size());
  if (element == Element::kTable) {
    compound_.mutable_table();
  } else if (element == Element::kQuote) {
    v1::Quote& quote = *compound_.mutable_quote();
    const std::string cite = ValueOf(attributes, "cite");
    if (IsWebUrl(cite)) {
      quote.set_cite(cite);
    } else if (!cite.empty()) {
      Drop(absl::StrCat("cite=", FirstCodePoints(cite, 200)));
    }
  } else {
    compound_.mutable_list()->set_ordered(element == Element::kOrdered);
  }
}

void BlockBuilder::OpenImage(const std::vector<MarkupAttribute>& attributes) {
  MarkupImage image{ValueOf(attributes, "src"), ValueOf(attributes, "alt"), ""};
  if (image.url.empty() && image.alt.empty()) return Drop("<img>");
  if (image.alt.size() > kMaxFieldBytes) {
    return Fail(absl::OutOfRangeError("has more than 64 KiB in one alt="));
  }
  if (body_.images.size() == kMaxElements) {
    return Fail(absl::OutOfRangeError("has more than 1,000 pictures"));
  }
  body_.images.push_back(std::move(image));
  ++pending_images_;
}

void BlockBuilder::OpenEmbed(const std::vector<MarkupAttribute>& attributes) {
  embed_.Clear();
  embed_.set_url(ValueOf(attributes, "src"));
  if (embed_.url().empty()) embed_.set_url(ValueOf(attributes, "data"));
}

// What stands between its tags is for those who cannot show it: Flush() has
// put it into the fallback.
void BlockBuilder::CloseEmbed() {
  if (!IsWebUrl(embed_.url())) {
    Drop(absl::StrCat("embed ", FirstCodePoints(embed_.url(), 200)));
    if (!embed_.fallback().value().empty()) {
      v1::RichText text;
      text.set_text(embed_.fallback().value());
      AddLine(std::move(text));
    }
    return;
  }
  if (compound_depth_ >= 0) {
    // A list, quotation or table has no place for it but behind.
    const int depth = std::exchange(compound_depth_, -1);
    *AddBlock().mutable_embed() = embed_;
    compound_depth_ = depth;
    return;
  }
  *AddBlock().mutable_embed() = embed_;
}

v1::Block& BlockBuilder::AddBlock() {
  if (body_.blocks.size() == kMaxBlocks) {
    Fail(absl::OutOfRangeError("has more than 2,000 blocks"));
    body_.blocks.pop_back();
  }
  return body_.blocks.emplace_back();
}

void BlockBuilder::AddReferences() {
  for (; pending_images_ > 0; --pending_images_) {
    AddBlock().mutable_media()->set_media_id(
        absl::StrCat(static_cast<int>(body_.images.size()) - pending_images_));
  }
}

void BlockBuilder::CheckText(const v1::RichText& text) {
  if (text.text().size() > kMaxParagraphBytes) {
    Fail(absl::OutOfRangeError("has more than 256 KiB in one paragraph"));
  }
  if (text.marks_size() > kMaxElements) {
    Fail(absl::OutOfRangeError("has more than 1,000 marks in one paragraph"));
  }
}

void BlockBuilder::Flush() {
  if (!words_.blank()) {
    v1::RichText text = words_.Take();
    CheckText(text);
    AddLine(std::move(text));
  } else {
    words_.Take();
  }
  if (compound_depth_ < 0) AddReferences();
}

void BlockBuilder::AddLine(v1::RichText text) {
  if (IsOpen(Element::kEmbed)) {
    std::string& fallback = *embed_.mutable_fallback()->mutable_value();
    absl::StrAppend(&fallback, fallback.empty() ? "" : "\n", text.text());
    if (fallback.size() > kMaxFieldBytes) {
      Fail(absl::OutOfRangeError("has more than 64 KiB in one embed"));
    }
    return;
  }
  if (IsOpen(Element::kFigureCaption) && body_.images.size() > figure_images_) {
    std::string& caption = body_.images.back().caption;
    absl::StrAppend(&caption, caption.empty() ? "" : "\n", text.text());
    if (caption.size() > kMaxFieldBytes / 2) {
      Fail(absl::OutOfRangeError("has more than 32 KiB in one caption"));
    }
    return;
  }
  if (compound_depth_ >= 0) return FlushInto(compound_, std::move(text));
  const auto heading = std::find_if(
      open_.rbegin(), open_.rend(),
      [](const Entry& entry) { return entry.element == Element::kHeading; });
  if (heading != open_.rend()) {
    v1::Heading& made = *AddBlock().mutable_heading();
    // 1 is the headline.
    made.set_level(std::max(2, heading->name[1] - '0'));
    *made.mutable_text() = std::move(text);
  } else if (IsOpen(Element::kPre)) {
    AddBlock().mutable_preformatted()->set_text(text.text());
  } else {
    *AddBlock().mutable_paragraph()->mutable_text() = std::move(text);
  }
}

void BlockBuilder::FlushInto(v1::Block& compound, v1::RichText text) {
  google::protobuf::RepeatedPtrField<v1::RichText>* texts = nullptr;
  if (compound.has_quote()) {
    if (IsOpen(Element::kFooter)) {
      v1::RichText attribution;
      attribution.set_text(compound.quote().attribution());
      AppendLine(text, attribution);
      compound.mutable_quote()->set_attribution(attribution.text());
      return;
    }
    texts = compound.mutable_quote()->mutable_paragraphs();
    new_item_ = true;
  } else if (compound.has_list()) {
    texts = compound.mutable_list()->mutable_items();
  } else {
    v1::Table& table = *compound.mutable_table();
    if (IsOpen(Element::kCaption)) {
      AppendLine(text, *table.mutable_caption());
      return CheckText(table.caption());
    }
    // Words outside of any row make one.
    if (table.rows().empty()) table.add_rows();
    if (table.rows_size() == 1 && IsOpen(Element::kHeadCell)) {
      // The first row is a header as long as nothing else is in it.
      if (table.rows(0).cells().empty()) table.set_header(true);
    } else if (table.rows_size() == 1) {
      table.set_header(false);
    }
    if (table.rows_size() > kMaxElements) {
      return Fail(absl::OutOfRangeError("has more than 1,000 rows in a table"));
    }
    texts = table.mutable_rows(table.rows_size() - 1)->mutable_cells();
  }
  if (new_item_ || texts->empty()) {
    *texts->Add() = std::move(text);
  } else {
    AppendLine(text, *texts->rbegin());
    CheckText(*texts->rbegin());
  }
  new_item_ = false;
  if (texts->size() > kMaxElements) {
    Fail(
        absl::OutOfRangeError("has more than 1,000 items or cells in one "
                              "list, quotation or row"));
  }
}

absl::StatusOr<MarkupBody> BlockBuilder::Finish() {
  Flush();
  while (!open_.empty()) {
    const Entry entry = open_.back();
    CloseElement(entry);
    open_.pop_back();
  }
  Flush();
  if (!status_.ok()) return status_;
  return std::move(body_);
}

}  // namespace courant::importers
