#include "services/cli/drill.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "courant/v1/article_service.pb.h"
#include "courant/v1/partner_service.pb.h"
#include "services/cli/request_id.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using TaskKind = DrillTask::Kind;

// What is left of the embargo when the pre-notice was judged; and until then,
// so that it does not end before it is moved.
constexpr absl::Duration kEmbargo = absl::Seconds(2);
constexpr absl::Duration kEmbargoMargin = absl::Minutes(1);
// For the server to lift it.
constexpr absl::Duration kLiftPatience = absl::Seconds(30);
// How the names of articles of all drills begin.
constexpr char kDrillArticles[] = "articles/drill-";
// Between two looks at the ledger: at first, and at most.
constexpr absl::Duration kFirstLook = absl::Milliseconds(20);
constexpr absl::Duration kLongestLook = absl::Milliseconds(500);

// `time`, or up to a second later.
google::protobuf::Timestamp StampOf(absl::Time time) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(time) + 1);
  return stamp;
}

absl::Time CommitTimeOf(const v1::Article& article) {
  const google::protobuf::Timestamp& time = article.revision_create_time();
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

// What every one of these requests has.
template <typename Request>
Request RequestFor(const std::string& name) {
  Request request;
  request.set_name(name);
  request.set_request_id(NewRequestId());
  return request;
}

template <typename Request>
Request StopFor(const std::string& name) {
  Request request = RequestFor<Request>(name);
  request.set_reason(Drill::kReason);
  return request;
}

template <typename Request>
void AddCorrection(const std::string& was, const std::string& now,
                   Request& request) {
  v1::ChangeNote::Correction& correction = *request.add_corrections();
  correction.set_where("body");
  correction.set_was(was);
  correction.set_now(now);
  request.mutable_note_public()->set_value(Drill::kReason);
}

}  // namespace

Drill::Drill(Options options, Connection& house, Connection& second,
             StopSource& stop)
    : options_(std::move(options)),
      house_(house),
      second_(second),
      stop_(stop) {}

absl::Status Drill::Run(const OnResult& on_result, const OnWait& on_wait) {
  on_result_ = on_result;
  on_wait_ = on_wait;
  // What a drill left behind that was cut short would be in the way.
  COURANT_RETURN_IF_ERROR(CleanUp());
  absl::Status status = absl::OkStatus();
  for (const auto step :
       {&Drill::Publish, &Drill::Repair, &Drill::HoldAndRelease,
        &Drill::Embargo, &Drill::TakeBack, &Drill::Revoke}) {
    status = (this->*step)();
    if (!status.ok()) break;
  }
  status.Update(CleanUp());
  return status;
}

absl::Status Drill::Publish() {
  const auto created = Create("new", absl::InfinitePast());
  if (created.ok()) main_ = created->name();
  COURANT_RETURN_IF_ERROR(Judge("new", created, {TaskKind::kTakeText}));
  return Judge("update", Update(main_, "An update, in the exercise."),
               {TaskKind::kTakeText});
}

absl::Status Drill::Repair() {
  auto refile = RequestFor<v1::RefileArticleRequest>(main_);
  AddCorrection("an exercise", "an exercise only", refile);
  COURANT_RETURN_IF_ERROR(
      Judge("refile", house_.RefileArticle(refile), {TaskKind::kTakeText}));
  auto correct = RequestFor<v1::CorrectArticleRequest>(main_);
  AddCorrection("at noon", "at one", correct);
  DrillTask task{TaskKind::kApplyNotice};
  task.notice = v1::Change::CORRECTED;
  return Judge("correction", house_.CorrectArticle(correct), task);
}

absl::Status Drill::HoldAndRelease() {
  DrillTask task{TaskKind::kApplyNotice};
  task.notice = v1::Change::HELD;
  COURANT_RETURN_IF_ERROR(
      Judge("hold", house_.HoldArticle(StopFor<v1::HoldArticleRequest>(main_)),
            task));
  return Judge("release",
               house_.ReleaseArticle(StopFor<v1::ReleaseArticleRequest>(main_)),
               {TaskKind::kTakeText});
}

absl::Status Drill::Embargo() {
  // Whoever takes long for the pre-notice shall miss that alone.
  COURANT_ASSIGN_OR_RETURN(
      const v1::Article announced,
      Create("embargo", absl::Now() + options_.patience + kEmbargoMargin));
  const bool is_cleared =
      options_.sandbox.partner.embargo_clearance() == v1::Partner::PRE_NOTICE;
  COURANT_RETURN_IF_ERROR(
      Judge("pre-notice", announced,
            {is_cleared ? TaskKind::kTakePreNotice : TaskKind::kGetNothing}));
  COURANT_RETURN_IF_ERROR(
      MoveEmbargo(announced.name(), absl::Now() + kEmbargo));
  DrillTask take{TaskKind::kTakeText};
  COURANT_ASSIGN_OR_RETURN(const v1::Article lifted,
                           AwaitLift(announced.name(), &take.not_before));
  COURANT_RETURN_IF_ERROR(Judge("embargo lift", lifted, take));
  DrillTask apply{TaskKind::kApplyNotice};
  apply.notice = v1::Change::WITHDRAWN;
  return Judge("withdraw",
               house_.WithdrawArticle(
                   StopFor<v1::WithdrawArticleRequest>(announced.name())),
               apply);
}

absl::Status Drill::TakeBack() {
  COURANT_RETURN_IF_ERROR(
      house_.KillArticle(StopFor<v1::KillArticleRequest>(main_)).status());
  auto confirm = RequestFor<v1::KillArticleRequest>(main_);
  confirm.set_confirm(true);
  DrillTask task{TaskKind::kApplyNotice};
  task.notice = v1::Change::KILLED;
  return Judge("kill", second_.KillArticle(confirm), task);
}

absl::Status Drill::Revoke() {
  COURANT_ASSIGN_OR_RETURN(const v1::Article before,
                           Create("before a revocation", absl::InfinitePast()));
  COURANT_ASSIGN_OR_RETURN(
      const DrillVerdict had,
      Await("revoke", before.name(), {TaskKind::kTakeText, before.revision()}));
  COURANT_RETURN_IF_ERROR(SetGrant(/*suspended=*/true));
  // Published and taken back while the partner had no right to it: whenever it
  // got that, it was too early.
  COURANT_ASSIGN_OR_RETURN(const v1::Article meanwhile,
                           Create("during a revocation", absl::InfinitePast()));
  COURANT_RETURN_IF_ERROR(Withdraw(meanwhile.name()));
  COURANT_RETURN_IF_ERROR(SetGrant(/*suspended=*/false));
  const absl::Time returned = absl::Now();
  COURANT_ASSIGN_OR_RETURN(
      const v1::Article after,
      Update(before.name(), "After the revocation, in the exercise."));
  // Who took this has passed what came meanwhile.
  COURANT_ASSIGN_OR_RETURN(const DrillVerdict has,
                           Await("give back", before.name(),
                                 {TaskKind::kTakeText, after.revision()}));
  const absl::Duration took = absl::Now() - returned;
  if (had.state == DrillVerdict::State::kDone) {
    COURANT_RETURN_IF_ERROR(
        Judge("revoke", meanwhile, {TaskKind::kGetNothing}));
  } else {
    on_result_({"revoke", before.name(), had, options_.patience});
    ++results_;
  }
  on_result_({"give back", before.name(), has, took});
  ++results_;
  return absl::OkStatus();
}

absl::Status Drill::Judge(const std::string& step,
                          const absl::StatusOr<v1::Article>& article,
                          DrillTask task) {
  COURANT_RETURN_IF_ERROR(article.status());
  const absl::Time begun = absl::Now();
  task.revision = article->revision();
  COURANT_ASSIGN_OR_RETURN(DrillVerdict verdict,
                           Await(step, article->name(), task));
  on_result_({step, article->name(), std::move(verdict), absl::Now() - begun});
  ++results_;
  return absl::OkStatus();
}

Drill::Verdict Drill::Await(const std::string& step, const std::string& article,
                            const DrillTask& task) {
  const absl::Time until = absl::Now() + options_.patience;
  for (absl::Duration look = kFirstLook;;
       look = std::min(2 * look, kLongestLook)) {
    COURANT_ASSIGN_OR_RETURN(const v1::Exposure exposure, ExposureOf(article));
    DrillVerdict verdict = JudgeDrill(task, exposure);
    if (verdict.state != DrillVerdict::State::kNotYet || absl::Now() >= until) {
      return verdict;
    }
    on_wait_(results_, step);
    COURANT_RETURN_IF_ERROR(Pause(look));
  }
}

absl::StatusOr<v1::Exposure> Drill::ExposureOf(const std::string& article) {
  v1::ListExposuresRequest request;
  request.set_article(article);
  do {
    COURANT_ASSIGN_OR_RETURN(
        const v1::ListExposuresResponse page,
        house_.Partners<v1::ListExposuresResponse>(request));
    for (const v1::Exposure& exposure : page.exposures()) {
      if (exposure.partner() == options_.sandbox.partner.name()) {
        return exposure;
      }
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return v1::Exposure();
}

absl::StatusOr<v1::Article> Drill::AwaitLift(const std::string& article,
                                             absl::Time* not_before) {
  v1::GetArticleRequest request;
  request.set_name(article);
  const absl::Time until = absl::Now() + kEmbargo + kLiftPatience;
  bool early = false;
  do {
    // In this order: what had left when it still was under embargo.
    COURANT_ASSIGN_OR_RETURN(const v1::Exposure exposure, ExposureOf(article));
    COURANT_ASSIGN_OR_RETURN(v1::Article now, house_.GetArticle(request));
    if (now.state() != v1::Article::EMBARGOED) {
      *not_before = early ? absl::InfiniteFuture() : CommitTimeOf(now);
      return now;
    }
    early = early || exposure.full_revisions() > 0;
    on_wait_(results_, "embargo lift");
    COURANT_RETURN_IF_ERROR(Pause(absl::Milliseconds(100)));
  } while (absl::Now() < until);
  return absl::DeadlineExceededError(
      absl::StrCat(article,
                   " is under an embargo that has ended: does "
                   "the server's scheduler run?"));
}

absl::Status Drill::MoveEmbargo(const std::string& article, absl::Time until) {
  v1::UpdateArticleRequest request;
  request.mutable_article()->set_name(article);
  *request.mutable_article()->mutable_embargo_until() = StampOf(until);
  request.mutable_update_mask()->add_paths("embargo_until");
  request.set_request_id(NewRequestId());
  return house_.UpdateArticle(request).status();
}

absl::Status Drill::Pause(absl::Duration wait) {
  if (!stop_.WaitFor(wait)) return absl::OkStatus();
  return absl::CancelledError("the drill was stopped");
}

absl::StatusOr<v1::Article> Drill::Create(const std::string& what,
                                          absl::Time embargo_until) {
  v1::CreateArticleRequest request;
  *request.mutable_article() = DrillArticle(options_.sandbox, what);
  if (embargo_until != absl::InfinitePast()) {
    *request.mutable_article()->mutable_embargo_until() =
        StampOf(embargo_until);
  }
  request.set_article_id(
      absl::StrCat("drill-", options_.run, "-", ++articles_));
  request.set_request_id(NewRequestId());
  request.set_initial_state(v1::CreateArticleRequest::PUBLISHED);
  return house_.CreateArticle(request);
}

absl::StatusOr<v1::Article> Drill::Update(const std::string& article,
                                          const std::string& words) {
  v1::UpdateArticleRequest request;
  request.mutable_article()->set_name(article);
  request.mutable_article()->mutable_summary()->set_value(words);
  request.mutable_update_mask()->add_paths("summary");
  request.set_request_id(NewRequestId());
  return house_.UpdateArticle(request);
}

absl::Status Drill::SetGrant(bool suspended) {
  const std::string& grant = options_.sandbox.grant.name();
  absl::Status status =
      suspended
          ? house_.Partners<v1::Grant>(StopFor<v1::SuspendGrantRequest>(grant))
                .status()
          : house_
                .Partners<v1::Grant>(RequestFor<v1::ResumeGrantRequest>(grant))
                .status();
  if (status.ok()) revoked_ = suspended;
  return status;
}

absl::Status Drill::Withdraw(const std::string& article) {
  COURANT_RETURN_IF_ERROR(
      house_.WithdrawArticle(StopFor<v1::WithdrawArticleRequest>(article))
          .status());
  return absl::OkStatus();
}

absl::Status Drill::CleanUp() {
  absl::Status status = absl::OkStatus();
  if (revoked_) status.Update(SetGrant(/*suspended=*/false));
  v1::ListArticlesRequest request;
  request.set_filter(absl::StrCat(
      options_.sandbox.product.filter(),
      " AND state=(PUBLISHED OR CORRECTED OR EMBARGOED OR WITHHELD)"));
  do {
    const absl::StatusOr<v1::ListArticlesResponse> page =
        house_.ListArticles(request);
    status.Update(page.status());
    if (!page.ok()) break;
    for (const v1::Article& article : page->articles()) {
      // Other articles in the sandbox are somebody's own.
      if (absl::StartsWith(article.name(), kDrillArticles)) {
        status.Update(Withdraw(article.name()));
      }
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return status;
}

}  // namespace courant
