#include "services/editorial/article_reads.h"

#include <xxhash.h>

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/list_position.h"
#include "services/editorial/revision_reads.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/wait_for_change.h"
#include "services/rpc/page_size.h"
#include "services/rpc/page_token.h"
#include "services/rpc/viewer_of.h"
#include "services/rpc/wire_format.h"
#include "storage/base/clock.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/view.h"

namespace courant {
namespace {

using storage::ArticleCursor;
using storage::ArticleIndex;
using storage::ArticleIndexPosition;
using storage::v1::ArticleRow;

constexpr size_t kMaxPageBytes = 4 << 20;
constexpr int kMaxBatch = 100;
// Of a list, before the clock is looked at again.
constexpr uint64_t kRowsBetweenLooks = 1024;

// The index that leaves the fewest articles to look at, judged by its kind.
std::pair<ArticleIndex, std::string> ChooseIndex(const Filter& filter) {
  constexpr std::pair<FilterField, ArticleIndex> kByPreference[] = {
      {FilterField::kStory, ArticleIndex::kStory},
      {FilterField::kSubject, ArticleIndex::kSubject},
      {FilterField::kSection, ArticleIndex::kSection},
      {FilterField::kState, ArticleIndex::kState},
      {FilterField::kLanguage, ArticleIndex::kLanguage},
  };
  const std::vector<Filter::Equality> required = filter.RequiredEqualities();
  for (const auto& [field, index] : kByPreference) {
    for (const Filter::Equality& equality : required) {
      if (equality.field == field) return {index, equality.value};
    }
  }
  return {ArticleIndex::kAll, ""};
}

uint64_t Scope(absl::string_view parent) {
  return XXH3_64bits(parent.data(), parent.size());
}

// Names the article to the house alone: nobody knows whether it was public.
absl::Status RowMissing(Audience audience, absl::string_view article_id) {
  return MakeError(
      v1::DATA_CORRUPTED,
      absl::StrCat("the index names ",
                   audience == Audience::kInternal ? ArticleName(article_id)
                                                   : "an article",
                   ", which has no row"));
}

}  // namespace

absl::StatusOr<ArticleReads::Look> ArticleReads::LookFor(
    const RequestContext& context) {
  if (context.audience != Audience::kPartner) {
    return Look{database_.TakeSnapshot(), context.audience};
  }
  COURANT_ASSIGN_OR_RETURN(auto snapshot, applier_.TakeSnapshot());
  COURANT_ASSIGN_OR_RETURN(Viewer viewer, ViewerOf(context, rights_));
  return Look{std::move(snapshot), std::move(viewer)};
}

absl::StatusOr<std::string> ArticleReads::Give(
    const RequestContext& context,
    absl::FunctionRef<absl::StatusOr<std::string>(const Scene&)> read) {
  while (true) {
    COURANT_ASSIGN_OR_RETURN(const Look look, LookFor(context));
    const storage::View view(database_, look.snapshot.get());
    SeenArticles seen(look.viewer, view);
    COURANT_ASSIGN_OR_RETURN(std::string answer,
                             read({.look = look, .view = view, .seen = seen}));
    if (deliveries_ == nullptr || !context.principal) return answer;
    const std::vector<SeenArticles::Given> given = seen.TakeGiven();
    std::vector<Delivered> delivered;
    delivered.reserve(given.size());
    for (const auto& one : given) delivered.push_back(one.delivered);
    COURANT_RETURN_IF_ERROR(
        deliveries_->Note({context.principal->partner, context.principal->key},
                          v1::Delivery::READ, std::move(delivered)));
    COURANT_ASSIGN_OR_RETURN(const bool may_go, MayStillHave(context, given));
    if (may_go) return answer;
  }
}

absl::StatusOr<bool> ArticleReads::MayStillHave(
    const RequestContext& context,
    const std::vector<SeenArticles::Given>& given) {
  COURANT_ASSIGN_OR_RETURN(const Look look, LookFor(context));
  const storage::View view(database_, look.snapshot.get());
  for (const SeenArticles::Given& one : given) {
    COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                             view.FindArticle(one.delivered.article_id));
    if (!row || !SeenArticles::MayStillHave(look.viewer, one, *row)) {
      return false;
    }
  }
  return true;
}

absl::StatusOr<std::string> ArticleReads::GetArticle(
    const RequestContext& context, const v1::GetArticleRequest& request) {
  COURANT_ASSIGN_OR_RETURN(const std::string article_id,
                           ParseArticleName(request.name(), "name"));
  COURANT_RETURN_IF_ERROR(
      WaitForChange(applier_, context, request.min_change_sequence()));
  if (context.audience == Audience::kInternal) {
    return ReadLatest(storage::View(database_), article_id);
  }
  return Give(context, [&](const Scene& at) -> absl::StatusOr<std::string> {
    COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                             at.seen.Find(article_id));
    if (!row) return ResourceNotFound(request.name());
    return at.seen.Latest(article_id, *row);
  });
}

std::optional<absl::StatusOr<std::string>> ArticleReads::GetArticleFromMemory(
    const RequestContext& context, const v1::GetArticleRequest& request) {
  if (context.audience != Audience::kInternal) return std::nullopt;
  if (request.min_change_sequence() != 0) return std::nullopt;
  const absl::StatusOr<std::string> article_id =
      ParseArticleName(request.name(), "name");
  if (!article_id.ok()) return article_id.status();
  absl::StatusOr<std::string> article = ReadLatest(
      storage::View(database_, nullptr, storage::Database::Reach::kMemory),
      *article_id);
  // Everything that is not an answer is found out again where it may block.
  if (!article.ok() && !absl::IsNotFound(article.status())) return std::nullopt;
  return article;
}

absl::StatusOr<std::string> ArticleReads::BatchGetArticles(
    const RequestContext& context, const v1::BatchGetArticlesRequest& request) {
  if (request.names().empty()) return RequiredField("names");
  if (request.names_size() > kMaxBatch) {
    return MakeFieldError(v1::FIELD_TOO_LONG,
                          {{"names", absl::StrCat("has ", request.names_size(),
                                                  " elements; at most ",
                                                  kMaxBatch, " are taken")}},
                          {{"limit", absl::StrCat(kMaxBatch)}});
  }
  COURANT_RETURN_IF_ERROR(
      WaitForChange(applier_, context, request.min_change_sequence()));
  return Give(context, [&](const Scene& at) -> absl::StatusOr<std::string> {
    std::string response;
    for (int i = 0; i < request.names_size(); ++i) {
      COURANT_ASSIGN_OR_RETURN(
          const std::string article_id,
          ParseArticleName(request.names(i), absl::StrCat("names[", i, "]")));
      COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                               at.seen.Find(article_id));
      if (!row) return ResourceNotFound(request.names(i));
      COURANT_ASSIGN_OR_RETURN(const std::string article,
                               at.seen.Latest(article_id, *row));
      AppendBytesField(&response,
                       v1::BatchGetArticlesResponse::kArticlesFieldNumber,
                       article);
    }
    return response;
  });
}

absl::Status ArticleReads::SeekPage(const v1::ListArticlesRequest& request,
                                    const Filter& filter,
                                    ArticleCursor& cursor) {
  if (request.page_token().empty()) {
    const Filter::TimeRange window = filter.TimeWindow();
    if (window.end_us == std::numeric_limits<int64_t>::max()) {
      cursor.SeekToNewest();
    } else {
      cursor.SeekTo(absl::FromUnixMicros(window.end_us - 1));
    }
    return absl::OkStatus();
  }
  COURANT_ASSIGN_OR_RETURN(
      const std::string last_key,
      OpenPageToken(key_, PagedList::kArticles, filter.fingerprint(),
                    request.page_token()));
  const std::optional<ArticleIndexPosition> last = DecodePosition(last_key);
  if (!last) {
    return MakeFieldError(v1::PAGE_TOKEN_INVALID,
                          {{"page_token",
                            "is damaged; start from the first "
                            "page"}});
  }
  cursor.SeekAfter(*last);
  return absl::OkStatus();
}

absl::StatusOr<std::string> ArticleReads::ListArticles(
    const RequestContext& context, const v1::ListArticlesRequest& request) {
  COURANT_ASSIGN_OR_RETURN(const size_t page_size,
                           PageSizeOf(request.page_size()));
  COURANT_ASSIGN_OR_RETURN(
      const Filter filter,
      Filter::Parse(request.filter(), FieldSet::kArticles));
  COURANT_RETURN_IF_ERROR(
      WaitForChange(applier_, context, request.min_change_sequence()));
  return Give(context, [&](const Scene& at) {
    return ListSeen(context, request, filter, page_size, at);
  });
}

absl::StatusOr<std::string> ArticleReads::ListSeen(
    const RequestContext& context, const v1::ListArticlesRequest& request,
    const Filter& filter, size_t page_size, const Scene& scene) {
  const auto [index, value] = ChooseIndex(filter);
  ArticleCursor cursor(database_, scene.look.snapshot.get(), index, value);
  COURANT_RETURN_IF_ERROR(SeekPage(request, filter, cursor));

  const int64_t oldest = filter.TimeWindow().begin_us;
  std::string response;
  std::optional<ArticleIndexPosition> last;
  size_t listed = 0;
  int scanned = 0;
  uint64_t looked_at = 0;
  for (; cursor.Valid() && cursor.position().list_time_us >= oldest;
       cursor.Next()) {
    ArticleIndexPosition position = cursor.position();
    COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                             scene.view.FindArticle(position.article_id));
    if (!row) return RowMissing(context.audience, position.article_id);
    // However few of them the caller sees, it is not worked for longer than it
    // waits.
    if (++looked_at % kRowsBetweenLooks == 0 &&
        SystemClock().Now() > context.deadline) {
      return absl::DeadlineExceededError("the list is too long for one call");
    }
    // First, so that not even a token tells where one is that is not there:
    // neither its key, nor that there is a token at all.
    if (!scene.seen.Sees(*row)) continue;
    if (listed == page_size || response.size() >= kMaxPageBytes ||
        scanned == kMaxScanned) {
      AppendBytesField(
          &response, v1::ListArticlesResponse::kNextPageTokenFieldNumber,
          MintPageToken(key_, {.list = PagedList::kArticles,
                               .scope = filter.fingerprint(),
                               .last_key = EncodePosition(*last)}));
      break;
    }
    ++scanned;
    if (filter.Matches(row->attributes())) {
      COURANT_ASSIGN_OR_RETURN(const std::string article,
                               scene.seen.Latest(position.article_id, *row));
      AppendBytesField(&response,
                       v1::ListArticlesResponse::kArticlesFieldNumber, article);
      ++listed;
    }
    last = std::move(position);
  }
  COURANT_RETURN_IF_ERROR(cursor.status());
  return response;
}

absl::StatusOr<std::string> ArticleReads::ListArticleRevisions(
    const RequestContext& context,
    const v1::ListArticleRevisionsRequest& request) {
  COURANT_ASSIGN_OR_RETURN(const std::string article_id,
                           ParseArticleName(request.name(), "name"));
  COURANT_ASSIGN_OR_RETURN(const size_t page_size,
                           PageSizeOf(request.page_size()));
  return Give(context, [&](const Scene& at) {
    return ListSeenRevisions(request, article_id, page_size, at);
  });
}

absl::StatusOr<std::string> ArticleReads::ListSeenRevisions(
    const v1::ListArticleRevisionsRequest& request,
    const std::string& article_id, size_t page_size, const Scene& scene) {
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                           scene.seen.Find(article_id));
  if (!row) return ResourceNotFound(request.name());
  const uint64_t scope = Scope(article_id);
  auto next = static_cast<uint64_t>(row->revision());
  if (!request.page_token().empty()) {
    COURANT_ASSIGN_OR_RETURN(const std::string last_key,
                             OpenPageToken(key_, PagedList::kRevisions, scope,
                                           request.page_token()));
    next = storage::DecodeNumber(last_key).value_or(1) - 1;
  }
  std::string response;
  size_t listed = 0;
  for (; next > 0; --next) {
    COURANT_ASSIGN_OR_RETURN(const std::optional<RevisionRead> revision,
                             scene.seen.At(article_id, *row, Revision(next)));
    if (!revision) continue;
    if (listed == page_size || response.size() >= kMaxPageBytes) {
      AppendBytesField(
          &response,
          v1::ListArticleRevisionsResponse::kNextPageTokenFieldNumber,
          MintPageToken(key_, {.list = PagedList::kRevisions,
                               .scope = scope,
                               .last_key = storage::EncodeNumber(next + 1)}));
      break;
    }
    AppendBytesField(&response,
                     v1::ListArticleRevisionsResponse::kRevisionsFieldNumber,
                     revision->article);
    ++listed;
  }
  return response;
}

absl::StatusOr<std::string> ArticleReads::GetArticleRevision(
    const RequestContext& context,
    const v1::GetArticleRevisionRequest& request) {
  COURANT_ASSIGN_OR_RETURN(const RevisionName name,
                           ParseRevisionName(request.name(), "name"));
  return Give(context, [&](const Scene& at) -> absl::StatusOr<std::string> {
    COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                             at.seen.Find(name.article_id));
    if (!row) return ResourceNotFound(request.name());
    COURANT_ASSIGN_OR_RETURN(std::optional<RevisionRead> revision,
                             at.seen.At(name.article_id, *row, name.revision));
    if (!revision) return ResourceNotFound(request.name());
    COURANT_RETURN_IF_ERROR(revision->kept);
    return std::move(revision->article);
  });
}

}  // namespace courant
