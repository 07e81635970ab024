#ifndef COURANT_SERVICES_EDITORIAL_ARTICLE_DECISIONS_H_
#define COURANT_SERVICES_EDITORIAL_ARTICLE_DECISIONS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "services/editorial/decision_parts.h"
#include "services/editorial/rules/lifecycle.h"
#include "storage/committer.h"

// What a command does to an article, decided against the state at the tail. No
// function here keeps state or does I/O except through the view; each may run
// more than once for one request.
namespace courant {

// What CreateArticle asks for, checked and in canonical form.
struct CreateCommand {
  std::string article_id;
  v1::Article article;
  Command command;  // kCreate or kCreatePublished
  std::string publisher_domain;
  std::string actor;
};

// Makes the first revision.
//   ALREADY_EXISTS / RESOURCE_EXISTS      the id is taken
//   ALREADY_EXISTS / ALIAS_TAKEN
//   NOT_FOUND / RESOURCE_NOT_FOUND        the source of a translation
//   FAILED_PRECONDITION / NOT_PUBLISHABLE
absl::StatusOr<storage::Decision> DecideCreate(
    const storage::DecisionContext& context, const CreateCommand& command);

// What UpdateArticle asks for.
struct UpdateCommand {
  std::string article_id;
  const v1::Article& patch;  // its etag, when set, must be current
  const google::protobuf::FieldMask& mask;
  absl::string_view actor;
};

// Makes a revision with the patch applied; AsItStands when that changes
// nothing.
//   NOT_FOUND, ABORTED / ETAG_MISMATCH, INVALID_ARGUMENT, FAILED_PRECONDITION
absl::StatusOr<storage::Decision> DecideUpdate(
    const storage::DecisionContext& context, const UpdateCommand& command);

// What PublishArticle asks for.
struct PublishCommand {
  Target target;
  // In place of the article's own.
  std::optional<google::protobuf::Timestamp> embargo_until;
  std::string actor;
};

// Lets an article out: makes a draft public, or puts it under embargo; lifts
// the embargo of one that is.
//   NOT_FOUND, ABORTED / ETAG_MISMATCH, FAILED_PRECONDITION
//   INVALID_ARGUMENT / FIELD_INVALID   `embargo_until`, `article.expires_at`
absl::StatusOr<storage::Decision> DecidePublish(
    const storage::DecisionContext& context, const PublishCommand& command);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_ARTICLE_DECISIONS_H_
