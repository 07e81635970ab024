#include "services/editorial/rules/lifecycle.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/editorial/rules/times.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using Article = v1::Article;
using Change = v1::Change;
using Note = v1::ChangeNote;

// Where a row leads when it depends on more than the state.
enum class Goal {
  kState,  // to the row's state
  kStay,   // nowhere
  kOut,    // out: under embargo while that lasts, else public
  kBack,   // to where it was before it was stopped
};

struct Row {
  Article::State from;
  Command command;
  Goal goal;
  Article::State to;  // for kState
  Change::Kind kind;  // for kOut: when it becomes public
  Note::Class note_class = Note::CLASS_UNSPECIFIED;
};

constexpr Article::State kNone = Article::STATE_UNSPECIFIED;

// What is not here is illegal. After `news` practice: a hold is one person's, a
// kill two persons', and nothing leads out of KILLED and EXPIRED but a kill.
constexpr Row kTable[] = {
    {kNone, Command::kCreate, Goal::kState, Article::DRAFT, Change::DRAFTED},
    {kNone, Command::kCreatePublished, Goal::kOut, kNone, Change::PUBLISHED},

    {Article::DRAFT, Command::kUpdate, Goal::kStay, kNone, Change::DRAFTED},
    {Article::DRAFT, Command::kSchedule, Goal::kState, Article::SCHEDULED,
     Change::SCHEDULED},
    {Article::DRAFT, Command::kPublish, Goal::kOut, kNone, Change::PUBLISHED},

    {Article::SCHEDULED, Command::kUpdate, Goal::kStay, kNone, Change::DRAFTED},
    {Article::SCHEDULED, Command::kSchedule, Goal::kStay, kNone,
     Change::SCHEDULED},
    {Article::SCHEDULED, Command::kUnschedule, Goal::kState, Article::DRAFT,
     Change::UNSCHEDULED},
    {Article::SCHEDULED, Command::kPublish, Goal::kOut, kNone,
     Change::PUBLISHED},
    {Article::SCHEDULED, Command::kPublishDue, Goal::kOut, kNone,
     Change::PUBLISHED},

    {Article::EMBARGOED, Command::kUpdate, Goal::kStay, kNone, Change::UPDATED,
     Note::UPDATE},
    {Article::EMBARGOED, Command::kPublish, Goal::kState, Article::PUBLISHED,
     Change::EMBARGO_RELEASED},
    {Article::EMBARGOED, Command::kHold, Goal::kState, Article::WITHHELD,
     Change::HELD},
    {Article::EMBARGOED, Command::kWithdraw, Goal::kState, Article::WITHDRAWN,
     Change::WITHDRAWN},
    {Article::EMBARGOED, Command::kRequestKill, Goal::kStay, kNone,
     Change::KILL_REQUESTED},
    {Article::EMBARGOED, Command::kConfirmKill, Goal::kState, Article::KILLED,
     Change::KILLED},
    {Article::EMBARGOED, Command::kLiftEmbargo, Goal::kState,
     Article::PUBLISHED, Change::EMBARGO_RELEASED},
    {Article::EMBARGOED, Command::kExpire, Goal::kState, Article::EXPIRED,
     Change::EXPIRED},

    {Article::PUBLISHED, Command::kUpdate, Goal::kStay, kNone, Change::UPDATED,
     Note::UPDATE},
    {Article::PUBLISHED, Command::kCorrect, Goal::kState, Article::CORRECTED,
     Change::CORRECTED, Note::CORRECTION},
    {Article::PUBLISHED, Command::kRefile, Goal::kStay, kNone, Change::REFILED,
     Note::REFILE},
    {Article::PUBLISHED, Command::kHold, Goal::kState, Article::WITHHELD,
     Change::HELD},
    {Article::PUBLISHED, Command::kWithdraw, Goal::kState, Article::WITHDRAWN,
     Change::WITHDRAWN},
    {Article::PUBLISHED, Command::kRequestKill, Goal::kStay, kNone,
     Change::KILL_REQUESTED},
    {Article::PUBLISHED, Command::kConfirmKill, Goal::kState, Article::KILLED,
     Change::KILLED},
    {Article::PUBLISHED, Command::kExpire, Goal::kState, Article::EXPIRED,
     Change::EXPIRED},

    {Article::CORRECTED, Command::kUpdate, Goal::kStay, kNone, Change::UPDATED,
     Note::UPDATE},
    {Article::CORRECTED, Command::kCorrect, Goal::kStay, kNone,
     Change::CORRECTED, Note::CORRECTION},
    {Article::CORRECTED, Command::kRefile, Goal::kStay, kNone, Change::REFILED,
     Note::REFILE},
    {Article::CORRECTED, Command::kHold, Goal::kState, Article::WITHHELD,
     Change::HELD},
    {Article::CORRECTED, Command::kWithdraw, Goal::kState, Article::WITHDRAWN,
     Change::WITHDRAWN},
    {Article::CORRECTED, Command::kRequestKill, Goal::kStay, kNone,
     Change::KILL_REQUESTED},
    {Article::CORRECTED, Command::kConfirmKill, Goal::kState, Article::KILLED,
     Change::KILLED},
    {Article::CORRECTED, Command::kExpire, Goal::kState, Article::EXPIRED,
     Change::EXPIRED},

    {Article::WITHHELD, Command::kRelease, Goal::kBack, kNone,
     Change::HOLD_RELEASED},
    {Article::WITHHELD, Command::kWithdraw, Goal::kState, Article::WITHDRAWN,
     Change::WITHDRAWN},
    {Article::WITHHELD, Command::kRequestKill, Goal::kStay, kNone,
     Change::KILL_REQUESTED},
    {Article::WITHHELD, Command::kConfirmKill, Goal::kState, Article::KILLED,
     Change::KILLED},
    {Article::WITHHELD, Command::kExpire, Goal::kState, Article::EXPIRED,
     Change::EXPIRED},

    {Article::WITHDRAWN, Command::kRestore, Goal::kBack, kNone,
     Change::RESTORED},
    {Article::WITHDRAWN, Command::kRequestKill, Goal::kStay, kNone,
     Change::KILL_REQUESTED},
    {Article::WITHDRAWN, Command::kConfirmKill, Goal::kState, Article::KILLED,
     Change::KILLED},

    {Article::EXPIRED, Command::kRequestKill, Goal::kStay, kNone,
     Change::KILL_REQUESTED},
    {Article::EXPIRED, Command::kConfirmKill, Goal::kState, Article::KILLED,
     Change::KILLED},
};

bool IsOfServer(Command command) { return command >= Command::kPublishDue; }

const Row* FindRow(Article::State from, Command command) {
  for (const Row& row : kTable) {
    if (row.from == from && row.command == command) return &row;
  }
  return nullptr;
}

absl::Status Illegal(Article::State from, Command command) {
  const std::string state = Article::State_Name(from);
  const std::string allowed = AllowedFrom(from);
  return MakeError(
      v1::ILLEGAL_TRANSITION,
      absl::StrCat("an article in state ", state, " does not take the command ",
                   CommandName(command), "; it takes ",
                   allowed.empty() ? "none" : allowed),
      {{"state", state}, {"allowed", allowed}});
}

// Two people, the second in time.
absl::Status CheckSecondPerson(const Standing& standing, const Act& act) {
  if (standing.kill_requested_by.empty()) {
    return MakeError(v1::KILL_NOT_REQUESTED,
                     "nobody asked for this kill; ask for it, then have "
                     "another person confirm");
  }
  if (act.now >= standing.kill_request_ends) {
    const std::string ended = absl::FormatTime(
        "%Y-%m-%dT%H:%M:%SZ", standing.kill_request_ends, absl::UTCTimeZone());
    return MakeError(v1::KILL_NOT_REQUESTED,
                     absl::StrCat("the request for this kill could be "
                                  "confirmed until ",
                                  ended,
                                  "; ask again, then have another person "
                                  "confirm"),
                     {{"expired_at", ended}});
  }
  if (standing.kill_requested_by == act.actor) {
    return MakeError(v1::SECOND_PERSON_REQUIRED,
                     absl::StrCat(act.actor,
                                  " asked for this kill; another person has to "
                                  "confirm it"),
                     {{"requested_by", standing.kill_requested_by}});
  }
  return absl::OkStatus();
}

// The state that a stopped article goes back to: that in which it was out
// before, and an embargo that has ended stays ended.
Article::State Back(const Standing& standing, absl::Time now) {
  if (standing.out_before == Article::EMBARGOED) {
    return standing.embargo_until > now ? Article::EMBARGOED
                                        : Article::PUBLISHED;
  }
  return standing.out_before == Article::CORRECTED ? Article::CORRECTED
                                                   : Article::PUBLISHED;
}

}  // namespace

absl::string_view CommandName(Command command) {
  switch (command) {
    case Command::kCreate:
    case Command::kCreatePublished:
      return "create";
    case Command::kUpdate:
      return "update";
    case Command::kPublish:
      return "publish";
    case Command::kSchedule:
      return "schedule";
    case Command::kUnschedule:
      return "unschedule";
    case Command::kCorrect:
      return "correct";
    case Command::kRefile:
      return "refile";
    case Command::kHold:
      return "hold";
    case Command::kRelease:
      return "release";
    case Command::kWithdraw:
      return "withdraw";
    case Command::kRestore:
      return "restore";
    case Command::kRequestKill:
    case Command::kConfirmKill:
      return "kill";
    case Command::kPublishDue:
      return "publish when due";
    case Command::kLiftEmbargo:
      return "lift the embargo";
    case Command::kExpire:
      return "expire";
  }
  return "";
}

std::string AllowedFrom(Article::State from) {
  std::vector<absl::string_view> names;
  for (const Row& row : kTable) {
    if (row.from != from || IsOfServer(row.command)) continue;
    const absl::string_view name = CommandName(row.command);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  return absl::StrJoin(names, ",");
}

Standing StandingOf(const v1::Article& article) {
  Standing standing{.state = article.state()};
  if (article.has_embargo_until()) {
    standing.embargo_until = ToTime(article.embargo_until());
  }
  standing.out_before = article.status_note().previous_state();
  if (article.has_kill_request()) {
    standing.kill_requested_by = article.kill_request().actor();
    standing.kill_request_ends = ToTime(article.kill_request().expire_time());
  }
  return standing;
}

absl::StatusOr<Transition> Decide(const Standing& standing, Command command,
                                  const Act& act) {
  const Row* const row = FindRow(standing.state, command);
  if (row == nullptr) return Illegal(standing.state, command);
  if (command == Command::kConfirmKill) {
    absl::Status agreed = CheckSecondPerson(standing, act);
    if (!agreed.ok()) return agreed;
  }
  Transition transition{
      .to = row->to, .kind = row->kind, .note_class = row->note_class};
  switch (row->goal) {
    case Goal::kState:
      break;
    case Goal::kStay:
      transition.to = standing.state;
      break;
    case Goal::kBack:
      transition.to = Back(standing, act.now);
      break;
    case Goal::kOut:
      transition.to = Article::PUBLISHED;
      if (standing.embargo_until > act.now) {
        transition.to = Article::EMBARGOED;
        transition.kind = Change::PRE_NOTICED;
      }
      break;
  }
  return transition;
}

bool IsPublic(Article::State state) {
  return state == Article::PUBLISHED || state == Article::CORRECTED;
}

bool IsOut(Article::State state) {
  return state == Article::EMBARGOED || IsPublic(state);
}

bool IsStopped(Article::State state) {
  return state == Article::WITHHELD || state == Article::WITHDRAWN ||
         state == Article::KILLED || state == Article::EXPIRED;
}

Article::PubStatus PubStatusOf(Article::State state) {
  switch (state) {
    case Article::EMBARGOED:
    case Article::PUBLISHED:
    case Article::CORRECTED:
      return Article::PUB_STATUS_USABLE;
    case Article::WITHHELD:
      return Article::PUB_STATUS_WITHHELD;
    case Article::WITHDRAWN:
    case Article::KILLED:
    case Article::EXPIRED:
      return Article::PUB_STATUS_CANCELED;
    default:
      return Article::PUB_STATUS_UNSPECIFIED;
  }
}

}  // namespace courant
