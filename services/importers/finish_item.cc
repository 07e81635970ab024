#include "services/importers/finish_item.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/importers/language_tag.h"
#include "services/importers/source_identity.h"
#include "services/importers/unicode_text.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant::importers {
namespace {

constexpr size_t kMaxSectionCode = 64;

std::string LineText(int64_t line) { return absl::StrCat("line ", line); }

bool IsSectionCode(absl::string_view code) {
  for (const char c : code) {
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && c != '-') {
      return false;
    }
  }
  return !code.empty() && code.size() <= kMaxSectionCode;
}

// The words that tell the language of an article: as many as it takes.
std::string WordsOf(const v1::Article& article) {
  constexpr size_t kEnough = 16 << 10;
  std::string words = article.headline().value();
  for (const v1::Block& block : article.body()) {
    if (words.size() > kEnough) break;
    absl::StrAppend(&words, " ", block.paragraph().text().text());
  }
  return words;
}

absl::Status SetLanguage(const ImportOptions& options, ImportedItem& item) {
  v1::Article& article = *item.request.mutable_article();
  if (!article.language().empty()) {
    std::optional<std::string> tag = CanonicalLanguage(article.language());
    if (!tag) {
      return ItemError(v1::FIELD_INVALID, item.line, LineText(item.line),
                       "language",
                       absl::StrCat(Quoted(article.language()),
                                    " is not a BCP 47 tag such as en or ko"));
    }
    article.set_language(*std::move(tag));
    return absl::OkStatus();
  }
  if (!options.language.empty()) {
    article.set_language(options.language);
    return absl::OkStatus();
  }
  const std::optional<ToldLanguage> told = LanguageOfText(WordsOf(article));
  if (!told) {
    return ItemError(v1::FIELD_REQUIRED, item.line, LineText(item.line),
                     "language",
                     "the source names none and its script is of several; "
                     "say which it is");
  }
  article.set_language(told->tag);
  if (told->assumed) {
    item.remarks.push_back(
        "the source names no language: taken for English by its script");
  }
  return absl::OkStatus();
}

void SetSection(const ImportOptions& options, v1::Article& article) {
  if (options.section.empty()) return;
  if (article.sections_size() > 0 &&
      article.sections(0).code() == options.section) {
    return;
  }
  article.add_sections()->set_code(options.section);
  for (int i = article.sections_size() - 1; i > 0; --i) {
    article.mutable_sections()->SwapElements(i, i - 1);
  }
}

// What the source says of rights wins over the options, field by field.
void SetRights(const ImportOptions& options, ImportedItem& item) {
  v1::Article& article = *item.request.mutable_article();
  if (article.rights().copyright_notice().empty() &&
      !options.rights.copyright_notice().empty()) {
    v1::Rights rights = options.rights;
    rights.MergeFrom(article.rights());
    *article.mutable_rights() = std::move(rights);
  }
}

// Decides between published and draft. Nothing without a notice can be
// published unless it says where it comes from; then nobody outside may have it
// until its rights are set.
void SetState(bool published, ImportedItem& item) {
  v1::Article& article = *item.request.mutable_article();
  item.request.set_initial_state(published ? v1::CreateArticleRequest::PUBLISHED
                                           : v1::CreateArticleRequest::DRAFT);
  if (!published || !article.rights().copyright_notice().empty()) return;
  if (article.provenance().source_url().empty() &&
      article.provenance().source_id().empty()) {
    item.request.set_initial_state(v1::CreateArticleRequest::DRAFT);
    item.remarks.push_back(
        "no copyright notice and no source: imported as a draft");
    return;
  }
  if (article.rights().status() == v1::Rights::STATUS_UNSPECIFIED) {
    article.mutable_rights()->set_status(v1::Rights::UNKNOWN);
    item.remarks.push_back(
        "no copyright notice: rights are unknown, and no partner gets it until "
        "they are set");
  }
}

absl::Status CheckSizes(bool published, const ImportedItem& item) {
  const v1::Article& article = item.request.article();
  if (published && IsBlank(article.headline().value())) {
    return ItemError(v1::FIELD_REQUIRED, item.line, LineText(item.line),
                     "headline", "is required and was empty");
  }
  if (CountCodePoints(article.headline().value()) > kMaxHeadlineCodePoints) {
    return ItemError(v1::FIELD_TOO_LONG, item.line, LineText(item.line),
                     "headline", "has more than 1,000 code points");
  }
  if (article.decks_size() > kMaxDecks) {
    return ItemError(v1::FIELD_TOO_LONG, item.line, LineText(item.line),
                     "decks", "are more than 20");
  }
  if (article.body_size() > kMaxBlocks) {
    return ItemError(v1::FIELD_TOO_LONG, item.line, LineText(item.line), "body",
                     "has more than 2,000 paragraphs");
  }
  for (int i = 0; i < article.body_size(); ++i) {
    if (article.body(i).paragraph().text().text().size() <=
        kMaxParagraphBytes) {
      continue;
    }
    return ItemError(v1::FIELD_TOO_LONG, item.line, LineText(item.line),
                     absl::StrCat("body[", i, "]"),
                     "is a paragraph of more than 256 KiB");
  }
  return absl::OkStatus();
}

// A draft need not have a headline yet.
void SetLabel(ImportedItem& item) {
  const absl::string_view headline =
      TrimSpace(item.request.article().headline().value());
  item.label =
      headline.empty() ? item.request.article_id() : OnOneLine(headline);
}

}  // namespace

absl::Status CheckOptions(ImportOptions& options) {
  if (!options.language.empty()) {
    std::optional<std::string> tag = CanonicalLanguage(options.language);
    if (!tag) {
      return InvalidField("language", "is not a BCP 47 tag such as en or ko");
    }
    options.language = *std::move(tag);
  }
  if (!options.section.empty() && !IsSectionCode(options.section)) {
    return InvalidField("section", "must be 1 to 64 characters of [a-z0-9-]");
  }
  if (!options.source_url.empty() && !IsWebUrl(options.source_url)) {
    return InvalidField("source_url", "must be an absolute http or https URL");
  }
  if (options.separator != 0 &&
      !absl::StrContains(",;|\t", absl::string_view(&options.separator, 1))) {
    return InvalidField("separator", "must be one of , ; | and tab");
  }
  return absl::OkStatus();
}

absl::Status ItemError(v1::ErrorReason reason, int64_t line,
                       absl::string_view where, absl::string_view field,
                       absl::string_view description) {
  ErrorMetadata metadata = {{"line", absl::StrCat(line)}};
  std::string place(where);
  if (!field.empty()) {
    metadata.emplace_back("field", std::string(field));
    if (!absl::StrContains(where, "column")) {
      absl::StrAppend(&place, ", ", field);
    }
  }
  return MakeFieldError(reason, {{place, std::string(description)}}, metadata);
}

std::string HostOf(absl::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == absl::string_view::npos) return "";
  absl::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  // What stands before an "@" is a user, perhaps with a password.
  const size_t at = host.rfind('@');
  if (at != absl::string_view::npos) host.remove_prefix(at + 1);
  return absl::AsciiStrToLower(host);
}

bool IsWebUrl(absl::string_view url) {
  const size_t scheme = absl::StartsWithIgnoreCase(url, "https://")  ? 8
                        : absl::StartsWithIgnoreCase(url, "http://") ? 7
                                                                     : 0;
  if (scheme == 0 || url.size() > kMaxFieldBytes) return false;
  for (const char c : url) {
    if (absl::ascii_isspace(c) || absl::ascii_iscntrl(c) ||
        absl::StrContains("<>\"\\", c)) {
      return false;
    }
  }
  return !HostOf(url).empty() && !absl::StartsWith(HostOf(url), ":");
}

absl::Status FinishItem(const ImportOptions& options, const ItemOrigin& origin,
                        ImportedItem& item) {
  v1::Provenance& provenance =
      *item.request.mutable_article()->mutable_provenance();
  provenance.set_format(std::string(FormatName(origin.format)));
  provenance.set_content_hash(Sha256(origin.bytes));
  if (provenance.source_system().empty()) {
    provenance.set_source_system(options.source_system.empty()
                                     ? HostOf(provenance.source_url())
                                     : options.source_system);
  }
  return FinishGivenItem(options, origin.published, item);
}

absl::Status FinishGivenItem(const ImportOptions& options, bool published,
                             ImportedItem& item) {
  COURANT_RETURN_IF_ERROR(CheckSizes(published, item));
  COURANT_RETURN_IF_ERROR(SetLanguage(options, item));
  v1::Article& article = *item.request.mutable_article();
  if (article.provenance().source_system().empty() &&
      !options.source_system.empty()) {
    article.mutable_provenance()->set_source_system(options.source_system);
  }
  if (item.request.article_id().empty()) {
    item.request.set_article_id(ArticleIdOf(article));
  }
  SetLabel(item);
  SetSection(options, article);
  SetRights(options, item);
  SetState(published, item);
  item.request.set_request_id(RequestIdOf(item.request, options.run));
  return absl::OkStatus();
}

}  // namespace courant::importers
