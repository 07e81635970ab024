#include "services/importers/json/json_value.h"

#include <cmath>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/importers/strict_json.h"
#include "services/importers/unicode_text.h"
#include "storage/errors/reason.h"

namespace courant::importers {
namespace {

using Json = nlohmann::json;

// Where the parser is. It reads at most one byte behind a token, and that only
// behind a number.
struct Place {
  int64_t line;
  char last = 0;
};

// Gives the parser its bytes and counts lines meanwhile.
class CountingIterator {
 public:
  using difference_type = std::ptrdiff_t;
  using value_type = char;
  using pointer = const char*;
  using reference = const char&;
  using iterator_category = std::input_iterator_tag;

  CountingIterator(const char* at, Place* place) : at_(at), place_(place) {}

  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    place_->last = *at_;
    if (*at_ == '\n') ++place_->line;
    ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const {
    return at_ == other.at_;
  }
  bool operator!=(const CountingIterator& other) const {
    return at_ != other.at_;
  }

 private:
  const char* at_;
  Place* place_;
};

// Makes the tree of what the parser finds. Returning false stops the parser;
// nothing throws.
class TreeBuilder : public nlohmann::json_sax<Json> {
 public:
  explicit TreeBuilder(const Place& place) : place_(place) {}

  JsonValue TakeRoot() { return std::move(root_); }
  const std::string& fault() const { return fault_; }

  bool null() override { return Add(JsonValue::Type::kNull, "null"); }
  bool boolean(bool value) override {
    return Add(JsonValue::Type::kBool, value ? "true" : "false");
  }
  bool number_integer(number_integer_t value) override {
    return Add(JsonValue::Type::kNumber, absl::StrCat(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Add(JsonValue::Type::kNumber, absl::StrCat(value));
  }
  bool number_float(number_float_t, const string_t& digits) override {
    return Add(JsonValue::Type::kNumber, digits);
  }
  bool string(string_t& value) override {
    return Add(JsonValue::Type::kString, WithLineFeeds(value));
  }
  bool binary(binary_t&) override { return false; }

  bool start_object(size_t) override { return Open(JsonValue::Type::kObject); }
  bool end_object() override { return Close(); }
  bool start_array(size_t) override { return Open(JsonValue::Type::kArray); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    if (name.size() > kMaxJsonKeyBytes) {
      return Fail("has a key of more than 512 bytes");
    }
    if (!open_.back().keys.insert(name).second) {
      return Fail(
          absl::StrCat("has the key ", Quoted(name), " twice in one object"));
    }
    if (const std::optional<BadText> bad = FindBadText(name)) {
      return Fail(absl::StrCat("has a key that ", bad->what));
    }
    open_.back().value->members.push_back({name, name, {}});
    return true;
  }

  bool parse_error(size_t, const std::string&,
                   const nlohmann::detail::exception&) override {
    return Fail("is not JSON here");
  }

 private:
  struct Container {
    JsonValue* value;
    absl::flat_hash_set<std::string> keys;
  };

  bool Fail(std::string fault) {
    fault_ = std::move(fault);
    return false;
  }

  // Makes room for the next value in what is open. Null after a fault. Stays
  // valid while it is open itself: its parent gets nothing meanwhile.
  JsonValue* MakeRoom(JsonValue::Type type) {
    if (open_.empty() && type != JsonValue::Type::kObject) {
      Fail("is not a JSON object");
      return nullptr;
    }
    if (++count_ > kMaxJsonValues) {
      Fail(absl::StrCat("has more than ", kMaxJsonValues, " values"));
      return nullptr;
    }
    JsonValue* value = &root_;
    if (!open_.empty()) {
      JsonValue* parent = open_.back().value;
      value = parent->is_object() ? &parent->members.back().value
                                  : &parent->elements.emplace_back();
    }
    value->type = type;
    value->line = place_.line;
    return value;
  }

  bool Add(JsonValue::Type type, std::string text) {
    JsonValue* value = MakeRoom(type);
    if (value == nullptr) return false;
    // Behind a number the parser has read one byte more.
    if (type == JsonValue::Type::kNumber && place_.last == '\n') --value->line;
    value->text = std::move(text);
    return true;
  }

  bool Open(JsonValue::Type type) {
    JsonValue* value = MakeRoom(type);
    if (value == nullptr) return false;
    if (open_.size() == kMaxJsonDepth) {
      return Fail(absl::StrCat("is nested deeper than ", kMaxJsonDepth));
    }
    open_.push_back({value, {}});
    return true;
  }

  bool Close() {
    open_.pop_back();
    return true;
  }

  const Place& place_;
  JsonValue root_;
  std::vector<Container> open_;
  int count_ = 0;
  std::string fault_;
};

bool IsPlainWord(absl::string_view key) {
  if (key.empty() || absl::ascii_isdigit(key[0])) return false;
  for (const char c : key) {
    if (!absl::ascii_isalnum(c) && c != '_' && c != '$') return false;
  }
  return true;
}

std::string QuotedJson(absl::string_view text) {
  // Ours are UTF-8 by then; the parser saw to it.
  return Json(std::string(text))
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

void AppendJson(const JsonValue& value, std::string& out) {
  const char* separator = "";
  switch (value.type) {
    case JsonValue::Type::kObject:
      out += '{';
      for (const JsonMember& member : value.members) {
        absl::StrAppend(&out, separator, QuotedJson(member.key), ":");
        AppendJson(member.value, out);
        separator = ",";
      }
      out += '}';
      return;
    case JsonValue::Type::kArray:
      out += '[';
      for (const JsonValue& element : value.elements) {
        out += separator;
        AppendJson(element, out);
        separator = ",";
      }
      out += ']';
      return;
    case JsonValue::Type::kString:
      out += QuotedJson(value.text);
      return;
    default:
      out += value.text;
  }
}

}  // namespace

absl::StatusOr<JsonValue> ParseJsonObject(absl::string_view text,
                                          int64_t first_line) {
  Place place{first_line};
  TreeBuilder builder(place);
  if (!Json::sax_parse(CountingIterator(text.data(), &place),
                       CountingIterator(text.data() + text.size(), &place),
                       &builder)) {
    return MakeError(v1::MALFORMED_REQUEST, builder.fault(),
                     {{"line", absl::StrCat(place.line)}});
  }
  return builder.TakeRoot();
}

const JsonValue* FindMember(const JsonValue& value, absl::string_view name) {
  for (const JsonMember& member : value.members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

JsonValue* FindMember(JsonValue& value, absl::string_view name) {
  return const_cast<JsonValue*>(FindMember(std::as_const(value), name));
}

std::string CompactJson(const JsonValue& value) {
  std::string out;
  AppendJson(value, out);
  return out;
}

bool IntegerOf(const JsonValue& value, int64_t& integer) {
  if (!value.is_number()) return false;
  if (absl::SimpleAtoi(value.text, &integer)) return true;
  double number = 0;
  constexpr double kExact = 9007199254740992;  // 2^53.
  if (!absl::SimpleAtod(value.text, &number) || std::trunc(number) != number ||
      std::fabs(number) > kExact) {
    return false;
  }
  integer = static_cast<int64_t>(number);
  return true;
}

std::string MemberPath(absl::string_view path, absl::string_view key) {
  return IsPlainWord(key) ? absl::StrCat(path, ".", key)
                          : absl::StrCat(path, "[", QuotedJson(key), "]");
}

std::string ElementPath(absl::string_view path, size_t index) {
  return absl::StrCat(path, "[", index, "]");
}

absl::string_view TypeWords(JsonValue::Type type) {
  switch (type) {
    case JsonValue::Type::kNull:
      return "null";
    case JsonValue::Type::kBool:
      return "true or false";
    case JsonValue::Type::kNumber:
      return "a number";
    case JsonValue::Type::kString:
      return "a string";
    case JsonValue::Type::kArray:
      return "an array";
    case JsonValue::Type::kObject:
      return "an object";
  }
  return "";
}

}  // namespace courant::importers
