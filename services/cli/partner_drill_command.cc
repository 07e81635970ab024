#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "courant/v1/partner_service.pb.h"
#include "services/cli/connection.h"
#include "services/cli/drill.h"
#include "services/cli/drill_reach.h"
#include "services/cli/drill_text.h"
#include "services/cli/error_text.h"
#include "services/cli/json_text.h"
#include "services/cli/partner_commands.h"
#include "services/cli/partner_options.h"
#include "services/cli/progress_bar.h"
#include "services/cli/request_id.h"
#include "services/cli/sandbox.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr absl::Duration kStepPatience = absl::Seconds(20);
constexpr absl::Duration kLongestPatience = absl::Hours(1);
constexpr char kSecondPerson[] = "drill/second";

// --timeout, such as 20s.
absl::StatusOr<absl::Duration> ReadPatience(const Arguments& given) {
  if (!given.Has("timeout")) return kStepPatience;
  absl::Duration patience;
  if (!absl::ParseDuration(given.Get("timeout"), &patience) ||
      patience <= absl::ZeroDuration() || patience > kLongestPatience) {
    return UsageError(
        "--timeout must be how long a partner may take for a step, such as 20s "
        "or 2m, at most 1h");
  }
  return patience;
}

// What is suspended gets nothing, which would be no fault of the partner's.
// Ends a suspension of the grant that a drill has left behind, and no other.
// Puts the partner into `sandbox` as the house has it.
absl::Status CheckIsOpen(Sandbox& sandbox, Context& context) {
  v1::GetPartnerRequest get_partner;
  get_partner.set_name(sandbox.partner.name());
  COURANT_ASSIGN_OR_RETURN(
      sandbox.partner, context.connection.Partners<v1::Partner>(get_partner));
  const v1::Partner& partner = sandbox.partner;
  v1::GetGrantRequest get_grant;
  get_grant.set_name(sandbox.grant.name());
  COURANT_ASSIGN_OR_RETURN(const v1::Grant grant,
                           context.connection.Partners<v1::Grant>(get_grant));
  if (partner.has_suspension()) {
    return WithHint(
        absl::FailedPreconditionError(RightsLine(partner)),
        absl::StrCat("it gets nothing; end that with: courant partner resume ",
                     ShortRightsName(partner.name())));
  }
  if (!grant.has_suspension()) return absl::OkStatus();
  if (grant.suspension().reason() == Drill::kReason) {
    v1::ResumeGrantRequest resume;
    resume.set_name(grant.name());
    resume.set_request_id(NewRequestId());
    return context.connection.Partners<v1::Grant>(resume).status();
  }
  return WithHint(
      absl::FailedPreconditionError(RightsLine(grant)),
      absl::StrCat("it gets nothing; end that with: courant partner resume ",
                   ShortRightsName(grant.name())));
}

// Shows results as they come, and remembers what was missed.
class DrillReport {
 public:
  explicit DrillReport(Context& context)
      : context_(context),
        bar_(context.console.err, context.console.err_terminal) {}

  void Result(const DrillResult& result) {
    bar_.Hide();
    Console& console = context_.console;
    if (context_.output == OutputFormat::kJson) {
      console.out << JsonLine(DrillFields(result)) << '\n';
    } else {
      console.out << DrillLines(result, console.out_terminal);
    }
    console.out.flush();
    if (result.verdict.state != DrillVerdict::State::kDone) {
      missed_.push_back(result.step);
    }
  }

  void Wait(int done, const std::string& step) {
    bar_.Show(done, Drill::kSteps, step);
  }

  // OK when nothing was missed.
  absl::Status Finish() {
    bar_.Hide();
    if (!missed_.empty()) {
      return absl::FailedPreconditionError(
          absl::StrCat(missed_.size(), " of ", Drill::kSteps,
                       " steps were missed: ", absl::StrJoin(missed_, ", ")));
    }
    if (context_.output == OutputFormat::kText) {
      context_.console.out << "all " << Drill::kSteps << " steps passed\n";
    }
    return absl::OkStatus();
  }

 private:
  Context& context_;
  ProgressBar bar_;
  std::vector<std::string> missed_;
};

absl::Status RunDrill(Context& context) {
  const Arguments& given = context.arguments;
  COURANT_ASSIGN_OR_RETURN(const RightsName name,
                           NamedRights(context, RightsNameKind::kPartner));
  Drill::Options options;
  COURANT_ASSIGN_OR_RETURN(options.patience, ReadPatience(given));
  COURANT_ASSIGN_OR_RETURN(options.sandbox, SandboxOf(name, ""));
  options.run = context.request_id;
  COURANT_RETURN_IF_ERROR(CheckHasSandbox(options.sandbox, context.connection));
  if (!given.Has("real")) {
    COURANT_RETURN_IF_ERROR(
        WithHint(CheckHasNothingElse(options.sandbox, context.connection),
                 "--real drills with it all the same, in its sandbox"));
  }
  COURANT_RETURN_IF_ERROR(CheckIsOpen(options.sandbox, context));
  COURANT_RETURN_IF_ERROR(CheckDrillReach(options.sandbox, context.connection));

  const StopListener listener(context.console.stop);
  Connection::Options second_options;
  second_options.address = context.connection.address();
  second_options.actor =
      given.Has("second-actor") ? given.Get("second-actor") : kSecondPerson;
  Connection second(second_options, context.console.stop);
  Drill drill(std::move(options), context.connection, second,
              context.console.stop);
  DrillReport report(context);
  COURANT_RETURN_IF_ERROR(
      drill.Run([&report](const DrillResult& result) { report.Result(result); },
                [&report](int done, const std::string& step) {
                  report.Wait(done, step);
                }));
  return report.Finish();
}

}  // namespace

std::vector<Command> PartnerDrillCommands() {
  return {
      {"partner",
       "drill",
       "See what a partner makes of all that can happen to an article",
       "courant partner drill daily --timeout 1m",
       RightsOperand("PARTNER"),
       {{"timeout", "DURATION", "How long it may take for a step; else 20s"},
        {"second-actor", "WHO",
         absl::StrCat("Who confirms the kill; else ", kSecondPerson)},
        {"real", "", "Drill with a partner that has other contracts, too",
         Option::Use::kSwitch}},
       true,
       RunDrill},
  };
}

}  // namespace courant
