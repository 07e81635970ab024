#ifndef COURANT_SERVICES_EDITORIAL_RULES_FIELD_RULES_H_
#define COURANT_SERVICES_EDITORIAL_RULES_FIELD_RULES_H_

#include <cstdint>
#include <limits>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "services/editorial/rules/formats.h"

// What holds for a field by itself: one row per field that is special, and
// one common rule for all others, so that a new field of article.proto is
// never without limits. What holds between fields is in structure_rules.h.
namespace courant {

// What a field must keep to. The common rule is that of the default values.
struct FieldRule {
  // Message and field without the package: "Mark.href".
  const char* field = "";
  Format format = Format::kAny;
  // Must not be empty, zero or unset.
  bool required = false;
  // Largest string, in bytes and, unless 0, in code points.
  int64_t max_bytes = int64_t{64} << 10;
  int64_t max_code_points = 0;
  // Longest list or map.
  int max_elements = 1000;
  // Range of a number, both ends allowed. Numbers without a row of their own
  // may have any value.
  int64_t min = std::numeric_limits<int64_t>::min();
  int64_t max = std::numeric_limits<int64_t>::max();
};

struct MessagePlan;

// One field that has to be looked at, and how.
struct FieldPlan {
  enum class Look { kString, kEnum, kInteger, kFloat, kTimestamp, kMessage };

  const google::protobuf::FieldDescriptor* field;
  Look look;
  FieldRule rule;
  // For kMessage: what to look at in it.
  const MessagePlan* message = nullptr;
};

// What to look at in one type of message, in the order of its fields: all
// that can be wrong, or hold something that can.
struct MessagePlan {
  std::vector<FieldPlan> fields;
  // True when a language tag is somewhere in it.
  bool has_language = false;
};

// The plan of courant.v1.Article. Made at the first call, lives for ever,
// never changes. Thread-safe.
const MessagePlan& ArticlePlan();

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_FIELD_RULES_H_
