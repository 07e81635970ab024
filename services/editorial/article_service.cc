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

// A handler for a write that `prepare` checks and the committer decides.
template <typename Request>
UnaryHandler BindWrite(ArticleWrites& writes,
                       absl::StatusOr<ArticleWrite> (ArticleWrites::*prepare)(
                           const RequestContext&, Request) const) {
  return Deferred<Request>([&writes, prepare](const RequestContext& context,
                                              Request request, UnaryDone done) {
    absl::StatusOr<ArticleWrite> write =
        (writes.*prepare)(context, std::move(request));
    if (!write.ok()) return std::move(done)(std::move(write).status());
    writes.Run(*std::move(write), std::move(done));
  });
}

QuickHandler GetFromMemory(ArticleReads& reads) {
  return [&reads](const RequestContext& context, absl::string_view bytes)
             -> std::optional<absl::StatusOr<std::string>> {
    v1::GetArticleRequest request;
    if (absl::Status parsed = ParseRequest(bytes, &request); !parsed.ok()) {
      return parsed;
    }
    return reads.GetArticleFromMemory(context, request);
  };
}

}  // namespace

ServiceTable ArticleServiceTable(ArticleWrites& writes, ArticleReads& reads) {
  // From outside one may read, and no more: a refusal of a write would say
  // what it was compared with.
  return {.name = "courant.v1.ArticleService",
          .methods = {
              {.name = "CreateArticle",
               .unary = BindWrite(writes, &ArticleWrites::PrepareCreate),
               .frequent = true,
               .runs_on = RunsOn::kArrival},
              {.name = "GetArticle",
               .unary = Bind(reads, &ArticleReads::GetArticle),
               .open_to = Audience::kPublic,
               .frequent = true,
               .quick = GetFromMemory(reads)},
              {.name = "BatchGetArticles",
               .unary = Bind(reads, &ArticleReads::BatchGetArticles),
               .open_to = Audience::kPublic},
              {.name = "ListArticles",
               .unary = Bind(reads, &ArticleReads::ListArticles),
               .open_to = Audience::kPublic},
              {.name = "UpdateArticle",
               .unary = BindWrite(writes, &ArticleWrites::PrepareUpdate),
               .frequent = true,
               .runs_on = RunsOn::kArrival},
              {.name = "PublishArticle",
               .unary = BindWrite(writes, &ArticleWrites::PreparePublish),
               .runs_on = RunsOn::kArrival},
              {.name = "ScheduleArticle",
               .unary = BindWrite(writes, &ArticleWrites::PrepareSchedule),
               .runs_on = RunsOn::kArrival},
              {.name = "UnscheduleArticle",
               .unary = BindWrite(writes, &ArticleWrites::PrepareUnschedule),
               .runs_on = RunsOn::kArrival},
              {.name = "CorrectArticle",
               .unary = BindWrite(writes, &ArticleWrites::PrepareCorrect),
               .runs_on = RunsOn::kArrival},
              {.name = "RefileArticle",
               .unary = BindWrite(writes, &ArticleWrites::PrepareRefile),
               .runs_on = RunsOn::kArrival},
              {.name = "HoldArticle",
               .unary = BindWrite(writes, &ArticleWrites::PrepareHold),
               .runs_on = RunsOn::kArrival},
              {.name = "ReleaseArticle",
               .unary = BindWrite(writes, &ArticleWrites::PrepareRelease),
               .runs_on = RunsOn::kArrival},
              {.name = "WithdrawArticle",
               .unary = BindWrite(writes, &ArticleWrites::PrepareWithdraw),
               .runs_on = RunsOn::kArrival},
              {.name = "RestoreArticle",
               .unary = BindWrite(writes, &ArticleWrites::PrepareRestore),
               .runs_on = RunsOn::kArrival},
              {.name = "KillArticle",
               .unary = BindWrite(writes, &ArticleWrites::PrepareKill),
               .runs_on = RunsOn::kArrival},
              {.name = "ListArticleRevisions",
               .unary = Bind(reads, &ArticleReads::ListArticleRevisions),
               .open_to = Audience::kPublic},
              {.name = "GetArticleRevision",
               .unary = Bind(reads, &ArticleReads::GetArticleRevision),
               .open_to = Audience::kPublic},
          }};
}

}  // namespace courant
