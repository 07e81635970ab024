#include "services/distribution/replay_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/services/distribution/wire_fixture.h"

namespace courant {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

// A change that occupies 100 bytes for its text.
SharedChangePtr MakeChange(uint64_t sequence) {
  storage::Entry entry;
  entry.facts.mutable_row()->set_sequence(sequence);
  entry.article = std::string(100, 'x');
  return std::make_shared<const SharedChange>(
      std::make_shared<const storage::Entry>(std::move(entry)));
}

std::vector<SharedChangePtr> MakeChanges(uint64_t first, uint64_t last) {
  std::vector<SharedChangePtr> changes;
  for (uint64_t i = first; i <= last; ++i) changes.push_back(MakeChange(i));
  return changes;
}

std::vector<uint64_t> Found(const ReplayCache& cache, uint64_t after,
                            const storage::ReadLimits& limits = {}) {
  std::vector<uint64_t> sequences;
  for (const auto& change : cache.Find(Sequence(after), limits)) {
    sequences.push_back(change->entry().sequence().value());
  }
  return sequences;
}

TEST(ReplayCacheTest, GivesARunWithoutAGap) {
  ReplayCache cache(100'000);
  cache.Add(MakeChanges(5, 9), cache.version());
  cache.Add(MakeChanges(11, 12), cache.version());
  EXPECT_THAT(Found(cache, 4), ElementsAre(5, 6, 7, 8, 9));
  EXPECT_THAT(Found(cache, 7), ElementsAre(8, 9));
  EXPECT_THAT(Found(cache, 9), IsEmpty());
  EXPECT_THAT(Found(cache, 3), IsEmpty());
  EXPECT_THAT(Found(cache, 10), ElementsAre(11, 12));
  EXPECT_TRUE(cache.Has(Sequence(12)));
  EXPECT_FALSE(cache.Has(Sequence(10)));
}

TEST(ReplayCacheTest, StopsWhereAReadOfTheLogWould) {
  ReplayCache cache(100'000);
  cache.Add(MakeChanges(1, 9), cache.version());
  EXPECT_THAT(Found(cache, 0, {.max_changes = 3}), ElementsAre(1, 2, 3));
  EXPECT_THAT(Found(cache, 0, {.max_bytes = 150}), ElementsAre(1, 2));
  EXPECT_THAT(Found(cache, 0, {.max_bytes = 1}), ElementsAre(1));
}

TEST(ReplayCacheTest, ForgetsWhatWasReadFirst) {
  ReplayCache cache(300);
  cache.Add(MakeChanges(1, 3), cache.version());
  EXPECT_THAT(Found(cache, 0), ElementsAre(1, 2, 3));
  cache.Add(MakeChanges(4, 4), cache.version());
  EXPECT_THAT(Found(cache, 0), IsEmpty());
  EXPECT_THAT(Found(cache, 1), ElementsAre(2, 3, 4));
}

TEST(ReplayCacheTest, KeepsOneOfWhatTwoHaveRead) {
  ReplayCache cache(100'000);
  cache.Add(MakeChanges(1, 2), cache.version());
  const auto first = cache.Find(Sequence(0), {});
  cache.Add(MakeChanges(1, 3), cache.version());
  EXPECT_THAT(cache.Find(Sequence(0), {.max_changes = 2}),
              ElementsAreArray(first));
}

TEST(ReplayCacheTest, DropsWhatWasErased) {
  ReplayCache cache(100'000);
  cache.Add(MakeChanges(1, 5), cache.version());
  cache.Erase(std::vector<uint64_t>{3, 77});
  EXPECT_THAT(Found(cache, 0), ElementsAre(1, 2));
  EXPECT_THAT(Found(cache, 3), ElementsAre(4, 5));
}

TEST(ReplayCacheTest, TakesNothingInThatWasReadBeforeAnErasure) {
  ReplayCache cache(100'000);
  const ReplayCache::Version version = cache.version();
  std::vector<SharedChangePtr> read = MakeChanges(1, 5);
  cache.Erase(std::vector<uint64_t>{3});
  cache.Add(read, version);
  EXPECT_THAT(Found(cache, 0), IsEmpty());
  cache.Add(read, cache.version());
  EXPECT_THAT(Found(cache, 0), ElementsAre(1, 2, 3, 4, 5));
}

}  // namespace
}  // namespace courant
