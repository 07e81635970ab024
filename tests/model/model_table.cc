#include "tests/model/model_table.h"

#include <type_traits>

#include "google/protobuf/util/time_util.h"

namespace courant::model {

using google::protobuf::Timestamp;
using v1::Article;
using v1::ChangeNote;

absl::Time ToTime(const Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

Timestamp FromTime(absl::Time time) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
      absl::ToUnixMicros(time));
}

// The table: what may be asked for in which state.
std::string AllowedIn(Article::State state) {
  switch (state) {
    case Article::DRAFT:
      return "publish,schedule,update";
    case Article::SCHEDULED:
      return "publish,schedule,unschedule,update";
    case Article::EMBARGOED:
      return "hold,kill,publish,update,withdraw";
    case Article::PUBLISHED:
    case Article::CORRECTED:
      return "correct,hold,kill,refile,update,withdraw";
    case Article::WITHHELD:
      return "kill,release,withdraw";
    case Article::WITHDRAWN:
      return "kill,restore";
    case Article::EXPIRED:
      return "kill";
    default:
      return "";
  }
}

bool IsPublic(Article::State state) {
  return state == Article::PUBLISHED || state == Article::CORRECTED;
}

bool IsStopped(Article::State state) {
  return state == Article::WITHHELD || state == Article::WITHDRAWN ||
         state == Article::KILLED || state == Article::EXPIRED;
}

Article::PubStatus PubStatusIn(Article::State state) {
  if (state == Article::WITHHELD) return Article::PUB_STATUS_WITHHELD;
  if (IsStopped(state)) return Article::PUB_STATUS_CANCELED;
  return IsOut(state) ? Article::PUB_STATUS_USABLE
                      : Article::PUB_STATUS_UNSPECIFIED;
}

// When the server itself has something to do.
absl::Time Due(const Article& article) {
  const Article::State state = article.state();
  if (state == Article::SCHEDULED) return ToTime(article.schedule_time());
  if (state == Article::EMBARGOED) return ToTime(article.embargo_until());
  if ((IsPublic(state) || state == Article::WITHHELD) &&
      article.has_expires_at()) {
    return ToTime(article.expires_at());
  }
  return absl::InfiniteFuture();
}

bool IsOut(Article::State state) {
  return state == Article::EMBARGOED || IsPublic(state);
}

namespace {

void Need(bool given, absl::string_view field, Refusals* refusals) {
  if (!given) refusals->push_back({v1::FIELD_REQUIRED, std::string(field)});
}

template <typename Request>
void Examine(const Caller& /*caller*/, const Request& request,
             Refusals* refusals) {
  if constexpr (std::is_same_v<Request, v1::HoldArticleRequest> ||
                std::is_same_v<Request, v1::WithdrawArticleRequest> ||
                std::is_same_v<Request, v1::RestoreArticleRequest>) {
    Need(!request.reason().empty(), "reason", refusals);
  }
  if constexpr (std::is_same_v<Request, v1::WithdrawArticleRequest>) {
    Need(request.action() != v1::Tombstone::REPLACE ||
             !request.replacement().empty(),
         "replacement", refusals);
  }
  if constexpr (std::is_same_v<Request, v1::ScheduleArticleRequest>) {
    Need(request.has_schedule_time(), "schedule_time", refusals);
  }
}

void Examine(const Caller& caller, const v1::KillArticleRequest& request,
             Refusals* refusals) {
  Need(request.action() != v1::Tombstone::REPLACE ||
           !request.replacement().empty(),
       "replacement", refusals);
  Need(!caller.actor.empty(), "courant-actor", refusals);
  if (!request.confirm()) Need(!request.reason().empty(), "reason", refusals);
}

void Examine(const Caller& /*caller*/, const v1::CorrectArticleRequest& request,
             Refusals* refusals) {
  Need(!request.corrections().empty(), "corrections", refusals);
  Need(!request.note_editors().value().empty() ||
           !request.note_public().value().empty(),
       "note_editors", refusals);
  if (request.severity() == ChangeNote::MINOR) {
    refusals->push_back({v1::FIELD_INVALID, "severity"});
  }
}

void Examine(const Caller& /*caller*/, const v1::RefileArticleRequest& request,
             Refusals* refusals) {
  Need(!request.corrections().empty() || !request.update_mask().paths().empty(),
       "corrections", refusals);
}

}  // namespace

Refusals Examine(const Caller& caller, const AnyRequest& request) {
  Refusals refusals;
  std::visit([&](const auto& each) { Examine(caller, each, &refusals); },
             request);
  return refusals;
}

}  // namespace courant::model
