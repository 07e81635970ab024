#include "services/cli/confirmation.h"

#include <istream>
#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/cli/connection.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/lifecycle_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

// What the user is about to touch, one screen line for each fact.
void Show(const v1::Article& article, Console& console) {
  const Terminal& screen = console.err_terminal;
  const std::string headline = article.headline().value().empty()
                                   ? "(no headline)"
                                   : OneLine(article.headline().value());
  console.err << screen.Paint("1", headline) << '\n'
              << "  " << OneLine(article.name()) << " (" << article.language()
              << "), "
              << screen.Paint(StateStyle(article.state()),
                              v1::Article::State_Name(article.state()))
              << ", revision " << article.revision() << " by "
              << OneLine(article.actor()) << '\n';
}

bool SaysYes(std::string answer) {
  absl::StripAsciiWhitespace(&answer);
  absl::AsciiStrToLower(&answer);
  return answer == "y" || answer == "yes";
}

absl::Status CheckCanAsk(const Console& console) {
  if (console.can_ask) return absl::OkStatus();
  return UsageError(
      "this asks before it acts, and there is no terminal to ask on; to do it "
      "without a question add --yes");
}

absl::Status Ask(absl::string_view consequence, absl::string_view question,
                 Console& console) {
  for (const std::string& line :
       WrapToWidth(OneLine(consequence), console.err_terminal.Columns())) {
    console.err << line << '\n';
  }
  console.err << question << " [y/N] " << std::flush;
  std::string answer;
  if (!std::getline(console.in, answer)) console.err << '\n';
  if (SaysYes(answer)) return absl::OkStatus();
  return absl::CancelledError("nothing was done");
}

}  // namespace

absl::StatusOr<std::string> Confirm(const std::string& name,
                                    const Question& question,
                                    Context& context) {
  if (context.arguments.Has("yes")) return "";
  COURANT_RETURN_IF_ERROR(CheckCanAsk(context.console));
  v1::GetArticleRequest request;
  request.set_name(name);
  COURANT_ASSIGN_OR_RETURN(const v1::Article article,
                           context.connection.GetArticle(request));
  Show(article, context.console);
  COURANT_RETURN_IF_ERROR(
      Ask(question.consequence(article), question.question, context.console));
  return article.etag();
}

absl::Status ConfirmWords(const std::string& facts,
                          const std::string& consequence,
                          const std::string& question, Context& context) {
  if (context.arguments.Has("yes")) return absl::OkStatus();
  COURANT_RETURN_IF_ERROR(CheckCanAsk(context.console));
  context.console.err << facts;
  return Ask(consequence, question, context.console);
}

}  // namespace courant
