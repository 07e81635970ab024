#include "services/cli/write_report.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/json_text.h"
#include "services/cli/next_steps.h"
#include "services/cli/time_text.h"

namespace courant {

std::string TryAgainText(const Context& context) {
  std::string text = absl::StrCat(
      "to try the same again, at most once in effect: "
      "--request-id ",
      context.request_id);
  // A time such as +2h would be another one by then, and so another request.
  for (const char* option : {"at", "embargo", "expires", "due", "schedule"}) {
    const std::string given = context.arguments.Get(option);
    const auto time = ReadMoment(given, context.now);
    if (!time.ok() || given.front() != '+') continue;
    absl::StrAppend(&text, " --", option, " ", TimeText(*time));
  }
  return text;
}
absl::Status ReportWrite(const absl::StatusOr<v1::Article>& article,
                         absl::string_view name, Context& context) {
  if (absl::IsUnavailable(article.status()) ||
      absl::IsDeadlineExceeded(article.status())) {
    return WithHint(article.status(), TryAgainText(context));
  }
  if (!article.ok()) return WithNextSteps(article.status(), name);
  std::ostream& out = context.console.out;
  if (context.output == OutputFormat::kJson) {
    out << JsonLine(*article) << '\n';
    return absl::OkStatus();
  }
  out << OneLine(article->name()) << "  "
      << v1::Article::State_Name(article->state()) << "  revision "
      << article->revision() << "  change " << article->change_sequence();
  if (article->state() == v1::Article::SCHEDULED) {
    out << "  for " << TimeText(article->schedule_time());
  } else if (article->state() == v1::Article::EMBARGOED) {
    out << "  until " << TimeText(article->embargo_until());
  }
  out << '\n';
  return absl::OkStatus();
}

}  // namespace courant
