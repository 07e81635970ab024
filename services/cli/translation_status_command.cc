#include "services/cli/translation_status_command.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "services/cli/connection.h"
#include "services/cli/json_text.h"
#include "services/cli/status_grid.h"
#include "services/cli/translation_list.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr size_t kMostNames = 100;  // That one BatchGetArticles takes.

// Headlines help to read the grid; it is right without them. One article that
// is not there, or was killed, takes those of its batch with it.
void AddHeadlines(Connection& connection, StatusGrid& grid) {
  const std::vector<std::string> roots = grid.Roots();
  for (size_t begin = 0; begin < roots.size(); begin += kMostNames) {
    v1::BatchGetArticlesRequest request;
    const size_t end = std::min(begin + kMostNames, roots.size());
    for (size_t i = begin; i < end; ++i) request.add_names(roots[i]);
    const auto response = connection.BatchGetArticles(request);
    if (!response.ok()) continue;
    for (const v1::Article& article : response->articles()) {
      grid.SetHeadline(article.name(), article.headline().value());
    }
  }
}

absl::Status StatusOfStories(Context& context) {
  COURANT_ASSIGN_OR_RETURN(v1::ListTranslationsRequest request,
                           ReadTranslationList(context.arguments));
  Console& console = context.console;
  StatusGrid grid;
  COURANT_RETURN_IF_ERROR(ForEachPage(
      std::move(request), context.connection,
      [&](const v1::ListTranslationsResponse& page) {
        for (const v1::Translation& translation : page.translations()) {
          if (context.output == OutputFormat::kJson) {
            console.out << JsonLine(translation) << '\n';
          } else {
            grid.Add(translation);
          }
        }
        return console.out.good();
      }));
  if (context.output == OutputFormat::kJson) return absl::OkStatus();
  AddHeadlines(context.connection, grid);
  grid.Print(console.out, console.out_terminal);
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> TranslationStatusCommands() {
  return {
      {"translation",
       "status",
       "Show stories and languages: how fresh each is, and what is being done",
       "courant translation status --stale",
       {},
       TranslationListOptions(),
       false,
       StatusOfStories},
  };
}

}  // namespace courant
