#include "services/cli/translation_report.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/cli/connection.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/json_text.h"
#include "services/cli/next_steps.h"
#include "services/cli/time_text.h"
#include "services/cli/write_report.h"

namespace courant {

std::string TranslationLine(const v1::Translation& translation,
                            const std::string& actor) {
  const v1::TranslationTask& task = translation.task();
  std::string line = absl::StrCat(OneLine(translation.name()), "  ",
                                  v1::TranslationTask::State_Name(task.state()),
                                  "  revision ", translation.revision(),
                                  "  change ", translation.change_sequence());
  if (task.has_lease() && task.lease().holder() == actor) {
    absl::StrAppend(&line, "  token ", task.lease().fencing_token(), "  until ",
                    TimeText(task.lease().expire_time()));
  }
  if (task.state() == v1::TranslationTask::COMPLETED) {
    absl::StrAppend(&line, "  ", OneLine(translation.article()));
  }
  if (translation.freshness() > v1::Translation::CURRENT) {
    absl::StrAppend(&line, "  ",
                    v1::Translation::Freshness_Name(translation.freshness()));
  }
  return line;
}

absl::Status WithTranslationHints(absl::Status error, absl::string_view name,
                                  const Context& context, int64_t token) {
  if (absl::IsUnavailable(error) || absl::IsDeadlineExceeded(error)) {
    std::string again = TryAgainText(context);
    // By then the lease may be over, and the token could not be found.
    if (token > 0 && !context.arguments.Has("token")) {
      absl::StrAppend(&again, " --token ", token);
    }
    return WithHint(std::move(error), again);
  }
  return WithTranslationSteps(std::move(error), name);
}

absl::Status ReportTranslation(
    const absl::StatusOr<v1::Translation>& translation, absl::string_view name,
    Context& context, int64_t token) {
  if (!translation.ok()) {
    return WithTranslationHints(translation.status(), name, context, token);
  }
  context.console.out << (context.output == OutputFormat::kJson
                              ? JsonLine(*translation)
                              : TranslationLine(*translation,
                                                context.connection.actor()))
                      << '\n';
  return absl::OkStatus();
}

void SayNext(absl::string_view commands, Context& context) {
  if (context.output == OutputFormat::kJson) return;
  context.console.out.flush();
  context.console.err << "courant: next: " << commands << '\n';
}

}  // namespace courant
