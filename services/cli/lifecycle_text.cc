#include "services/cli/lifecycle_text.h"

#include "absl/strings/str_cat.h"

namespace courant {

std::string ActionText(v1::Tombstone::Action action,
                       absl::string_view replacement) {
  switch (action) {
    case v1::Tombstone::ACTION_UNSPECIFIED:
      return "";
    case v1::Tombstone::REMOVE:
      return "remove every copy";
    case v1::Tombstone::STOP_USING:
      return "stop using it";
    case v1::Tombstone::REPLACE:
      return absl::StrCat("put ", replacement, " in its place");
    case v1::Tombstone::REVIEW:
      return "have a person look at it";
    default:
      // From a newer server.
      return v1::Tombstone::Action_Name(action);
  }
}

std::string CorrectionText(const v1::ChangeNote::Correction& correction) {
  const std::string was = absl::StrCat("\"", correction.was(), "\"");
  const std::string now = absl::StrCat("\"", correction.now(), "\"");
  if (correction.was().empty()) {
    return absl::StrCat(correction.where(), ": added ", now);
  }
  if (correction.now().empty()) {
    return absl::StrCat(correction.where(), ": removed ", was);
  }
  return absl::StrCat(correction.where(), ": ", was, " -> ", now);
}

const char* StateStyle(v1::Article::State state) {
  switch (state) {
    case v1::Article::PUBLISHED:
      return "32";
    case v1::Article::EMBARGOED:
    case v1::Article::CORRECTED:
      return "33";
    case v1::Article::WITHHELD:
    case v1::Article::WITHDRAWN:
    case v1::Article::KILLED:
    case v1::Article::EXPIRED:
      return "1;31";
    default:
      return "";
  }
}

}  // namespace courant
