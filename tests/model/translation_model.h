#ifndef COURANT_TESTS_MODEL_TRANSLATION_MODEL_H_
#define COURANT_TESTS_MODEL_TRANSLATION_MODEL_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "courant/v1/translation.pb.h"
#include "tests/model/planted_text.h"

// What the translation desk must say, from what was planted: it never compares
// texts by their words, since it made every edit and knows which sentence each
// of them is.
namespace courant::model {

// From the least to the most that a change may be said to mean. They differ
// only where two readers could tell a story of edits in two ways: of a sentence
// that was divided, the parts have a history together or each its own.
struct Impacts {
  v1::SourceChange::Impact least = v1::SourceChange::IMPACT_UNSPECIFIED;
  v1::SourceChange::Impact most = v1::SourceChange::IMPACT_UNSPECIFIED;
  // What it meant at least while the source had something like what is bound:
  // what befalls words after these is not told of it.
  v1::SourceChange::Impact gone = v1::SourceChange::IMPACT_UNSPECIFIED;
};

// An article of the graph: the original, or what was made by translating.
struct ModelArticle {
  std::string name;
  std::string language;
  // The translation that it was made of, as an index; -1: the original.
  int made_of = -1;
  v1::Article::State state = v1::Article::STATE_UNSPECIFIED;
  int64_t revision = 0;
  Document document;
  // Sentences as they once were.
  std::vector<Placed> former;
  // Units that an editor added to what was made by translating: no translation
  // knows them.
  std::set<std::string> own;
};

// A translation.
struct ModelTranslation {
  std::string name;
  int source = -1;  // article, as an index
  int result = -1;
  std::string language;
  v1::Translation::Scope scope = v1::Translation::FULL;
  bool adaptation = false;
  // Its texts were taken away by a kill.
  bool erased = false;
  int64_t bound_revision = 0;
  // What it is bound to, of its scope, and what each that differs means.
  std::map<int, Placed> bound;
  std::map<int, Impacts> impacts;
  // The most that befell sentences with a history together.
  std::map<int, v1::SourceChange::Impact> together;
  // Somebody's words that must be in it, by sentence: each in one of these
  // wordings (two when two people wrote at once). `loose`: its source may be
  // gone.
  struct Words {
    std::set<std::string> wordings;
    bool loose = false;
  };
  std::map<int, Words> words;
};

// The articles and translations of one sequence.
class TranslationModel {
 public:
  std::vector<ModelArticle> articles;
  std::vector<ModelTranslation> translations;

  // Sentences that have a history together from now on.
  void Relate(int a, int b);

  // `document` is what the article says from its next revision on, which is of
  // this class.
  void Revise(int article, Document document, v1::ChangeNote::Class note_class);

  // Whether a sentence was divided, or joined with another: two readers could
  // then tell differently which is which.
  bool IsRelated(int uid) const { return related_.contains(uid); }

  // Binds to what the source says now.
  void Bind(int translation);

  // The article was stopped, in this way: what follows for others.
  void Stop(int article, v1::Article::State how);

  // The article is not going out any more: neither is what was made from it.
  // True when something waited with it.
  bool TakeBack(int article);

  // What a translation may be said to be, from the least to the most.
  struct Freshness {
    v1::Translation::Freshness least = v1::Translation::CURRENT;
    v1::Translation::Freshness most = v1::Translation::CURRENT;
  };
  Freshness FreshnessOf(int translation) const;

  // What stopped articles make of what was made from this one.
  v1::Translation::Freshness StandingOf(int article) const;

  // True when this article, or one that it was made from, is a draft.
  bool HasDraft(int article) const;

  // This article and those it was made from.
  std::vector<int> ChainOf(int article) const;

  // Sentences of the source that it takes in, as they are now.
  std::map<int, Placed> HeadOf(const ModelTranslation& translation) const;

 private:
  int GroupOf(int uid) const;
  void Touch(int uid, const std::map<int, Placed>& before,
             const std::map<int, Placed>& after,
             v1::ChangeNote::Class note_class, ModelTranslation* translation);

  // Those that have a history together: all, and towards the one that stands
  // for them.
  std::set<int> related_;
  std::map<int, int> group_;
};

}  // namespace courant::model

#endif  // COURANT_TESTS_MODEL_TRANSLATION_MODEL_H_
