#include "services/cli/article_text.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "services/cli/display_width.h"
#include "services/cli/lifecycle_text.h"
#include "services/cli/time_text.h"

namespace courant {
namespace {

constexpr int kLabelWidth = 17;

// Collects "label  value" lines and leaves out what is empty.
class Facts {
 public:
  void Add(absl::string_view label, absl::string_view value) {
    if (value.empty()) return;
    absl::StrAppend(&text_, "  ", PadToWidth(label, kLabelWidth),
                    OneLine(value), "\n");
  }

  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string SectionWithLabel(const v1::Section& section) {
  std::string label = section.labels().empty() ? "" : section.labels(0).value();
  if (section.code().empty()) return label;
  if (label.empty()) return section.code();
  return absl::StrCat(section.code(), " (", label, ")");
}

std::string ListText(const v1::List& list) {
  std::string text;
  int number = 0;
  for (const v1::RichText& item : list.items()) {
    ++number;
    absl::StrAppend(&text, number > 1 ? "\n" : "",
                    list.ordered() ? absl::StrCat(number, ". ") : "- ",
                    item.text());
  }
  return text;
}

std::string QuoteText(const v1::Quote& quote) {
  std::string text;
  for (const v1::RichText& paragraph : quote.paragraphs()) {
    absl::StrAppend(&text, text.empty() ? "> " : "\n> ", paragraph.text());
  }
  if (!quote.attribution().empty()) {
    absl::StrAppend(&text, "\n> -- ", quote.attribution());
  }
  return text;
}

std::string RowsText(const v1::Table& table) {
  std::string text = table.caption().text();
  for (const v1::Table::Row& row : table.rows()) {
    absl::StrAppend(&text, text.empty() ? "" : "\n",
                    absl::StrJoin(row.cells(), " | ",
                                  [](std::string* out, const auto& cell) {
                                    absl::StrAppend(out, cell.text());
                                  }));
  }
  return text;
}

std::string BlockText(const v1::Block& block) {
  switch (block.content_case()) {
    case v1::Block::kParagraph:
      return block.paragraph().text().text();
    case v1::Block::kHeading:
      return absl::StrCat(std::string(block.heading().level(), '#'), " ",
                          block.heading().text().text());
    case v1::Block::kList:
      return ListText(block.list());
    case v1::Block::kQuote:
      return QuoteText(block.quote());
    case v1::Block::kMedia:
      return absl::StrCat("[", block.media().media_id(), "]");
    case v1::Block::kTable:
      return RowsText(block.table());
    case v1::Block::kPreformatted:
      return block.preformatted().text();
    case v1::Block::kEmbed:
      return absl::StrCat("[", block.embed().url(), "]");
    case v1::Block::CONTENT_NOT_SET:
      break;
  }
  return "";
}

std::string RevisionText(const v1::Article& article) {
  return absl::StrCat(article.revision(), ", change ",
                      article.change_sequence(),
                      article.actor().empty() ? "" : ", by ", article.actor());
}

void AddContentFacts(const v1::Article& article, Facts& facts) {
  facts.Add("kicker", article.kicker().value());
  facts.Add("headline", article.headline().value());
  for (const v1::Text& deck : article.decks()) facts.Add("deck", deck.value());
  facts.Add("byline", article.byline());
  facts.Add("dateline", article.dateline().text().value());
  facts.Add("summary", article.summary().value());
  facts.Add("slugline", article.slugline());
  facts.Add("language", article.language());
  for (const v1::Section& section : article.sections()) {
    facts.Add("section", SectionWithLabel(section));
  }
  for (const v1::Subject& subject : article.subjects()) {
    facts.Add("subject", subject.qcode());
  }
  for (const v1::Media& media : article.media()) {
    facts.Add(absl::StrCat("media ", media.id()),
              media.caption().value().empty() ? media.alt().text().value()
                                              : media.caption().value());
  }
}

// "2026-11-23T17:45:43Z, by desk/lee, asked for by desk/kim".
std::string SinceText(const v1::StatusNote& note) {
  return absl::StrCat(TimeText(note.time()),
                      note.actor().empty() ? "" : ", by ", note.actor(),
                      note.requested_by().empty() ? "" : ", asked for by ",
                      note.requested_by());
}

// Why it must not be used, and what waits for a second person. First of all,
// since whoever looks for the text needs to know.
void AddStopFacts(const v1::Article& article, Facts& facts) {
  if (article.has_status_note()) {
    const v1::StatusNote& note = article.status_note();
    facts.Add("stopped", SinceText(note));
    facts.Add("reason", note.reason());
    facts.Add("subscribers", ActionText(note.action(), note.replacement()));
    facts.Add("contact", note.contact());
  }
  if (article.has_kill_request()) {
    const v1::KillRequest& asked = article.kill_request();
    facts.Add("kill asked for",
              absl::StrCat(TimeText(asked.request_time()), ", by ",
                           asked.actor(), "; another person can confirm until ",
                           TimeText(asked.expire_time())));
    facts.Add("kill reason", asked.reason());
    facts.Add("kill action", ActionText(asked.action(), asked.replacement()));
    facts.Add("kill contact", asked.contact());
  }
}

// "articles/talks, its headline and decks alone".
std::string SourceText(const v1::TranslationOf& source) {
  switch (source.extent()) {
    case v1::TranslationOf::HEADLINE:
      return source.article() + ", its headline alone";
    case v1::TranslationOf::HEADLINE_AND_DECKS:
      return source.article() + ", its headline and decks alone";
    case v1::TranslationOf::CAPTIONS:
      return source.article() + ", its captions alone";
    default:
      return source.article();
  }
}

void AddRecordFacts(const v1::Article& article, Facts& facts) {
  facts.Add("state", v1::Article::State_Name(article.state()));
  AddStopFacts(article, facts);
  facts.Add("story", article.story());
  facts.Add("translation of", SourceText(article.translation_of()));
  facts.Add("created", TimeText(article.create_time()));
  facts.Add("published", TimeText(article.publish_time()));
  facts.Add("first published", TimeText(article.first_published(),
                                        article.first_published_precision()));
  facts.Add("scheduled for", TimeText(article.schedule_time()));
  facts.Add("embargo until", TimeText(article.embargo_until()));
  facts.Add("expires", TimeText(article.expires_at()));
  facts.Add("revision", RevisionText(article));
  facts.Add("etag", article.etag());
  facts.Add("copyright", article.rights().copyright_notice());
  facts.Add("source", article.provenance().source_url());
  facts.Add("url", article.canonical_url());
  for (const v1::AliasId& alias : article.alias_ids()) {
    facts.Add("alias", absl::StrCat(alias.source_system(), "=", alias.id()));
  }
}

}  // namespace

std::string SectionText(const v1::Article& article) {
  if (article.sections().empty()) return "";
  const v1::Section& main = article.sections(0);
  if (!main.code().empty()) return main.code();
  return main.labels().empty() ? "" : main.labels(0).value();
}

std::string NameText(absl::string_view name, const Terminal& terminal) {
  if (terminal.narrow()) absl::ConsumePrefix(&name, "articles/");
  return OneLine(name);
}

std::string ArticleText(const v1::Article& article) {
  Facts facts;
  AddContentFacts(article, facts);
  AddRecordFacts(article, facts);
  std::string text = absl::StrCat(article.name(), "\n", facts.Take());
  for (const v1::Block& block : article.body()) {
    absl::StrAppend(&text, "\n", PrintableLines(BlockText(block)), "\n");
  }
  return text;
}

}  // namespace courant
