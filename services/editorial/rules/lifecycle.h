#ifndef COURANT_SERVICES_EDITORIAL_RULES_LIFECYCLE_H_
#define COURANT_SERVICES_EDITORIAL_RULES_LIFECYCLE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "courant/v1/change.pb.h"

// What may happen to an article in which state. One table decides; a new
// command is a new value here and its rows there. Pure and thread-safe.
namespace courant {

// What somebody wants done. The last three are the server's own, when a time
// has come.
enum class Command {
  kCreate,           // Make a draft.
  kCreatePublished,  // Let it out in its first revision.
  kUpdate,           // Change fields.
  kPublish,          // Let a draft out, or lift an embargo now.
  kSchedule,         // Have it let out at a time.
  kUnschedule,       // Make a scheduled one a draft again.
  kCorrect,          // Repair a substantive error.
  kRefile,           // Repair something small.
  kHold,             // Stop use for now.
  kRelease,          // End a hold.
  kWithdraw,         // Take it back.
  kRestore,          // Bring a withdrawn one back.
  kRequestKill,      // Ask for a kill.
  kConfirmKill,      // Agree to a kill that another person asked for.
  kPublishDue,       // `schedule_time` has come.
  kLiftEmbargo,      // `embargo_until` has come.
  kExpire,           // `expires_at` has come.
};

// The name of a command as clients know it: "create", "update", "kill". The
// server's own commands have names too, for errors in logs.
absl::string_view CommandName(Command command);

// What the lifecycle looks at in an article. An article that does not exist
// yet is in STATE_UNSPECIFIED.
struct Standing {
  v1::Article::State state = v1::Article::STATE_UNSPECIFIED;
  // When the embargo ends; the infinite past when there is none.
  absl::Time embargo_until = absl::InfinitePast();
  // While withheld or withdrawn: the last state before in which it was out.
  v1::Article::State out_before = v1::Article::STATE_UNSPECIFIED;
  // Who asked for a kill, and until when that can be confirmed. Nobody: empty.
  std::string kill_requested_by;
  absl::Time kill_request_ends = absl::InfinitePast();
};

// The standing of `article`.
Standing StandingOf(const v1::Article& article);

// Who acts, and when by the server's clock (not by the log's, which may be
// ahead of it).
struct Act {
  absl::string_view actor;
  absl::Time now;
};

// What a command does to an article.
struct Transition {
  // State of the new revision.
  v1::Article::State to;
  // How the change log names it.
  v1::Change::Kind kind;
  // What goes into ChangeNote.class.
  v1::ChangeNote::Class note_class;
};

// Says what `command` does to an article of this standing.
//
// Errors, all FAILED_PRECONDITION:
//   ILLEGAL_TRANSITION      not in this state; metadata `state` (its name) and
//                           `allowed` (the names of the commands that clients
//                           may give, comma-separated, empty when there is
//                           none)
//   KILL_NOT_REQUESTED      a kill is confirmed that nobody asked for, or not
//                           within the window; metadata `expired_at`
//   SECOND_PERSON_REQUIRED  by the one who asked; metadata `requested_by`
absl::StatusOr<Transition> Decide(const Standing& standing, Command command,
                                  const Act& act);

// The names of what clients may do in `state`, comma-separated, each once.
std::string AllowedFrom(v1::Article::State state);

// True for the states in which everybody entitled may read the text. An
// article that enters or stays in one must be publishable.
bool IsPublic(v1::Article::State state);

// True for the states in which it has left the house: public, or under embargo.
bool IsOut(v1::Article::State state);

// True for the states in which an article carries a status note, and in which
// changes carry a tombstone in place of the text.
bool IsStopped(v1::Article::State state);

// What the newsroom says about use of an article in `state`.
v1::Article::PubStatus PubStatusOf(v1::Article::State state);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_LIFECYCLE_H_
