#ifndef COURANT_SERVICES_FILTER_PROGRAM_H_
#define COURANT_SERVICES_FILTER_PROGRAM_H_

#include <cstdint>
#include <vector>

#include "courant/storage/v1/record.pb.h"
#include "services/filter/expression.h"

namespace courant::filter {

// A filter made flat: comparisons, each of which knows where to go on when it
// holds and where when it does not. AND, OR and NOT are nothing but where to
// go, as in the packet filters of old. Immutable, hence thread-safe.
class Program {
 public:
  // `expression` has at most 1,000 comparisons. An AND without parts gives a
  // program that accepts everything.
  explicit Program(const Expression& expression);

  // Whether `attributes` fulfil the filter. Looks at each comparison at most
  // once and at none that cannot matter any more. Does not allocate.
  bool Matches(const storage::v1::Attributes& attributes) const;

 private:
  // Index of the comparison to go on with, or one of these.
  using Target = int16_t;
  static constexpr Target kAccept = -1;
  static constexpr Target kReject = -2;

  struct Step {
    Restriction restriction;
    Target if_true;   // Always less than the index of this step.
    Target if_false;  // As well: so every walk ends.
  };

  // Adds the steps of `expression` and returns where it begins.
  Target Add(const Expression& expression, Target if_true, Target if_false);

  // Last first: a step is added when all that it leads to is there.
  std::vector<Step> steps_;
  Target begin_;
};

}  // namespace courant::filter

#endif  // COURANT_SERVICES_FILTER_PROGRAM_H_
