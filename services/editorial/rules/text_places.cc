#include "services/editorial/rules/text_places.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace courant {
namespace {

// Collects places in the order in which it is told of them.
class Collector {
 public:
  void Plain(std::string where, std::string* text) {
    places_.push_back({std::move(where), text, nullptr});
  }
  void Words(std::string where, v1::Text* text) {
    Plain(std::move(where), text->mutable_value());
  }
  void Rich(const std::string& where, v1::RichText* text) {
    places_.push_back({where, text->mutable_text(), text->mutable_marks()});
  }
  void OfBlock(v1::Block* block);
  void OfMedia(v1::Media* media);

  std::vector<TextPlace> Take() && { return std::move(places_); }

 private:
  std::vector<TextPlace> places_;
};

void Collector::OfBlock(v1::Block* block) {
  const std::string where = absl::StrCat("body/", block->id());
  switch (block->content_case()) {
    case v1::Block::kParagraph:
      if (block->paragraph().has_text()) {
        Rich(where, block->mutable_paragraph()->mutable_text());
      }
      return;
    case v1::Block::kHeading:
      if (block->heading().has_text()) {
        Rich(where, block->mutable_heading()->mutable_text());
      }
      return;
    case v1::Block::kList:
      for (v1::RichText& item : *block->mutable_list()->mutable_items()) {
        Rich(where, &item);
      }
      return;
    case v1::Block::kQuote:
      for (v1::RichText& text : *block->mutable_quote()->mutable_paragraphs()) {
        Rich(where, &text);
      }
      return Plain(where, block->mutable_quote()->mutable_attribution());
    case v1::Block::kTable:
      if (block->table().has_caption()) {
        Rich(where, block->mutable_table()->mutable_caption());
      }
      for (v1::Table::Row& row : *block->mutable_table()->mutable_rows()) {
        for (v1::RichText& cell : *row.mutable_cells()) Rich(where, &cell);
      }
      return;
    case v1::Block::kPreformatted:
      return Plain(where, block->mutable_preformatted()->mutable_text());
    case v1::Block::kEmbed:
      if (block->embed().has_fallback()) {
        Words(where, block->mutable_embed()->mutable_fallback());
      }
      return;
    case v1::Block::kMedia:
    case v1::Block::CONTENT_NOT_SET:
      return;
  }
}

void Collector::OfMedia(v1::Media* media) {
  const std::string where = absl::StrCat("media/", media->id());
  if (media->has_caption()) Words(where + "/caption", media->mutable_caption());
  if (media->alt().has_text()) {
    Words(where + "/alt", media->mutable_alt()->mutable_text());
  }
  Plain(where + "/credit", media->mutable_credit());
}

}  // namespace

std::vector<TextPlace> TextPlacesOf(v1::Article* article) {
  Collector collector;
  if (article->has_headline()) {
    collector.Words("headline", article->mutable_headline());
  }
  for (int i = 0; i < article->decks_size(); ++i) {
    collector.Words(absl::StrCat("decks/", i + 1), article->mutable_decks(i));
  }
  if (article->has_kicker()) {
    collector.Words("kicker", article->mutable_kicker());
  }
  if (article->short_title().has_text()) {
    collector.Words("short_title",
                    article->mutable_short_title()->mutable_text());
  }
  if (article->has_summary()) {
    collector.Words("summary", article->mutable_summary());
  }
  collector.Plain("slugline", article->mutable_slugline());
  collector.Plain("byline", article->mutable_byline());
  for (v1::Block& block : *article->mutable_body()) collector.OfBlock(&block);
  for (v1::Media& media : *article->mutable_media()) collector.OfMedia(&media);
  return std::move(collector).Take();
}

std::vector<TextAt> TextsOf(const v1::Article& article) {
  // Places are for writing too.
  v1::Article copy = article;
  std::vector<TextAt> texts;
  for (const TextPlace& place : TextPlacesOf(&copy)) {
    if (place.text->empty()) continue;
    if (!texts.empty() && texts.back().where == place.where) {
      absl::StrAppend(&texts.back().text, "\n", *place.text);
    } else {
      texts.push_back({place.where, *place.text});
    }
  }
  return texts;
}

bool Covers(absl::string_view where, absl::string_view place) {
  return where == place ||
         (where == "body" && absl::StartsWith(place, "body/"));
}

}  // namespace courant
