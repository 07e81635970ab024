#ifndef COURANT_TESTS_MODEL_MODEL_TABLE_H_
#define COURANT_TESTS_MODEL_MODEL_TABLE_H_

#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "courant/v1/article_service.pb.h"
#include "courant/v1/error.pb.h"

// The tables of the model: what may be done in which state, and what a request
// has to have. Made from the contract alone.
namespace courant::model {

// Any call that changes something.
using AnyRequest =
    std::variant<v1::CreateArticleRequest, v1::UpdateArticleRequest,
                 v1::PublishArticleRequest, v1::ScheduleArticleRequest,
                 v1::UnscheduleArticleRequest, v1::CorrectArticleRequest,
                 v1::RefileArticleRequest, v1::HoldArticleRequest,
                 v1::ReleaseArticleRequest, v1::WithdrawArticleRequest,
                 v1::RestoreArticleRequest, v1::KillArticleRequest>;

// Who calls, and what the server's clock shows.
struct Caller {
  std::string actor;  // Empty: not given.
  absl::Time now;
};

// Why a call is refused.
struct Refusal {
  v1::ErrorReason reason;
  // The field that is wrong; what is allowed instead ("hold,kill,update",
  // sorted) for ILLEGAL_TRANSITION; empty where neither is promised.
  std::string about;
};

// Why a call may be refused; any one of them is right.
using Refusals = std::vector<Refusal>;

// What is wrong with a call, whatever there is.
Refusals Examine(const Caller& caller, const AnyRequest& request);

// What may be asked for in a state, sorted: "kill,release,withdraw".
std::string AllowedIn(v1::Article::State state);

// Whether everybody may read it; whether it has been let out and not been
// stopped; whether it must not be used.
bool IsPublic(v1::Article::State state);
bool IsOut(v1::Article::State state);
bool IsStopped(v1::Article::State state);

v1::Article::PubStatus PubStatusIn(v1::Article::State state);

// When the server itself has something to do; never: the infinite future.
absl::Time Due(const v1::Article& article);

absl::Time ToTime(const google::protobuf::Timestamp& time);
google::protobuf::Timestamp FromTime(absl::Time time);

}  // namespace courant::model

#endif  // COURANT_TESTS_MODEL_MODEL_TABLE_H_
