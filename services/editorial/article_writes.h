#ifndef COURANT_SERVICES_EDITORIAL_ARTICLE_WRITES_H_
#define COURANT_SERVICES_EDITORIAL_ARTICLE_WRITES_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "courant/v1/article_service.pb.h"
#include "services/rpc/handler.h"
#include "services/rpc/request_context.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"
#include "storage/committer.h"

namespace courant {

// A request that was checked by itself: what is left is to decide and commit.
struct ArticleWrite {
  storage::Proposal proposal;
  // Owns what it needs of the request.
  storage::Decide decide;
};

// The methods of ArticleService that change something. Prepare... checks the
// request by itself; Run() decides within the commit path, against the state at
// the tail, and answers with the encoded Article as committed. See
// article_service.proto for the contract of each. Thread-safe.
class ArticleWrites {
 public:
  struct Options {
    // For `urn:newsml:`; empty: articles get no URN.
    std::string publisher_domain;
    // Whom subscribers may ask, for orders that name nobody.
    std::string publisher_contact;
    // For how long a second person can confirm a kill.
    absl::Duration kill_confirm_window = absl::Hours(1);
  };

  // Nothing is owned; all must outlive the object.
  ArticleWrites(storage::Committer& committer, const Clock& clock,
                Options options)
      : committer_(committer),
        clock_(clock),
        publisher_domain_(std::move(options.publisher_domain)),
        publisher_contact_(std::move(options.publisher_contact)),
        kill_confirm_window_(options.kill_confirm_window) {}

  // Others than in the options for what is asked from now on. A kill that waits
  // for the second person waits for as long as was said.
  void SetPublisherContact(std::string contact) ABSL_LOCKS_EXCLUDED(mu_);
  void SetKillConfirmWindow(absl::Duration window) ABSL_LOCKS_EXCLUDED(mu_);

  absl::StatusOr<ArticleWrite> PrepareCreate(
      const RequestContext& context, v1::CreateArticleRequest request) const;
  absl::StatusOr<ArticleWrite> PrepareUpdate(
      const RequestContext& context, v1::UpdateArticleRequest request) const;
  absl::StatusOr<ArticleWrite> PreparePublish(
      const RequestContext& context, v1::PublishArticleRequest request) const;

  absl::StatusOr<ArticleWrite> PrepareSchedule(
      const RequestContext& context, v1::ScheduleArticleRequest request) const;
  absl::StatusOr<ArticleWrite> PrepareUnschedule(
      const RequestContext& context,
      v1::UnscheduleArticleRequest request) const;
  absl::StatusOr<ArticleWrite> PrepareCorrect(
      const RequestContext& context, v1::CorrectArticleRequest request) const;
  absl::StatusOr<ArticleWrite> PrepareRefile(
      const RequestContext& context, v1::RefileArticleRequest request) const;
  absl::StatusOr<ArticleWrite> PrepareHold(
      const RequestContext& context, v1::HoldArticleRequest request) const;
  absl::StatusOr<ArticleWrite> PrepareRelease(
      const RequestContext& context, v1::ReleaseArticleRequest request) const;
  absl::StatusOr<ArticleWrite> PrepareWithdraw(
      const RequestContext& context, v1::WithdrawArticleRequest request) const;
  absl::StatusOr<ArticleWrite> PrepareRestore(
      const RequestContext& context, v1::RestoreArticleRequest request) const;
  absl::StatusOr<ArticleWrite> PrepareKill(
      const RequestContext& context, v1::KillArticleRequest request) const;

  // Commits what `write` asks for. Answers when it is durable, perhaps later
  // and on another thread.
  void Run(ArticleWrite write, UnaryDone done);

 private:
  std::string publisher_contact() const ABSL_LOCKS_EXCLUDED(mu_);
  absl::Duration kill_confirm_window() const ABSL_LOCKS_EXCLUDED(mu_);

  storage::Committer& committer_;
  const Clock& clock_;
  const std::string publisher_domain_;
  mutable Mutex mu_;
  std::string publisher_contact_ ABSL_GUARDED_BY(mu_);
  absl::Duration kill_confirm_window_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_ARTICLE_WRITES_H_
