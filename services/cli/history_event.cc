#include "services/cli/history_event.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/cli/lifecycle_text.h"
#include "services/cli/time_text.h"

namespace courant {
namespace {

using State = v1::Article::State;

// Fields that differ between any two revisions, follow from the state, or are
// told in other words.
constexpr absl::string_view kNotContent[] = {
    "name",          "urn",           "revision",    "etag",
    "state",         "pub_status",    "change_note", "change_sequence",
    "create_time",   "actor",         "status_note", "revision_create_time",
    "publish_time",  "schedule_time", "expires_at",  "kill_request",
    "embargo_until",
};

constexpr char kUpdateStyle[] = "36";

bool IsStopped(State state) {
  return state == v1::Article::WITHHELD || state == v1::Article::WITHDRAWN;
}

bool ByServer(const v1::Article& article) {
  return absl::StartsWith(article.actor(), "system/");
}

bool SameTime(const google::protobuf::Timestamp& a,
              const google::protobuf::Timestamp& b) {
  return a.seconds() == b.seconds() && a.nanos() == b.nanos();
}

bool AsksForKill(const v1::Article& before, const v1::Article& after) {
  return after.has_kill_request() &&
         !(before.has_kill_request() &&
           SameTime(before.kill_request().request_time(),
                    after.kill_request().request_time()));
}

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

// How it got out of the house, or back out.
std::string OutVerb(const v1::Article* before, const v1::Article& after) {
  const State was = before == nullptr ? v1::Article::DRAFT : before->state();
  std::string verb = "published";
  if (was == v1::Article::WITHHELD) verb = "released from hold";
  if (was == v1::Article::WITHDRAWN) verb = "restored";
  if (after.state() == v1::Article::EMBARGOED) {
    verb = IsStopped(was) ? absl::StrCat(verb, ", under embargo")
                          : "released under embargo";
    absl::StrAppend(&verb, " until ", TimeText(after.embargo_until()));
  } else if (was == v1::Article::EMBARGOED) {
    return ByServer(after) ? "published, as the embargo ended"
                           : "published, embargo lifted";
  }
  if (was == v1::Article::SCHEDULED && ByServer(after)) {
    absl::StrAppend(&verb, ", as scheduled");
  }
  return verb;
}

// What happened to the state; empty when nothing did.
std::string StateVerb(const v1::Article* before, const v1::Article& after) {
  const State was = before == nullptr ? v1::Article::DRAFT : before->state();
  if (was == after.state()) return "";
  switch (after.state()) {
    case v1::Article::DRAFT:
      return was == v1::Article::SCHEDULED ? "unscheduled"
                                           : "made a draft again";
    case v1::Article::SCHEDULED:
      return absl::StrCat("scheduled for ", TimeText(after.schedule_time()));
    case v1::Article::CORRECTED:
      return IsStopped(was) ? OutVerb(before, after) : "corrected";
    case v1::Article::EMBARGOED:
    case v1::Article::PUBLISHED:
      return OutVerb(before, after);
    case v1::Article::WITHHELD:
      return "put on hold";
    case v1::Article::WITHDRAWN:
      return "withdrawn";
    case v1::Article::EXPIRED:
      return "expired";
    default:
      return absl::AsciiStrToLower(v1::Article::State_Name(after.state()));
  }
}

// What left the state alone.
std::string EditVerb(const v1::Article& before, const v1::Article& after) {
  if (AsksForKill(before, after)) return "asked for a kill";
  if (after.state() == v1::Article::SCHEDULED &&
      !SameTime(before.schedule_time(), after.schedule_time())) {
    return absl::StrCat("rescheduled for ", TimeText(after.schedule_time()));
  }
  if (after.state() == v1::Article::EMBARGOED &&
      !SameTime(before.embargo_until(), after.embargo_until())) {
    return absl::StrCat("embargo moved to ", TimeText(after.embargo_until()));
  }
  switch (after.change_note().class_()) {
    case v1::ChangeNote::REFILE:
      return "repaired";
    case v1::ChangeNote::CORRECTION:
      return "corrected";
    default:
      return after.state() == v1::Article::DRAFT ||
                     after.state() == v1::Article::SCHEDULED
                 ? "edited"
                 : "updated";
  }
}

std::string FirstVerb(const v1::Article& article) {
  std::string verb =
      article.state() == v1::Article::DRAFT
          ? "created as a draft"
          : absl::StrCat("created and ", StateVerb(nullptr, article));
  if (!article.provenance().format().empty()) {
    absl::StrAppend(&verb, ", imported from ",
                    article.provenance().source_system().empty()
                        ? article.provenance().format()
                        : article.provenance().source_system());
  }
  return verb;
}

std::string WhatText(const v1::Article* before, const v1::Article& after) {
  if (before == nullptr) return FirstVerb(after);
  std::string verb = StateVerb(before, after);
  if (verb.empty()) verb = EditVerb(*before, after);
  if (after.change_note().severity() == v1::ChangeNote::CRITICAL) {
    absl::StrAppend(&verb, " (critical)");
  }
  std::vector<std::string> fields = ChangedFields(*before, after);
  if (absl::StrContains(verb, "embargo")) {
    // Said already.
    fields.erase(std::remove(fields.begin(), fields.end(), "embargo_until"),
                 fields.end());
  }
  if (fields.empty()) return verb;
  return absl::StrCat(verb, ": ", absl::StrJoin(fields, ", "));
}

const char* StyleOf(const v1::Article* before, const v1::Article& after) {
  if (before == nullptr || before->state() != after.state()) {
    return StateStyle(after.state());
  }
  if (AsksForKill(*before, after)) return kAttentionStyle;
  switch (after.change_note().class_()) {
    case v1::ChangeNote::CORRECTION:
      return StateStyle(v1::Article::CORRECTED);
    case v1::ChangeNote::UPDATE:
    case v1::ChangeNote::REFILE:
      return kUpdateStyle;
    default:
      return "";
  }
}

// Collects details and leaves out those that are empty.
class Details {
 public:
  void Add(absl::string_view label, absl::string_view value) {
    if (!value.empty()) lines_.push_back(absl::StrCat(label, ": ", value));
  }
  void AddLine(std::string line) { lines_.push_back(std::move(line)); }
  std::vector<std::string> Take() { return std::move(lines_); }

 private:
  std::vector<std::string> lines_;
};

void AddTime(absl::string_view label, const google::protobuf::Timestamp& before,
             const google::protobuf::Timestamp& after, Details& details) {
  if (SameTime(before, after)) return;
  const std::string was = TimeText(before);
  const std::string now = TimeText(after);
  details.Add(label, was.empty()   ? now
                     : now.empty() ? absl::StrCat(was, " -> none")
                                   : absl::StrCat(was, " -> ", now));
}

// True if `diff`, a stretch of words that the server found to differ, lies
// within what one of `corrections` says.
bool IsToldBy(const google::protobuf::RepeatedPtrField<
                  v1::ChangeNote::Correction>& corrections,
              const v1::ChangeNote::Correction& diff) {
  return std::any_of(corrections.begin(), corrections.end(),
                     [&diff](const auto& correction) {
                       return correction.where() == diff.where() &&
                              absl::StrContains(correction.was(), diff.was()) &&
                              absl::StrContains(correction.now(), diff.now());
                     });
}

// What was wrong, and what other words changed.
void AddWords(const v1::Article* before, const v1::Article& after,
              Details& details) {
  const v1::ChangeNote& note = after.change_note();
  bool has_headline = before == nullptr;
  for (const v1::ChangeNote::Correction& correction : note.corrections()) {
    details.AddLine(CorrectionText(correction));
    has_headline |= correction.where() == "headline";
  }
  for (const v1::ChangeNote::Correction& diff : note.diffs()) {
    if (IsToldBy(note.corrections(), diff)) continue;
    details.AddLine(CorrectionText(diff));
    has_headline |= diff.where() == "headline";
  }
  if (has_headline) return;
  v1::ChangeNote::Correction headline;
  headline.set_where("headline");
  headline.set_was(before->headline().value());
  headline.set_now(after.headline().value());
  if (headline.was() != headline.now()) {
    details.AddLine(CorrectionText(headline));
  }
}

void AddStatus(const v1::StatusNote& note, Details& details) {
  if (!note.requested_by().empty()) {
    details.AddLine(absl::StrCat(note.requested_by(), " had asked for it, ",
                                 note.actor(), " confirmed"));
  }
  details.Add("reason", note.reason());
  details.Add("subscribers", ActionText(note.action(), note.replacement()));
  details.Add("contact", note.contact());
}

void AddKillRequest(const v1::Article& before, const v1::Article& after,
                    Details& details) {
  if (!AsksForKill(before, after)) return;
  const v1::KillRequest& asked = after.kill_request();
  details.Add("reason", asked.reason());
  details.Add("subscribers", ActionText(asked.action(), asked.replacement()));
  details.Add("contact", asked.contact());
  details.AddLine(absl::StrCat("another person can confirm until ",
                               TimeText(asked.expire_time())));
}

// What the line above has said of embargo and schedule is not said again.
void AddTimes(const v1::Article* before, const v1::Article& after,
              Details& details) {
  const google::protobuf::Timestamp none;
  const bool under_embargo = after.state() == v1::Article::EMBARGOED;
  if (!under_embargo || (before != nullptr && before->has_embargo_until())) {
    AddTime("embargo", before == nullptr ? none : before->embargo_until(),
            after.embargo_until(), details);
  }
  if (before != nullptr && before->has_schedule_time() && !ByServer(after)) {
    AddTime("schedule", before->schedule_time(), after.schedule_time(),
            details);
  }
  AddTime("expires", before == nullptr ? none : before->expires_at(),
          after.expires_at(), details);
}

// The revisions before it are stubs by now, so they are not looked at.
HistoryEvent KillEvent(const v1::Article& killed) {
  Details details;
  AddStatus(killed.status_note(), details);
  return {"killed, for ever", details.Take(), kAlarmStyle};
}

}  // namespace

HistoryEvent EventBetween(const v1::Article* before, const v1::Article& after) {
  if (after.state() == v1::Article::KILLED) return KillEvent(after);
  Details details;
  AddWords(before, after, details);
  AddTimes(before, after, details);
  if (before != nullptr) AddKillRequest(*before, after, details);
  if (before == nullptr || before->state() != after.state()) {
    AddStatus(after.status_note(), details);
  }
  details.Add("note", after.change_note().note_editors().value());
  details.Add("note for readers", after.change_note().note_public().value());
  return {WhatText(before, after), details.Take(), StyleOf(before, after)};
}

HistoryEvent ErasedEvent() { return {"erased by the kill", {}, "2"}; }

HistoryEvent LetGoEvent() { return {"not kept any more", {}, "2"}; }

}  // namespace courant
