#include <algorithm>

#include "absl/strings/str_cat.h"
#include "courant/v1/article_service.pb.h"
#include "google/protobuf/util/time_util.h"
#include "tests/model/translation_call.h"

// How translations go out, and are bound to what their source says now.
namespace courant::model {

using google::protobuf::util::TimeUtil;
using v1::Article;
using v1::Translation;

std::string TranslationWorld::Publish(int translation, Dice& dice) {
  ModelTranslation& of = model_.translations[translation];
  v1::PublishTranslationRequest request;
  request.add_names(of.name);
  if (dice.Of(2)) request.set_override_reason("better than nothing");
  const auto time = TimeUtil::MicrosecondsToTimestamp(
      absl::ToUnixMicros(clock_.Now() + absl::Minutes(1 + dice.Below(120))));
  if (dice.Of(10)) *request.mutable_schedule_time() = time;
  if (dice.Of(10)) *request.mutable_embargo_until() = time;
  const bool critical =
      model_.FreshnessOf(translation).most == Translation::OUTDATED_CRITICAL;
  const bool must_refuse =
      model_.FreshnessOf(translation).least == Translation::OUTDATED_CRITICAL &&
      request.override_reason().empty();
  const auto answer = Call<v1::PublishTranslationResponse>("PublishTranslation",
                                                           "desk/ed", request);
  if (!answer.ok()) {
    std::set<std::string> reasons = {"INCOMPLETE", "SOURCE_EMBARGOED"};
    if (critical) reasons.insert("SOURCE_OUTDATED");
    if (of.scope != Translation::FULL) reasons.insert("NOT_PUBLISHABLE");
    if (of.result >= 0) {
      reasons.insert("ILLEGAL_TRANSITION");
      reasons.insert("FIELD_INVALID");
    }
    return Refused(answer.status(), translation, "publish", reasons);
  }
  std::string wrong = Accepted(translation, "publish");
  if (!wrong.empty()) return wrong;
  if (must_refuse) return of.name + " went out although it is critical";
  return TakeOverResult(translation, answer->translations(0));
}

std::string TranslationWorld::TakeOverResult(int translation,
                                             const Translation& published) {
  ModelTranslation& of = model_.translations[translation];
  v1::GetArticleRequest get;
  get.set_name(published.article());
  const auto read = Call<Article>("GetArticle", "", get);
  if (!read.ok()) return read.status().ToString();
  Document document;
  if (!sentences_->Parse(*read, &document)) {
    return "words came from nowhere: " + read->ShortDebugString();
  }
  std::set<std::string> texts;
  for (const auto& [uid, placed] : SentencesOf(document)) {
    texts.insert(Sentences::TextOf(placed.sentence));
  }
  // All that was written is in it.
  for (const auto& [uid, words] : of.words) {
    for (const std::string& wording : words.wordings) {
      if (!words.loose && words.wordings.size() == 1 &&
          !texts.contains(wording)) {
        return absl::StrCat("not published: \"", wording, "\" of ", of.name);
      }
    }
  }
  if (of.result < 0) {
    of.result = static_cast<int>(model_.articles.size());
    model_.articles.push_back({.name = published.article(),
                               .language = of.language,
                               .made_of = translation,
                               .document = document});
    read_.emplace_back();
  }
  TakeOver(of.result, *read);
  Tell(absl::StrCat("publish ", of.name, " as ", published.article(), ", ",
                    Article::State_Name(read->state()), ", ",
                    v1::ChangeNote::Class_Name(read->change_note().class_())));
  ++counts_.seen["published " + of.language];
  model_.Revise(of.result, std::move(document), read->change_note().class_());
  desks_[translation].latest = published;
  return "";
}

void TranslationWorld::LoosenGone(int translation) {
  ModelTranslation& of = model_.translations[translation];
  const v1::TranslationContent& content = desks_[translation].latest.content();
  const std::map<int, Placed> head = model_.HeadOf(of);
  std::map<std::string, int> uid_of;  // bound sentences by their text
  for (const auto& [uid, placed] : of.bound) {
    uid_of[Sentences::TextOf(placed.sentence)] = uid;
  }
  // Source segments that go on in the head.
  std::set<std::string> goes_on;
  for (const v1::SourceSegment& source : content.source_segments()) {
    std::string text = source.text().text();
    while (!text.empty() && text.back() == ' ') text.pop_back();
    const auto uid = uid_of.find(text);
    if (uid == uid_of.end()) continue;
    const auto now = head.find(uid->second);
    if (now == head.end()) continue;
    const Placed& was = of.bound.at(uid->second);
    if (was.sentence.words == now->second.sentence.words ||
        (was.unit == now->second.unit &&
         IsAlike(was.sentence, now->second.sentence))) {
      goes_on.insert(source.id());
    }
  }
  for (const v1::Segment& segment : content.segments()) {
    const bool stays = std::any_of(
        segment.sources().begin(), segment.sources().end(),
        [&](const std::string& id) { return goes_on.contains(id); });
    if (stays) continue;
    std::vector<Sentence> sentences;
    sentences_->Parse(segment.target(), &sentences);
    for (const Sentence& sentence : sentences) {
      const auto words = of.words.find(sentence.uid);
      if (words != of.words.end()) words->second.loose = true;
    }
  }
}

std::string TranslationWorld::Rebind(int translation, bool confirm,
                                     Dice& dice) {
  ModelTranslation& of = model_.translations[translation];
  const Desk& desk = desks_[translation];
  const bool held = desk.latest.task().has_lease();
  const std::string actor = held ? desk.holder : "desk/ed";
  const int64_t head = model_.articles[of.source].revision;
  absl::StatusOr<Translation> answer = Translation();
  std::set<std::string> reasons;
  if (of.erased) reasons.insert("RESOURCE_NOT_FOUND");
  if (confirm) {
    v1::ConfirmTranslationRequest request;
    request.set_name(of.name);
    request.set_source_revision(dice.Of(8) ? head - 1 : head);
    if (held) request.set_fencing_token(desk.token);
    answer = Call<Translation>("ConfirmTranslation", actor, request);
    if (answer.ok() && request.source_revision() != head) {
      return of.name + " was confirmed for a revision that is not the newest";
    }
    // What is new or gone was planted, or the likeness of two was misjudged.
    const bool differs = of.erased || !of.impacts.empty();
    if (differs) reasons.insert("INCOMPLETE");
    if (request.source_revision() != head) {
      reasons.insert("FIELD_INVALID");
      reasons.insert("FIELD_REQUIRED");
    }
  } else {
    v1::RebaseTranslationRequest request;
    request.set_name(of.name);
    if (held) request.set_fencing_token(desk.token);
    answer = Call<Translation>("RebaseTranslation", actor, request);
  }
  const char* const doing = confirm ? "confirm" : "rebase";
  if (!answer.ok()) {
    return Refused(answer.status(), translation, doing, reasons);
  }
  std::string wrong = Accepted(translation, doing);
  if (!wrong.empty()) return wrong;
  if (answer->freshness() != Translation::CURRENT ||
      answer->source_revision() != head) {
    return absl::StrCat(doing, " left ", of.name, " ",
                        Translation::Freshness_Name(answer->freshness()));
  }
  if (!confirm) LoosenGone(translation);
  model_.Bind(translation);
  desks_[translation].latest = *answer;
  return "";
}

std::string TranslationWorld::Detach(int translation) {
  ModelTranslation& of = model_.translations[translation];
  if (of.erased) return "";
  v1::DetachTranslationRequest request;
  request.set_name(of.name);
  const auto answer =
      Call<Translation>("DetachTranslation", "desk/ed", request);
  if (!answer.ok()) return Refused(answer.status(), translation, "detach");
  std::string wrong = Accepted(translation, "detach");
  if (!wrong.empty()) return wrong;
  of.adaptation = true;  // bound as it was, and stale as it was
  desks_[translation].latest = *answer;
  return "";
}

}  // namespace courant::model
