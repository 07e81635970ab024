#ifndef COURANT_SERVICES_TRANSLATION_PUBLISH_DECISIONS_H_
#define COURANT_SERVICES_TRANSLATION_PUBLISH_DECISIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "courant/v1/translation_service.pb.h"
#include "storage/committer.h"

namespace courant {

// Translations that go out together.
struct PublishTranslationsCommand {
  // One translation, and the id that its article gets when it has none yet.
  struct Item {
    std::string translation_id;
    std::string new_article_id;
  };
  // Of one source, each once.
  std::vector<Item> items;
  // Why they go out although the source was corrected since; empty: they do
  // not.
  std::string override_reason;
  // What a later revision is to readers; unset: what the translation says.
  v1::ChangeNote::Class change_class = v1::ChangeNote::CLASS_UNSPECIFIED;
  // When they go out; nothing: now.
  std::optional<google::protobuf::Timestamp> schedule_time;
  // An embargo of their own.
  std::optional<google::protobuf::Timestamp> embargo_until;
  // For `urn:newsml:`; empty: articles get no URN.
  std::string publisher_domain;
  std::string actor;
};

// Makes an article of each translation, or a revision of the one that was made
// of it before: first the changes of the articles, then those of the
// translations, both in the order of the items. Errors are those of
// PublishTranslation.
absl::StatusOr<storage::Decision> DecidePublishTranslations(
    const storage::DecisionContext& context,
    const PublishTranslationsCommand& command);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_PUBLISH_DECISIONS_H_
