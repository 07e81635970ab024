#include "services/cli/next_steps.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/translation_options.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

// What a command needs besides the name of the article or translation.
absl::string_view Needed(absl::string_view verb) {
  if (verb == "update" || verb == "refile") return " --headline TEXT";
  if (verb == "schedule") return " --at TIME";
  if (verb == "correct") {
    return " --where PLACE --was WORDS --now WORDS --note TEXT";
  }
  if (verb == "hold" || verb == "withdraw" || verb == "restore" ||
      verb == "kill" || verb == "cancel") {
    return " --reason TEXT";
  }
  if (verb == "reject") return " --comment TEXT";
  return "";
}

std::string MetadataOf(const absl::Status& error, const std::string& key) {
  const auto info = ErrorInfoOf(error);
  if (!info) return "";
  const auto found = info->metadata().find(key);
  return found == info->metadata().end() ? "" : OneLine(found->second);
}

// `id` names it behind "courant `resource` VERB".
absl::Status WithAllowed(const absl::Status& error, absl::string_view resource,
                         absl::string_view id) {
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
    told = WithHint(std::move(told), absl::StrCat("  courant ", resource, " ",
                                                  verb, " ", id, Needed(verb)));
  }
  return told;
}

std::string IdIn(const absl::Status& error, const std::string& key) {
  return std::string(absl::StripPrefix(MetadataOf(error, key), "articles/"));
}

// What is wrong with the source of an article or a translation.
absl::Status WithSourceSteps(absl::Status error) {
  const std::string source = IdIn(error, "source");
  const std::string until = MetadataOf(error, "embargo_until");
  switch (ReasonOf(error)) {
    case v1::SOURCE_STOPPED:
      return WithHint(std::move(error),
                      absl::StrCat("wait until it can be used again; what "
                                   "happened: courant article history ",
                                   source));
    case v1::SOURCE_KILLED:
      return WithHint(std::move(error),
                      "nobody may work with it any more: discard every copy "
                      "of its text");
    case v1::SOURCE_NOT_PUBLISHED:
      return WithHint(std::move(error),
                      absl::StrCat("the translation can wait as it is; its "
                                   "source goes first: courant article "
                                   "publish ",
                                   source));
    case v1::SOURCE_EMBARGOED:
      return WithHint(std::move(error),
                      absl::StrCat("choose a time that is not earlier",
                                   until.empty() ? "" : ", such as ", until));
    default:
      return error;
  }
}

}  // namespace

absl::Status WithNextSteps(absl::Status error, absl::string_view article) {
  const std::string id = OneLine(absl::StripPrefix(article, "articles/"));
  const auto hint = [&error](const std::string& text) {
    return WithHint(std::move(error), text);
  };
  switch (ReasonOf(error)) {
    case v1::ILLEGAL_TRANSITION:
      return WithAllowed(error, "article", id);
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
      return hint(absl::StrCat("that article: courant article get ",
                               IdIn(error, "resource")));
    case v1::ETAG_MISMATCH:
      return hint(
          absl::StrCat("see what has changed: courant article history ", id));
    default:
      return WithSourceSteps(std::move(error));
  }
}

absl::Status WithTranslationSteps(absl::Status error,
                                  absl::string_view translation) {
  const std::string name = ShortTranslationName(translation);
  const auto hint = [&error, &name](absl::string_view text,
                                    absl::string_view verb) {
    return WithHint(
        std::move(error),
        absl::StrCat(text, ": courant translation ", verb, " ", name));
  };
  switch (ReasonOf(error)) {
    case v1::ILLEGAL_TRANSITION:
      return WithAllowed(error, "translation", name);
    case v1::SECOND_PERSON_REQUIRED:
      return WithHint(
          std::move(error),
          absl::StrCat("another person: courant translation review ", name,
                       " --actor WHO"));
    case v1::LEASE_HELD:
      error = WithHint(std::move(error),
                       "take other work: courant translation claim --next "
                       "--language TAG");
      return hint("or, for the desk, take it away first", "revoke");
    case v1::SESSION_FENCED:
      return hint("nothing was written; take it again", "claim");
    case v1::SOURCE_OUTDATED:
      error = hint("see what has changed", "diff");
      error = hint("take that in and translate it", "rebase");
      return WithHint(std::move(error),
                      absl::StrCat("or say why it goes out all the same: "
                                   "courant translation publish ",
                                   name, " --override-reason TEXT"));
    case v1::INCOMPLETE:
      return hint("translate them", "edit");
    case v1::ETAG_MISMATCH:
      return hint("see what is there now", "get");
    case v1::RESOURCE_EXISTS:
      return hint("see how far it is", "get");
    default:
      return WithSourceSteps(std::move(error));
  }
}

}  // namespace courant
