#include "services/cli/import_queue.h"

#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/cli/connection.h"
#include "services/cli/request_id.h"
#include "services/importers/redelivery.h"
#include "services/importers/translation_source.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

// Calls at a time. One, so that the changes stand in the log in the order of
// the file: that is the order in which everybody sees them, for ever. The
// price: 171 articles take 0.33 s; eight calls at a time took 0.19 s.
constexpr int kParallel = 1;
// Items read ahead of the one whose result is awaited.
constexpr size_t kAhead = 32;

// How often an update is tried anew when others change the article meanwhile.
constexpr int kUpdateTries = 3;

// True for an answer that is about the item and not about the server.
bool ConcernsItem(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
      return true;
    default:
      return ReasonOf(status) == v1::REQUEST_TOO_LARGE;
  }
}

// Whether the article that is there is what would be imported now. Without
// hashes there is nothing to tell the two apart by.
bool SameSource(const v1::Article& there, const v1::Article& now) {
  const std::string& hash = now.provenance().content_hash();
  return hash.empty() || hash == there.provenance().content_hash();
}

// The article that is in the way of a request to create one: the one of that
// id, or the one that another system knows by the same alias id.
std::string ThereAlready(const absl::Status& error,
                         const v1::CreateArticleRequest& request) {
  const auto info = ErrorInfoOf(error);
  if (info && ReasonOf(error) == v1::ALIAS_TAKEN) {
    const auto found = info->metadata().find("resource");
    if (found != info->metadata().end()) return found->second;
  }
  return absl::StrCat("articles/", request.article_id());
}

}  // namespace

ImportQueue::ImportQueue(Connection& connection, OnResult on_result)
    : connection_(connection),
      on_result_(std::move(on_result)),
      workers_({.name = "import", .threads = kParallel, .max_queued = kAhead}) {
}

ImportQueue::~ImportQueue() { Stop(); }

void ImportQueue::Push(std::string where, ImportedItem item) {
  // A second item for an article is no second attempt at the first one.
  if (!item.request.article_id().empty() &&
      !ids_.insert(item.request.article_id()).second) {
    item.request.clear_request_id();
  }
  while (pending_.size() >= kAhead) TakeFirst();

  std::promise<ImportResult> promise;
  pending_.push_back(promise.get_future());
  const bool posted = workers_.TryPost([this, promise = std::move(promise),
                                        where = std::move(where),
                                        item = std::move(item)]() mutable {
    promise.set_value(Send(std::move(where), std::move(item)));
  });
  if (!posted) std::abort();  // The pool holds as many as may be pending.
}

void ImportQueue::Finish() {
  while (!pending_.empty()) TakeFirst();
}

void ImportQueue::TakeFirst() {
  const ImportResult result = pending_.front().get();
  pending_.pop_front();
  on_result_(result);
}

ImportResult ImportQueue::Send(std::string where, ImportedItem item) {
  ImportResult result;
  result.where = std::move(where);
  result.item = std::move(item);
  if (stopped_) {
    result.error = absl::CancelledError("not sent");
    return result;
  }
  const v1::CreateArticleRequest& request = result.item.request;
  absl::StatusOr<v1::Article> article = connection_.CreateArticle(request);
  if (absl::IsNotFound(article.status()) && !result.item.source_uri.empty()) {
    LoosenFromSource(result.item);
    article = connection_.CreateArticle(request);
  }
  if (article.ok()) {
    result.outcome = ImportResult::kNew;
    result.article = *std::move(article);
    return result;
  }
  result.error = article.status();
  if (absl::IsAlreadyExists(result.error)) {
    result.error = Redeliver(ThereAlready(result.error, request), result);
  }
  if (!result.error.ok()) {
    const bool refused = ConcernsItem(result.error);
    result.outcome = refused ? ImportResult::kRefused : ImportResult::kUnsent;
    if (!refused) Stop();
  }
  return result;
}

absl::Status ImportQueue::Redeliver(const std::string& name,
                                    ImportResult& result) {
  const v1::Article& now = result.item.request.article();
  v1::GetArticleRequest get;
  get.set_name(name);
  for (int tries = 1;; ++tries) {
    COURANT_ASSIGN_OR_RETURN(result.article, connection_.GetArticle(get));
    const Redelivery redelivery =
        CompareDeliveries(result.article.provenance(), now.provenance());
    if (redelivery != Redelivery::kNewer) {
      result.outcome = redelivery == Redelivery::kOlder ? ImportResult::kStale
                       : SameSource(result.article, now)
                           ? ImportResult::kAlreadyThere
                           : ImportResult::kSourceChanged;
      return absl::OkStatus();
    }
    v1::UpdateArticleRequest update =
        UpdateFor(result.article, result.item, absl::Now());
    update.set_request_id(NewRequestId());
    absl::StatusOr<v1::Article> updated = connection_.UpdateArticle(update);
    if (updated.ok()) {
      result.outcome = ImportResult::kUpdated;
      result.article = *std::move(updated);
      return absl::OkStatus();
    }
    if (!absl::IsAborted(updated.status()) || tries == kUpdateTries) {
      return updated.status();
    }
  }
}

}  // namespace courant
