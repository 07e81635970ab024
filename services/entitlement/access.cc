#include "services/entitlement/access.h"

#include <algorithm>

#include "courant/v1/article.pb.h"
#include "services/filter/language_range.h"

namespace courant {
namespace {

using v1::AccessRule;
using v1::Article;
using v1::Grant;
using v1::Rights;

void Count(const RuleId& id, AccessRule::Reason reason, CountedRules& rules) {
  const CountedRule rule{id.name, id.revision, reason};
  // Two grants of one contract may both lead to it.
  if (std::find(rules.begin(), rules.end(), rule) == rules.end()) {
    rules.push_back(rule);
  }
}

// What is made of it by a program.
bool IsProhibited(Rights::DataMining mining, Grant::Use use) {
  const bool trains = use == Grant::AI_TRAINING;
  const bool is_program = trains || use == Grant::AI_INPUT;
  switch (mining) {
    case Rights::DATA_MINING_UNSPECIFIED:
    case Rights::ALLOWED:
      return false;
    case Rights::PROHIBITED_TRAINING:
    case Rights::PROHIBITED_GENERATIVE_TRAINING:
      return trains;
    case Rights::PROHIBITED_EXCEPT_SEARCH:
      return is_program;
    default:
      // A policy in words is for people to read.
      return is_program || use == Grant::SEARCH_INDEX;
  }
}

bool IsOut(Article::State state) {
  return state == Article::EMBARGOED || state == Article::PUBLISHED ||
         state == Article::CORRECTED;
}

// Why an article in `state` is for nobody; unspecified when it is out.
AccessRule::Reason ByState(Article::State state) {
  if (IsOut(state)) return AccessRule::REASON_UNSPECIFIED;
  switch (state) {
    case Article::WITHHELD:
    case Article::WITHDRAWN:
    case Article::KILLED:
      return AccessRule::STOPPED;
    case Article::EXPIRED:
      return AccessRule::EXPIRED;
    default:
      return AccessRule::NOT_OUT;
  }
}

bool IsUnderEmbargo(const AccessQuestion& question) {
  const storage::v1::Attributes& article = question.attributes;
  if (!IsOut(article.state())) return false;
  const int64_t until = article.embargo_until_us();
  if (article.state() == Article::EMBARGOED && !question.is_to_come) {
    return true;
  }
  return until == 0 ? article.state() == Article::EMBARGOED
                    : question.time < absl::FromUnixMicros(until);
}

bool HasExpired(const AccessQuestion& question) {
  const int64_t at = question.attributes.expires_at_us();
  return at != 0 && question.time >= absl::FromUnixMicros(at);
}

// What the article says against it.
void CountArticle(const PartnerRights& rights, const AccessQuestion& question,
                  CountedRules& rules) {
  const storage::v1::Attributes& article = question.attributes;
  const auto count = [&](AccessRule::Reason reason) {
    rules.push_back({question.article, question.revision, reason});
  };
  const AccessRule::Reason by_state = ByState(article.state());
  if (by_state != AccessRule::REASON_UNSPECIFIED) count(by_state);
  if (by_state != AccessRule::EXPIRED && HasExpired(question)) {
    count(AccessRule::EXPIRED);
  }
  if (IsUnderEmbargo(question) && !rights.gets_notices) {
    count(AccessRule::UNDER_EMBARGO);
  }
  // Nothing else lets it go: not what a later program calls it, nor terms in
  // words, which are for people to read.
  if (article.rights_status() != Rights::CLEARED) {
    count(AccessRule::RIGHTS_UNKNOWN);
  }
  if (IsProhibited(article.data_mining(), question.use)) {
    count(AccessRule::DATA_MINING_PROHIBITED);
  }
}

// A grant with all that it depends on.
class GrantInQuestion {
 public:
  GrantInQuestion(const PartnerRights& rights, const GrantRule& grant,
                  const AccessQuestion& question)
      : grant_(grant),
        contract_(rights.contracts[grant.contract]),
        product_(rights.products[grant.product]),
        question_(question) {}

  // The product has the article.
  bool Selects() const { return product_.articles.Matches(Attributes()); }

  bool IsForLanguage() const {
    const std::string& language = Attributes().language();
    return grant_.languages.empty() ||
           std::any_of(grant_.languages.begin(), grant_.languages.end(),
                       [&](const std::string& range) {
                         return filter::LanguageIsIn(language, range);
                       });
  }

  // It is in force and is about this article and use, suspended or not,
  // wherever.
  bool Covers() const {
    return contract_.window.Contains(question_.time) &&
           grant_.window.Contains(question_.time) && IsForUse() && Selects() &&
           IsForLanguage();
  }

  bool IsForTerritory() const {
    return IsIn(grant_.territories, question_.territory);
  }

  bool IsExcluded() const {
    return contract_.excluded.Contains(question_.territory);
  }

  // It is not suspended, nor is anything that it needs, and the contract is for
  // that age and territory: with Covers() and IsForTerritory() it allows.
  bool IsOpen() const {
    return !contract_.suspended && !grant_.suspended && !product_.suspended &&
           !IsTooOld() && IsIn(contract_.territories, question_.territory);
  }

  const GrantRule& grant() const { return grant_; }
  const ContractRule& contract() const { return contract_; }

  // Everything that keeps it from allowing, but for what the product selects.
  void CountObstacles(CountedRules& rules) const {
    const struct {
      const RuleId& id;
      AccessRule::Reason reason;
      bool stands;
    } obstacles[] = {
        {contract_.id, AccessRule::CONTRACT_SUSPENDED, contract_.suspended},
        {contract_.id, AccessRule::CONTRACT_NOT_IN_FORCE,
         !contract_.window.Contains(question_.time)},
        {contract_.id, AccessRule::TOO_OLD, IsTooOld()},
        {contract_.id, AccessRule::CONTRACT_TERRITORY,
         !IsIn(contract_.territories, question_.territory)},
        {grant_.id, AccessRule::GRANT_SUSPENDED, grant_.suspended},
        {grant_.id, AccessRule::GRANT_NOT_IN_FORCE,
         !grant_.window.Contains(question_.time)},
        {grant_.id, AccessRule::USE_NOT_GRANTED, !IsForUse()},
        {grant_.id, AccessRule::GRANT_TERRITORY, !IsForTerritory()},
        {grant_.id, AccessRule::LANGUAGE_NOT_GRANTED, !IsForLanguage()},
        {product_.id, AccessRule::PRODUCT_SUSPENDED, product_.suspended},
    };
    for (const auto& obstacle : obstacles) {
      if (obstacle.stands) Count(obstacle.id, obstacle.reason, rules);
    }
  }

 private:
  static bool IsIn(const TerritorySet& set, Territory territory) {
    return set.empty() || set.Contains(territory);
  }

  const storage::v1::Attributes& Attributes() const {
    return question_.attributes;
  }

  // A use that this program does not know is in no grant that allows.
  bool IsForUse() const {
    return Grant::Use_IsValid(question_.use) && grant_.uses.test(question_.use);
  }

  bool IsTooOld() const {
    return question_.time - absl::FromUnixMicros(Attributes().list_time_us()) >
           contract_.max_age;
  }

  const GrantRule& grant_;
  const ContractRule& contract_;
  const ProductRule& product_;
  const AccessQuestion& question_;
};

}  // namespace

AccessAnswer Decide(const PartnerRights& rights,
                    const AccessQuestion& question) {
  CountedRules denying;
  CountArticle(rights, question, denying);
  if (rights.suspended) {
    Count(rights.id, AccessRule::PARTNER_SUSPENDED, denying);
  }
  CountedRules allowing;
  for (const GrantRule& rule : rights.grants) {
    const GrantInQuestion grant(rights, rule, question);
    if (!grant.Covers()) continue;
    if (rule.blocks) {
      if (grant.IsForTerritory()) Count(rule.id, AccessRule::BLOCKED, denying);
    } else if (grant.IsExcluded()) {
      Count(grant.contract().id, AccessRule::TERRITORY_EXCLUDED, denying);
    } else if (grant.IsForTerritory() && grant.IsOpen()) {
      Count(rule.id, AccessRule::GRANTED, allowing);
    }
  }
  if (!denying.empty()) return {v1::Access::DENY, std::move(denying)};
  if (allowing.empty()) {
    Count(rights.id, AccessRule::NO_GRANT, denying);
    return {v1::Access::DENY, std::move(denying)};
  }
  if (IsUnderEmbargo(question)) {
    allowing.insert(allowing.begin(), {question.article, question.revision,
                                       AccessRule::PRE_NOTICE_ONLY});
    return {v1::Access::METADATA, std::move(allowing)};
  }
  return {v1::Access::FULL, std::move(allowing)};
}

bool IsInAnyGrant(const PartnerRights& rights, const AccessQuestion& question) {
  return std::any_of(
      rights.grants.begin(), rights.grants.end(), [&](const GrantRule& rule) {
        const GrantInQuestion grant(rights, rule, question);
        return !rule.blocks && grant.IsForLanguage() && grant.Selects();
      });
}

CountedRules ObstaclesTo(const PartnerRights& rights,
                         const AccessQuestion& question) {
  CountedRules obstacles;
  for (const GrantRule& rule : rights.grants) {
    const GrantInQuestion grant(rights, rule, question);
    if (!rule.blocks && grant.Selects()) grant.CountObstacles(obstacles);
  }
  return obstacles;
}

}  // namespace courant
