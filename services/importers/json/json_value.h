#ifndef COURANT_SERVICES_IMPORTERS_JSON_JSON_VALUE_H_
#define COURANT_SERVICES_IMPORTERS_JSON_JSON_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace courant::importers {

// Most values in one text, objects and arrays among them: a text of 8 MiB could
// hold four million, and each takes a hundred bytes.
inline constexpr int kMaxJsonValues = 100000;
// Longest key that is read, in bytes.
inline constexpr size_t kMaxJsonKeyBytes = 512;

struct JsonMember;

// A JSON value that knows where it stands and whether somebody has used it, so
// that errors name lines and nothing is left out unnoticed. A plain value;
// thread-compatible.
struct JsonValue {
  enum class Type { kNull, kBool, kNumber, kString, kArray, kObject };

  Type type = Type::kNull;
  // Where it ends (a string or number) or begins, from 1 in its file.
  int64_t line = 0;
  // A string's characters, with LF line ends; the digits of a number, as they
  // were written or rounded to a double; "true", "false", "null".
  std::string text;
  // An array's elements, in order.
  std::vector<JsonValue> elements;
  // An object's members, in order. No key occurs twice.
  std::vector<JsonMember> members;
  // Set by whoever puts a string, number or bool to use; never by the parser.
  bool used = false;

  bool is_string() const { return type == Type::kString; }
  bool is_number() const { return type == Type::kNumber; }
  bool is_array() const { return type == Type::kArray; }
  bool is_object() const { return type == Type::kObject; }
};

// One member of an object.
struct JsonMember {
  // As it is written.
  std::string key;
  // What the member is called where several spellings mean the same. The
  // parser gives the key.
  std::string name;
  JsonValue value;
};

// Reads one JSON object by RFC 8259, as strict as strict_json.h, and with its
// depth. `first_line` is the line on which `text` begins, from 1. Memory is
// bounded by the two limits above and the length of `text`.
//
// Errors, with the message as a clause that says what is wrong, and its line in
// `line` of the metadata:
// * INVALID_ARGUMENT / MALFORMED_REQUEST: not JSON, no object, a key twice in
//   one object, too deep, too many values, too long a key.
absl::StatusOr<JsonValue> ParseJsonObject(absl::string_view text,
                                          int64_t first_line);

// The member of that name; null when there is none or `value` is no object.
JsonValue* FindMember(JsonValue& value, absl::string_view name);
const JsonValue* FindMember(const JsonValue& value, absl::string_view name);

// The value as JSON without white space, keys as they were written.
std::string CompactJson(const JsonValue& value);

// The integer that a number is; false for fractions, other types and what is
// outside of 64 bits. 3.0 and 30e-1 are integers.
bool IntegerOf(const JsonValue& value, int64_t& integer);

// The path of a member: "$.people" and "name" give "$.people.name"; a key that
// is no plain word is quoted: `$["a b"]`.
std::string MemberPath(absl::string_view path, absl::string_view key);

// The path of an element, from 0: "$.people[0]".
std::string ElementPath(absl::string_view path, size_t index);

// "a string", "an array", "null" and so on, for messages.
absl::string_view TypeWords(JsonValue::Type type);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_JSON_JSON_VALUE_H_
