#include <algorithm>

#include "absl/strings/str_cat.h"
#include "courant/v1/article_service.pb.h"
#include "courant/v1/change.pb.h"
#include "google/protobuf/util/time_util.h"
#include "storage/view.h"
#include "tests/model/translation_call.h"

// What editors do to articles.
namespace courant::model {
namespace {

using google::protobuf::util::TimeUtil;
using v1::Article;
using v1::ChangeNote;

google::protobuf::Timestamp StampOf(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

// The first sentence that differs, as CorrectArticle wants it.
bool FindCorrection(const Document& before, const Document& after,
                    ChangeNote::Correction* correction) {
  const std::map<int, Placed> now = SentencesOf(after);
  for (const auto& [uid, was] : SentencesOf(before)) {
    const auto found = now.find(uid);
    if (found == now.end() || found->second.unit != was.unit) continue;
    const std::string a = Sentences::TextOf(was.sentence);
    const std::string b = Sentences::TextOf(found->second.sentence);
    if (a == b) continue;
    if (was.unit != "headline" && !was.unit.starts_with("body/")) continue;
    correction->set_where(was.unit);
    correction->set_was(a);
    correction->set_now(b);
    return true;
  }
  return false;
}

}  // namespace

void TranslationWorld::TakeOver(int article, const Article& read) {
  model_.articles[article].state = read.state();
  model_.articles[article].revision = read.revision();
}

void TranslationWorld::NoteHandEdit(int article, const Document& before,
                                    const Document& after) {
  const int made_of = model_.articles[article].made_of;
  if (made_of < 0) return;
  ModelTranslation& translation = model_.translations[made_of];
  if (translation.erased) return;
  const std::map<int, Placed> was = SentencesOf(before);
  const std::map<int, Placed> now = SentencesOf(after);
  std::set<int> uids;
  for (const auto& [uid, placed] : was) uids.insert(uid);
  for (const auto& [uid, placed] : now) uids.insert(uid);
  const auto text = [](const std::map<int, Placed>& in, int uid) {
    const auto found = in.find(uid);
    return found == in.end() ? std::string()
                             : Sentences::TextOf(found->second.sentence);
  };
  // Units in which somebody has written since it was published, or out of which
  // a sentence of the source has moved.
  std::set<std::string> contested;
  std::map<int, std::string> unit_of;
  const v1::TranslationContent& content = desks_[made_of].latest.content();
  std::map<std::string, std::string> unit_of_source;
  for (const v1::SourceSegment& source : content.source_segments()) {
    unit_of_source[source.id()] = source.unit();
  }
  for (const v1::Segment& segment : content.segments()) {
    std::vector<Sentence> sentences;
    sentences_->Parse(segment.target(), &sentences);
    for (const Sentence& sentence : sentences) {
      unit_of[sentence.uid] = unit_of_source[segment.id()];
    }
  }
  for (const auto& [uid, placed] : was) {
    const auto words = translation.words.find(uid);
    if (words == translation.words.end() ||
        words->second.wordings != std::set<std::string>{text(was, uid)} ||
        unit_of[uid] != placed.unit) {
      contested.insert(placed.unit);
    }
  }
  for (const int uid : uids) {
    const std::string old_text = text(was, uid), new_text = text(now, uid);
    const auto at = now.contains(uid) ? now.at(uid) : was.at(uid);
    if (old_text == new_text) continue;
    if (model_.articles[article].own.contains(at.unit)) continue;
    const bool both = contested.contains(at.unit);
    if (new_text.empty() && !both) {
      translation.words.erase(uid);
      continue;
    }
    ModelTranslation::Words& words = translation.words[uid];
    if (!both) words.wordings.clear();
    if (both) words.loose = true;
    if (!new_text.empty()) words.wordings.insert(new_text);
  }
}

std::string TranslationWorld::AddByHand(Dice& dice, Document* document) {
  // Behind any text: at the beginning, when none before it is of the body.
  const auto is_body = [](const Unit& unit) {
    return unit.id.starts_with("body/");
  };
  size_t at = std::find_if(document->begin(), document->end(), is_body) -
              document->begin();
  const size_t paragraphs =
      std::count_if(document->begin(), document->end(), is_body);
  if (paragraphs == 0) {
    at = std::find_if(
             document->begin(), document->end(),
             [](const Unit& unit) { return unit.id.starts_with("media/"); }) -
         document->begin();
  }
  at += static_cast<size_t>(dice.Below(paragraphs + 1));
  Unit added;
  added.id = absl::StrCat("body/hand-", ++hand_made_);
  added.sentences.push_back(sentences_->Make(false));
  const std::string id = added.id;
  document->insert(document->begin() + static_cast<ptrdiff_t>(at),
                   std::move(added));
  return id;
}

std::string TranslationWorld::EditArticle(Dice& dice) {
  const int index = PickArticle(dice);
  ModelArticle& article = model_.articles[index];
  const bool original = article.made_of < 0;
  Document edited = article.document;
  Editor editor(*sentences_, dice.Seed());
  std::string done;
  for (int n = dice.Of(3) ? 1 + dice.Below(3) : 1; n > 0; --n) {
    std::string one;
    for (int tries = 0; tries < 5 && one.empty(); ++tries) {
      one = editor.Edit({.paragraphs = original, .korean = original},
                        article.former, &edited);
    }
    absl::StrAppend(&done, done.empty() ? "" : ", ", one);
  }
  std::string own;
  if (!original && dice.Of(4)) {
    own = AddByHand(dice, &edited);
    absl::StrAppend(&done, done.empty() ? "" : ", ", own, " by hand");
  }
  Article texts;
  WriteTexts(edited, &texts);
  Article same;
  WriteTexts(article.document, &same);
  if (texts.SerializeAsString() == same.SerializeAsString()) return "";
  google::protobuf::FieldMask mask;
  for (const char* path : {"headline", "decks", "body", "media"}) {
    mask.add_paths(path);
  }
  const int verb = dice.Below(3);
  absl::StatusOr<Article> answer = Article();
  ChangeNote::Correction correction;
  if (verb == 1 && FindCorrection(article.document, edited, &correction)) {
    v1::CorrectArticleRequest request;
    request.set_name(article.name);
    *request.add_corrections() = correction;
    request.mutable_note_editors()->set_value("checked");
    *request.mutable_article() = texts;
    *request.mutable_update_mask() = mask;
    answer = Call<Article>("CorrectArticle", "desk/ed", request);
  } else if (verb == 2) {
    v1::RefileArticleRequest request;
    request.set_name(article.name);
    request.mutable_note_editors()->set_value("checked");
    *request.mutable_article() = texts;
    *request.mutable_update_mask() = mask;
    answer = Call<Article>("RefileArticle", "desk/ed", request);
  } else {
    v1::UpdateArticleRequest request;
    *request.mutable_article() = texts;
    request.mutable_article()->set_name(article.name);
    *request.mutable_update_mask() = mask;
    answer = Call<Article>("UpdateArticle", "desk/ed", request);
  }
  if (!answer.ok()) {
    const std::string reason = ReasonOf(answer.status());
    Tell(absl::StrCat("edit of ", article.language, " (", done,
                      "): ", answer.status().ToString()));
    ++counts_.seen["refused edit " + reason];
    return reason == "ILLEGAL_TRANSITION" || reason == "CORRECTION_NOT_FOUND"
               ? ""
               : absl::StrCat("an edit was refused: ",
                              answer.status().ToString());
  }
  for (const auto& [a, b] : editor.related) model_.Relate(a, b);
  const ChangeNote::Class note_class = answer->change_note().class_();
  Tell(absl::StrCat("edit of ", article.language, ": ", done, ", ",
                    ChangeNote::Class_Name(note_class), ", revision ",
                    answer->revision()));
  ++counts_.seen["edit " + ChangeNote::Class_Name(note_class)];
  TakeOver(index, *answer);
  if (!own.empty()) {
    article.own.insert(own);
    ++counts_.seen["added by hand"];
  }
  NoteHandEdit(index, article.document, edited);
  model_.Revise(index, edited, note_class);
  return "";
}

std::string TranslationWorld::CheckOneCommit(uint64_t before) {
  const storage::View view(server_->store().database());
  const uint64_t last =
      server_->store().applier().applied().last_sequence.value();
  for (uint64_t at = before + 1; at <= last; ++at) {
    const auto entry = view.ReadEntry(Sequence(at));
    if (!entry.ok()) return entry.status().ToString();
    v1::Change change;
    change.ParseFromString(entry->facts.change());
    if (change.group_continues() != (at < last)) {
      return absl::StrCat("change ", at, " of ", before + 1, " to ", last,
                          " is not in one commit with the others");
    }
  }
  return "";
}

std::string TranslationWorld::AfterStop(int article, Article::State how,
                                        uint64_t before) {
  std::string wrong = CheckOneCommit(before);
  if (!wrong.empty()) return wrong;
  if (how == Article::KILLED) Forbid(article);
  model_.Stop(article, how);
  // Whose source it was: no work is open, and nobody can write.
  for (size_t i = 0; i < model_.translations.size(); ++i) {
    const ModelTranslation& translation = model_.translations[i];
    const std::vector<int> chain = model_.ChainOf(translation.source);
    if (std::find(chain.begin(), chain.end(), article) == chain.end()) continue;
    if (desks_[i].latest.name().empty()) continue;  // not there yet
    v1::GetTranslationRequest request;
    request.set_name(translation.name);
    const auto read = Call<v1::Translation>("GetTranslation", "", request);
    if (!read.ok()) return read.status().ToString();
    const auto state = read->task().state();
    if (read->task().has_lease() || (state != v1::TranslationTask::CANCELLED &&
                                     state != v1::TranslationTask::COMPLETED)) {
      return absl::StrCat(translation.name,
                          ": its source was stopped, and "
                          "work is ",
                          read->task().ShortDebugString());
    }
    wrong = TryOldToken(static_cast<int>(i));
    if (!wrong.empty()) return wrong;
  }
  return "";
}

std::string TranslationWorld::StopArticle(Dice& dice) {
  const int index = PickArticle(dice);
  const std::string& name = model_.articles[index].name;
  const uint64_t before =
      server_->store().applier().applied().last_sequence.value();
  absl::StatusOr<Article> answer = Article();
  if (dice.Of(3)) {
    v1::WithdrawArticleRequest request;
    request.set_name(name);
    request.set_reason("a mistake");
    answer = Call<Article>("WithdrawArticle", "desk/ed", request);
  } else {
    v1::HoldArticleRequest request;
    request.set_name(name);
    request.set_reason("a doubt");
    answer = Call<Article>("HoldArticle", "desk/ed", request);
  }
  Tell(absl::StrCat("stop ", model_.articles[index].language, ": ",
                    answer.status().ToString()));
  if (!answer.ok()) return "";
  ++counts_.seen["stopped " + Article::State_Name(answer->state())];
  TakeOver(index, *answer);
  return AfterStop(index, answer->state(), before);
}

std::string TranslationWorld::LiftArticle(Dice& dice) {
  // One that is stopped, if there is one.
  int index = PickArticle(dice);
  for (size_t i = 0; i < model_.articles.size(); ++i) {
    const Article::State state = model_.articles[i].state;
    if ((state == Article::WITHHELD || state == Article::WITHDRAWN) &&
        dice.Of(2)) {
      index = static_cast<int>(i);
      break;
    }
  }
  const ModelArticle& article = model_.articles[index];
  absl::StatusOr<Article> answer = Article();
  if (article.state == Article::WITHDRAWN) {
    v1::RestoreArticleRequest request;
    request.set_name(article.name);
    request.set_reason("it is right");
    answer = Call<Article>("RestoreArticle", "desk/ed", request);
  } else {
    v1::ReleaseArticleRequest request;
    request.set_name(article.name);
    request.set_reason("no doubt");
    answer = Call<Article>("ReleaseArticle", "desk/ed", request);
  }
  Tell(absl::StrCat("lift ", article.language, ": ",
                    answer.status().ToString()));
  if (answer.ok()) {
    ++counts_.seen["lifted"];
    TakeOver(index, *answer);
  } else {
    ++counts_.seen["refused lift " + ReasonOf(answer.status())];
  }
  return "";
}

void TranslationWorld::Forbid(int index) {
  const auto forbid = [this](const Sentence& sentence) {
    forbidden_.insert(sentence.words[2]);
  };
  const ModelArticle& article = model_.articles[index];
  for (const auto& [uid, placed] : SentencesOf(article.document)) {
    forbid(placed.sentence);
  }
  for (const Placed& placed : article.former) forbid(placed.sentence);
  for (size_t i = 0; i < model_.translations.size(); ++i) {
    const ModelTranslation& translation = model_.translations[i];
    if (translation.source != index && translation.result != index) continue;
    std::vector<Sentence> found;
    for (const v1::Segment& segment : desks_[i].latest.content().segments()) {
      sentences_->Parse(segment.target(), &found);
    }
    for (const Sentence& sentence : found) forbid(sentence);
    if (translation.source == index && translation.result >= 0) {
      Forbid(translation.result);
    }
  }
}

std::string TranslationWorld::KillArticle(Dice& dice) {
  // The original seldom: nothing is left to do then.
  int index = PickArticle(dice);
  if (index == 0 && !dice.Of(2)) index = PickArticle(dice);
  v1::KillArticleRequest request;
  request.set_name(model_.articles[index].name);
  request.set_reason("a court said so");
  auto asked = Call<Article>("KillArticle", "desk/ed", request);
  Tell(absl::StrCat("kill ", model_.articles[index].language, ": ",
                    asked.status().ToString()));
  if (!asked.ok()) return "";
  TakeOver(index, *asked);
  const uint64_t before =
      server_->store().applier().applied().last_sequence.value();
  v1::KillArticleRequest confirm;
  confirm.set_name(request.name());
  confirm.set_confirm(true);
  const auto answer = Call<Article>("KillArticle", "desk/other", confirm);
  if (!answer.ok()) return "not killed: " + answer.status().ToString();
  ++counts_.seen[index == 0 ? "killed original" : "killed result"];
  TakeOver(index, *answer);
  return AfterStop(index, Article::KILLED, before);
}

std::string TranslationWorld::Unschedule(int index) {
  v1::UnscheduleArticleRequest request;
  request.set_name(model_.articles[index].name);
  const uint64_t before =
      server_->store().applier().applied().last_sequence.value();
  const auto answer = Call<Article>("UnscheduleArticle", "desk/ed", request);
  Tell(absl::StrCat("unschedule ", model_.articles[index].language, ": ",
                    answer.status().ToString()));
  if (!answer.ok()) return "not unscheduled: " + answer.status().ToString();
  TakeOver(index, *answer);
  if (model_.TakeBack(index)) ++counts_.seen["taken back with its source"];
  return CheckOneCommit(before);
}

std::string TranslationWorld::SetTimes(Dice& dice) {
  const int index = PickArticle(dice);
  const ModelArticle& article = model_.articles[index];
  if (article.state == Article::SCHEDULED && dice.Of(2)) {
    return Unschedule(index);
  }
  const auto time = StampOf(clock_.Now() + absl::Minutes(dice.Below(180) - 20));
  absl::StatusOr<Article> answer = Article();
  const int verb = dice.Below(4);
  bool embargo = false;
  switch (verb) {
    case 0: {
      v1::ScheduleArticleRequest request;
      request.set_name(article.name);
      *request.mutable_schedule_time() = time;
      answer = Call<Article>("ScheduleArticle", "desk/ed", request);
      break;
    }
    case 1: {
      v1::PublishArticleRequest request;
      request.set_name(article.name);
      embargo = dice.Of(2);
      if (embargo) *request.mutable_embargo_until() = time;
      answer = Call<Article>("PublishArticle", "desk/ed", request);
      break;
    }
    default: {
      v1::UpdateArticleRequest request;
      request.mutable_article()->set_name(article.name);
      *request.mutable_article()->mutable_embargo_until() = time;
      request.mutable_update_mask()->add_paths("embargo_until");
      answer = Call<Article>("UpdateArticle", "desk/ed", request);
    }
  }
  static constexpr const char* kVerbs[] = {"schedule", "publish", "update",
                                           "update"};
  Tell(absl::StrCat("times of ", article.language, ": ", kVerbs[verb], " ",
                    absl::FormatTime(TimeOf(time)), ": ",
                    answer.status().ToString()));
  ++counts_.seen[answer.ok() ? "times set"
                             : "refused times " + ReasonOf(answer.status())];
  if (!answer.ok()) return "";
  TakeOver(index, *answer);
  // Whoever names a time that is too early is told so.
  absl::Time named = absl::InfiniteFuture();
  if (verb == 0) {
    named = TimeOf(time);
    if (read_[index].has_embargo_until()) {
      named = std::max(named, TimeOf(read_[index].embargo_until()));
    }
  } else if ((verb == 1 && embargo) ||
             (verb > 1 && answer->state() == Article::EMBARGOED)) {
    named = TimeOf(time);
  }
  if (article.made_of < 0) return "";
  const int source = model_.translations[article.made_of].source;
  const bool early = EarliestFor(source) > clock_.Now() &&
                     named + absl::Seconds(1) < EarliestFor(source);
  return early ? article.name + " was given a time before that of its source"
               : "";
}

std::string TranslationWorld::PassTime(Dice& dice) {
  clock_.Advance(absl::Minutes(dice.Below(90)));
  const auto due = server_->scheduler().RunOnce();
  if (!due.ok()) return "the scheduler: " + due.status().ToString();
  Tell(absl::StrCat("time passes; due: ", *due));
  // What comes out by itself is checked against what it was made from.
  for (size_t i = 0; i < model_.articles.size(); ++i) {
    ModelArticle& article = model_.articles[i];
    v1::GetArticleRequest request;
    request.set_name(article.name);
    const auto read = Call<Article>("GetArticle", "", request);
    if (!read.ok()) return read.status().ToString();
    const bool waited = article.state == Article::SCHEDULED ||
                        article.state == Article::EMBARGOED;
    if (waited && read->state() != article.state) {
      ++counts_.seen["came out " + Article::State_Name(read->state())];
      TakeOver(static_cast<int>(i), *read);
    }
  }
  return "";
}

}  // namespace courant::model
