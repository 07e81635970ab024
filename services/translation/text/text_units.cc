#include "services/translation/text/text_units.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace courant {
namespace {

using Marks = google::protobuf::RepeatedPtrField<v1::Mark>;

bool TakesIn(v1::Translation::Scope scope, v1::TextField field) {
  switch (scope) {
    case v1::Translation::HEADLINE:
      return field == v1::FIELD_HEADLINE;
    case v1::Translation::HEADLINE_AND_DECKS:
      return field == v1::FIELD_HEADLINE || field == v1::FIELD_DECK;
    case v1::Translation::CAPTIONS:
      return field == v1::FIELD_CAPTION || field == v1::FIELD_ALT_TEXT;
    default:
      return true;
  }
}

// One walk for both kinds of units: an article is read, and beside it the same
// article, or null, is written. `mutate` leads to what may be written, and is
// asked only where there is a text: asking makes messages that were not there.
class Walk {
 public:
  explicit Walk(v1::Translation::Scope scope) : scope_(scope) {}

  void OfArticle(const v1::Article& article, v1::Article* written);

  std::vector<TextUnit> units;
  std::vector<MutableTextUnit> mutable_units;

 private:
  template <typename Mutate>
  void Plain(std::string unit, v1::TextField field, const std::string& text,
             bool writes, Mutate mutate) {
    if (text.empty() || !TakesIn(scope_, field)) return;
    if (writes) {
      mutable_units.push_back(
          {std::move(unit), field, mutate(), nullptr, nullptr});
    } else {
      units.push_back({std::move(unit), field, &text, nullptr, nullptr});
    }
  }

  template <typename Mutate>
  void Words(std::string unit, v1::TextField field, const v1::Text& text,
             bool writes, Mutate mutate) {
    if (text.value().empty() || !TakesIn(scope_, field)) return;
    if (writes) {
      v1::Text& to = *mutate();
      mutable_units.push_back({std::move(unit), field, to.mutable_value(),
                               nullptr, to.mutable_language()});
    } else {
      units.push_back(
          {std::move(unit), field, &text.value(), nullptr, &text.language()});
    }
  }

  template <typename Mutate>
  void Rich(std::string unit, const v1::RichText& text, bool writes,
            Mutate mutate) {
    if (text.text().empty() || !TakesIn(scope_, v1::FIELD_BODY)) return;
    if (writes) {
      v1::RichText& to = *mutate();
      mutable_units.push_back({std::move(unit), v1::FIELD_BODY,
                               to.mutable_text(), to.mutable_marks(), nullptr});
    } else {
      units.push_back({std::move(unit), v1::FIELD_BODY, &text.text(),
                       &text.marks(), nullptr});
    }
  }

  void OfBlock(const v1::Block& block, v1::Block* to);
  void OfList(const std::string& unit, const v1::List& list, v1::List* to);
  void OfQuote(const std::string& unit, const v1::Quote& quote, v1::Quote* to);
  void OfTable(const std::string& unit, const v1::Table& table, v1::Table* to);
  void OfMedia(const v1::Media& media, v1::Media* to);

  const v1::Translation::Scope scope_;
};

void Walk::OfList(const std::string& unit, const v1::List& list, v1::List* to) {
  for (int i = 0; i < list.items_size(); ++i) {
    Rich(absl::StrCat(unit, "/items/", i + 1), list.items(i), to != nullptr,
         [to, i] { return to->mutable_items(i); });
  }
}

void Walk::OfQuote(const std::string& unit, const v1::Quote& quote,
                   v1::Quote* to) {
  for (int i = 0; i < quote.paragraphs_size(); ++i) {
    Rich(absl::StrCat(unit, "/paragraphs/", i + 1), quote.paragraphs(i),
         to != nullptr, [to, i] { return to->mutable_paragraphs(i); });
  }
  Plain(unit + "/attribution", v1::FIELD_BODY, quote.attribution(),
        to != nullptr, [to] { return to->mutable_attribution(); });
}

void Walk::OfTable(const std::string& unit, const v1::Table& table,
                   v1::Table* to) {
  Rich(unit + "/caption", table.caption(), to != nullptr,
       [to] { return to->mutable_caption(); });
  for (int row = 0; row < table.rows_size(); ++row) {
    const v1::Table::Row& cells = table.rows(row);
    for (int i = 0; i < cells.cells_size(); ++i) {
      Rich(absl::StrCat(unit, "/rows/", row + 1, "/cells/", i + 1),
           cells.cells(i), to != nullptr,
           [to, row, i] { return to->mutable_rows(row)->mutable_cells(i); });
    }
  }
}

void Walk::OfBlock(const v1::Block& block, v1::Block* to) {
  const std::string unit = absl::StrCat("body/", block.id());
  const bool writes = to != nullptr;
  switch (block.content_case()) {
    case v1::Block::kParagraph:
      return Rich(unit, block.paragraph().text(), writes,
                  [to] { return to->mutable_paragraph()->mutable_text(); });
    case v1::Block::kHeading:
      return Rich(unit, block.heading().text(), writes,
                  [to] { return to->mutable_heading()->mutable_text(); });
    case v1::Block::kList:
      return OfList(unit, block.list(), writes ? to->mutable_list() : nullptr);
    case v1::Block::kQuote:
      return OfQuote(unit, block.quote(),
                     writes ? to->mutable_quote() : nullptr);
    case v1::Block::kTable:
      return OfTable(unit, block.table(),
                     writes ? to->mutable_table() : nullptr);
    case v1::Block::kPreformatted:
      return Plain(unit, v1::FIELD_BODY, block.preformatted().text(), writes,
                   [to] { return to->mutable_preformatted()->mutable_text(); });
    case v1::Block::kEmbed:
      return Words(unit + "/fallback", v1::FIELD_BODY, block.embed().fallback(),
                   writes,
                   [to] { return to->mutable_embed()->mutable_fallback(); });
    case v1::Block::kMedia:
    case v1::Block::CONTENT_NOT_SET:
      return;
  }
}

void Walk::OfMedia(const v1::Media& media, v1::Media* to) {
  const std::string unit = absl::StrCat("media/", media.id());
  Words(unit + "/caption", v1::FIELD_CAPTION, media.caption(), to != nullptr,
        [to] { return to->mutable_caption(); });
  Words(unit + "/alt", v1::FIELD_ALT_TEXT, media.alt().text(), to != nullptr,
        [to] { return to->mutable_alt()->mutable_text(); });
}

void Walk::OfArticle(const v1::Article& article, v1::Article* written) {
  const bool writes = written != nullptr;
  Words("headline", v1::FIELD_HEADLINE, article.headline(), writes,
        [written] { return written->mutable_headline(); });
  for (int i = 0; i < article.decks_size(); ++i) {
    Words(absl::StrCat("decks/", i + 1), v1::FIELD_DECK, article.decks(i),
          writes, [written, i] { return written->mutable_decks(i); });
  }
  Words("kicker", v1::FIELD_KICKER, article.kicker(), writes,
        [written] { return written->mutable_kicker(); });
  Words("short_title", v1::FIELD_SHORT_TITLE, article.short_title().text(),
        writes,
        [written] { return written->mutable_short_title()->mutable_text(); });
  Words("summary", v1::FIELD_SUMMARY, article.summary(), writes,
        [written] { return written->mutable_summary(); });
  for (int i = 0; i < article.body_size(); ++i) {
    OfBlock(article.body(i), writes ? written->mutable_body(i) : nullptr);
  }
  for (int i = 0; i < article.media_size(); ++i) {
    OfMedia(article.media(i), writes ? written->mutable_media(i) : nullptr);
  }
}

}  // namespace

std::vector<TextUnit> TextUnitsOf(const v1::Article& article,
                                  v1::Translation::Scope scope) {
  Walk walk(scope);
  walk.OfArticle(article, nullptr);
  return std::move(walk.units);
}

std::vector<MutableTextUnit> MutableTextUnitsOf(v1::Article* article,
                                                v1::Translation::Scope scope) {
  Walk walk(scope);
  walk.OfArticle(*article, article);
  return std::move(walk.mutable_units);
}

absl::string_view SubjectOf(absl::string_view unit) {
  const size_t last = unit.rfind('/');
  if (last == absl::string_view::npos) return "";
  const absl::string_view what = unit.substr(last + 1);
  const bool tells = absl::StartsWith(unit, "media/") ||
                     what == "attribution" || what == "caption";
  // "body/caption" is a paragraph of that id.
  const bool is_within = unit.find('/') != last;
  return tells && is_within ? unit.substr(0, last) : "";
}

}  // namespace courant
