#ifndef COURANT_SERVICES_IMPORTERS_NINJS_FAULT_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_FAULT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "courant/v1/error.pb.h"
#include "storage/errors/reason.h"

namespace courant::importers::ninjs {

// What is wrong with one item, place by place. Thread-compatible.
class Faults {
 public:
  // Most that are told; whoever has more wrong knows enough.
  static constexpr size_t kMost = 10;

  // `path` is a JSON path, `description` a clause with what would be right.
  void Add(v1::ErrorReason reason, int64_t line, absl::string_view path,
           absl::string_view description);

  bool full() const { return violations_.size() >= kMost; }

  // OK, or one error for all: with the reason, `line` and `field` of the first.
  absl::Status ToStatus() const;

 private:
  v1::ErrorReason reason_ = v1::ERROR_REASON_UNSPECIFIED;
  ErrorMetadata metadata_;
  std::vector<FieldViolation> violations_;
};

// The error of a single fault.
absl::Status FaultAt(v1::ErrorReason reason, int64_t line,
                     absl::string_view path, absl::string_view description);

}  // namespace courant::importers::ninjs

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_FAULT_H_
