#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>

#include "services/filter/filter.h"
#include "storage/errors/reason.h"
#include "tests/services/filter/random_filter.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

constexpr int kFilters = 2000;
constexpr int kArticlesEach = 20;
constexpr int kSoups = 20000;

// A new one each time; COURANT_SEED repeats a failure.
uint64_t Seed() {
  const char* given = std::getenv("COURANT_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10)
                          : std::random_device()();
}

// What the tree of the product says must hold besides.
void ExpectHints(const Filter& filter,
                 const storage::v1::Attributes& attributes) {
  const Filter::TimeRange window = filter.TimeWindow();
  EXPECT_GE(attributes.list_time_us(), window.begin_us);
  EXPECT_LT(attributes.list_time_us(), window.end_us);
  for (const Filter::Equality& required : filter.RequiredEqualities()) {
    Wish test;
    test.field = std::string(filter::NameOf(required.field));
    test.sign = "=";
    test.value = required.value;
    EXPECT_TRUE(Fulfils(attributes, test)) << test.field << test.value;
  }
}

TEST(FilterPropertyTest, MatchesWhatTheSlowAndObviousWayMatches) {
  const uint64_t seed = Seed();
  RecordProperty("seed", std::to_string(seed));
  FilterMaker maker(seed);
  int matches = 0;
  for (int i = 0; i < kFilters; ++i) {
    const Wish wish = maker.MakeWish(/*depth=*/4);
    if (TestsIn(wish) > 64) continue;
    const std::string text = maker.Write(wish);
    SCOPED_TRACE("COURANT_SEED=" + std::to_string(seed) + " " + text);
    const auto filter = Filter::Parse(text, FieldSet::kArticles);
    if (ReasonOf(filter.status()) == v1::FILTER_TOO_LONG) continue;
    ASSERT_THAT(filter, IsOk());

    const auto again = Filter::Parse(filter->canonical(), FieldSet::kArticles);
    ASSERT_THAT(again, IsOk());
    ASSERT_EQ(again->canonical(), filter->canonical());
    ASSERT_EQ(again->fingerprint(), filter->fingerprint());
    for (int j = 0; j < kArticlesEach; ++j) {
      const storage::v1::Attributes article = maker.MakeAttributes();
      const bool wanted = Fulfils(article, wish);
      ASSERT_EQ(filter->Matches(article), wanted) << article.DebugString();
      ASSERT_EQ(again->Matches(article), wanted) << article.DebugString();
      matches += wanted;
      if (wanted) ExpectHints(*filter, article);
      if (HasFailure()) return;
    }
  }
  // Else it would have proved little.
  EXPECT_GT(matches, kFilters);
}

TEST(FilterPropertyTest, TwoSpellingsOfAWishHaveOneFingerprint) {
  const uint64_t seed = Seed();
  RecordProperty("seed", std::to_string(seed));
  FilterMaker maker(seed);
  for (int i = 0; i < kFilters; ++i) {
    const Wish wish = maker.MakeWish(/*depth=*/3);
    const std::string one = maker.Write(wish);
    const std::string other = maker.Write(wish);
    const auto a = Filter::Parse(one, FieldSet::kArticles);
    const auto b = Filter::Parse(other, FieldSet::kArticles);
    ASSERT_THAT(a, IsOk()) << "COURANT_SEED=" << seed << " " << one;
    ASSERT_THAT(b, IsOk()) << "COURANT_SEED=" << seed << " " << other;
    ASSERT_EQ(a->fingerprint(), b->fingerprint())
        << "COURANT_SEED=" << seed << "\n"
        << one << "\n"
        << other << "\n"
        << a->canonical() << "\n"
        << b->canonical();
  }
}

TEST(FilterPropertyTest, AnyTextIsReadOrRefusedWithAPlace) {
  const uint64_t seed = Seed();
  RecordProperty("seed", std::to_string(seed));
  FilterMaker maker(seed);
  for (int i = 0; i < kSoups; ++i) {
    const std::string soup = maker.MakeSoup();
    SCOPED_TRACE("COURANT_SEED=" + std::to_string(seed) + " " + soup);
    const auto filter = Filter::Parse(soup, FieldSet::kArticles);
    if (!filter.ok()) {
      ASSERT_NE(ReasonOf(filter.status()), v1::ERROR_REASON_UNSPECIFIED);
      continue;
    }
    const auto again = Filter::Parse(filter->canonical(), FieldSet::kArticles);
    ASSERT_THAT(again, IsOk());
    ASSERT_EQ(again->canonical(), filter->canonical());
  }
}

}  // namespace
}  // namespace courant
