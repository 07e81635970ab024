#include "services/cli/subscription_options.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/cli/error_text.h"
#include "services/cli/json_text.h"
#include "services/cli/subscription_text.h"
#include "services/cli/time_text.h"
#include "services/cli/write_report.h"
#include "storage/base/status_macros.h"

namespace courant {

Operand SubscriptionOperand() {
  return {"NAME", "PARTNER/SUBSCRIPTION, or the full name",
          Operand::Use::kRequired};
}

Option SubscriptionEtagOption() {
  return {"etag", "ETAG", "Refuse when the subscription is not at this etag"};
}

absl::StatusOr<std::string> NamedSubscription(const Context& context) {
  return SubscriptionNameOf(context.arguments.operands().front());
}

absl::StatusOr<google::protobuf::Timestamp> ReadPastOption(
    const Arguments& arguments, const std::string& name) {
  google::protobuf::Timestamp time;
  const absl::StatusOr<std::string> text = ReadTime(arguments.Get(name));
  if (!text.ok() ||
      !google::protobuf::util::TimeUtil::FromString(*text, &time)) {
    return UsageError(absl::StrCat(
        "--", name, " must be a time such as 2026-03-02T06:10:00Z"));
  }
  return time;
}

absl::Status WithRetryHint(absl::Status status, const Context& context) {
  if (absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status)) {
    return WithHint(std::move(status), TryAgainText(context));
  }
  return status;
}

absl::Status ReportSubscription(
    const absl::StatusOr<v1::Subscription>& subscription, Context& context) {
  if (!subscription.ok()) {
    return WithRetryHint(subscription.status(), context);
  }
  context.console.out << (context.output == OutputFormat::kJson
                              ? JsonLine(*subscription)
                              : SubscriptionLine(*subscription))
                      << '\n';
  return absl::OkStatus();
}

}  // namespace courant
