#include "services/cli/error_text.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/cli/display_width.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

constexpr char kUsageUrl[] = "courant.cli/usage";
constexpr char kHintUrl[] = "courant.cli/hint";

// "NOT_FOUND" as "not found", for an error that came without a message.
std::string CodeText(absl::StatusCode code) {
  return absl::StrReplaceAll(
      absl::AsciiStrToLower(absl::StatusCodeToString(code)), {{"_", " "}});
}

std::vector<std::string> ViolationLines(const absl::Status& error) {
  std::vector<std::string> lines;
  const auto details = BadRequestOf(error);
  if (!details) return lines;
  for (const auto& violation : details->field_violations()) {
    lines.push_back(
        absl::StrCat(violation.field(), ": ", violation.description()));
  }
  return lines;
}

std::string FirstLine(const absl::Status& error,
                      const std::vector<std::string>& violations) {
  if (error.message().empty()) return CodeText(error.code());
  // Such a message only repeats what the lines below it say.
  if (violations.size() > 1 &&
      error.message() == absl::StrJoin(violations, "; ")) {
    return absl::StrCat(violations.size(), " fields are wrong");
  }
  return std::string(error.message());
}

}  // namespace

absl::Status UsageError(absl::string_view message) {
  absl::Status error = absl::InvalidArgumentError(message);
  error.SetPayload(kUsageUrl, absl::Cord());
  return error;
}

absl::Status WithHint(absl::Status error, absl::string_view hint) {
  const auto before = error.GetPayload(kHintUrl);
  error.SetPayload(kHintUrl,
                   absl::Cord(absl::StrCat(before ? std::string(*before) : "",
                                           "  ", hint, "\n")));
  return error;
}

absl::Status WithHelpHint(absl::Status error, absl::string_view words) {
  if (ExitCodeOf(error) != kExitUsage) return error;
  return WithHint(
      std::move(error),
      absl::StrCat("see: courant ", words, words.empty() ? "" : " ", "--help"));
}

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return kExitOk;
  return status.GetPayload(kUsageUrl) ? kExitUsage : kExitFailed;
}

std::string ErrorText(const absl::Status& error, absl::string_view where) {
  const std::vector<std::string> violations = ViolationLines(error);
  const std::string message = FirstLine(error, violations);
  const auto info = ErrorInfoOf(error);

  std::string text = absl::StrCat("courant: ", OneLine(where),
                                  where.empty() ? "" : ": ", OneLine(message));
  if (info && !info->reason().empty()) {
    absl::StrAppend(&text, " [", OneLine(info->reason()), "]");
  }
  text += '\n';
  for (const std::string& line : violations) {
    if (line != message) absl::StrAppend(&text, "  ", OneLine(line), "\n");
  }
  if (info) {
    // Sorted, so that the same error always reads the same.
    const std::map<std::string, std::string> metadata(info->metadata().begin(),
                                                      info->metadata().end());
    for (const auto& [key, value] : metadata) {
      if (value.empty() || absl::StrContains(text, value)) continue;
      absl::StrAppend(&text, "  ", OneLine(key), ": ", OneLine(value), "\n");
    }
  }
  const std::string trace = RequestIdOf(error);
  if (where.empty() && !trace.empty()) {
    absl::StrAppend(&text, "  trace: ", OneLine(trace), "\n");
  }
  if (const auto hint = error.GetPayload(kHintUrl)) {
    absl::StrAppend(&text, std::string(*hint));
  }
  return text;
}

}  // namespace courant
