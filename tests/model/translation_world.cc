#include "tests/model/translation_world.h"

#include "absl/strings/str_cat.h"
#include "courant/v1/article_service.pb.h"
#include "google/protobuf/util/time_util.h"
#include "tests/model/translation_call.h"

namespace courant::model {

using google::protobuf::util::TimeUtil;
using v1::Article;

TranslationWorld::TranslationWorld()
    : server_(std::make_unique<HeadlessServer>(dir_.Join("data"), clock_)) {}

TranslationWorld::~TranslationWorld() = default;

void TranslationWorld::Tell(const std::string& what) {
  if (story_ != nullptr) story_->push_back(what);
}

Document TranslationWorld::NewDocument() {
  Document document;
  const auto add = [&](std::string id, int sentences) {
    Unit& unit = document.emplace_back();
    unit.id = std::move(id);
    for (; sentences > 0; --sentences) {
      unit.sentences.push_back(sentences_->Make(true));
    }
  };
  add("headline", 1);
  add("decks/1", 1);
  add("body/p1", 3);
  add("body/p2", 2);
  add("body/p3", 1);
  add("media/m1/caption", 1);
  add("media/m2/caption", 1);
  return document;
}

std::string TranslationWorld::Begin(Dice& dice) {
  prefix_ = absl::StrCat("t", ++runs_);
  sentences_ = std::make_unique<Sentences>(dice.Seed());
  model_ = TranslationModel();
  desks_.clear();
  read_.assign(1, Article());
  forbidden_.clear();
  first_sequence_ =
      server_->store().applier().applied().last_sequence.value() + 1;
  v1::CreateArticleRequest request;
  request.set_article_id(prefix_ + "-ko");
  Article& article = *request.mutable_article();
  article.set_language("ko");
  article.mutable_rights()->set_copyright_notice("(c) us");
  const Document document = NewDocument();
  WriteTexts(document, &article);
  if (dice.Of(4)) {
    *article.mutable_embargo_until() = TimeUtil::MicrosecondsToTimestamp(
        absl::ToUnixMicros(clock_.Now() + absl::Minutes(60)));
  }
  const bool draft = dice.Of(6);
  if (!draft) request.set_initial_state(v1::CreateArticleRequest::PUBLISHED);
  auto answer = Call<Article>("CreateArticle", "desk/ed", request);
  if (answer.ok() && draft && dice.Of(2)) {
    v1::ScheduleArticleRequest schedule;
    schedule.set_name(answer->name());
    *schedule.mutable_schedule_time() = TimeUtil::MicrosecondsToTimestamp(
        absl::ToUnixMicros(clock_.Now() + absl::Minutes(90)));
    answer = Call<Article>("ScheduleArticle", "desk/ed", schedule);
  }
  if (!answer.ok()) return answer.status().ToString();
  model_.articles.push_back({.name = answer->name(), .language = "ko"});
  TakeOver(0, *answer);
  model_.Revise(0, document, v1::ChangeNote::CLASS_UNSPECIFIED);
  Tell(absl::StrCat("original ", answer->name(), " ",
                    Article::State_Name(answer->state())));
  return "";
}

int TranslationWorld::PickArticle(Dice& dice) {
  // The original twice as often as others.
  const int at = dice.Below(model_.articles.size() + 1);
  return at == 0 ? 0 : at - 1;
}

int TranslationWorld::PickTranslation(Dice& dice) {
  return FindOrAddTranslation(dice.Below(4), dice);
}

std::string TranslationWorld::RunStep(const TranslationStep& step) {
  Dice dice(step.chance);
  if (model_.translations.empty()) FindOrAddTranslation(0, dice);
  switch (step.verb) {
    case TranslationStep::kEdit:
      return EditArticle(dice);
    case TranslationStep::kWork:
      return Work(PickTranslation(dice), dice);
    case TranslationStep::kFinish:
      return Finish(PickTranslation(dice), dice);
    case TranslationStep::kWrite:
      return WriteSome(PickTranslation(dice), dice);
    case TranslationStep::kRebase:
      return Rebind(PickTranslation(dice), false, dice);
    case TranslationStep::kConfirm:
      return Rebind(PickTranslation(dice), true, dice);
    case TranslationStep::kDetach:
      return Detach(PickTranslation(dice));
    case TranslationStep::kTakeAway:
      return TakeAway(PickTranslation(dice), dice);
    case TranslationStep::kStop:
      return StopArticle(dice);
    case TranslationStep::kLift:
      return LiftArticle(dice);
    case TranslationStep::kKill:
      return KillArticle(dice);
    case TranslationStep::kSetTime:
      return SetTimes(dice);
    case TranslationStep::kPassTime:
      return PassTime(dice);
    case TranslationStep::kOldToken:
      return TryOldToken(PickTranslation(dice));
  }
  return "";
}

std::string TranslationWorld::Run(uint32_t seed,
                                  const std::vector<TranslationStep>& steps,
                                  std::vector<std::string>* story) {
  story_ = story;
  Dice dice(seed);
  std::string wrong = Begin(dice);
  for (const TranslationStep& step : steps) {
    if (!wrong.empty()) return wrong;
    ++counts_.steps;
    wrong = RunStep(step);
    if (wrong.empty()) wrong = CheckAll();
    if (wrong.empty() && step.verb == TranslationStep::kKill) {
      wrong = CheckForbidden();
    }
  }
  if (wrong.empty()) wrong = CheckForbidden();
  // Nothing is left to come due in the next sequence.
  clock_.Advance(absl::Hours(24));
  const auto due = server_->scheduler().RunOnce();
  if (wrong.empty() && !due.ok()) wrong = due.status().ToString();
  return wrong;
}

}  // namespace courant::model
