#include "services/cli/subscription_text.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/time_text.h"

namespace courant {
namespace {

absl::Duration DurationOf(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) +
         absl::Nanoseconds(duration.nanos());
}

std::string WindowText(int64_t limit, absl::string_view unit) {
  return limit == 0 ? absl::StrCat("any number of ", unit)
                    : absl::StrCat(limit, " ", unit);
}

}  // namespace

absl::StatusOr<std::string> SubscriptionNameOf(absl::string_view text) {
  if (absl::StartsWith(text, "partners/")) return std::string(text);
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
    return UsageError(
        "a subscription is named PARTNER/SUBSCRIPTION, such as site/sport");
  }
  return absl::StrCat("partners/", parts[0], "/subscriptions/", parts[1]);
}

std::string ShortSubscriptionName(absl::string_view name) {
  std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 4) return OneLine(name);
  return OneLine(absl::StrCat(parts[1], "/", parts[3]));
}

std::string LagText(const v1::Subscription& subscription) {
  return absl::FormatDuration(
      absl::Trunc(DurationOf(subscription.lag_time()), absl::Milliseconds(1)));
}

std::string SubscriptionLine(const v1::Subscription& subscription) {
  std::string line = absl::StrCat(OneLine(subscription.name()), "  at ",
                                  subscription.committed_sequence(), "  ",
                                  subscription.lag_changes(), " behind");
  if (subscription.lag_changes() > 0) {
    absl::StrAppend(&line, " (", LagText(subscription), ")");
  }
  if (subscription.parked_changes() > 0) {
    absl::StrAppend(&line, "  ", subscription.parked_changes(), " parked");
  }
  if (subscription.stream_open()) absl::StrAppend(&line, "  streaming");
  return line;
}

std::string SubscriptionText(const v1::Subscription& subscription) {
  std::string text = SubscriptionLine(subscription);
  absl::StrAppend(
      &text, "\n  filter  ",
      subscription.filter().empty() ? "everything"
                                    : OneLine(subscription.filter()),
      "\n  window  ",
      WindowText(subscription.max_outstanding_changes(), "changes"), ", ",
      WindowText(subscription.max_outstanding_bytes(), "bytes"),
      " not committed");
  if (DurationOf(subscription.retention_hold()) > absl::ZeroDuration()) {
    absl::StrAppend(
        &text, "\n  holds   history for ",
        absl::FormatDuration(DurationOf(subscription.retention_hold())));
  }
  absl::StrAppend(&text, "\n  made    ", TimeText(subscription.create_time()));
  if (subscription.has_last_commit_time()) {
    absl::StrAppend(&text, "\n  commit  ",
                    TimeText(subscription.last_commit_time()));
  }
  if (subscription.has_session_begin_time()) {
    absl::StrAppend(&text, "\n  stream  ",
                    TimeText(subscription.session_begin_time()));
  }
  return absl::StrCat(text, "\n  token   ",
                      OneLine(subscription.committed_token()), "\n");
}

}  // namespace courant
