#include "services/filter/program.h"

#include <utility>

namespace courant::filter {

Program::Program(const Expression& expression)
    : begin_(Add(expression, kAccept, kReject)) {}

Program::Target Program::Add(const Expression& expression, Target if_true,
                             Target if_false) {
  switch (expression.kind) {
    case Expression::Kind::kRestriction:
      steps_.push_back({expression.restriction, if_true, if_false});
      return static_cast<Target>(steps_.size() - 1);
    case Expression::Kind::kNot:
      return Add(expression.parts.front(), if_false, if_true);
    case Expression::Kind::kAnd:
      for (auto it = expression.parts.rbegin(); it != expression.parts.rend();
           ++it) {
        if_true = Add(*it, if_true, if_false);
      }
      return if_true;
    case Expression::Kind::kOr:
      for (auto it = expression.parts.rbegin(); it != expression.parts.rend();
           ++it) {
        if_false = Add(*it, if_true, if_false);
      }
      return if_false;
  }
  return kReject;
}

bool Program::Matches(const storage::v1::Attributes& attributes) const {
  Target at = begin_;
  while (at >= 0) {
    const Step& step = steps_[at];
    at = Holds(step.restriction, attributes) ? step.if_true : step.if_false;
  }
  return at == kAccept;
}

}  // namespace courant::filter
