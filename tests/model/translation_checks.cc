#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "courant/v1/article_service.pb.h"
#include "storage/view.h"
#include "tests/model/translation_call.h"

// What must hold after every step.
namespace courant::model {
namespace {

using v1::Article;
using v1::SourceChange;
using v1::Translation;

bool IsForReaders(Article::State state) {
  return state == Article::PUBLISHED || state == Article::CORRECTED;
}

// When an article that waits will be public.
absl::Time PublicFrom(const Article& article) {
  absl::Time time = absl::InfinitePast();
  const Article::State state = article.state();
  if (state != Article::SCHEDULED && state != Article::EMBARGOED &&
      state != Article::DRAFT) {
    return time;
  }
  if (article.has_embargo_until()) time = TimeOf(article.embargo_until());
  if (state == Article::SCHEDULED) {
    time = std::max(time, TimeOf(article.schedule_time()));
  }
  return time;
}

// Elsewhere, and told of the same.
bool OnlyMoved(const SourceChange& change) {
  return change.kind() == SourceChange::MOVED &&
         change.impact() == SourceChange::IMPACT_UNSPECIFIED;
}

std::string Trimmed(std::string text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

}  // namespace

std::string TranslationWorld::CheckFreshness(int translation,
                                             const Translation& read) {
  const auto expected = model_.FreshnessOf(translation);
  ++counts_.checks;
  const auto name = [](Translation::Freshness freshness) {
    return Translation::Freshness_Name(freshness);
  };
  if (read.freshness() < expected.least) {
    return absl::StrCat(
        read.name(), " is said to be ", name(read.freshness()), " and is ",
        name(expected.least), "; changes:\n",
        absl::StrJoin(read.source_changes(), "\n",
                      [](std::string* out, const SourceChange& change) {
                        *out += change.ShortDebugString();
                      }));
  }
  if (read.freshness() > expected.most) {
    ++counts_.false_outdated;
    Tell(absl::StrCat("FALSE OUTDATED: ", read.name(), " is said to be ",
                      name(read.freshness()), " and is ", name(expected.most),
                      "; ", read.ShortDebugString().substr(0, 3000)));
    // What stopped articles make of it is never too much by a little; an
    // adaptation has no less to say than DETACHED.
    if (read.freshness() > Translation::DETACHED ||
        (read.freshness() == Translation::DETACHED &&
         !model_.translations[translation].adaptation)) {
      return absl::StrCat(read.name(), " is said to be ",
                          name(read.freshness()), " and is ",
                          name(expected.most));
    }
  }
  return "";
}

std::string TranslationWorld::CheckChanges(int translation,
                                           const Translation& read) {
  const ModelTranslation& of = model_.translations[translation];
  const std::map<int, Placed> head = model_.HeadOf(of);
  std::set<std::string> differing;
  for (const auto& [uid, impacts] : of.impacts) {
    const auto was = of.bound.find(uid);
    const auto now = head.find(uid);
    const std::string was_text =
        was == of.bound.end() ? "" : Sentences::TextOf(was->second.sentence);
    const std::string now_text =
        now == head.end() ? "" : Sentences::TextOf(now->second.sentence);
    if (!was_text.empty()) differing.insert(was_text);
    if (!now_text.empty()) differing.insert(now_text);
    ++counts_.sentence_checks;
    bool told_was = was_text.empty(), told_now = now_text.empty();
    for (const SourceChange& change : read.source_changes()) {
      if (OnlyMoved(change)) continue;
      told_was |=
          !was_text.empty() && absl::StrContains(change.was(), was_text);
      told_now |=
          !now_text.empty() && absl::StrContains(change.now(), now_text);
    }
    if (!told_was || !told_now) {
      return absl::StrCat(read.name(), " does not say that \"", was_text,
                          "\" is \"", now_text, "\" now");
    }
  }
  for (const SourceChange& change : read.source_changes()) {
    if (OnlyMoved(change)) continue;
    const bool about_one = std::any_of(
        differing.begin(), differing.end(), [&](const std::string& text) {
          return absl::StrContains(change.was(), text) ||
                 absl::StrContains(change.now(), text);
        });
    if (!about_one) {
      ++counts_.false_changes;
      Tell("FALSE CHANGE: " + change.ShortDebugString());
    }
  }
  return "";
}

std::string TranslationWorld::CheckBinding(int translation,
                                           const Translation& read) {
  const ModelTranslation& of = model_.translations[translation];
  std::set<std::string> expected, found;
  for (const auto& [uid, placed] : of.bound) {
    expected.insert(Sentences::TextOf(placed.sentence));
  }
  std::set<std::string> ids, said;
  for (const v1::SourceSegment& source : read.content().source_segments()) {
    found.insert(Trimmed(source.text().text()));
    if (!ids.insert(source.id()).second) return "twice: " + source.id();
  }
  if (expected != found) {
    return absl::StrCat(read.name(), " is bound to\n",
                        absl::StrJoin(found, "\n"), "\nand not to\n",
                        absl::StrJoin(expected, "\n"));
  }
  for (const v1::Segment& segment : read.content().segments()) {
    if (segment.sources_size() == 0 || segment.sources(0) != segment.id()) {
      return "a segment without its source: " + segment.ShortDebugString();
    }
    for (const std::string& id : segment.sources()) {
      if (!said.insert(id).second) return "said twice: " + id;
    }
  }
  if (ids != said) return read.name() + ": not every source is in a segment";
  if (read.source_revision() != of.bound_revision) {
    return absl::StrCat(read.name(), " is bound to revision ",
                        read.source_revision(), " and not ", of.bound_revision);
  }
  return "";
}

std::string TranslationWorld::CheckWords(int translation,
                                         const Translation& read) {
  ModelTranslation& of = model_.translations[translation];
  // What the segments of each unit say, put together.
  std::map<std::string, std::string> unit_of;
  for (const v1::SourceSegment& source : read.content().source_segments()) {
    unit_of[source.id()] = source.unit();
  }
  std::map<std::string, v1::RichText> units;
  for (const v1::Segment& segment : read.content().segments()) {
    std::string& text = *units[unit_of[segment.id()]].mutable_text();
    const std::string& more = segment.target().text();
    if (!text.empty() && !more.empty() && text.back() != ' ') text += ' ';
    text += more;
  }
  std::set<std::string> texts;
  std::string all;
  for (const auto& [unit, text] : units) {
    std::vector<Sentence> sentences;
    if (!sentences_->Parse(text, &sentences)) {
      absl::StrAppend(&all, " ", text.text());
      continue;
    }
    for (const Sentence& sentence : sentences) {
      texts.insert(Sentences::TextOf(sentence));
    }
  }
  for (auto it = of.words.begin(); it != of.words.end();) {
    ModelTranslation::Words& words = it->second;
    std::set<std::string> there;
    for (const std::string& wording : words.wordings) {
      if (texts.contains(wording) || absl::StrContains(all, wording)) {
        there.insert(wording);
      }
    }
    if (!there.empty()) {
      words = {.wordings = std::move(there)};
      ++it;
    } else if (words.loose) {
      it = of.words.erase(it);
    } else {
      return absl::StrCat("lost from ", read.name(), ": \"",
                          absl::StrJoin(words.wordings, "\" or \""), "\"");
    }
  }
  return "";
}

std::string TranslationWorld::CheckTranslation(int translation) {
  const ModelTranslation& of = model_.translations[translation];
  v1::GetTranslationRequest request;
  request.set_name(of.name);
  request.set_view(v1::TRANSLATION_VIEW_FULL);
  const auto read = Call<Translation>("GetTranslation", "", request);
  if (!read.ok()) {
    return of.erased && desks_[translation].latest.name().empty()
               ? ""
               : read.status().ToString();
  }
  desks_[translation].latest = *read;
  std::string wrong = CheckFreshness(translation, *read);
  if (!wrong.empty()) return wrong;
  if (of.erased) {
    return read->has_content() || !read->source_changes().empty()
               ? of.name + " still has texts"
               : "";
  }
  for (auto check :
       {&TranslationWorld::CheckChanges, &TranslationWorld::CheckBinding,
        &TranslationWorld::CheckWords}) {
    wrong = (this->*check)(translation, *read);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

std::string TranslationWorld::CheckEmbargo(int article, const Article& read) {
  const std::vector<int> chain = model_.ChainOf(article);
  const bool came_out =
      IsForReaders(read.state()) && !IsForReaders(read_[article].state());
  const bool waits =
      read.state() == Article::SCHEDULED || read.state() == Article::EMBARGOED;
  for (size_t i = 1; i < chain.size(); ++i) {
    const Article& source = read_[chain[i]];
    const bool stopped = source.state() == Article::WITHHELD ||
                         source.state() == Article::WITHDRAWN ||
                         source.state() == Article::KILLED;
    if (stopped && (IsForReaders(read.state()) || waits)) {
      return absl::StrCat(
          read.name(), " is ", Article::State_Name(read.state()), ", and ",
          source.name(), " ", Article::State_Name(source.state()));
    }
    if (source.state() == Article::DRAFT && (came_out || waits)) {
      return absl::StrCat(read.name(), " is ",
                          Article::State_Name(read.state()), ", and ",
                          source.name(), " is a draft");
    }
    const absl::Time from = PublicFrom(source);
    if (from <= clock_.Now()) continue;
    if (came_out || (waits && PublicFrom(read) < from)) {
      return absl::StrCat(
          read.name(), " is ", Article::State_Name(read.state()), " from ",
          absl::FormatTime(PublicFrom(read)), " on, but its source ",
          source.name(), " not before ", absl::FormatTime(from));
    }
  }
  return "";
}

absl::Time TranslationWorld::EarliestFor(int source) const {
  absl::Time earliest = absl::InfinitePast();
  for (const int link : model_.ChainOf(source)) {
    earliest = std::max(earliest, PublicFrom(read_[link]));
  }
  return earliest;
}

std::string TranslationWorld::CheckArticle(int article) {
  ModelArticle& of = model_.articles[article];
  v1::GetArticleRequest request;
  request.set_name(of.name);
  const auto read = Call<Article>("GetArticle", "", request);
  if (!read.ok()) return read.status().ToString();
  of.revision = read->revision();
  if (read->state() != of.state) {
    return absl::StrCat(of.name, " (", of.language, ") is ",
                        Article::State_Name(read->state()), " and not ",
                        Article::State_Name(of.state));
  }
  // In the order in which they were made: sources are looked at first.
  std::string wrong = CheckEmbargo(article, *read);
  if (!wrong.empty()) return wrong;
  read_[article] = *read;
  if (of.state == Article::KILLED) return "";
  Document document;
  if (!sentences_->Parse(*read, &document)) {
    return "words came from nowhere: " + read->ShortDebugString();
  }
  const std::map<int, Placed> now = SentencesOf(document);
  for (const auto& [uid, placed] : SentencesOf(of.document)) {
    const auto found = now.find(uid);
    if (found == now.end() ||
        Compare(found->second.sentence, placed.sentence) != Difference::kNone) {
      return absl::StrCat(
          of.name, " does not say: ", Sentences::TextOf(placed.sentence));
    }
  }
  return "";
}

std::string TranslationWorld::CheckForbidden() {
  if (forbidden_.empty()) return "";
  std::string all;
  for (const ModelArticle& article : model_.articles) {
    v1::GetArticleRequest get;
    get.set_name(article.name);
    all += server_->Call("GetArticle", "", get).value_or("");
    for (int64_t i = 1; i <= article.revision; ++i) {
      v1::GetArticleRevisionRequest revision;
      revision.set_name(absl::StrCat(article.name, "/revisions/", i));
      all += server_->Call("GetArticleRevision", "", revision).value_or("");
    }
  }
  for (const ModelTranslation& translation : model_.translations) {
    v1::GetTranslationRequest get;
    get.set_name(translation.name);
    get.set_view(v1::TRANSLATION_VIEW_FULL);
    all += server_->Call("GetTranslation", "", get).value_or("");
    v1::DiffTranslationSourceRequest diff;
    diff.set_name(translation.name);
    all += server_->Call("DiffTranslationSource", "", diff).value_or("");
    v1::ListTranslationsRequest list;
    list.set_parent(model_.articles[translation.source].name);
    all += server_->Call("ListTranslations", "", list).value_or("");
  }
  const storage::View view(server_->store().database());
  const uint64_t last =
      server_->store().applier().applied().last_sequence.value();
  for (uint64_t at = first_sequence_; at <= last; ++at) {
    const auto entry = view.ReadEntry(Sequence(at));
    if (entry.ok()) absl::StrAppend(&all, entry->article, entry->facts_bytes);
  }
  for (const std::string& word : forbidden_) {
    if (absl::StrContains(all, word)) return "can be read still: " + word;
  }
  return "";
}

std::string TranslationWorld::CheckAll() {
  for (size_t i = 0; i < model_.articles.size(); ++i) {
    std::string wrong = CheckArticle(static_cast<int>(i));
    if (!wrong.empty()) return wrong;
  }
  for (size_t i = 0; i < model_.translations.size(); ++i) {
    std::string wrong = CheckTranslation(static_cast<int>(i));
    if (!wrong.empty()) return wrong;
  }
  return "";
}

}  // namespace courant::model
