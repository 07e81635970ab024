#include "services/editorial/rules/lifecycle.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using Article = v1::Article;
using Change = v1::Change;
using Note = v1::ChangeNote;

struct Row {
  Article::State from;
  Command command;
  Transition transition;
};

// What is not here is illegal.
constexpr Row kTable[] = {
    {Article::STATE_UNSPECIFIED,
     Command::kCreate,
     {Article::DRAFT, Change::DRAFTED, Note::CLASS_UNSPECIFIED}},
    {Article::STATE_UNSPECIFIED,
     Command::kCreatePublished,
     {Article::PUBLISHED, Change::PUBLISHED, Note::CLASS_UNSPECIFIED}},

    {Article::DRAFT,
     Command::kUpdate,
     {Article::DRAFT, Change::DRAFTED, Note::CLASS_UNSPECIFIED}},
    {Article::DRAFT,
     Command::kPublish,
     {Article::PUBLISHED, Change::PUBLISHED, Note::CLASS_UNSPECIFIED}},

    {Article::PUBLISHED,
     Command::kUpdate,
     {Article::PUBLISHED, Change::UPDATED, Note::UPDATE}},
    {Article::CORRECTED,
     Command::kUpdate,
     {Article::CORRECTED, Change::UPDATED, Note::UPDATE}},
};

// The names of what may be done in `from`, each once, in the table's order.
std::string AllowedFrom(Article::State from) {
  std::vector<absl::string_view> names;
  for (const Row& row : kTable) {
    const absl::string_view name = CommandName(row.command);
    if (row.from == from && (names.empty() || names.back() != name)) {
      names.push_back(name);
    }
  }
  return absl::StrJoin(names, ",");
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
  }
  return "";
}

absl::StatusOr<Transition> Decide(Article::State from, Command command) {
  for (const Row& row : kTable) {
    if (row.from == from && row.command == command) return row.transition;
  }
  const std::string state = Article::State_Name(from);
  const std::string allowed = AllowedFrom(from);
  return MakeError(
      v1::ILLEGAL_TRANSITION,
      absl::StrCat("an article in state ", state, " does not take the command ",
                   CommandName(command), "; it takes ",
                   allowed.empty() ? "none" : allowed),
      {{"state", state}, {"allowed", allowed}});
}

bool IsPublic(Article::State state) {
  return state == Article::PUBLISHED || state == Article::CORRECTED;
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
