#ifndef COURANT_SERVICES_CLI_DRILL_H_
#define COURANT_SERVICES_CLI_DRILL_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "services/cli/connection.h"
#include "services/cli/drill_judge.h"
#include "services/cli/sandbox.h"
#include "services/cli/stop_source.h"

namespace courant {

// How one step went.
struct DrillResult {
  std::string step;
  std::string article;   // `articles/{article}`
  DrillVerdict verdict;  // kDone: passed.
  absl::Duration took;   // From the change to the verdict.
};

// Everything that can happen to an article, done to articles of a sandbox, and
// what the partner makes of it. Each run has articles of its own. Blocks; use
// from one thread.
class Drill {
 public:
  struct Options {
    // With the partner as the house has it: one that is not cleared gets no
    // pre-notice.
    Sandbox sandbox;
    // Makes the ids of articles different from those of other drills: 1 to 50
    // of `a` to `z`, `0` to `9` and `-`.
    std::string run;
    // How long a partner may take for one step. Positive.
    absl::Duration patience;
  };

  // Called with each result, in order; and while a step is waited for, with the
  // number of results so far and what is waited for.
  using OnResult = std::function<void(const DrillResult&)>;
  using OnWait = std::function<void(int done, const std::string& step)>;

  // Why an article is stopped in it, and a grant suspended.
  static constexpr char kReason[] = "An exercise: a drill with a partner.";

  // Steps that every drill has, which is also how many results.
  static constexpr int kSteps = 12;

  // `house` writes and reads; `second` is somebody else, who confirms the kill.
  // Nothing is owned; all must outlive the object.
  Drill(Options options, Connection& house, Connection& second,
        StopSource& stop);

  // Does all steps, whatever the partner makes of them, and cleans up: gives
  // the sandbox back to the partner, and takes back what was published. An
  // error is that of a call that the drill itself needs, or CANCELLED.
  absl::Status Run(const OnResult& on_result, const OnWait& on_wait);

 private:
  using Verdict = absl::StatusOr<DrillVerdict>;

  // In order; each reports one or two results.
  absl::Status Publish();
  absl::Status Repair();
  absl::Status HoldAndRelease();
  absl::Status Embargo();
  absl::Status TakeBack();
  absl::Status Revoke();

  // Waits until the partner did `task` about `article`, or its time is up, and
  // reports that as `step`. Passes an error on.
  absl::Status Judge(const std::string& step,
                     const absl::StatusOr<v1::Article>& article,
                     DrillTask task);
  Verdict Await(const std::string& step, const std::string& article,
                const DrillTask& task);
  absl::StatusOr<v1::Exposure> ExposureOf(const std::string& article);
  // Waits until the server has lifted the embargo of `article`, and says before
  // which time no text may have left; InfiniteFuture() if some has.
  absl::StatusOr<v1::Article> AwaitLift(const std::string& article,
                                        absl::Time* not_before);
  absl::Status MoveEmbargo(const std::string& article, absl::Time until);
  absl::Status Pause(absl::Duration wait);

  absl::StatusOr<v1::Article> Create(const std::string& what,
                                     absl::Time embargo_until);
  // New reporting: the next revision of `article`.
  absl::StatusOr<v1::Article> Update(const std::string& article,
                                     const std::string& words);
  absl::Status SetGrant(bool suspended);
  absl::Status Withdraw(const std::string& article);
  // Gives the grant back, and takes back what is public of this drill and of
  // those that were cut short.
  absl::Status CleanUp();

  const Options options_;
  Connection& house_;
  Connection& second_;
  StopSource& stop_;
  OnResult on_result_;
  OnWait on_wait_;

  int results_ = 0;
  int articles_ = 0;  // Made so far.
  std::string main_;  // The article of most steps.
  bool revoked_ = false;
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_DRILL_H_
