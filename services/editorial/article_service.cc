#include "services/editorial/article_service.h"

namespace courant {
namespace {

// A handler for the method `method` of `object`.
template <typename Request, typename Object>
UnaryHandler Bind(Object& object, absl::StatusOr<std::string> (Object::*method)(
                                      const RequestContext&, const Request&)) {
  return TypedRequest<Request>(
      [&object, method](const RequestContext& context, const Request& request) {
        return (object.*method)(context, request);
      });
}

}  // namespace

ServiceTable ArticleServiceTable(ArticleWrites& writes, ArticleReads& reads) {
  return {.name = "courant.v1.ArticleService",
          .methods = {
              {.name = "CreateArticle",
               .unary = Bind(writes, &ArticleWrites::CreateArticle)},
              {.name = "GetArticle",
               .unary = Bind(reads, &ArticleReads::GetArticle)},
              {.name = "BatchGetArticles",
               .unary = Bind(reads, &ArticleReads::BatchGetArticles)},
              {.name = "ListArticles",
               .unary = Bind(reads, &ArticleReads::ListArticles)},
              {.name = "UpdateArticle",
               .unary = Bind(writes, &ArticleWrites::UpdateArticle)},
              {.name = "PublishArticle",
               .unary = Bind(writes, &ArticleWrites::PublishArticle)},
              {.name = "ListArticleRevisions",
               .unary = Bind(reads, &ArticleReads::ListArticleRevisions)},
              {.name = "GetArticleRevision",
               .unary = Bind(reads, &ArticleReads::GetArticleRevision)},
          }};
}

}  // namespace courant
