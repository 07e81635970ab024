#include "services/cli/drill_judge.h"

#include "absl/strings/str_cat.h"
#include "services/cli/display_width.h"

namespace courant {
namespace {

using StepState = DrillVerdict::State;

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

DrillVerdict Early() {
  return {StepState::kWrong, "the text left before its time",
          "this is the house's fault, not the partner's: keep the log and say "
          "so to whoever runs the wire"};
}

DrillVerdict JudgeText(const DrillTask& task, const v1::Exposure& exposure) {
  if (exposure.revision() >= task.revision) {
    if (TimeOf(exposure.deliver_time()) < task.not_before) return Early();
    return {StepState::kDone,
            absl::StrCat("took revision ", exposure.revision())};
  }
  return {StepState::kNotYet,
          exposure.revision() == 0
              ? "did not take the text"
              : absl::StrCat("took revision ", exposure.revision(), ", not ",
                             task.revision),
          "does its client run, with this key, and follow from its token on?"};
}

DrillVerdict JudgePreNotice(const v1::Exposure& exposure) {
  if (exposure.full_revisions() > 0) return Early();
  if (exposure.metadata_revisions() > 0) {
    return {StepState::kDone, "took the pre-notice"};
  }
  return {StepState::kNotYet, "did not take the pre-notice",
          "does its client run? does it go on when an article has no text?"};
}

DrillVerdict JudgeNotice(const DrillTask& task, const v1::Exposure& exposure) {
  const v1::Notice& notice = exposure.notice();
  if (notice.kind() != task.notice || notice.revision() < task.revision) {
    return {StepState::kNotYet, "was not told yet",
            "it is told with the next stream that it opens"};
  }
  switch (notice.state()) {
    case v1::Notice::APPLIED:
      break;
    case v1::Notice::ACKNOWLEDGED:
      return {StepState::kNotYet,
              "knows of the notice, and did not say it is done",
              "when its copies are as the notice says, its client must call "
              "AcknowledgeNotice with APPLIED and the url"};
    case v1::Notice::REFUSED:
      return {StepState::kWrong,
              absl::StrCat("refused: ", OneLine(notice.comment())),
              "speak with its kill desk"};
    case v1::Notice::DELIVERED:
      return {StepState::kNotYet, "was sent the notice, and said nothing to it",
              "its client must call AcknowledgeNotice for every notice of a "
              "Notices message: ACKNOWLEDGED, then APPLIED"};
    default:
      return {StepState::kNotYet, "was not sent the notice",
              "does its client run? notices come in the stream, or by "
              "AccountService.ListNotices"};
  }
  // What was said is worth nothing without the right words.
  if (task.notice == v1::Change::CORRECTED &&
      exposure.revision() < task.revision) {
    return JudgeText(task, exposure);
  }
  return {StepState::kDone,
          absl::StrCat("said APPLIED, ", OneLine(notice.url()))};
}

DrillVerdict JudgeNothing(const v1::Exposure& exposure) {
  if (exposure.full_revisions() + exposure.metadata_revisions() > 0) {
    return {StepState::kWrong, "was given what it had no right to",
            "this is the house's fault, not the partner's: say so to whoever "
            "runs the wire"};
  }
  return {StepState::kDone, "was given nothing meanwhile"};
}

}  // namespace

DrillVerdict JudgeDrill(const DrillTask& task, const v1::Exposure& exposure) {
  switch (task.kind) {
    case DrillTask::Kind::kTakeText:
      return JudgeText(task, exposure);
    case DrillTask::Kind::kTakePreNotice:
      return JudgePreNotice(exposure);
    case DrillTask::Kind::kApplyNotice:
      return JudgeNotice(task, exposure);
    case DrillTask::Kind::kGetNothing:
      break;
  }
  return JudgeNothing(exposure);
}

}  // namespace courant
