#include "services/cli/next_steps.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

// What a command needs besides the name of the article.
absl::string_view Needed(absl::string_view verb) {
  if (verb == "update" || verb == "refile") return " --headline TEXT";
  if (verb == "schedule") return " --at TIME";
  if (verb == "correct") {
    return " --where PLACE --was WORDS --now WORDS --note TEXT";
  }
  if (verb == "hold" || verb == "withdraw" || verb == "restore" ||
      verb == "kill") {
    return " --reason TEXT";
  }
  return "";
}

std::string MetadataOf(const absl::Status& error, const std::string& key) {
  const auto info = ErrorInfoOf(error);
  if (!info) return "";
  const auto found = info->metadata().find(key);
  return found == info->metadata().end() ? "" : OneLine(found->second);
}

absl::Status WithAllowed(const absl::Status& error, absl::string_view id) {
  const std::string allowed = MetadataOf(error, "allowed");
  // The list is told as commands, so it is not repeated as it came.
  absl::Status told = MakeError(v1::ILLEGAL_TRANSITION, error.message(),
                                {{"state", MetadataOf(error, "state")}});
  if (allowed.empty()) {
    return WithHint(std::move(told), "nothing can be done with it any more");
  }
  told = WithHint(std::move(told), "what can be done with it now:");
  for (absl::string_view verb : absl::StrSplit(allowed, ',')) {
    verb = absl::StripAsciiWhitespace(verb);
    told = WithHint(std::move(told), absl::StrCat("  courant article ", verb,
                                                  " ", id, Needed(verb)));
  }
  return told;
}

}  // namespace

absl::Status WithNextSteps(absl::Status error, absl::string_view article) {
  const std::string id = OneLine(absl::StripPrefix(article, "articles/"));
  const auto hint = [&error](const std::string& text) {
    return WithHint(std::move(error), text);
  };
  switch (ReasonOf(error)) {
    case v1::ILLEGAL_TRANSITION:
      return WithAllowed(error, id);
    case v1::SECOND_PERSON_REQUIRED:
      return hint(absl::StrCat("another person: courant article kill ", id,
                               " --confirm --actor WHO"));
    case v1::KILL_NOT_REQUESTED:
      return hint(absl::StrCat("ask for it first: courant article kill ", id,
                               " --reason TEXT"));
    case v1::CORRECTION_NOT_FOUND:
      return hint(absl::StrCat(
          "quote what stands there exactly, and once: courant article get ",
          id));
    case v1::ALIAS_TAKEN:
      return hint(absl::StrCat(
          "that article: courant article get ",
          absl::StripPrefix(MetadataOf(error, "resource"), "articles/")));
    case v1::ETAG_MISMATCH:
      return hint(
          absl::StrCat("see what has changed: courant article history ", id));
    default:
      return error;
  }
}

}  // namespace courant
