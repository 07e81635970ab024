#include "services/cli/article_read_commands.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/cli/article_fields.h"
#include "services/cli/article_text.h"
#include "services/cli/connection.h"
#include "services/cli/error_text.h"
#include "services/cli/filter_text.h"
#include "services/cli/history_text.h"
#include "services/cli/json_text.h"
#include "services/cli/table.h"
#include "services/cli/terminal.h"
#include "services/cli/time_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using Use = Option::Use;

constexpr int kPageSize = 500;  // The most that the server gives.

absl::Status Get(Context& context) {
  const Arguments& given = context.arguments;
  const std::string name = ArticleName(given.operands().front());
  absl::StatusOr<v1::Article> article;
  if (given.Has("revision")) {
    v1::GetArticleRevisionRequest request;
    request.set_name(absl::StrCat(name, "/revisions/", given.Get("revision")));
    article = context.connection.GetArticleRevision(request);
  } else {
    v1::GetArticleRequest request;
    request.set_name(name);
    article = context.connection.GetArticle(request);
  }
  COURANT_RETURN_IF_ERROR(article.status());
  if (context.output == OutputFormat::kJson) {
    context.console.out << JsonLine(*article) << '\n';
  } else {
    context.console.out << ArticleText(*article);
  }
  return absl::OkStatus();
}

// When an article stands in the list; see ArticleService.ListArticles.
std::string ListTime(const v1::Article& article, const Terminal& terminal) {
  const v1::TimePrecision most =
      terminal.narrow() ? v1::DAY : v1::TIME_PRECISION_UNSPECIFIED;
  if (article.has_first_published()) {
    const v1::TimePrecision known = article.first_published_precision();
    return TimeText(article.first_published(),
                    known == v1::TIME_PRECISION_UNSPECIFIED ? most : known);
  }
  return TimeText(article.has_publish_time() ? article.publish_time()
                                             : article.create_time(),
                  most);
}

std::vector<std::string> ListRow(const v1::Article& article,
                                 const Terminal& terminal) {
  return {NameText(article.name(), terminal),
          v1::Article::State_Name(article.state()),
          article.language(),
          ListTime(article, terminal),
          SectionText(article),
          article.headline().value()};
}

absl::StatusOr<std::string> ListFilter(const Arguments& given) {
  FilterText filter;
  filter.AddAnyOf("section", "=", given.All("section"));
  filter.AddAnyOf("language", ":", given.All("language"));
  filter.AddAnyOf("subject", "=", given.All("subject"));
  std::vector<std::string> stories = given.All("story");
  for (std::string& story : stories) story = StoryName(story);
  filter.AddAnyOf("story", "=", stories);
  std::vector<std::string> states = given.All("state");
  for (std::string& state : states) absl::AsciiStrToUpper(&state);
  filter.AddAnyOf("state", "=", states);
  for (const auto& [option, sign] :
       {std::pair("since", ">="), std::pair("until", "<")}) {
    if (!given.Has(option)) continue;
    const absl::StatusOr<std::string> time = ReadTime(given.Get(option));
    if (!time.ok()) {
      return UsageError(
          absl::StrCat("--", option, ": ", time.status().message()));
    }
    filter.AddAnyOf("publish_time", sign, {*time});
  }
  filter.AddExpression(given.Get("filter"));
  return filter.Take();
}

absl::Status List(Context& context) {
  v1::ListArticlesRequest request;
  COURANT_ASSIGN_OR_RETURN(*request.mutable_filter(),
                           ListFilter(context.arguments));
  int64_t left = std::numeric_limits<int64_t>::max();
  if (context.arguments.Has("limit") &&
      (!absl::SimpleAtoi(context.arguments.Get("limit"), &left) || left < 1)) {
    return UsageError("--limit must be a number from 1");
  }
  request.set_page_size(static_cast<int>(std::min<int64_t>(kPageSize, left)));
  Console& console = context.console;
  Table table({"NAME", "STATE", "LANG", "TIME", "SECTION", "HEADLINE"});
  do {
    COURANT_ASSIGN_OR_RETURN(const v1::ListArticlesResponse page,
                             context.connection.ListArticles(request));
    for (const v1::Article& article : page.articles()) {
      if (left-- == 0) break;
      if (context.output == OutputFormat::kJson) {
        console.out << JsonLine(article) << '\n';
      } else {
        table.Add(ListRow(article, console.out_terminal));
      }
    }
    table.Print(console.out, console.out_terminal.Columns());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && left > 0 && console.out);
  return absl::OkStatus();
}

absl::Status History(Context& context) {
  v1::ListArticleRevisionsRequest request;
  request.set_name(ArticleName(context.arguments.operands().front()));
  request.set_page_size(kPageSize);
  std::vector<v1::Article> revisions;
  do {
    COURANT_ASSIGN_OR_RETURN(v1::ListArticleRevisionsResponse page,
                             context.connection.ListArticleRevisions(request));
    for (v1::Article& revision : *page.mutable_revisions()) {
      revisions.push_back(std::move(revision));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  std::reverse(revisions.begin(), revisions.end());  // A story begins first.
  Console& console = context.console;
  if (context.output == OutputFormat::kJson) {
    for (const v1::Article& revision : revisions) {
      console.out << JsonLine(revision) << '\n';
    }
  } else {
    console.out << HistoryText(revisions, console.out_terminal);
  }
  return absl::OkStatus();
}

std::vector<Option> ListOptions() {
  return {
      {"section", "CODE", "In this section", Use::kRepeated},
      {"language", "TAG", "In this language, such as en, which includes en-GB",
       Use::kRepeated},
      {"subject", "QCODE", "About this subject", Use::kRepeated},
      {"story", "STORY", "Of this story", Use::kRepeated},
      {"state", "STATE", "In this state, such as draft or published",
       Use::kRepeated},
      {"since", "TIME", "Not before this day or time (UTC unless it says)"},
      {"until", "TIME", "Before this day or time"},
      {"filter", "FILTER", "An expression, such as 'NOT section=\"sport\"'"},
      {"limit", "N", "At most so many"},
  };
}

}  // namespace

std::vector<Command> ArticleReadCommands() {
  return {
      {"article",
       "get",
       "Show an article with its text",
       "courant article get rail-talks",
       ArticleOperand(),
       {{"revision", "N", "As it was in this revision"}},
       false,
       Get},
      {"article",
       "list",
       "List articles, newest first, drafts included",
       "courant article list --language ko --state published --since "
       "2026-11-01",
       {},
       ListOptions(),
       false,
       List},
      {"article",
       "history",
       "Tell the life of an article, newest event last",
       "courant article history rail-talks",
       ArticleOperand(),
       {},
       false,
       History},
  };
}

}  // namespace courant
