#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/model/translation_call.h"

// What translators, reviewers and the desk do.
namespace courant::model {
namespace {

using v1::Segment;
using v1::Translation;
using Task = v1::TranslationTask;

}  // namespace

std::string TranslationWorld::Refused(const absl::Status& status,
                                      int translation, const char* doing,
                                      std::set<std::string> reasons) {
  const ModelTranslation& of = model_.translations[translation];
  const std::string reason = ReasonOf(status);
  Tell(absl::StrCat(doing, " ", of.name, ": ", status.ToString()));
  ++counts_.seen[absl::StrCat("refused ", doing, " ", reason)];
  const auto standing = model_.StandingOf(of.source);
  const bool exists = !desks_[translation].latest.name().empty();
  if (!exists) reasons.insert("RESOURCE_NOT_FOUND");
  if (standing == Translation::SOURCE_KILLED) {
    reasons = {"SOURCE_KILLED"};
  } else if (standing != Translation::CURRENT) {
    reasons = {"SOURCE_STOPPED"};
    if (!exists) reasons.insert("RESOURCE_NOT_FOUND");
  }
  if (reasons.contains(reason)) return "";
  return absl::StrCat(doing, " of ", of.name,
                      " was refused: ", status.ToString(),
                      "; expected: ", absl::StrJoin(reasons, ", "));
}

std::string TranslationWorld::Accepted(int translation, const char* doing) {
  const ModelTranslation& of = model_.translations[translation];
  Tell(absl::StrCat(doing, " ", of.name));
  ++counts_.seen[doing];
  return model_.StandingOf(of.source) == Translation::CURRENT
             ? ""
             : absl::StrCat(doing, " of ", of.name,
                            " although its source is stopped");
}

std::string TranslationWorld::SetToken(int translation,
                                       const Translation& answer) {
  Desk& desk = desks_[translation];
  const v1::Lease& lease = answer.task().lease();
  if (lease.fencing_token() < desk.token) {
    return absl::StrCat("the token of ", answer.name(), " went from ",
                        desk.token, " to ", lease.fencing_token());
  }
  desk.holder = lease.holder();
  desk.token = lease.fencing_token();
  desk.latest = answer;
  return "";
}

int TranslationWorld::FindOrAddTranslation(int slot, Dice& dice) {
  struct Slot {
    const char* from;
    const char* to;
  };
  static constexpr Slot kSlots[] = {
      {"ko", "en"}, {"ko", "fr"}, {"en", "es"}, {"es", "pt"}};
  const Slot& wanted = kSlots[slot];
  int source = -1;
  for (size_t i = 0; i < model_.articles.size(); ++i) {
    // The newest: one before it was killed.
    if (model_.articles[i].language == wanted.from) {
      source = static_cast<int>(i);
    }
  }
  if (source < 0) return 0;
  for (size_t i = 0; i < model_.translations.size(); ++i) {
    if (model_.translations[i].source == source &&
        model_.translations[i].language == wanted.to) {
      return static_cast<int>(i);
    }
  }
  ModelTranslation& added = model_.translations.emplace_back();
  added.name =
      absl::StrCat(model_.articles[source].name, "/translations/", wanted.to);
  added.source = source;
  added.language = wanted.to;
  added.erased = true;  // nothing there yet
  if (wanted.to == std::string("fr")) {
    added.scope = static_cast<Translation::Scope>(1 + dice.Below(4));
  }
  desks_.emplace_back();
  return static_cast<int>(model_.translations.size()) - 1;
}

std::string TranslationWorld::AskFor(int translation, Dice& dice) {
  ModelTranslation& of = model_.translations[translation];
  v1::CreateTranslationRequest request;
  request.set_parent(model_.articles[of.source].name);
  request.mutable_translation()->set_language(of.language);
  request.mutable_translation()->set_scope(of.scope);
  if (dice.Of(4)) request.mutable_translation()->set_priority(1);
  const auto answer =
      Call<Translation>("CreateTranslation", "desk/ed", request);
  if (!answer.ok()) {
    // Also when the scope takes in nothing of this article.
    std::set<std::string> reasons;
    if (of.erased && model_.HeadOf(of).empty()) reasons = {"FIELD_INVALID"};
    return Refused(answer.status(), translation, "request", reasons);
  }
  std::string wrong = Accepted(translation, "request");
  if (!wrong.empty()) return wrong;
  desks_[translation].latest = *answer;
  if (of.erased) model_.Bind(translation);
  return "";
}

std::string TranslationWorld::Claim(int translation, const std::string& who) {
  v1::ClaimTranslationRequest request;
  request.set_name(model_.translations[translation].name);
  const auto answer = Call<Translation>("ClaimTranslation", who, request);
  if (!answer.ok()) {
    return Refused(answer.status(), translation, "claim",
                   {"LEASE_HELD", "SECOND_PERSON_REQUIRED"});
  }
  std::string wrong = Accepted(translation, "claim");
  if (!wrong.empty()) return wrong;
  return SetToken(translation, *answer);
}

std::string TranslationWorld::WriteSegments(
    int translation, const std::vector<const Segment*>& segments, bool rewrite,
    Dice& dice) {
  ModelTranslation& of = model_.translations[translation];
  Desk& desk = desks_[translation];
  v1::BatchUpdateSegmentsRequest request;
  request.set_name(of.name);
  request.set_fencing_token(desk.token);
  struct Written {
    std::vector<int> gone;
    int uid = 0;
    std::string text;
  };
  std::vector<Written> all;
  for (const Segment* segment : segments) {
    v1::SegmentUpdate& update = *request.add_updates();
    update.set_segment(segment->id());
    update.set_version(segment->version());
    *update.mutable_target() = segment->target();
    std::vector<Sentence> old;
    const bool whole = sentences_->Parse(segment->target(), &old);
    if (!whole || (!old.empty() && !rewrite)) continue;  // as it is
    Written written;
    Sentence sentence = sentences_->Make(false);
    if (!old.empty()) {
      for (const Sentence& former : old) written.gone.push_back(former.uid);
      // A few of the words again, now and then.
      if (dice.Of(2)) {
        sentence = old[0];
        sentence.words[1] = sentences_->NewWord(false);
      }
      sentence.uid = old[0].uid;
    }
    if (dice.Of(4) && segment->id().starts_with("body/")) {
      sentence.strong = 1;
    }
    sentences_->Remember(sentence);
    written.uid = sentence.uid;
    written.text = Sentences::TextOf(sentence);
    *update.mutable_target() = Sentences::RichTextOf({sentence});
    all.push_back(std::move(written));
  }
  if (request.updates().empty()) return "";
  const auto answer =
      Call<Translation>("BatchUpdateSegments", desk.holder, request);
  if (!answer.ok()) {
    return Refused(answer.status(), translation, "write", {});
  }
  std::string wrong = Accepted(translation, "write");
  if (!wrong.empty()) return wrong;
  for (const Written& written : all) {
    for (const int uid : written.gone) of.words.erase(uid);
    of.words[written.uid] = {.wordings = {written.text}};
  }
  desk.latest = *answer;
  return "";
}

std::string TranslationWorld::WriteMissing(int translation, Dice& dice,
                                           bool* wrote) {
  const Translation latest = desks_[translation].latest;
  std::vector<const Segment*> missing;
  for (const Segment& segment : latest.content().segments()) {
    if (segment.state() == Segment::INITIAL) missing.push_back(&segment);
  }
  *wrote = !missing.empty();
  return WriteSegments(translation, missing, dice.Of(2), dice);
}

std::string TranslationWorld::WriteSome(int translation, Dice& dice) {
  const Translation latest = desks_[translation].latest;
  std::vector<const Segment*> some;
  for (const Segment& segment : latest.content().segments()) {
    if (dice.Of(4)) some.push_back(&segment);
  }
  const auto state = latest.task().state();
  if (state != Task::CLAIMED && state != Task::TRANSLATING) return "";
  return WriteSegments(translation, some, true, dice);
}

std::string TranslationWorld::Review(int translation, Dice& dice) {
  const std::string& name = model_.translations[translation].name;
  const Desk& desk = desks_[translation];
  if (dice.Of(8)) {
    v1::RejectTranslationRequest request;
    request.set_name(name);
    request.set_fencing_token(desk.token);
    v1::ReviewComment& comment = *request.add_comments();
    comment.set_text("not like this");
    if (desk.latest.content().segments_size() > 0) {
      comment.set_segment(desk.latest.content().segments(0).id());
    }
    const auto answer =
        Call<Translation>("RejectTranslation", desk.holder, request);
    if (!answer.ok()) return Refused(answer.status(), translation, "reject");
    Tell("reject " + name);
    desks_[translation].latest = *answer;
    return "";
  }
  v1::ApproveTranslationRequest request;
  request.set_name(name);
  request.set_fencing_token(desk.token);
  const auto answer =
      Call<Translation>("ApproveTranslation", desk.holder, request);
  if (!answer.ok()) {
    return Refused(answer.status(), translation, "approve", {"INCOMPLETE"});
  }
  std::string wrong = Accepted(translation, "approve");
  if (!wrong.empty()) return wrong;
  desks_[translation].latest = *answer;
  return "";
}

std::string TranslationWorld::Work(int translation, Dice& dice) {
  const std::string& name = model_.translations[translation].name;
  const std::string translator = absl::StrCat("tr/", dice.Below(3));
  // What changed no texts was answered without them.
  v1::GetTranslationRequest request;
  request.set_name(name);
  request.set_view(v1::TRANSLATION_VIEW_FULL);
  const auto read = Call<Translation>("GetTranslation", "", request);
  if (read.ok()) desks_[translation].latest = *read;
  switch (desks_[translation].latest.task().state()) {
    case Task::REQUESTED:
      return Claim(translation, translator);
    case Task::CLAIMED:
    case Task::TRANSLATING: {
      const bool began =
          desks_[translation].latest.task().state() == Task::TRANSLATING;
      bool wrote = false;
      std::string wrong = WriteMissing(translation, dice, &wrote);
      if (!wrong.empty() || (wrote && !began)) return wrong;
      v1::SubmitTranslationRequest request;
      request.set_name(name);
      request.set_fencing_token(desks_[translation].token);
      const auto answer = Call<Translation>(
          "SubmitTranslation", desks_[translation].holder, request);
      if (!answer.ok()) return Refused(answer.status(), translation, "submit");
      wrong = Accepted(translation, "submit");
      if (!wrong.empty()) return wrong;
      desks_[translation].latest = *answer;
      return "";
    }
    case Task::SUBMITTED:
      return Claim(translation, "rev/1");
    case Task::IN_REVIEW:
      return Review(translation, dice);
    case Task::APPROVED:
      return Publish(translation, dice);
    default:
      return AskFor(translation, dice);
  }
}

std::string TranslationWorld::Finish(int translation, Dice& dice) {
  auto state = Task::STATE_UNSPECIFIED;
  for (int i = 0; i < 12; ++i) {
    std::string wrong = Work(translation, dice);
    if (!wrong.empty()) return wrong;
    // Published, or it cannot be.
    const bool was_approved = state == Task::APPROVED;
    state = desks_[translation].latest.task().state();
    if (state == Task::COMPLETED || (was_approved && state == Task::APPROVED)) {
      return "";
    }
    // What is refused once is refused again.
    if (model_.StandingOf(model_.translations[translation].source) !=
        Translation::CURRENT) {
      return "";
    }
  }
  return "";
}

std::string TranslationWorld::TakeAway(int translation, Dice& dice) {
  const std::string& name = model_.translations[translation].name;
  absl::StatusOr<Translation> answer = Translation();
  if (dice.Of(3)) {
    v1::CancelTranslationRequest request;
    request.set_name(name);
    request.set_reason("not wanted");
    answer = Call<Translation>("CancelTranslation", "desk/ed", request);
  } else if (dice.Of(2)) {
    v1::RevokeTranslationLeaseRequest request;
    request.set_name(name);
    answer = Call<Translation>("RevokeTranslationLease", "desk/ed", request);
  } else {
    // It has run out, and somebody else takes it.
    clock_.Advance(absl::Minutes(40));
    const Desk before = desks_[translation];
    const auto state = before.latest.task().state();
    if (state != Task::CLAIMED && state != Task::TRANSLATING) return "";
    std::string wrong = Claim(translation, "tr/other");
    const Desk after = desks_[translation];
    if (!wrong.empty() || after.token == before.token) return wrong;
    desks_[translation] = before;
    wrong = TryOldToken(translation);
    desks_[translation] = after;
    return wrong;
  }
  Tell(absl::StrCat("take away ", name, ": ", answer.status().ToString()));
  return answer.ok() ? TryOldToken(translation) : "";
}

std::string TranslationWorld::TryOldToken(int translation) {
  const ModelTranslation& of = model_.translations[translation];
  const Desk& desk = desks_[translation];
  if (desk.token == 0) return "";
  v1::GetTranslationRequest get;
  get.set_name(of.name);
  const auto read = Call<Translation>("GetTranslation", "", get);
  if (read.ok() && read->task().has_lease() &&
      read->task().lease().fencing_token() == desk.token) {
    return "";
  }
  v1::BatchUpdateSegmentsRequest request;
  request.set_name(of.name);
  request.set_fencing_token(desk.token);
  v1::SegmentUpdate& update = *request.add_updates();
  update.set_segment("headline.1");
  *update.mutable_target() = Sentences::RichTextOf({sentences_->Make(false)});
  const auto answer =
      Call<Translation>("BatchUpdateSegments", desk.holder, request);
  if (answer.ok()) {
    return absl::StrCat(of.name, " was written by ", desk.holder,
                        " with the old token ", desk.token);
  }
  return Refused(answer.status(), translation, "late write",
                 {"SESSION_FENCED"});
}

}  // namespace courant::model
