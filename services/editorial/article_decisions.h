#ifndef COURANT_SERVICES_EDITORIAL_ARTICLE_DECISIONS_H_
#define COURANT_SERVICES_EDITORIAL_ARTICLE_DECISIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "google/protobuf/field_mask.pb.h"
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
};

// Makes the first revision.
//   ALREADY_EXISTS / RESOURCE_EXISTS      the id is taken
//   NOT_FOUND / RESOURCE_NOT_FOUND        the source of a translation
//   FAILED_PRECONDITION / NOT_PUBLISHABLE
absl::StatusOr<storage::Decision> DecideCreate(
    const storage::DecisionContext& context, const CreateCommand& command);

// What UpdateArticle asks for.
struct UpdateCommand {
  std::string article_id;
  const v1::Article& patch;  // its etag, when set, must be current
  const google::protobuf::FieldMask& mask;
};

// Makes a revision with the patch applied; an empty decision when that changes
// nothing. `*current` becomes the encoded article as it was.
//   NOT_FOUND, ABORTED / ETAG_MISMATCH, INVALID_ARGUMENT, FAILED_PRECONDITION
absl::StatusOr<storage::Decision> DecideUpdate(
    const storage::DecisionContext& context, const UpdateCommand& command,
    std::string* current);

// Makes a draft public. `etag`, when not empty, must be current.
//   NOT_FOUND, ABORTED / ETAG_MISMATCH, FAILED_PRECONDITION
absl::StatusOr<storage::Decision> DecidePublish(
    const storage::DecisionContext& context, absl::string_view article_id,
    absl::string_view etag);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_ARTICLE_DECISIONS_H_
