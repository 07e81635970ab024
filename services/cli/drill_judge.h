#ifndef COURANT_SERVICES_CLI_DRILL_JUDGE_H_
#define COURANT_SERVICES_CLI_DRILL_JUDGE_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "courant/v1/change.pb.h"
#include "courant/v1/ledger.pb.h"

// What is asked of a partner in a step of a drill, and whether it did it, as
// far as the wire can see: what was sent to it, and what it said. Pure;
// thread-safe.
namespace courant {

// What is asked.
struct DrillTask {
  enum class Kind {
    // To take `revision` in full.
    kTakeText,
    // To take the pre-notice, and not one word of the text.
    kTakePreNotice,
    // To say that it has done what the notice of `notice` asks, whose change
    // made `revision`; and to take that, if it is a correction.
    kApplyNotice,
    // To get nothing.
    kGetNothing,
  };

  Kind kind;
  int64_t revision = 0;
  v1::Change::Kind notice = v1::Change::KIND_UNSPECIFIED;
  // The text must not have left before. InfinitePast(): at any time.
  absl::Time not_before = absl::InfinitePast();
};

// How far it is.
struct DrillVerdict {
  enum class State {
    kDone,    // As asked.
    kNotYet,  // May still be done.
    kWrong,   // Cannot be made good.
  };

  State state;
  // What it did, or what is missing: a clause without a full stop.
  std::string words;
  // What its developer, or the house, can do about it. Empty when done.
  std::string advice = "";
};

// Judges what the partner did about one article. `exposure` is what the ledger
// says of the partner and that article; nothing said, nothing given.
DrillVerdict JudgeDrill(const DrillTask& task, const v1::Exposure& exposure);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_DRILL_JUDGE_H_
