#include "services/editorial/rules/publishable.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

bool HasWords(absl::string_view text) {
  return !absl::StripAsciiWhitespace(text).empty();
}

bool HasWords(const v1::RichText& text) { return HasWords(text.text()); }

template <typename Texts>
bool AnyHasWords(const Texts& texts) {
  return std::any_of(texts.begin(), texts.end(),
                     [](const v1::RichText& text) { return HasWords(text); });
}

bool HasContent(const v1::Block& block) {
  switch (block.content_case()) {
    case v1::Block::kParagraph:
      return HasWords(block.paragraph().text());
    case v1::Block::kHeading:
      return HasWords(block.heading().text());
    case v1::Block::kList:
      return AnyHasWords(block.list().items());
    case v1::Block::kQuote:
      return AnyHasWords(block.quote().paragraphs());
    case v1::Block::kMedia:
      return true;
    case v1::Block::kTable:
      return std::any_of(
          block.table().rows().begin(), block.table().rows().end(),
          [](const v1::Table::Row& row) { return AnyHasWords(row.cells()); });
    case v1::Block::kPreformatted:
      return HasWords(block.preformatted().text());
    case v1::Block::kEmbed:
      return true;
    case v1::Block::CONTENT_NOT_SET:
      return false;
  }
  return false;
}

bool HasWords(const v1::Media& media) {
  return HasWords(media.caption().value()) ||
         HasWords(media.alt().text().value());
}

bool IsText(const v1::Article& article) {
  return article.kind() == v1::Article::TEXT ||
         article.kind() == v1::Article::KIND_UNSPECIFIED;
}

// Names what there would have to be to read or see.
void AddMissingContent(const v1::Article& article,
                       std::vector<FieldViolation>* missing) {
  const auto& media = article.media();
  switch (article.translation_of().extent()) {
    case v1::TranslationOf::HEADLINE:
    case v1::TranslationOf::HEADLINE_AND_DECKS:
      return;  // the headline is what there is
    case v1::TranslationOf::CAPTIONS:
      if (std::none_of(media.begin(), media.end(), [](const v1::Media& medium) {
            return HasWords(medium);
          })) {
        missing->push_back({"media",
                            "is required to publish captions: a medium with a "
                            "caption or an alternative text"});
      }
      return;
    default:
      break;
  }
  if (!IsText(article) && media.empty()) {
    missing->push_back({"media", "is required to publish what is not a text"});
  }
  if (IsText(article) && media.empty() &&
      std::none_of(article.body().begin(), article.body().end(), HasContent)) {
    missing->push_back({"body",
                        "is required to publish: a block with words, an embed "
                        "or a medium"});
  }
}

// True when nobody has claimed to know the rights of an imported article.
bool MayLackNotice(const v1::Article& article) {
  const v1::Rights::Status status = article.rights().status();
  return IsImported(article) && (status == v1::Rights::UNKNOWN ||
                                 status == v1::Rights::STATUS_UNSPECIFIED);
}

}  // namespace

bool IsImported(const v1::Article& article) {
  return !article.provenance().source_url().empty() ||
         !article.provenance().source_id().empty();
}

void SettleRights(v1::Article* article) {
  if (IsImported(*article) &&
      article->rights().status() == v1::Rights::STATUS_UNSPECIFIED) {
    article->mutable_rights()->set_status(v1::Rights::UNKNOWN);
  }
}

absl::Status CheckPublishable(const v1::Article& article) {
  std::vector<FieldViolation> missing;
  const v1::TranslationOf::Extent extent = article.translation_of().extent();
  if (!HasWords(article.headline().value()) &&
      extent != v1::TranslationOf::CAPTIONS) {
    missing.push_back({"headline", "is required to publish"});
  }
  if (article.language().empty()) {
    missing.push_back({"language", "is required to publish"});
  }
  if (!HasWords(article.rights().copyright_notice()) &&
      !MayLackNotice(article)) {
    missing.push_back(
        {"rights.copyright_notice",
         "is required to publish, unless provenance names the source and the "
         "rights are UNKNOWN"});
  }
  AddMissingContent(article, &missing);
  if (missing.empty()) return absl::OkStatus();
  return MakeFieldError(v1::NOT_PUBLISHABLE, missing);
}

}  // namespace courant
