#include "services/filter/value.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "services/filter/language_range.h"

namespace courant::filter {
namespace {

constexpr size_t kMaxQuotedBytes = 40;
constexpr size_t kMaxCodeBytes = 64;      // Section.code and {story}
constexpr size_t kMaxFractionDigits = 6;  // microseconds
// Years 1 to 9999, what google.protobuf.Timestamp can say.
constexpr int64_t kFirstSecond = -62135596800;
constexpr int64_t kEndSecond = 253402300800;
constexpr absl::string_view kStoryPrefix = "stories/";

absl::Status Wrong(absl::string_view text, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(Quoted(text), " ", what));
}

bool IsCode(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxCodeBytes &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

absl::StatusOr<Value> ReadSection(absl::string_view text) {
  if (IsCode(text)) return Value{std::string(text)};
  const std::string lower = absl::AsciiStrToLower(text);
  return Wrong(text, absl::StrCat("cannot be a section: codes are 1 to 64 of "
                                  "a-z, 0-9 and \"-\"",
                                  IsCode(lower) ? "; did you mean " : "",
                                  IsCode(lower) ? Quoted(lower) : ""));
}

absl::StatusOr<Value> ReadLanguage(absl::string_view text) {
  if (!IsLanguageRange(text) || text.size() > kMaxCodeBytes) {
    return Wrong(text,
                 "cannot be a language: use a BCP 47 tag such as \"en\", "
                 "\"ko-KR\" or \"zh-Hant\"");
  }
  std::vector<std::string> parts =
      absl::StrSplit(absl::AsciiStrToLower(text), '-');
  // Script and region have capitals, up to the first extension.
  for (size_t i = 1; i < parts.size() && parts[i - 1].size() > 1; ++i) {
    if (parts[i].size() == 2) absl::AsciiStrToUpper(&parts[i]);
    if (parts[i].size() == 4) parts[i][0] = absl::ascii_toupper(parts[i][0]);
  }
  return Value{absl::StrJoin(parts, "-")};
}

absl::StatusOr<Value> ReadSubject(absl::string_view text) {
  const size_t colon = text.find(':');
  if (colon == 0 || colon >= text.size() - 1) {
    return Wrong(text,
                 "cannot be a subject: use scheme and code, e.g. "
                 "\"medtop:20000639\"");
  }
  return Value{std::string(text)};
}

absl::StatusOr<Value> ReadStory(absl::string_view text) {
  if (IsCode(absl::StripPrefix(text, kStoryPrefix)) &&
      absl::StartsWith(text, kStoryPrefix)) {
    return Value{std::string(text)};
  }
  return Wrong(
      text, absl::StrCat(
                "cannot be a story: use \"stories/{story}\"",
                IsCode(text) ? "; did you mean " : "",
                IsCode(text) ? Quoted(absl::StrCat(kStoryPrefix, text)) : ""));
}

const google::protobuf::EnumDescriptor& EnumOf(FilterField field) {
  return field == FilterField::kState ? *v1::Article::State_descriptor()
                                      : *v1::Article::Kind_descriptor();
}

// All but the unspecified one.
std::vector<std::string> EnumNameList(FilterField field) {
  const google::protobuf::EnumDescriptor& values = EnumOf(field);
  std::vector<std::string> names;
  for (int i = 0; i < values.value_count(); ++i) {
    if (values.value(i)->number() != 0) {
      names.push_back(values.value(i)->name());
    }
  }
  return names;
}

absl::StatusOr<Value> ReadEnum(FilterField field, absl::string_view text) {
  const std::string name(text);
  const auto* value = EnumOf(field).FindValueByName(name);
  if (value != nullptr && value->number() != 0) {
    return Value{name, value->number()};
  }
  const auto nearest = Nearest(text, EnumNameList(field));
  return Wrong(
      text,
      absl::StrCat("is no ", NameOf(field), nearest ? "; did you mean " : "",
                   nearest.value_or(""), nearest ? "? All: " : ": use one of ",
                   EnumNames(field)));
}

absl::StatusOr<Value> ReadUrgency(absl::string_view text) {
  if (text.size() == 1 && text[0] >= '1' && text[0] <= '9') {
    return Value{std::string(text), text[0] - '0'};
  }
  return Wrong(text, "is no urgency: use 1, the most urgent, to 9");
}

// Whether `text` looks like `shape`, in which 0 stands for any digit.
bool HasShape(absl::string_view text, absl::string_view shape) {
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(),
                    [](char c, char want) {
                      return want == '0' ? absl::ascii_isdigit(c)
                                         : absl::ascii_toupper(c) == want;
                    });
}

// Abseil's parser is the judge of days and hours, but it also takes other
// shapes: single digits, spaces, "infinite-future".
bool IsRfc3339(absl::string_view text) {
  constexpr absl::string_view kDateTime = "0000-00-00T00:00:00";
  if (!HasShape(text.substr(0, kDateTime.size()), kDateTime)) return false;
  text.remove_prefix(kDateTime.size());
  if (absl::ConsumePrefix(&text, ".")) {
    size_t digits = 0;
    while (digits < text.size() && absl::ascii_isdigit(text[digits])) ++digits;
    if (digits == 0 || digits > kMaxFractionDigits) return false;
    text.remove_prefix(digits);
  }
  return HasShape(text, "Z") || HasShape(text, "+00:00") ||
         HasShape(text, "-00:00");
}

absl::StatusOr<Value> ReadTime(absl::string_view text) {
  std::string full(text);
  if (HasShape(text, "0000-00-00")) full += "T00:00:00Z";
  absl::Time time;
  std::string error;
  if (!IsRfc3339(full) ||
      !absl::ParseTime(absl::RFC3339_full, full, &time, &error) ||
      time < absl::FromUnixSeconds(kFirstSecond) ||
      time >= absl::FromUnixSeconds(kEndSecond)) {
    return Wrong(text,
                 "is no time: use RFC 3339, e.g. \"2026-01-31\" or "
                 "\"2026-01-31T09:30:00Z\", with at most 6 digits after the "
                 "second");
  }
  return Value{
      absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone()),
      absl::ToUnixMicros(time)};
}

}  // namespace

absl::StatusOr<Value> ReadValue(FilterField field, absl::string_view text) {
  if (text.empty()) {
    return Wrong(text, absl::StrCat("is empty: ", NameOf(field),
                                    " needs a value to compare with"));
  }
  if (absl::StrContains(text, '*')) {
    return Wrong(text,
                 "has a wildcard, which is not offered: write the whole "
                 "value");
  }
  switch (field) {
    case FilterField::kSection:
      return ReadSection(text);
    case FilterField::kLanguage:
      return ReadLanguage(text);
    case FilterField::kSubject:
      return ReadSubject(text);
    case FilterField::kStory:
      return ReadStory(text);
    case FilterField::kState:
    case FilterField::kKind:
      return ReadEnum(field, text);
    case FilterField::kSource:
      return Value{std::string(text)};
    case FilterField::kUrgency:
      return ReadUrgency(text);
    case FilterField::kPublishTime:
      return ReadTime(text);
  }
  return absl::InternalError("no such field");
}

std::string Quoted(absl::string_view text) {
  if (text.size() <= kMaxQuotedBytes) return absl::StrCat("\"", text, "\"");
  size_t end = kMaxQuotedBytes;
  while (U8_IS_TRAIL(text[end])) --end;  // not through a character
  return absl::StrCat("\"", text.substr(0, end), "...\"");
}

std::string EnumNames(FilterField field) {
  return absl::StrJoin(EnumNameList(field), ", ");
}

}  // namespace courant::filter
