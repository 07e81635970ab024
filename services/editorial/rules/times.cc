#include "services/editorial/rules/times.h"

namespace courant {

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

std::string ToText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

absl::Time DueTime(const v1::Article& article) {
  switch (article.state()) {
    case v1::Article::SCHEDULED:
      return article.has_schedule_time() ? ToTime(article.schedule_time())
                                         : absl::InfiniteFuture();
    case v1::Article::EMBARGOED:
      return article.has_embargo_until() ? ToTime(article.embargo_until())
                                         : absl::InfiniteFuture();
    case v1::Article::PUBLISHED:
    case v1::Article::CORRECTED:
    case v1::Article::WITHHELD:
      return article.has_expires_at() ? ToTime(article.expires_at())
                                      : absl::InfiniteFuture();
    default:
      return absl::InfiniteFuture();
  }
}

}  // namespace courant
