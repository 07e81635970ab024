#ifndef COURANT_SERVICES_EDITORIAL_RULES_LIFECYCLE_H_
#define COURANT_SERVICES_EDITORIAL_RULES_LIFECYCLE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "courant/v1/change.pb.h"

// What may happen to an article in which state. One table decides; a new
// command is a new value here and its rows there. Pure and thread-safe.
namespace courant {

// What somebody wants done.
enum class Command {
  kCreate,           // Make a draft.
  kCreatePublished,  // Make it public in its first revision.
  kUpdate,           // Change fields.
  kPublish,          // Make a draft public.
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

// The name of a command as clients know it: "create", "update", "publish".
absl::string_view CommandName(Command command);

// Says what `command` does to an article in state `from`; STATE_UNSPECIFIED is
// an article that does not exist yet.
//
// Returns FAILED_PRECONDITION / ILLEGAL_TRANSITION when it may not be done,
// with metadata `state` (the name of `from`) and `allowed` (the names of the
// commands that may, comma-separated, empty when there is none).
absl::StatusOr<Transition> Decide(v1::Article::State from, Command command);

// True for the states in which everybody entitled may read the text. An
// article that enters or stays in one must be publishable.
bool IsPublic(v1::Article::State state);

// What the newsroom says about use of an article in `state`.
v1::Article::PubStatus PubStatusOf(v1::Article::State state);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_LIFECYCLE_H_
