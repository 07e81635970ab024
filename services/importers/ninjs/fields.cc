#include "services/importers/ninjs/fields.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace courant::importers::ninjs {

absl::string_view PeekString(const JsonValue& object, absl::string_view name) {
  const JsonValue* value = FindMember(object, name);
  return value != nullptr && value->is_string() ? absl::string_view(value->text)
                                                : absl::string_view();
}

std::string TakeString(JsonValue& object, absl::string_view name) {
  MarkUsed(object, name);
  return std::string(PeekString(object, name));
}

void MarkUsed(JsonValue& object, absl::string_view name) {
  if (JsonValue* value = FindMember(object, name)) MarkAllUsed(*value);
}

void MarkAllUsed(JsonValue& value) {
  value.used = true;
  for (JsonValue& element : value.elements) MarkAllUsed(element);
  for (JsonMember& member : value.members) MarkAllUsed(member.value);
}

absl::Span<JsonValue> ElementsOf(JsonValue& object, absl::string_view name) {
  JsonValue* value = FindMember(object, name);
  if (value == nullptr) return {};
  return absl::MakeSpan(value->elements);
}

int64_t TakeInteger(JsonValue& object, absl::string_view name, int64_t min,
                    int64_t max) {
  JsonValue* value = FindMember(object, name);
  int64_t integer = 0;
  if (value == nullptr || !IntegerOf(*value, integer) || integer < min ||
      integer > max) {
    return 0;
  }
  value->used = true;
  return integer;
}

bool IsAbsoluteUri(absl::string_view text) {
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos || colon < 2 ||
      colon + 1 == text.size() || !absl::ascii_isalpha(text[0])) {
    return false;
  }
  const absl::string_view scheme = text.substr(0, colon);
  return std::all_of(scheme.begin(), scheme.end(),
                     [](unsigned char c) {
                       return absl::ascii_isalnum(c) || c == '+' || c == '-' ||
                              c == '.';
                     }) &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return c > 0x20 && c != 0x7f && c != '<' && c != '>' && c != '"' &&
                  c != '\\';
         });
}

}  // namespace courant::importers::ninjs
