// The decision against one that shares no code with it.

#include <cstdint>
#include <iostream>
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/entitlement/access.h"
#include "services/entitlement/partner_rights.h"
#include "tests/model/environment.h"
#include "tests/services/entitlement/naive_access.h"
#include "tests/services/entitlement/random_rights.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

// As many as fit into some seconds under the sanitizers.
constexpr uint64_t kUsual = 1'000'000;
// Questions about one partner, and how many there are to one that asks what was
// in the way besides.
constexpr uint64_t kQuestions = 250;
constexpr uint64_t kEach = 5;
// Questions about one article.
constexpr uint64_t kOfOneArticle = 3;

RightsRecords RecordsOf(const PlainRights& plain) {
  return {plain.partner, plain.contracts, plain.grants, plain.products};
}

AccessQuestion QuestionOf(const PlainQuestion& plain) {
  return {.article = plain.article,
          .revision = plain.revision,
          .attributes = plain.attributes,
          .use = plain.use,
          .territory = *Territory::Parse(plain.territory),
          .time = absl::FromUnixMicros(plain.time_us),
          .is_to_come = plain.is_to_come};
}

std::set<PlainRule> Plain(const CountedRules& rules) {
  std::set<PlainRule> plain;
  for (const CountedRule& rule : rules) {
    plain.insert({rule.name, rule.revision, rule.reason});
  }
  EXPECT_EQ(plain.size(), rules.size()) << "a rule is named twice";
  return plain;
}

std::string Text(const std::set<PlainRule>& rules) {
  std::string text;
  for (const auto& [name, revision, reason] : rules) {
    absl::StrAppend(&text, " ", name, "@", revision, ":",
                    v1::AccessRule::Reason_Name(reason));
  }
  return text;
}

std::string Text(const PlainRights& rights, const PlainQuestion& question) {
  std::string text = rights.partner.ShortDebugString();
  for (const auto& one : rights.contracts) {
    absl::StrAppend(&text, "\n", one.ShortDebugString());
  }
  for (const auto& one : rights.grants) {
    absl::StrAppend(&text, "\n", one.ShortDebugString());
  }
  for (const auto& one : rights.products) {
    absl::StrAppend(&text, "\n", one.ShortDebugString());
  }
  return absl::StrCat(text, "\n", question.attributes.ShortDebugString(),
                      "\nfor ", v1::Grant::Use_Name(question.use), " in ",
                      question.territory, " at ",
                      absl::FormatTime(absl::FromUnixMicros(question.time_us)),
                      question.is_to_come ? ", to come" : "");
}

// What was seen, so that a test that compares nothing of interest fails.
struct Seen {
  std::map<v1::Access::Decision, uint64_t> decisions;
  std::map<v1::AccessRule::Reason, uint64_t> reasons;
  std::map<v1::AccessRule::Reason, uint64_t> obstacles;

  void Add(const PlainAnswer& answer, const std::set<PlainRule>& in_the_way) {
    ++decisions[answer.decision];
    for (const PlainRule& rule : answer.rules) ++reasons[std::get<2>(rule)];
    for (const PlainRule& rule : in_the_way) ++obstacles[std::get<2>(rule)];
  }
};

TEST(DecisionsTest, EqualThoseOfANaiveEvaluator) {
  const uint64_t seed = model::SeedFromEnvironment();
  const uint64_t decisions = model::NumberFrom("COURANT_DECISIONS", kUsual);
  std::cout << "COURANT_SEED=" << seed << std::endl;
  RightsMaker maker(seed);
  Seen seen;
  for (uint64_t done = 0; done < decisions;) {
    const PlainRights plain = maker.MakeRights();
    COURANT_ASSERT_OK_AND_ASSIGN(const PartnerRights rights,
                                 CompileRights(RecordsOf(plain)));
    PlainQuestion asked;
    for (uint64_t i = 0; i < kQuestions && done < decisions; ++i, ++done) {
      if (i % kOfOneArticle == 0) {
        asked = maker.MakeQuestion();
      } else {
        maker.AskOtherwise(&asked);
      }
      const AccessQuestion question = QuestionOf(asked);
      const PlainAnswer expected = DecidePlainly(plain, asked);
      const AccessAnswer answer = Decide(rights, question);
      ASSERT_TRUE(answer.decision == expected.decision &&
                  Plain(answer.rules) == expected.rules)
          << "COURANT_SEED=" << seed << ", decision " << done << ": "
          << v1::Access::Decision_Name(answer.decision)
          << Text(Plain(answer.rules)) << "\nexpected "
          << v1::Access::Decision_Name(expected.decision)
          << Text(expected.rules) << "\n"
          << Text(plain, asked);
      std::set<PlainRule> obstacles;
      if (i % kEach == 0) obstacles = ObstaclesPlainly(plain, asked);
      ASSERT_TRUE(i % kEach != 0 ||
                  Plain(ObstaclesTo(rights, question)) == obstacles)
          << "COURANT_SEED=" << seed << ", decision " << done << ": in the way"
          << Text(Plain(ObstaclesTo(rights, question))) << "\nexpected"
          << Text(obstacles) << "\n"
          << Text(plain, asked);
      seen.Add(expected, obstacles);
    }
  }
  std::cout << decisions << " decisions:";
  for (const auto& [decision, count] : seen.decisions) {
    std::cout << " " << v1::Access::Decision_Name(decision) << " " << count;
  }
  std::cout << std::endl;
  if (decisions < 100'000) return;
  EXPECT_GT(seen.decisions[v1::Access::FULL], decisions / 50);
  EXPECT_GT(seen.decisions[v1::Access::METADATA], decisions / 200);
  for (int reason = v1::AccessRule::GRANTED;
       reason <= v1::AccessRule::PRODUCT_SUSPENDED; ++reason) {
    if (!v1::AccessRule::Reason_IsValid(reason)) continue;
    const auto one = static_cast<v1::AccessRule::Reason>(reason);
    // These two are said by who finds nothing to ask about.
    if (one == v1::AccessRule::NO_SUCH_ARTICLE ||
        one == v1::AccessRule::NO_SUCH_PARTNER) {
      continue;
    }
    EXPECT_GT(seen.reasons[one] + seen.obstacles[one], decisions / 5000)
        << v1::AccessRule::Reason_Name(one);
  }
}

// Suspends one of everything, or blocks something.
std::string TakeAway(RightsMaker& maker, PlainRights& rights) {
  const size_t what = maker.Below(5);
  if (what == 0 && !rights.contracts.empty()) {
    v1::Contract& one = rights.contracts[maker.Below(rights.contracts.size())];
    one.mutable_suspension()->set_reason("unpaid");
    return one.name();
  }
  if (what == 1 && !rights.grants.empty()) {
    v1::Grant& one = rights.grants[maker.Below(rights.grants.size())];
    one.mutable_suspension()->set_reason("unpaid");
    return one.name();
  }
  if (what == 2) {
    v1::Product& one = rights.products[maker.Below(rights.products.size())];
    one.mutable_suspension()->set_reason("unpaid");
    return one.name();
  }
  if (what == 3 && !rights.contracts.empty()) {
    v1::Grant block;
    block.set_name(absl::StrCat(
        rights.contracts[maker.Below(rights.contracts.size())].name(),
        "/grants/block"));
    block.set_product(rights.products.front().name());
    block.set_effect(v1::Grant::BLOCK);
    rights.grants.push_back(block);
    return block.name();
  }
  rights.partner.mutable_suspension()->set_reason("unpaid");
  return rights.partner.name();
}

TEST(DecisionsTest, NothingThatTakesAwayGives) {
  const uint64_t seed = model::SeedFromEnvironment();
  const uint64_t decisions =
      model::NumberFrom("COURANT_DECISIONS", kUsual) / 10;
  std::cout << "COURANT_SEED=" << seed << std::endl;
  RightsMaker maker(seed);
  uint64_t lost = 0;
  for (uint64_t done = 0; done < decisions;) {
    PlainRights plain = maker.MakeRights();
    COURANT_ASSERT_OK_AND_ASSIGN(const PartnerRights before,
                                 CompileRights(RecordsOf(plain)));
    const std::string taken = TakeAway(maker, plain);
    COURANT_ASSERT_OK_AND_ASSIGN(const PartnerRights after,
                                 CompileRights(RecordsOf(plain)));
    for (uint64_t i = 0; i < kQuestions; ++i, ++done) {
      const PlainQuestion asked = maker.MakeQuestion();
      const auto had = Decide(before, QuestionOf(asked)).decision;
      const auto has = Decide(after, QuestionOf(asked)).decision;
      ASSERT_LE(has, had) << "COURANT_SEED=" << seed << ": without " << taken
                          << "\n"
                          << Text(plain, asked);
      lost += has < had ? 1 : 0;
    }
  }
  if (decisions >= 10'000) {
    EXPECT_GT(lost, decisions / 200);
  }
}

}  // namespace
}  // namespace courant
