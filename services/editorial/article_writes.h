#ifndef COURANT_SERVICES_EDITORIAL_ARTICLE_WRITES_H_
#define COURANT_SERVICES_EDITORIAL_ARTICLE_WRITES_H_

#include <string>

#include "absl/status/statusor.h"
#include "courant/v1/article_service.pb.h"
#include "services/rpc/request_context.h"
#include "storage/base/clock.h"
#include "storage/committer.h"
#include "storage/database.h"

namespace courant {

// The methods of ArticleService that change something. Each checks the request
// by itself, then decides within the commit path against the state at the tail,
// and returns the encoded Article as committed. See article_service.proto for
// the contract of each. Thread-safe.
class ArticleWrites {
 public:
  struct Options {
    // For `urn:newsml:`; empty: articles get no URN.
    std::string publisher_domain;
  };

  // Nothing is owned; all must outlive the object. `database` is read for
  // requests that are only validated.
  ArticleWrites(storage::Committer& committer,
                const storage::Database& database, const Clock& clock,
                Options options)
      : committer_(committer),
        database_(database),
        clock_(clock),
        options_(std::move(options)) {}

  absl::StatusOr<std::string> CreateArticle(
      const RequestContext& context, const v1::CreateArticleRequest& request);
  absl::StatusOr<std::string> UpdateArticle(
      const RequestContext& context, const v1::UpdateArticleRequest& request);
  absl::StatusOr<std::string> PublishArticle(
      const RequestContext& context, const v1::PublishArticleRequest& request);

 private:
  // Commits what `decide` asks for and returns the article of its last change.
  absl::StatusOr<std::string> Commit(const RequestContext& context,
                                     const std::string& request_id,
                                     const google::protobuf::Message& request,
                                     storage::Decide decide);
  // Runs `decide` on the committed state and changes nothing.
  absl::StatusOr<std::string> Rehearse(storage::Decide decide) const;

  storage::Committer& committer_;
  const storage::Database& database_;
  const Clock& clock_;
  const Options options_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_ARTICLE_WRITES_H_
