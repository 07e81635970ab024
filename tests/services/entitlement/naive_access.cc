#include "tests/services/entitlement/naive_access.h"

namespace courant {
namespace {

using Reason = v1::AccessRule;

constexpr int64_t kDayUs = int64_t{24} * 60 * 60 * 1'000'000;

// Times as pairs: seconds, nanoseconds.
using Instant = std::pair<int64_t, int64_t>;

Instant InstantOf(const google::protobuf::Timestamp& time) {
  return {time.seconds(), time.nanos()};
}

Instant InstantOf(int64_t us) {
  const int64_t seconds = us >= 0 ? us / 1'000'000 : (us - 999'999) / 1'000'000;
  return {seconds, (us - seconds * 1'000'000) * 1000};
}

// Before what is valid, in it, or after it.
template <typename Message>
bool IsValid(const Message& message, int64_t time_us) {
  const Instant now = InstantOf(time_us);
  if (message.has_valid_from() && now < InstantOf(message.valid_from())) {
    return false;
  }
  if (message.has_valid_to() && now >= InstantOf(message.valid_to())) {
    return false;
  }
  return true;
}

template <typename List, typename Value>
bool Lists(const List& list, const Value& value) {
  for (const auto& one : list) {
    if (one == value) return true;
  }
  return false;
}

template <typename List, typename Value>
bool ListsOrIsEmpty(const List& list, const Value& value) {
  return list.size() == 0 || Lists(list, value);
}

// "en" takes "en" and "en-GB", and not "eng". Tags have one spelling.
bool TakesLanguage(const v1::Grant& grant, const std::string& language) {
  if (grant.languages_size() == 0) return true;
  for (const std::string& range : grant.languages()) {
    if (language == range) return true;
    if (language.size() > range.size() && language[range.size()] == '-' &&
        language.compare(0, range.size(), range) == 0) {
      return true;
    }
  }
  return false;
}

// What only a later program can read forbids.
bool Allows(const v1::Grant& grant) {
  switch (grant.effect()) {
    case v1::Grant::EFFECT_UNSPECIFIED:
    case v1::Grant::ALLOW:
      return true;
    default:
      return false;
  }
}

// A block without a use that has a name is of all.
bool BlocksUse(const v1::Grant& grant, v1::Grant::Use use) {
  bool has_known = false;
  for (const int one : grant.uses()) {
    if (one == use) return true;
    has_known = has_known || !v1::Grant::Use_Name(one).empty();
  }
  return !has_known;
}

bool HasArticle(const PlainRights& rights, const std::string& product,
                const PlainQuestion& question) {
  const std::optional<Wish>& wish = rights.wishes.at(product);
  return !wish || Fulfils(question.attributes, *wish);
}

const v1::Product& ProductOf(const PlainRights& rights,
                             const v1::Grant& grant) {
  for (const v1::Product& product : rights.products) {
    if (product.name() == grant.product()) return product;
  }
  return v1::Product::default_instance();
}

bool IsOfContract(const v1::Grant& grant, const v1::Contract& contract) {
  const size_t end = contract.name().size();
  return grant.name().compare(0, end, contract.name()) == 0 &&
         grant.name().compare(end, 8, "/grants/") == 0;
}

bool IsTooOld(const v1::Contract& contract, const PlainQuestion& question) {
  return contract.archive_days() != 0 &&
         question.time_us - question.attributes.list_time_us() >
             contract.archive_days() * kDayUs;
}

bool CameOut(const storage::v1::Attributes& article) {
  return article.state() == v1::Article::PUBLISHED ||
         article.state() == v1::Article::CORRECTED ||
         article.state() == v1::Article::EMBARGOED;
}

bool EmbargoLasts(const PlainQuestion& question) {
  const storage::v1::Attributes& article = question.attributes;
  if (!CameOut(article)) return false;
  const bool says_when = article.embargo_until_us() != 0;
  const bool is_over =
      says_when && question.time_us >= article.embargo_until_us();
  if (article.state() == v1::Article::EMBARGOED) {
    return !(question.is_to_come && is_over);
  }
  return says_when && !is_over;
}

// Rows: what the article says of programs. Columns: training, input, search.
bool ForbidsPrograms(v1::Rights::DataMining mining, v1::Grant::Use use) {
  const int column = use == v1::Grant::AI_TRAINING    ? 0
                     : use == v1::Grant::AI_INPUT     ? 1
                     : use == v1::Grant::SEARCH_INDEX ? 2
                                                      : 3;
  static const std::map<v1::Rights::DataMining, std::string>& table =
      *new std::map<v1::Rights::DataMining, std::string>{
          {v1::Rights::DATA_MINING_UNSPECIFIED, "...."},
          {v1::Rights::ALLOWED, "...."},
          {v1::Rights::PROHIBITED, "xxx."},
          {v1::Rights::PROHIBITED_EXCEPT_SEARCH, "xx.."},
          {v1::Rights::PROHIBITED_GENERATIVE_TRAINING, "x..."},
          {v1::Rights::PROHIBITED_TRAINING, "x..."},
          {v1::Rights::SEE_POLICY, "xxx."}};
  // What a later program says.
  if (table.count(mining) == 0) return column < 3;
  return table.at(mining)[column] == 'x';
}

// Rule 1.
void DenyByArticle(const PlainRights& rights, const PlainQuestion& question,
                   std::set<PlainRule>& denials) {
  const storage::v1::Attributes& article = question.attributes;
  const auto deny = [&](Reason::Reason reason) {
    denials.insert({question.article, question.revision, reason});
  };
  if (article.state() == v1::Article::STATE_UNSPECIFIED ||
      article.state() == v1::Article::DRAFT ||
      article.state() == v1::Article::SCHEDULED ||
      v1::Article::State_Name(article.state()).empty()) {
    deny(Reason::NOT_OUT);
  }
  if (article.state() == v1::Article::WITHHELD ||
      article.state() == v1::Article::WITHDRAWN ||
      article.state() == v1::Article::KILLED) {
    deny(Reason::STOPPED);
  }
  if (article.state() == v1::Article::EXPIRED) deny(Reason::EXPIRED);
  if (article.expires_at_us() != 0 &&
      article.expires_at_us() <= question.time_us) {
    deny(Reason::EXPIRED);
  }
  if (EmbargoLasts(question) &&
      rights.partner.embargo_clearance() != v1::Partner::PRE_NOTICE) {
    deny(Reason::UNDER_EMBARGO);
  }
  const bool is_cleared =
      article.has_rights_status() &&
      v1::Rights::Status_Name(article.rights_status()) == "CLEARED";
  if (!is_cleared) deny(Reason::RIGHTS_UNKNOWN);
  if (ForbidsPrograms(article.data_mining(), question.use)) {
    deny(Reason::DATA_MINING_PROHIBITED);
  }
}

// Rule 3, the grants that block.
void DenyByBlock(const PlainRights& rights, const PlainQuestion& question,
                 std::set<PlainRule>& denials) {
  for (const v1::Contract& contract : rights.contracts) {
    if (!IsValid(contract, question.time_us)) continue;
    for (const v1::Grant& grant : rights.grants) {
      if (IsOfContract(grant, contract) && !Allows(grant) &&
          IsValid(grant, question.time_us) && BlocksUse(grant, question.use) &&
          ListsOrIsEmpty(grant.territories(), question.territory) &&
          TakesLanguage(grant, question.attributes.language()) &&
          HasArticle(rights, grant.product(), question)) {
        denials.insert({grant.name(), grant.revision(), Reason::BLOCKED});
      }
    }
  }
}

// Rule 3, the territories that a contract excludes.
void DenyByTerritory(const PlainRights& rights, const PlainQuestion& question,
                     std::set<PlainRule>& denials) {
  for (const v1::Contract& contract : rights.contracts) {
    if (!Lists(contract.excluded_territories(), question.territory)) continue;
    if (!IsValid(contract, question.time_us)) continue;
    for (const v1::Grant& grant : rights.grants) {
      if (IsOfContract(grant, contract) && Allows(grant) &&
          IsValid(grant, question.time_us) &&
          Lists(grant.uses(), question.use) &&
          TakesLanguage(grant, question.attributes.language()) &&
          HasArticle(rights, grant.product(), question)) {
        denials.insert(
            {contract.name(), contract.revision(), Reason::TERRITORY_EXCLUDED});
      }
    }
  }
}

// Everything between a grant that allows and the article in its product.
std::set<PlainRule> Hurdles(const PlainRights& rights,
                            const v1::Contract& contract,
                            const v1::Grant& grant,
                            const PlainQuestion& question) {
  std::set<PlainRule> hurdles;
  const auto add = [&](const auto& of, Reason::Reason reason) {
    hurdles.insert({of.name(), of.revision(), reason});
  };
  if (contract.has_suspension()) add(contract, Reason::CONTRACT_SUSPENDED);
  if (!IsValid(contract, question.time_us)) {
    add(contract, Reason::CONTRACT_NOT_IN_FORCE);
  }
  if (IsTooOld(contract, question)) add(contract, Reason::TOO_OLD);
  if (!ListsOrIsEmpty(contract.territories(), question.territory)) {
    add(contract, Reason::CONTRACT_TERRITORY);
  }
  if (grant.has_suspension()) add(grant, Reason::GRANT_SUSPENDED);
  if (!IsValid(grant, question.time_us)) {
    add(grant, Reason::GRANT_NOT_IN_FORCE);
  }
  if (!Lists(grant.uses(), question.use)) add(grant, Reason::USE_NOT_GRANTED);
  if (!ListsOrIsEmpty(grant.territories(), question.territory)) {
    add(grant, Reason::GRANT_TERRITORY);
  }
  if (!TakesLanguage(grant, question.attributes.language())) {
    add(grant, Reason::LANGUAGE_NOT_GRANTED);
  }
  const v1::Product& product = ProductOf(rights, grant);
  if (product.has_suspension()) add(product, Reason::PRODUCT_SUSPENDED);
  return hurdles;
}

}  // namespace

PlainAnswer DecidePlainly(const PlainRights& rights,
                          const PlainQuestion& question) {
  std::set<PlainRule> denials;
  DenyByArticle(rights, question, denials);
  if (rights.partner.has_suspension()) {
    denials.insert({rights.partner.name(), rights.partner.revision(),
                    Reason::PARTNER_SUSPENDED});
  }
  DenyByBlock(rights, question, denials);
  DenyByTerritory(rights, question, denials);
  if (!denials.empty()) return {v1::Access::DENY, denials};

  std::set<PlainRule> allowing;
  for (const v1::Contract& contract : rights.contracts) {
    for (const v1::Grant& grant : rights.grants) {
      if (IsOfContract(grant, contract) && Allows(grant) &&
          HasArticle(rights, grant.product(), question) &&
          Hurdles(rights, contract, grant, question).empty()) {
        allowing.insert({grant.name(), grant.revision(), Reason::GRANTED});
      }
    }
  }
  if (allowing.empty()) {
    return {
        v1::Access::DENY,
        {{rights.partner.name(), rights.partner.revision(), Reason::NO_GRANT}}};
  }
  if (!EmbargoLasts(question)) return {v1::Access::FULL, allowing};
  allowing.insert(
      {question.article, question.revision, Reason::PRE_NOTICE_ONLY});
  return {v1::Access::METADATA, allowing};
}

std::set<PlainRule> ObstaclesPlainly(const PlainRights& rights,
                                     const PlainQuestion& question) {
  std::set<PlainRule> all;
  for (const v1::Contract& contract : rights.contracts) {
    for (const v1::Grant& grant : rights.grants) {
      if (IsOfContract(grant, contract) && Allows(grant) &&
          HasArticle(rights, grant.product(), question)) {
        all.merge(Hurdles(rights, contract, grant, question));
      }
    }
  }
  return all;
}

}  // namespace courant
