#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/model/environment.h"
#include "tests/model/lifecycle_world.h"

// Random sequences of commands, on the server and on a model of it written
// apart: any difference is a failure. Every sequence has a seed of its own.
//   COURANT_SEED       the first seed; one after the other from there
//   COURANT_SEQUENCES  how many
namespace courant::model {
namespace {

constexpr int kSteps = 24;

std::vector<Step> StepsOf(uint64_t seed) {
  std::mt19937 random(static_cast<uint32_t>(seed));
  return RandomSteps(random, kSteps);
}

bool Fails(const std::vector<Step>& steps) {
  return !LifecycleWorld().Run(steps).empty();
}

// Leaves out what is not needed for the failure, in ever smaller pieces.
std::vector<Step> Shorten(std::vector<Step> steps) {
  for (size_t piece = steps.size() / 2; piece > 0;) {
    bool shorter = false;
    for (size_t at = 0; at + piece <= steps.size();) {
      std::vector<Step> fewer = steps;
      fewer.erase(fewer.begin() + at, fewer.begin() + at + piece);
      if (Fails(fewer)) {
        steps = std::move(fewer);
        shorter = true;
      } else {
        at += piece;
      }
    }
    if (!shorter || piece > steps.size()) piece /= 2;
  }
  return steps;
}

// Whether the sequences were about anything: every kind of change, every row of
// the table that leads out of a state, and every refusal.
void CheckCoverage(const std::map<std::string, int>& seen) {
  for (const char* what : {"STATE_UNSPECIFIED DRAFTED",
                           "STATE_UNSPECIFIED PUBLISHED",
                           "STATE_UNSPECIFIED PRE_NOTICED",
                           "DRAFT DRAFTED",
                           "DRAFT SCHEDULED",
                           "DRAFT PUBLISHED",
                           "DRAFT PRE_NOTICED",
                           "SCHEDULED DRAFTED",
                           "SCHEDULED SCHEDULED",
                           "SCHEDULED UNSCHEDULED",
                           "SCHEDULED PUBLISHED",
                           "SCHEDULED PRE_NOTICED",
                           "EMBARGOED UPDATED",
                           "EMBARGOED EMBARGO_CHANGED",
                           "EMBARGOED EMBARGO_RELEASED",
                           "EMBARGOED HELD",
                           "EMBARGOED WITHDRAWN",
                           "EMBARGOED KILL_REQUESTED",
                           "EMBARGOED EXPIRED",
                           "PUBLISHED UPDATED",
                           "PUBLISHED CORRECTED",
                           "PUBLISHED REFILED",
                           "PUBLISHED HELD",
                           "PUBLISHED WITHDRAWN",
                           "PUBLISHED KILL_REQUESTED",
                           "PUBLISHED EXPIRED",
                           "CORRECTED UPDATED",
                           "CORRECTED CORRECTED",
                           "CORRECTED REFILED",
                           "CORRECTED HELD",
                           "CORRECTED WITHDRAWN",
                           "CORRECTED KILL_REQUESTED",
                           "CORRECTED EXPIRED",
                           "WITHHELD HOLD_RELEASED",
                           "WITHHELD WITHDRAWN",
                           "WITHHELD KILL_REQUESTED",
                           "WITHHELD EXPIRED",
                           "WITHDRAWN RESTORED",
                           "WITHDRAWN KILL_REQUESTED",
                           "EXPIRED KILL_REQUESTED",
                           "KILLED",
                           "refused FIELD_REQUIRED",
                           "refused FIELD_INVALID",
                           "refused ETAG_MISMATCH",
                           "refused RESOURCE_NOT_FOUND",
                           "refused RESOURCE_EXISTS",
                           "refused REQUEST_ID_REUSED",
                           "refused ILLEGAL_TRANSITION",
                           "refused NOT_PUBLISHABLE",
                           "refused CORRECTION_NOT_FOUND",
                           "refused SECOND_PERSON_REQUIRED",
                           "refused KILL_NOT_REQUESTED",
                           "refused ALIAS_TAKEN"}) {
    EXPECT_GT(seen.count(what), 0) << what << " never happened";
  }
  int changes = 0, refusals = 0;
  for (const auto& [what, times] : seen) {
    if (absl::StartsWith(what, "refused")) refusals += times;
    if (!absl::StrContains(what, ' ')) changes += times;
  }
  std::cout << changes << " changes, " << refusals << " refusals" << std::endl;
}

// Sequences in which the two once differed.
TEST(LifecycleModelTest, AgreeWhereTheyOnceDidNot) {
  for (const uint64_t seed : {uint64_t{538181867}}) {
    EXPECT_EQ(LifecycleWorld().Run(StepsOf(seed)), "") << "seed " << seed;
  }
}

TEST(LifecycleModelTest, ServerAndModelAgree) {
  const uint64_t first = SeedFromEnvironment();
  const uint64_t count = NumberFrom("COURANT_SEQUENCES", 2'000);
  std::cout << "seeds " << first << " to " << first + count - 1
            << " (COURANT_SEED, COURANT_SEQUENCES)" << std::endl;
  auto world = std::make_unique<LifecycleWorld>();
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const std::vector<Step> steps = StepsOf(seed);
    const std::string difference = world->Run(steps);
    if (difference.empty()) continue;
    if (!Fails(steps)) {
      FAIL() << "seed " << seed
             << ", only after those before it: " << difference;
    }
    const std::vector<Step> shortest = Shorten(steps);
    std::vector<std::string> story;
    const std::string last = LifecycleWorld().Run(shortest, &story);
    FAIL() << "seed " << seed << ", " << shortest.size() << " of "
           << steps.size() << " steps:\n"
           << absl::StrJoin(story, "\n") << "\n"
           << last;
  }
  std::cout << count << " sequences" << std::endl;
  if (count >= 1'000) CheckCoverage(world->seen());
}

}  // namespace
}  // namespace courant::model
