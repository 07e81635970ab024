#include "services/cli/history_text.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/cli/display_width.h"
#include "services/cli/time_text.h"

namespace courant {
namespace {

// Fields that differ between any two revisions, or follow from the state.
constexpr absl::string_view kNotContent[] = {"name",
                                             "urn",
                                             "revision",
                                             "etag",
                                             "change_sequence",
                                             "state",
                                             "pub_status",
                                             "change_note",
                                             "create_time",
                                             "actor",
                                             "publish_time",
                                             "schedule_time",
                                             "revision_create_time"};

// Paths of what changed in the content: as the server says, else by top-level
// field.
std::vector<std::string> ChangedFields(const v1::Article& before,
                                       const v1::Article& after) {
  const auto& said = after.change_note().fields();
  if (!said.empty()) return {said.begin(), said.end()};
  std::vector<std::string> changed;
  const google::protobuf::Descriptor* type = v1::Article::descriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field = type->field(i);
    const absl::string_view name(field->name());
    if (std::count(std::begin(kNotContent), std::end(kNotContent), name) > 0) {
      continue;
    }
    google::protobuf::util::MessageDifferencer compare;
    if (!compare.CompareWithFields(before, after, {field}, {field})) {
      changed.push_back(field->name());
    }
  }
  return changed;
}

// What happened to the state, as a verb; empty when nothing did.
std::string StateVerb(v1::Article::State before, v1::Article::State after) {
  if (before == after) return "";
  switch (after) {
    case v1::Article::DRAFT:
      return before == v1::Article::SCHEDULED ? "unscheduled"
                                              : "made a draft again";
    case v1::Article::SCHEDULED:
      return "scheduled";
    case v1::Article::EMBARGOED:
      return "released under embargo";
    case v1::Article::PUBLISHED:
      if (before == v1::Article::WITHHELD) return "released from hold";
      if (before == v1::Article::WITHDRAWN) return "restored";
      return "published";
    case v1::Article::CORRECTED:
      if (before == v1::Article::WITHHELD) return "released from hold";
      if (before == v1::Article::WITHDRAWN) return "restored";
      return "corrected";
    case v1::Article::WITHHELD:
      return "put on hold";
    case v1::Article::WITHDRAWN:
      return "withdrawn";
    case v1::Article::KILLED:
      return "killed";
    case v1::Article::EXPIRED:
      return "expired";
    default:
      return absl::AsciiStrToLower(v1::Article::State_Name(after));
  }
}

// What an edit that left the state alone was.
std::string EditVerb(const v1::Article& article) {
  switch (article.change_note().class_()) {
    case v1::ChangeNote::REFILE:
      return "repaired";
    case v1::ChangeNote::CORRECTION:
      return "corrected";
    default:
      return article.state() == v1::Article::DRAFT ? "edited" : "updated";
  }
}

std::string FirstVerb(const v1::Article& article) {
  std::string verb =
      article.state() == v1::Article::DRAFT
          ? "created as a draft"
          : absl::StrCat("created and ",
                         StateVerb(v1::Article::DRAFT, article.state()));
  if (!article.provenance().format().empty()) {
    absl::StrAppend(&verb, ", imported from ",
                    article.provenance().source_system().empty()
                        ? article.provenance().format()
                        : article.provenance().source_system());
  }
  return verb;
}

// `before` is null for the first revision.
std::string EventText(const v1::Article* before, const v1::Article& after) {
  if (before == nullptr) return FirstVerb(after);
  const std::vector<std::string> fields = ChangedFields(*before, after);
  std::string verb = StateVerb(before->state(), after.state());
  if (verb.empty()) verb = EditVerb(after);
  if (after.state() == v1::Article::SCHEDULED) {
    absl::StrAppend(&verb, " for ", TimeText(after.schedule_time()));
  }
  if (fields.empty()) return verb;
  return absl::StrCat(verb, ": ", absl::StrJoin(fields, ", "));
}

// What was wrong and why it was changed, below the event.
std::vector<std::string> DetailLines(const v1::Article* before,
                                     const v1::Article& after) {
  std::vector<std::string> lines;
  const std::string was = before == nullptr ? "" : before->headline().value();
  const std::string& now = after.headline().value();
  if (before != nullptr && was != now) {
    lines.push_back(absl::StrCat("headline: \"", was, "\" -> \"", now, "\""));
  }
  const v1::ChangeNote& note = after.change_note();
  for (const v1::ChangeNote::Correction& correction : note.corrections()) {
    lines.push_back(absl::StrCat(correction.where(), ": \"", correction.was(),
                                 "\" -> \"", correction.now(), "\""));
  }
  if (!note.note_editors().value().empty()) {
    lines.push_back(absl::StrCat("note: ", note.note_editors().value()));
  }
  if (!note.note_public().value().empty()) {
    lines.push_back(
        absl::StrCat("note for readers: ", note.note_public().value()));
  }
  return lines;
}

std::string Fit(const std::string& line, const Terminal& terminal) {
  const int columns = terminal.Columns();
  return columns > 0 ? CutToWidth(line, columns) : line;
}

}  // namespace

std::string HistoryText(const std::vector<v1::Article>& revisions,
                        const Terminal& terminal) {
  if (revisions.empty()) return "";
  int actor_width = 0;
  for (const v1::Article& article : revisions) {
    actor_width = std::max(actor_width, DisplayWidth(OneLine(article.actor())));
  }
  const v1::Article& last = revisions.back();
  std::string text =
      absl::StrCat(Fit(absl::StrCat(last.name(), " (", last.language(), ")  ",
                                    OneLine(last.headline().value())),
                       terminal),
                   "\n");
  const v1::Article* before = nullptr;
  for (const v1::Article& article : revisions) {
    const std::string line =
        absl::StrCat(PadToWidth(absl::StrCat(article.revision()), 4),
                     TimeText(article.revision_create_time()), "  ",
                     PadToWidth(OneLine(article.actor()), actor_width + 2),
                     OneLine(EventText(before, article)));
    absl::StrAppend(&text, Fit(line, terminal), "\n");
    for (const std::string& detail : DetailLines(before, article)) {
      absl::StrAppend(
          &text, Fit(absl::StrCat("      ", OneLine(detail)), terminal), "\n");
    }
    before = &article;
  }
  return text;
}

}  // namespace courant
