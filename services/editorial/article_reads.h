#ifndef COURANT_SERVICES_EDITORIAL_ARTICLE_READS_H_
#define COURANT_SERVICES_EDITORIAL_ARTICLE_READS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "courant/v1/article_service.pb.h"
#include "services/audience/delivery_book.h"
#include "services/audience/viewer.h"
#include "services/editorial/seen_articles.h"
#include "services/filter/filter.h"
#include "services/rpc/request_context.h"
#include "services/rpc/token_mac.h"
#include "storage/applier.h"
#include "storage/article_index.h"
#include "storage/database.h"

namespace courant {

// The methods of ArticleService that read. For the house an article is two
// point lookups, and its stored bytes are the answer: nothing is decoded. Other
// audiences get what SeenArticles makes of it. See article_service.proto for
// the contract of each. Thread-safe.
//
// Every answer is of one moment, not before the call began and, with
// `min_change_sequence`, not before that change. Reads take no lock that
// a write needs. Errors besides those of the contract: DATA_LOSS when what is
// stored cannot be read, never a part of it.
class ArticleReads {
 public:
  // Articles that one page of a list looks at, at most, of those that the
  // caller may see: a page may end early, with a token.
  static constexpr int kMaxScanned = 10'000;

  // Nothing is owned; all must outlive the object. `key` seals page tokens.
  // `rights` say what partners see; without them nothing. What they are given
  // is written down in `deliveries`, if there is such a book.
  ArticleReads(const storage::Database& database, storage::Applier& applier,
               const TokenKey& key, RightsBook* rights = nullptr,
               DeliveryBook* deliveries = nullptr)
      : database_(database),
        applier_(applier),
        key_(key),
        rights_(rights),
        deliveries_(deliveries) {}

  // Each returns its encoded response. They block on the disk when what they
  // need is in no cache, and while they wait for a change.
  absl::StatusOr<std::string> GetArticle(const RequestContext& context,
                                         const v1::GetArticleRequest& request);
  // GetArticle() for the house when it has not to wait for anything: neither
  // for a change nor for the disk. Else nothing. Does not block.
  std::optional<absl::StatusOr<std::string>> GetArticleFromMemory(
      const RequestContext& context, const v1::GetArticleRequest& request);
  absl::StatusOr<std::string> BatchGetArticles(
      const RequestContext& context,
      const v1::BatchGetArticlesRequest& request);
  absl::StatusOr<std::string> ListArticles(
      const RequestContext& context, const v1::ListArticlesRequest& request);
  absl::StatusOr<std::string> ListArticleRevisions(
      const RequestContext& context,
      const v1::ListArticleRevisionsRequest& request);
  absl::StatusOr<std::string> GetArticleRevision(
      const RequestContext& context,
      const v1::GetArticleRevisionRequest& request);

 private:
  // Who looks, and at what.
  struct Look {
    std::unique_ptr<storage::Database::Snapshot> snapshot;
    Viewer viewer;
  };

  // Takes a snapshot for a call, and then the rights of its caller: they are of
  // that moment or newer, so that no text is shown by rights from before it.
  absl::StatusOr<Look> LookFor(const RequestContext& context);

  // What somebody sees, at a moment.
  struct Scene {
    const Look& look;
    const storage::View& view;
    SeenArticles& seen;
  };
  // Makes an answer out of what `read` reads at one moment. To a partner it is
  // written down before it is given; when less of it may be shown by then, it
  // is read once more.
  absl::StatusOr<std::string> Give(
      const RequestContext& context,
      absl::FunctionRef<absl::StatusOr<std::string>(const Scene&)> read);
  // Whether a partner may still be given that.
  absl::StatusOr<bool> MayStillHave(
      const RequestContext& context,
      const std::vector<SeenArticles::Given>& given);

  // ListArticles(), at a moment.
  absl::StatusOr<std::string> ListSeen(const RequestContext& context,
                                       const v1::ListArticlesRequest& request,
                                       const Filter& filter, size_t page_size,
                                       const Scene& scene);
  // ListArticleRevisions(), at a moment.
  absl::StatusOr<std::string> ListSeenRevisions(
      const v1::ListArticleRevisionsRequest& request,
      const std::string& article_id, size_t page_size, const Scene& scene);

  // Places `cursor` where the page begins: at the newest, or after the last key
  // that the page token names. What was added meanwhile moves nothing.
  absl::Status SeekPage(const v1::ListArticlesRequest& request,
                        const Filter& filter, storage::ArticleCursor& cursor);

  const storage::Database& database_;
  storage::Applier& applier_;
  const TokenKey& key_;
  RightsBook* const rights_;
  DeliveryBook* const deliveries_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_ARTICLE_READS_H_
