#include "services/cli/translation_list.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "services/cli/article_fields.h"
#include "services/cli/connection.h"
#include "services/cli/error_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using Use = Option::Use;

constexpr int kLargestPage = 1000;  // The most that the server gives.

// "OUTDATED_MINOR" as "outdated-minor", as options write it.
std::string OptionWord(const std::string& name) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", "-"}});
}

std::string EnumWord(const std::string& word) {
  return absl::StrReplaceAll(absl::AsciiStrToUpper(word), {{"-", "_"}});
}

// The values of an enum as options write them, without the unspecified one.
std::vector<std::string> WordsOf(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 1; i < type.value_count(); ++i) {
    words.push_back(OptionWord(type.value(i)->name()));
  }
  return words;
}

}  // namespace

std::vector<Option> TranslationListOptions() {
  return {
      {"language", "TAG", "Into this language", Use::kRepeated},
      {"freshness", "HOW", "As fresh as this", Use::kRepeated,
       WordsOf(*v1::Translation::Freshness_descriptor())},
      {"state", "STATE", "Whose work is in this state", Use::kRepeated,
       WordsOf(*v1::TranslationTask::State_descriptor())},
      {"story", "STORY", "Of this story"},
      {"stale", "", "That their source has left behind", Use::kSwitch},
  };
}

absl::StatusOr<v1::ListTranslationsRequest> ReadTranslationList(
    const Arguments& arguments) {
  if (arguments.Has("stale") && arguments.Has("freshness")) {
    return UsageError("--stale and --freshness exclude each other");
  }
  v1::ListTranslationsRequest request;
  request.set_parent(arguments.operands().empty()
                         ? "articles/-"
                         : ArticleName(arguments.operands().front()));
  for (const std::string& tag : arguments.All("language")) {
    request.add_languages(tag);
  }
  // The parser has let no other words through.
  for (const std::string& word : arguments.All("freshness")) {
    auto freshness = v1::Translation::FRESHNESS_UNSPECIFIED;
    v1::Translation::Freshness_Parse(EnumWord(word), &freshness);
    request.add_freshness(freshness);
  }
  for (const std::string& word : arguments.All("state")) {
    auto state = v1::TranslationTask::STATE_UNSPECIFIED;
    v1::TranslationTask::State_Parse(EnumWord(word), &state);
    request.add_task_states(state);
  }
  if (arguments.Has("stale")) {
    for (const auto freshness :
         {v1::Translation::OUTDATED_MINOR, v1::Translation::OUTDATED,
          v1::Translation::OUTDATED_CRITICAL, v1::Translation::DETACHED}) {
      request.add_freshness(freshness);
    }
  }
  if (arguments.Has("story")) {
    request.set_story(StoryName(arguments.Get("story")));
  }
  return request;
}

absl::Status ForEachPage(
    v1::ListTranslationsRequest request, Connection& connection,
    const std::function<bool(const v1::ListTranslationsResponse&)>& on_page) {
  request.set_page_size(kLargestPage);
  do {
    COURANT_ASSIGN_OR_RETURN(const v1::ListTranslationsResponse page,
                             connection.ListTranslations(request));
    if (!on_page(page)) return absl::OkStatus();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace courant
