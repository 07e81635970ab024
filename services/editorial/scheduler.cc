#include "services/editorial/scheduler.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/editorial/schedule_decisions.h"
#include "storage/base/status_macros.h"
#include "storage/due_index.h"

namespace courant {

Scheduler::Scheduler(storage::Committer& committer,
                     const storage::Database& database, const Clock& clock,
                     SchedulerMetrics& metrics, Options options)
    : committer_(committer),
      database_(database),
      clock_(clock),
      metrics_(metrics),
      options_(std::move(options)) {}

Scheduler::~Scheduler() { Stop(); }

void Scheduler::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Scheduler::Stop() {
  if (!thread_.joinable()) return;
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  stop_cv_.SignalAll();
  thread_.join();
}

absl::StatusOr<size_t> Scheduler::RunOnce() {
  COURANT_ASSIGN_OR_RETURN(
      const std::vector<storage::DueArticle> due,
      storage::ReadDue(database_, clock_.Now(), kMaxAtOnce));
  if (due.empty()) return 0;
  std::vector<std::string> ids;
  ids.reserve(due.size());
  for (const storage::DueArticle& article : due) {
    ids.push_back(article.article_id);
  }
  COURANT_RETURN_IF_ERROR(
      committer_
          .Commit(
              {.actor = std::string(kSchedulerActor)},
              [ids = std::move(ids)](const storage::DecisionContext& context) {
                return DecideDue(context, ids);
              })
          .status());
  const absl::Time done = clock_.Now();
  for (const storage::DueArticle& article : due) {
    metrics_.delay_seconds.Observe(absl::ToDoubleSeconds(done - article.due));
  }
  return due.size();
}

void Scheduler::Run() {
  while (true) {
    const absl::StatusOr<size_t> acted = RunOnce();
    if (!acted.ok() && options_.on_error) options_.on_error(acted.status());
    // More may be due than went into one commit.
    if (acted.ok() && *acted == kMaxAtOnce) continue;
    MutexLock lock(mu_);
    if (!stopping_) stop_cv_.WaitFor(mu_, options_.poll);
    if (stopping_) return;
  }
}

}  // namespace courant
