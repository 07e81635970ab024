#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "courant/v1/article_service.pb.h"
#include "google/protobuf/util/time_util.h"
#include "tests/model/translation_call.h"

// How translations go out, and are bound to what their source says now.
namespace courant::model {

using google::protobuf::util::TimeUtil;
using v1::Article;
using v1::Translation;

namespace {

// The segment that says each sentence of the source, by uid.
std::map<int, const v1::Segment*> SegmentsByUid(
    const v1::TranslationContent& content,
    const std::map<int, Placed>& sentences) {
  std::map<std::string, int> uid_of_text;
  for (const auto& [uid, placed] : sentences) {
    uid_of_text[Sentences::TextOf(placed.sentence)] = uid;
  }
  std::map<std::string, int> uid_of_source;
  for (const v1::SourceSegment& source : content.source_segments()) {
    std::string text = source.text().text();
    while (!text.empty() && text.back() == ' ') text.pop_back();
    const auto found = uid_of_text.find(text);
    if (found != uid_of_text.end()) uid_of_source[source.id()] = found->second;
  }
  std::map<int, const v1::Segment*> segments;
  for (const v1::Segment& segment : content.segments()) {
    for (const std::string& id : segment.sources()) {
      const auto found = uid_of_source.find(id);
      if (found != uid_of_source.end()) segments[found->second] = &segment;
    }
  }
  return segments;
}

// The words of a text, in small letters and without what is between them.
std::vector<std::string> WordsOf(const std::string& text) {
  std::vector<std::string> words;
  for (const absl::string_view word :
       absl::StrSplit(text, absl::ByAnyChar(" ,.!?"), absl::SkipEmpty())) {
    words.push_back(absl::AsciiStrToLower(word));
  }
  return words;
}

// Adds to `goes_on` the source segments whose words became one sentence of
// `head`, in the same text: neighbours, of which nothing was lost.
void AddJoined(const v1::TranslationContent& content,
               const std::map<int, Placed>& head,
               std::set<std::string>* goes_on) {
  std::set<std::pair<std::string, std::vector<std::string>>> sentences;
  for (const auto& [uid, placed] : head) {
    sentences.emplace(placed.unit, WordsOf(Sentences::TextOf(placed.sentence)));
  }
  const auto& sources = content.source_segments();
  for (int i = 0; i < sources.size(); ++i) {
    std::string all;
    for (int k = i; k < sources.size(); ++k) {
      if (sources[k].unit() != sources[i].unit()) break;
      absl::StrAppend(&all, sources[k].text().text(), " ");
      if (!sentences.contains({sources[i].unit(), WordsOf(all)})) continue;
      for (int of = i; of <= k; ++of) goes_on->insert(sources[of].id());
    }
  }
}

}  // namespace

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
    if (model_.HasDraft(of.source)) reasons.insert("SOURCE_NOT_PUBLISHED");
    // Of captions when none is left.
    if (of.bound.empty()) reasons.insert("NOT_PUBLISHABLE");
    if (of.result >= 0) {
      reasons.insert("ILLEGAL_TRANSITION");
      reasons.insert("FIELD_INVALID");
    }
    return Refused(answer.status(), translation, "publish", reasons);
  }
  std::string wrong = Accepted(translation, "publish");
  if (!wrong.empty()) return wrong;
  if (must_refuse) return of.name + " went out although it is critical";
  // Whoever names a time that is too early is told so, unless an embargo that
  // it has already makes up for that.
  absl::Time named = absl::InfiniteFuture();
  if (request.has_schedule_time() || request.has_embargo_until()) {
    named = TimeOf(time);
    if (!request.has_embargo_until() && of.result >= 0 &&
        read_[of.result].has_embargo_until()) {
      named = std::max(named, TimeOf(read_[of.result].embargo_until()));
    }
  }
  const absl::Time earliest = EarliestFor(of.source);
  if (earliest > clock_.Now() && named + absl::Seconds(1) < earliest) {
    return of.name + " was given a time before that of its source";
  }
  return TakeOverResult(translation, answer->translations(0));
}

std::string TranslationWorld::CheckOwn(int article, const Document& before,
                                       const Document& after) {
  std::map<std::string, size_t> places;
  for (size_t i = 0; i < after.size(); ++i) places[after[i].id] = i;
  std::string previous;  // the last text of the body that is still there
  for (const Unit& unit : before) {
    if (!unit.id.starts_with("body/")) continue;
    const auto place = places.find(unit.id);
    if (!model_.articles[article].own.contains(unit.id)) {
      if (place != places.end()) previous = unit.id;
      continue;
    }
    const std::string& name = model_.articles[article].name;
    if (place == places.end()) {
      return absl::StrCat(name, " has lost what was added by hand: ", unit.id);
    }
    ++counts_.seen["hand-made kept"];
    if (Sentences::RichTextOf(after[place->second].sentences).text() !=
        Sentences::RichTextOf(unit.sentences).text()) {
      return absl::StrCat(name, " has other words in ", unit.id);
    }
    const std::string behind =
        place->second == 0 || !after[place->second - 1].id.starts_with("body/")
            ? ""
            : after[place->second - 1].id;
    if (behind != previous) {
      return absl::StrCat(name, ": ", unit.id, " stands behind \"", behind,
                          "\" and not \"", previous, "\"");
    }
    previous = unit.id;
  }
  return "";
}

std::string TranslationWorld::CheckUnits(const v1::TranslationContent& content,
                                         const Document& document) {
  std::map<std::string, std::string> expected, found;
  std::map<std::string, std::string> unit_of;
  for (const v1::SourceSegment& source : content.source_segments()) {
    unit_of[source.id()] = source.unit();
  }
  for (const v1::Segment& segment : content.segments()) {
    for (const std::string& word : WordsOf(segment.target().text())) {
      expected[unit_of[segment.id()]] += word + " ";
    }
  }
  for (const Unit& unit : document) {
    const v1::RichText text = Sentences::RichTextOf(unit.sentences);
    for (const std::string& word : WordsOf(text.text())) {
      found[unit.id] += word + " ";
    }
  }
  for (const auto& [unit, words] : expected) {
    if (found[unit] != words) {
      return absl::StrCat(" says in ", unit, ": ", found[unit],
                          "and not: ", words);
    }
  }
  return "";
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
  const std::string wrong =
      CheckUnits(desks_[translation].latest.content(), document);
  if (!wrong.empty()) return published.article() + wrong;
  if (of.result >= 0) {
    const std::string wrong =
        CheckOwn(of.result, model_.articles[of.result].document, document);
    if (!wrong.empty()) return wrong;
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
  AddJoined(content, head, &goes_on);
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

std::string TranslationWorld::CheckRebased(int translation,
                                           const Translation& before,
                                           const Translation& after) {
  const ModelTranslation& of = model_.translations[translation];
  const std::map<int, Placed> head = model_.HeadOf(of);
  const auto was = SegmentsByUid(before.content(), of.bound);
  const auto is = SegmentsByUid(after.content(), head);
  for (const auto& [uid, segment] : is) {
    const std::string text = Sentences::TextOf(head.at(uid).sentence);
    const auto bound = of.bound.find(uid);
    const Difference differs =
        bound == of.bound.end()
            ? Difference::kWords
            : Compare(bound->second.sentence, head.at(uid).sentence);
    if (differs == Difference::kWords) {
      if (segment->state() == v1::Segment::INITIAL) continue;
      return absl::StrCat(after.name(), ": rebased, and what says \"", text,
                          "\" need not be looked at");
    }
    const auto former = was.find(uid);
    // One sentence, then and now, and nobody could take it for another one.
    if (former == was.end() || former->second->sources_size() != 1 ||
        segment->sources_size() != 1 || model_.IsRelated(uid)) {
      continue;
    }
    const v1::Segment::State kept = former->second->state();
    std::set<v1::Segment::State> expected = {kept};
    if (differs == Difference::kPunctuation && kept == v1::Segment::REVIEWED) {
      expected = {v1::Segment::TRANSLATED};
    }
    // What was corrected is read again, were it a comma or the place of a
    // caption.
    if (differs == Difference::kPunctuation ||
        Compare(bound->second, head.at(uid)) == Difference::kWords) {
      const auto impacts = of.impacts.find(uid);
      if (impacts != of.impacts.end()) {
        const Impacts& had = impacts->second;
        if (had.least == v1::SourceChange::CRITICAL) expected.clear();
        if (had.most == v1::SourceChange::CRITICAL) {
          expected.insert(v1::Segment::INITIAL);
        }
      }
    }
    if (!expected.contains(segment->state()) ||
        segment->target().text() != former->second->target().text()) {
      return absl::StrCat(after.name(), ": rebased, and what says \"", text,
                          "\" is ", v1::Segment::State_Name(segment->state()),
                          " and was ", v1::Segment::State_Name(kept));
    }
  }
  return "";
}

std::string TranslationWorld::CheckAskedFor(const Translation& rebased) {
  const auto state = rebased.task().state();
  const auto& segments = rebased.content().segments();
  const bool is_complete = std::none_of(
      segments.begin(), segments.end(), [](const v1::Segment& segment) {
        return segment.state() == v1::Segment::INITIAL;
      });
  const bool is_reviewed = std::all_of(
      segments.begin(), segments.end(), [](const v1::Segment& segment) {
        return segment.state() == v1::Segment::REVIEWED;
      });
  const bool is_asked_for = state == v1::TranslationTask::REQUESTED ||
                            state == v1::TranslationTask::CLAIMED ||
                            state == v1::TranslationTask::TRANSLATING;
  if ((!is_complete && !is_asked_for) ||
      (!is_reviewed && state == v1::TranslationTask::APPROVED)) {
    return absl::StrCat(rebased.name(), " was rebased, is not translated, and ",
                        v1::TranslationTask::State_Name(state));
  }
  return "";
}

std::string TranslationWorld::CheckConfirmed(int translation,
                                             const Translation& before,
                                             const Translation& after) {
  const ModelTranslation& of = model_.translations[translation];
  const std::map<int, Placed> head = model_.HeadOf(of);
  const auto was = SegmentsByUid(before.content(), of.bound);
  const auto is = SegmentsByUid(after.content(), head);
  std::set<int> uids;
  for (const auto& [uid, placed] : of.bound) uids.insert(uid);
  for (const auto& [uid, placed] : head) uids.insert(uid);
  for (const int uid : uids) {
    if (model_.IsRelated(uid)) continue;
    if (!of.bound.contains(uid) || !head.contains(uid)) {
      return after.name() + " was confirmed, and not every sentence is in both";
    }
    const auto former = was.find(uid), now = is.find(uid);
    if (former == was.end() || now == is.end() ||
        former->second->sources_size() != 1 ||
        now->second->sources_size() != 1) {
      continue;
    }
    if (former->second->state() != now->second->state() ||
        former->second->target().text() != now->second->target().text()) {
      return absl::StrCat(after.name(),
                          " was confirmed, and is not as it was: ",
                          now->second->ShortDebugString());
    }
  }
  return "";
}

std::string TranslationWorld::Rebind(int translation, bool confirm,
                                     Dice& dice) {
  ModelTranslation& of = model_.translations[translation];
  const Desk& desk = desks_[translation];
  const bool held = desk.latest.task().has_lease();
  const std::string actor = held ? desk.holder : "desk/ed";
  const Translation before = desk.latest;
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
  wrong = confirm ? CheckConfirmed(translation, before, *answer)
                  : CheckRebased(translation, before, *answer);
  if (!wrong.empty()) return wrong;
  if (!confirm) {
    wrong = CheckAskedFor(*answer);
    if (!wrong.empty()) return wrong;
    LoosenGone(translation);
  }
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
