#include "services/cli/translation_options.h"

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "services/cli/connection.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr absl::Duration kShortestLease = absl::Minutes(5);
constexpr absl::Duration kLongestLease = absl::Hours(8);

absl::StatusOr<v1::Translation> Basic(const std::string& name,
                                      Context& context) {
  v1::GetTranslationRequest request;
  request.set_name(name);
  return context.connection.GetTranslation(request);
}

}  // namespace

Operand TranslationOperand() {
  return {"NAME", "The translation: articles/ID/translations/TAG, or ID/TAG",
          Operand::Use::kRequired};
}

absl::StatusOr<std::string> TranslationName(absl::string_view text) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(absl::StripPrefix(text, "articles/"), '/');
  const bool is_short = parts.size() == 2;
  const bool is_long = parts.size() == 3 && parts[1] == "translations" &&
                       absl::StartsWith(text, "articles/");
  if ((!is_short && !is_long) || parts.front().empty() ||
      parts.back().empty()) {
    return UsageError(
        absl::StrCat("\"", text,
                     "\" is not the name of a translation, such as "
                     "articles/talks/translations/en or talks/en"));
  }
  return absl::StrCat("articles/", parts.front(), "/translations/",
                      parts.back());
}

std::string ShortTranslationName(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 4) return OneLine(name);
  return OneLine(absl::StrCat(parts[1], "/", parts[3]));
}

Option LeaseOption() {
  return {"lease", "TIME",
          "For how long the work is yours unless prolonged: 5m to 8h; else "
          "30m"};
}

Option TokenOption() {
  return {"token", "N",
          "The fencing token that claim printed; else that of the lease which "
          "the --actor holds"};
}

absl::StatusOr<int> ReadLease(const Arguments& arguments) {
  if (!arguments.Has("lease")) return 0;
  absl::Duration lease;
  if (!absl::ParseDuration(arguments.Get("lease"), &lease) ||
      lease < kShortestLease || lease > kLongestLease) {
    return UsageError(absl::StrCat("--lease is \"", arguments.Get("lease"),
                                   "\" and must be from 5m to 8h, such as "
                                   "45m or 1h30m"));
  }
  return static_cast<int>(absl::ToInt64Seconds(lease));
}

absl::StatusOr<int64_t> ReadToken(const Arguments& arguments) {
  int64_t token = 0;
  if (arguments.Has("token") &&
      (!absl::SimpleAtoi(arguments.Get("token"), &token) || token < 1)) {
    return UsageError("--token must be a number from 1, as claim prints it");
  }
  return token;
}

absl::StatusOr<int64_t> TokenFor(const std::string& name, Context& context) {
  COURANT_ASSIGN_OR_RETURN(const int64_t given, ReadToken(context.arguments));
  if (given > 0) return given;
  COURANT_ASSIGN_OR_RETURN(const v1::Translation translation,
                           Basic(name, context));
  const v1::TranslationTask& task = translation.task();
  const std::string& actor = context.connection.actor();
  if (task.has_lease() && task.lease().holder() == actor) {
    return task.lease().fencing_token();
  }
  const std::string short_name = ShortTranslationName(name);
  const absl::string_view verb =
      task.state() == v1::TranslationTask::SUBMITTED ? "review" : "claim";
  if (!task.has_lease()) {
    return WithHint(absl::FailedPreconditionError(absl::StrCat(
                        "nobody has ", name, ", which is ",
                        v1::TranslationTask::State_Name(task.state()))),
                    absl::StrCat("take it first: courant translation ", verb,
                                 " ", short_name));
  }
  return WithHint(
      absl::FailedPreconditionError(absl::StrCat(
          task.lease().holder(), " has ", name, ", and you are ", actor)),
      "if that is you: --actor WHO, or --token N");
}

absl::StatusOr<int64_t> TokenIfAny(const std::string& name, Context& context) {
  COURANT_ASSIGN_OR_RETURN(const int64_t given, ReadToken(context.arguments));
  if (given > 0) return given;
  COURANT_ASSIGN_OR_RETURN(const v1::Translation translation,
                           Basic(name, context));
  const v1::Lease& lease = translation.task().lease();
  return lease.holder() == context.connection.actor() ? lease.fencing_token()
                                                      : 0;
}

}  // namespace courant
