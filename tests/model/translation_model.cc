#include "tests/model/translation_model.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace courant::model {
namespace {

using v1::Article;
using v1::ChangeNote;
using v1::SourceChange;
using v1::Translation;
using Impact = SourceChange::Impact;

bool TakesIn(Translation::Scope scope, const std::string& unit) {
  switch (scope) {
    case Translation::HEADLINE:
      return unit == "headline";
    case Translation::HEADLINE_AND_DECKS:
      return unit == "headline" || absl::StartsWith(unit, "decks/");
    case Translation::CAPTIONS:
      return absl::StartsWith(unit, "media/");
    default:
      return true;
  }
}

Impact ImpactOf(Difference difference, ChangeNote::Class note_class) {
  switch (difference) {
    case Difference::kNone:
      return SourceChange::IMPACT_UNSPECIFIED;
    case Difference::kMarks:
      return SourceChange::MINOR;
    case Difference::kPunctuation:
      return note_class == ChangeNote::CORRECTION ? SourceChange::CRITICAL
                                                  : SourceChange::MINOR;
    case Difference::kWords:
      break;
  }
  return note_class == ChangeNote::CORRECTION ? SourceChange::CRITICAL
         : note_class == ChangeNote::REFILE   ? SourceChange::MINOR
                                              : SourceChange::NORMAL;
}

// How a sentence differs in two places where it stands, or in one.
Difference Between(const std::map<int, Placed>& before,
                   const std::map<int, Placed>& after, int uid) {
  const auto was = before.find(uid);
  const auto now = after.find(uid);
  if (was == before.end() && now == after.end()) return Difference::kNone;
  if (was == before.end() || now == after.end()) return Difference::kWords;
  return Compare(was->second, now->second);
}

// Whether a reader would take a sentence for what it was before: it stands in
// the same unit and is alike.
bool GoesOn(const std::map<int, Placed>& before,
            const std::map<int, Placed>& after, int uid) {
  const auto was = before.find(uid), now = after.find(uid);
  return was != before.end() && now != after.end() &&
         was->second.unit == now->second.unit &&
         IsAlike(was->second.sentence, now->second.sentence);
}

// Whether what is bound is in the source, if with other words.
bool IsThere(const std::map<int, Placed>& bound,
             const std::map<int, Placed>& source, int uid) {
  return (bound.contains(uid) &&
          Between(bound, source, uid) < Difference::kWords) ||
         GoesOn(bound, source, uid);
}

Translation::Freshness FreshnessFor(Impact impact, bool adaptation) {
  if (adaptation) {
    return impact >= SourceChange::NORMAL ? Translation::DETACHED
                                          : Translation::CURRENT;
  }
  switch (impact) {
    case SourceChange::MINOR:
      return Translation::OUTDATED_MINOR;
    case SourceChange::NORMAL:
      return Translation::OUTDATED;
    case SourceChange::CRITICAL:
      return Translation::OUTDATED_CRITICAL;
    default:
      return Translation::CURRENT;
  }
}

}  // namespace

int TranslationModel::GroupOf(int uid) const {
  auto found = group_.find(uid);
  while (found != group_.end()) {
    uid = found->second;
    found = group_.find(uid);
  }
  return uid;
}

void TranslationModel::Relate(int a, int b) {
  related_.insert({a, b});
  const int one = GroupOf(a), other = GroupOf(b);
  if (one == other) return;
  group_[other] = one;
  for (ModelTranslation& translation : translations) {
    Impact& most = translation.together[one];
    most = std::max(most, translation.together[other]);
  }
}

std::map<int, Placed> TranslationModel::HeadOf(
    const ModelTranslation& translation) const {
  std::map<int, Placed> head =
      SentencesOf(articles[translation.source].document);
  for (auto it = head.begin(); it != head.end();) {
    it = TakesIn(translation.scope, it->second.unit) ? std::next(it)
                                                     : head.erase(it);
  }
  return head;
}

void TranslationModel::Touch(int uid, const std::map<int, Placed>& before,
                             const std::map<int, Placed>& after,
                             ChangeNote::Class note_class,
                             ModelTranslation* translation) {
  const Difference differs = Between(translation->bound, after, uid);
  const Impact impact = ImpactOf(differs, note_class);
  // Also what it lost to be as it was: the words of one that was joined to it.
  const Impact befell = ImpactOf(Between(before, after, uid), note_class);
  Impact& together = translation->together[GroupOf(uid)];
  together = std::max({together, impact, befell});
  if (impact == SourceChange::IMPACT_UNSPECIFIED) {
    translation->impacts.erase(uid);
    return;
  }
  Impacts& impacts = translation->impacts[uid];
  // Told by what this revision did to it, or by what it is compared to what is
  // bound: "words" that a refile brought and an update gave a comma.
  const Impact step = std::min(impact, befell);
  const bool was_there = IsThere(translation->bound, before, uid);
  if (GoesOn(before, after, uid)) {
    impacts.least = std::max(impacts.least, step);
  } else if (!after.contains(uid) && !was_there) {
    // New words, of which nothing is left.
    impacts.least = impacts.gone;
  } else {
    // What is new, or so other that it may as well be, has no history but that
    // of what is bound.
    impacts.least = std::max(was_there ? impacts.least : impacts.gone, step);
  }
  if (was_there || IsThere(translation->bound, after, uid)) {
    impacts.gone = impacts.least;
  }
  impacts.most = std::max(impacts.most, impact);
}

void TranslationModel::Revise(int article, Document document,
                              ChangeNote::Class note_class) {
  ModelArticle& changed = articles[article];
  std::vector<std::map<int, Placed>> before;
  for (const ModelTranslation& translation : translations) {
    before.push_back(translation.source == article ? HeadOf(translation)
                                                   : std::map<int, Placed>());
  }
  for (const auto& [uid, placed] : SentencesOf(changed.document)) {
    changed.former.push_back(placed);
  }
  changed.document = std::move(document);
  for (size_t i = 0; i < translations.size(); ++i) {
    ModelTranslation& translation = translations[i];
    if (translation.source != article || translation.erased) continue;
    const std::map<int, Placed> after = HeadOf(translation);
    std::set<int> uids;
    for (const auto& [uid, placed] : before[i]) uids.insert(uid);
    for (const auto& [uid, placed] : after) uids.insert(uid);
    for (const int uid : uids) {
      if (Between(before[i], after, uid) == Difference::kNone) continue;
      Touch(uid, before[i], after, note_class, &translation);
    }
    for (auto& [uid, impacts] : translation.impacts) {
      if (!related_.contains(uid)) continue;
      impacts.most = std::max(impacts.most, translation.together[GroupOf(uid)]);
    }
  }
}

void TranslationModel::Bind(int translation) {
  ModelTranslation& bound = translations[translation];
  bound.erased = false;
  bound.bound_revision = articles[bound.source].revision;
  bound.bound = HeadOf(bound);
  bound.impacts.clear();
  bound.together.clear();
}

void TranslationModel::Stop(int article, Article::State how) {
  articles[article].state = how;
  for (size_t i = 0; i < translations.size(); ++i) {
    ModelTranslation& translation = translations[i];
    if (how == Article::KILLED &&
        (translation.source == article || translation.result == article)) {
      translation.erased = true;
      translation.words.clear();
      translation.bound.clear();
      translation.impacts.clear();
      if (translation.result == article) {
        // Of an article that is killed itself, and not with its source, nothing
        // remains tied.
        if (StandingOf(translation.source) != Translation::SOURCE_KILLED) {
          translation.result = -1;
        }
      }
    }
  }
  for (size_t i = 0; i < articles.size(); ++i) {
    ModelArticle& made = articles[i];
    if (made.made_of < 0 || translations[made.made_of].source != article) {
      continue;
    }
    Article::State& state = made.state;
    if (how == Article::KILLED) {
      state = Article::KILLED;
    } else if (state == Article::SCHEDULED) {
      state = Article::DRAFT;
    } else if (state == Article::PUBLISHED || state == Article::CORRECTED ||
               state == Article::EMBARGOED) {
      state = Article::WITHHELD;
    }
    const Article::State own = state;
    Stop(static_cast<int>(i),
         how == Article::KILLED ? Article::KILLED : Article::WITHHELD);
    articles[i].state = own;
  }
}

bool TranslationModel::TakeBack(int article) {
  bool any = false;
  for (size_t i = 0; i < articles.size(); ++i) {
    ModelArticle& made = articles[i];
    if (made.made_of < 0 || translations[made.made_of].source != article) {
      continue;
    }
    if (made.state == Article::SCHEDULED) {
      made.state = Article::DRAFT;
      any = true;
    } else if (made.state == Article::EMBARGOED) {
      made.state = Article::WITHHELD;
      any = true;
    }
    any |= TakeBack(static_cast<int>(i));
  }
  return any;
}

std::vector<int> TranslationModel::ChainOf(int article) const {
  std::vector<int> chain;
  while (true) {
    chain.push_back(article);
    const int made_of = articles[article].made_of;
    if (made_of < 0) return chain;
    article = translations[made_of].source;
  }
}

bool TranslationModel::HasDraft(int article) const {
  const std::vector<int> chain = ChainOf(article);
  return std::any_of(chain.begin(), chain.end(), [this](int link) {
    return articles[link].state == Article::DRAFT;
  });
}

Translation::Freshness TranslationModel::StandingOf(int article) const {
  Translation::Freshness worst = Translation::CURRENT;
  for (const int link : ChainOf(article)) {
    switch (articles[link].state) {
      case Article::KILLED:
        return Translation::SOURCE_KILLED;
      case Article::WITHDRAWN:
        worst = std::max(worst, Translation::SOURCE_WITHDRAWN);
        break;
      case Article::WITHHELD:
      case Article::EXPIRED:
        worst = std::max(worst, Translation::SOURCE_WITHHELD);
        break;
      default:
        break;
    }
  }
  return worst;
}

TranslationModel::Freshness TranslationModel::FreshnessOf(
    int translation) const {
  const ModelTranslation& of = translations[translation];
  const Translation::Freshness standing = StandingOf(of.source);
  if (standing != Translation::CURRENT) return {standing, standing};
  Impacts worst;
  for (const auto& [uid, impacts] : of.impacts) {
    worst.least = std::max(worst.least, impacts.least);
    worst.most = std::max(worst.most, impacts.most);
  }
  return {FreshnessFor(worst.least, of.adaptation),
          FreshnessFor(worst.most, of.adaptation)};
}

}  // namespace courant::model
