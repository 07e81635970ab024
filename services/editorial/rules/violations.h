#ifndef COURANT_SERVICES_EDITORIAL_RULES_VIOLATIONS_H_
#define COURANT_SERVICES_EDITORIAL_RULES_VIOLATIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "courant/v1/error.pb.h"
#include "storage/errors/reason.h"

// Collects what is wrong with a message. Nothing is put together, neither a
// path nor a sentence, until something is wrong.
namespace courant {

// Where a field stands, as a chain of nodes on the stack. A node refers to
// its parent and to its name: both must outlive it. Cheap to make.
class FieldPath {
 public:
  // The message itself. Empty: paths begin with the name of a field.
  explicit FieldPath(absl::string_view root) : name_(root) {}

  // A field, an element of a list (`index` from 0), an entry of a map.
  FieldPath Child(absl::string_view field) const {
    return FieldPath(*this, field, kNoIndex, {});
  }
  FieldPath Element(absl::string_view field, int index) const {
    return FieldPath(*this, field, index, {});
  }
  FieldPath Entry(absl::string_view field, absl::string_view key) const {
    return FieldPath(*this, field, kMapEntry, key);
  }

  // "article.body[3].paragraph", `provenance.unmapped["key"]`. Keys are
  // escaped to ASCII.
  std::string ToString() const;

 private:
  static constexpr int kNoIndex = -1;
  static constexpr int kMapEntry = -2;

  FieldPath(const FieldPath& parent, absl::string_view name, int index,
            absl::string_view key)
      : parent_(&parent), name_(name), index_(index), key_(key) {}

  const FieldPath* parent_ = nullptr;
  absl::string_view name_;
  int index_ = kNoIndex;
  absl::string_view key_;
};

// A bounded list of violations. Not thread-safe.
class Violations {
 public:
  // Keeps at most `capacity`; what comes later is dropped.
  explicit Violations(int capacity) : capacity_(capacity) {}

  // Adds one. `description` says what is wrong and what would be right.
  void Add(const FieldPath& path, v1::ErrorReason reason,
           absl::string_view description);
  // Adds FIELD_REQUIRED in the usual words.
  void AddRequired(const FieldPath& path);
  // Adds FIELD_TOO_LONG: `path` has `size` of `unit` and may have `limit`.
  void AddTooLong(const FieldPath& path, int64_t size, int64_t limit,
                  absl::string_view unit);

  bool empty() const { return list_.empty(); }
  // True when there is no point in looking for more.
  bool full() const { return static_cast<int>(list_.size()) >= capacity_; }

  // OK when empty. Else one error that names them all, with the reason of the
  // first and, for FIELD_TOO_LONG, its limit in the metadata.
  absl::Status ToStatus() const;

 private:
  const int capacity_;
  std::vector<FieldViolation> list_;
  v1::ErrorReason first_reason_ = v1::ERROR_REASON_UNSPECIFIED;
  int64_t first_limit_ = 0;
};

// `text` in double quotes, with everything but printable ASCII escaped and cut
// after 64 bytes: a value of a client in a message for a developer.
std::string Quoted(absl::string_view text);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_VIOLATIONS_H_
