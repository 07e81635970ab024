#ifndef COURANT_TESTS_MODEL_RANDOM_STEPS_H_
#define COURANT_TESTS_MODEL_RANDOM_STEPS_H_

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "tests/model/article_model.h"

namespace courant::model {

// What somebody does in a random sequence. Says it by number, so that a step
// still means something when the steps before it are left out.
struct Step {
  enum class Verb {
    kCreate,
    kUpdate,
    kPublish,
    kSchedule,
    kUnschedule,
    kCorrect,
    kRefile,
    kHold,
    kRelease,
    kWithdraw,
    kRestore,
    kRequestKill,
    kConfirmKill,
    kAllowed,  // Something that the state allows, found when it is run.
    kRepeat,   // Sends an earlier call again, by its attempt.
    kClock,    // Moves the clock, forward or back.
    kTick,     // Has the scheduler look.
  };
  Verb verb;
  int article = 0;      // Which; see kArticles.
  int attempt = 0;      // Names the call for kRepeat; 0: it has no request id.
  uint32_t chance = 0;  // Seeds everything else about it.
};

// Articles that steps are about; of one more, which is never created, some are
// too.
inline constexpr int kArticles = 3;

// A sequence of about `length` steps, in which much is accepted and every kind
// of mistake is made.
std::vector<Step> RandomSteps(std::mt19937& random, int length);

// What a step needs to know to become a call.
struct Surroundings {
  absl::Time now;
  // Makes names differ from those of other sequences: "s17" gives
  // "articles/s17-0".
  std::string prefix;
  // The newest revision of an article, or null.
  std::function<const v1::Article*(const std::string& name)> find;
};

// The call that a step is. `actor` is who makes it, empty for nobody. Not for
// kRepeat, kClock and kTick.
AnyRequest RequestOf(const Step& step, const Surroundings& around,
                     std::string* actor);

// By how much kClock moves the clock.
absl::Duration ClockStepOf(const Step& step);

// Names a step for people: "update articles/s17-0 #3".
std::string Describe(const Step& step);

}  // namespace courant::model

#endif  // COURANT_TESTS_MODEL_RANDOM_STEPS_H_
