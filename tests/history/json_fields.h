#ifndef COURANT_TESTS_HISTORY_JSON_FIELDS_H_
#define COURANT_TESTS_HISTORY_JSON_FIELDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "simdjson.h"

namespace courant::history {

// The fields of a JSON object, each asked for once by name. The first thing
// that is wrong is kept; what is asked after that is empty. Not thread-safe;
// what it gives is valid as long as the parser's document.
class JsonFields {
 public:
  enum class Need : uint8_t { kRequired, kOptional };

  explicit JsonFields(simdjson::dom::object object) : object_(object) {}

  // From 0 to the largest that 63 bits hold.
  uint64_t Number(absl::string_view name, Need need = Need::kRequired);
  // The same, and not more than 32 bits hold.
  uint32_t SmallNumber(absl::string_view name, Need need = Need::kRequired);
  absl::string_view Word(absl::string_view name, Need need = Need::kRequired);
  // False when it is not there.
  bool Flag(absl::string_view name);
  // 16 hexadecimal digits, not all of them 0. 0 when it is not there.
  uint64_t Digest(absl::string_view name);
  // Empty when it is not there.
  std::vector<std::string> Words(absl::string_view name);
  std::vector<simdjson::dom::element> Objects(absl::string_view name);
  // Whether it is there and an object, put into `object`.
  bool Object(absl::string_view name, simdjson::dom::element* object);

  // Notes that `name` is wrong.
  void Refuse(absl::string_view name, absl::string_view what);

  // What was wrong until now.
  const absl::Status& refused() const { return status_; }

  // INVALID_ARGUMENT, a clause: what was wrong, or the first field that nobody
  // asked for, or that is there twice.
  absl::Status Done();

 private:
  // The field; an error when it is not there.
  simdjson::simdjson_result<simdjson::dom::element> Find(absl::string_view name,
                                                         Need need);

  simdjson::dom::object object_;
  std::vector<absl::string_view> asked_;
  absl::Status status_;
};

}  // namespace courant::history

#endif  // COURANT_TESTS_HISTORY_JSON_FIELDS_H_
