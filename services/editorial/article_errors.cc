#include "services/editorial/article_errors.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "storage/errors/reason.h"

namespace courant {

absl::Status ResourceNotFound(absl::string_view name) {
  return MakeError(v1::RESOURCE_NOT_FOUND, absl::StrCat("there is no ", name),
                   {{"resource", std::string(name)}});
}

absl::Status ResourceExists(absl::string_view name) {
  return MakeError(v1::RESOURCE_EXISTS, absl::StrCat(name, " is there already"),
                   {{"resource", std::string(name)}});
}

absl::Status EtagMismatch(absl::string_view name,
                          const storage::v1::ArticleRow& current) {
  return MakeError(
      v1::ETAG_MISMATCH,
      absl::StrCat(name, " has changed: it is at revision ", current.revision(),
                   "; read it again and decide again"),
      {{"current_etag", current.etag()},
       {"current_revision", absl::StrCat(current.revision())},
       {"current_sequence", absl::StrCat(current.sequence())}});
}

absl::Status NodeBehind(Sequence tail) {
  return WithRetryDelay(
      MakeError(v1::NODE_BEHIND,
                absl::StrCat("this server is at change ", tail.value(),
                             ", before min_change_sequence"),
                {{"tail_sequence", tail.ToString()}}),
      absl::Seconds(1));
}

}  // namespace courant
