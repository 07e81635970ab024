#include "tests/services/filter/random_filter.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"

namespace courant {
namespace {

using Kind = Wish::Kind;

// 2026-01-31T00:00:00Z.
constexpr int64_t kMidnight = 1769817600000000;

// The values of a field in words; none for publish_time.
std::vector<std::string> ValuesOf(const storage::v1::Attributes& attributes,
                                  absl::string_view field) {
  if (field == "section") {
    return {attributes.sections().begin(), attributes.sections().end()};
  }
  if (field == "subject") {
    return {attributes.subjects().begin(), attributes.subjects().end()};
  }
  if (field == "language") return {attributes.language()};
  if (field == "story") return {attributes.story()};
  if (field == "source") return {attributes.source()};
  if (field == "state") return {v1::Article::State_Name(attributes.state())};
  if (field == "urgency") {
    if (attributes.urgency() == 0) return {};
    return {absl::StrCat(attributes.urgency())};
  }
  if (field == "kind") {
    return {attributes.kind() == v1::Article::KIND_UNSPECIFIED
                ? "TEXT"
                : v1::Article::Kind_Name(attributes.kind())};
  }
  return {};
}

std::vector<std::string> Subtags(absl::string_view tag) {
  return absl::StrSplit(absl::AsciiStrToLower(tag), '-');
}

bool ValueIs(const std::string& value, const Wish& test) {
  if (test.field != "language") return value == test.value;
  const std::vector<std::string> have = Subtags(value);
  const std::vector<std::string> want = Subtags(test.value);
  if (test.sign != ":") return have == want;
  return have.size() >= want.size() &&
         std::equal(want.begin(), want.end(), have.begin());
}

bool TimeFulfils(int64_t time, const Wish& test) {
  if (test.sign == "=") return time == test.time_us;
  if (test.sign == "<") return time < test.time_us;
  if (test.sign == "<=") return time <= test.time_us;
  if (test.sign == ">") return time > test.time_us;
  return time >= test.time_us;
}

bool FulfilsTest(const storage::v1::Attributes& attributes, const Wish& test) {
  if (test.field == "publish_time") {
    return TimeFulfils(attributes.list_time_us(), test);
  }
  if (test.field == "urgency" && (test.sign[0] == '<' || test.sign[0] == '>')) {
    Wish number = test;
    number.time_us = test.value[0] - '0';
    return attributes.urgency() != 0 &&
           TimeFulfils(attributes.urgency(), number);
  }
  bool any = false;
  for (const std::string& value : ValuesOf(attributes, test.field)) {
    any = any || ValueIs(value, test);
  }
  return test.sign == "!=" ? !any : any;
}

bool IsTestOf(const Wish& wish, const Wish& example) {
  return wish.kind == Kind::kTest && wish.field == example.field &&
         wish.sign == example.sign;
}

// Whether all parts of `wish` can stand in parentheses after one field.
bool CanShareField(const Wish& wish) {
  const Wish& first = wish.parts.front();
  return first.kind == Kind::kTest &&
         (first.sign == "=" || first.sign == ":") &&
         first.field != "publish_time" &&
         std::all_of(wish.parts.begin(), wish.parts.end(), [&](const Wish& w) {
           return IsTestOf(w.kind == Kind::kNot ? w.parts.front() : w, first);
         });
}

// The test that a part of such a wish is, or is the negation of.
const Wish& TestOf(const Wish& part) {
  return part.kind == Kind::kNot ? part.parts.front() : part;
}

}  // namespace

bool Fulfils(const storage::v1::Attributes& attributes, const Wish& wish) {
  const auto fulfils = [&](const Wish& part) {
    return Fulfils(attributes, part);
  };
  switch (wish.kind) {
    case Kind::kTest:
      return FulfilsTest(attributes, wish);
    case Kind::kNot:
      return !fulfils(wish.parts.front());
    case Kind::kAll:
      return std::all_of(wish.parts.begin(), wish.parts.end(), fulfils);
    case Kind::kAny:
      return std::any_of(wish.parts.begin(), wish.parts.end(), fulfils);
  }
  return false;
}

int TestsIn(const Wish& wish) {
  return std::accumulate(
      wish.parts.begin(), wish.parts.end(), wish.kind == Kind::kTest ? 1 : 0,
      [](int sum, const Wish& part) { return sum + TestsIn(part); });
}

std::string FilterMaker::Pick(std::initializer_list<const char*> words) {
  return words.begin()[Below(words.size())];
}

int64_t FilterMaker::MakeTime() {
  return kMidnight +
         (static_cast<int64_t>(Below(5)) - 2) * (Chance(50) ? 86400000000 : 1);
}

std::string FilterMaker::MakeValue(absl::string_view field) {
  if (field == "section") return Pick({"sport", "news", "world-1", "x"});
  if (field == "subject") return Pick({"medtop:1", "medtop:12", "a:b c"});
  if (field == "story") return Pick({"stories/a", "stories/b-2"});
  if (field == "source") {
    return Pick({"연합", "Y News", "a\"b", "it's", "back\\slash", "AND", "-x"});
  }
  if (field == "state") return Pick({"DRAFT", "PUBLISHED", "KILLED"});
  if (field == "urgency") return Pick({"1", "4", "9"});
  if (field == "kind") return Pick({"TEXT", "PICTURE", "AUDIO"});
  return Pick({"en", "en-GB", "en-US", "e", "ko", "ko-KR", "zh-Hant",
               "zh-Hant-TW", "eng"});
}

Wish FilterMaker::MakeTest(const std::string& field) {
  Wish test;
  test.field = field;
  if (field == "publish_time") {
    test.sign = Pick({"=", "<", "<=", ">", ">="});
    test.time_us = MakeTime();
  } else if (field == "urgency") {
    test.sign = Pick({"=", ":", "!=", "<", "<=", ">", ">="});
    test.value = MakeValue(field);
  } else {
    test.sign = Pick({"=", ":", "!="});
    test.value = MakeValue(field);
  }
  return test;
}

Wish FilterMaker::MakeWish(int depth) {
  const std::string field =
      Pick({"section", "language", "subject", "story", "state", "kind",
            "source", "urgency", "publish_time"});
  if (depth == 0 || Chance(20)) return MakeTest(field);
  Wish wish;
  wish.kind = Chance(20) ? Kind::kNot : Chance(50) ? Kind::kAll : Kind::kAny;
  const size_t parts = wish.kind == Kind::kNot ? 1 : 2 + Below(2);
  const bool same_field = Chance(30);
  const std::string sign = Pick({"=", ":"});
  for (size_t i = 0; i < parts; ++i) {
    if (!same_field) {
      wish.parts.push_back(MakeWish(depth - 1));
      continue;
    }
    Wish test = MakeTest(field);
    if (field != "publish_time") test.sign = sign;
    Wish negated;
    negated.kind = Kind::kNot;
    negated.parts = {test};
    wish.parts.push_back(i > 0 && Chance(20) ? negated : test);
  }
  return wish;
}

std::string FilterMaker::Write(const Wish& wish) {
  return absl::StrCat(Gap(), WritePart(wish, Around::kNothing, false), Gap());
}

std::string FilterMaker::WritePart(const Wish& wish, Around around,
                                   bool in_group) {
  std::string text;
  bool needs_parentheses = Chance(10);
  switch (wish.kind) {
    case Kind::kTest:
      text = in_group ? WriteValue(wish, true) : WriteTest(wish);
      break;
    case Kind::kNot:
      text =
          absl::StrCat(Chance(50) ? "-" : absl::StrCat("NOT", Space()),
                       WritePart(wish.parts.front(), Around::kNot, in_group));
      needs_parentheses |= around == Around::kNot;
      break;
    case Kind::kAll:
      text = WriteParts(wish, in_group);
      needs_parentheses |= around != Around::kNothing;
      break;
    case Kind::kAny:
      text = WriteParts(wish, in_group);
      // OR binds tighter than AND.
      needs_parentheses |= around == Around::kAny || around == Around::kNot;
      break;
  }
  if (!needs_parentheses) return text;
  return absl::StrCat("(", Gap(), text, Gap(), ")");
}

std::string FilterMaker::WriteParts(const Wish& wish, bool in_group) {
  const bool all = wish.kind == Kind::kAll;
  const bool share = !in_group && CanShareField(wish) && Chance(70);
  const Around around = all ? Around::kAll : Around::kAny;
  std::string text;
  for (const Wish& part : wish.parts) {
    if (!text.empty()) {
      absl::StrAppend(&text, Space());
      if (!all) absl::StrAppend(&text, "OR", Space());
      if (all && (in_group || share || Chance(60))) {
        absl::StrAppend(&text, "AND", Space());
      }
    }
    absl::StrAppend(&text, WritePart(part, around, in_group || share));
  }
  if (!share) return text;
  const Wish& test = TestOf(wish.parts.front());
  return absl::StrCat(test.field, Gap(), test.sign, Gap(), "(", Gap(), text,
                      Gap(), ")");
}

std::string FilterMaker::WriteTest(const Wish& wish) {
  return absl::StrCat(wish.field, Gap(), wish.sign, Gap(),
                      WriteValue(wish, false));
}

std::string FilterMaker::WriteValue(const Wish& wish, bool in_group) {
  std::string value =
      wish.field == "publish_time" ? WriteTime(wish.time_us) : wish.value;
  if (wish.field == "language" && Chance(30)) {
    value = Chance(50) ? absl::AsciiStrToUpper(value)
                       : absl::AsciiStrToLower(value);
  }
  const bool can_be_bare = value.find_first_of(" \"'") == std::string::npos &&
                           value != "AND" && !(in_group && value[0] == '-');
  if (can_be_bare && Chance(50)) return value;
  const char quote = Chance(50) ? '"' : '\'';
  std::string quoted(1, quote);
  for (const char c : value) {
    if (c == quote || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  quoted.push_back(quote);
  return quoted;
}

std::string FilterMaker::WriteTime(int64_t time_us) {
  const absl::Time time = absl::FromUnixMicros(time_us);
  const absl::TimeZone zone =
      absl::FixedTimeZone(static_cast<int>(Below(3)) * 5400 - 5400);
  if (time_us % 86400000000 == 0 && Chance(50)) {
    return absl::FormatTime("%Y-%m-%d", time, absl::UTCTimeZone());
  }
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*S%Ez", time, zone);
}

storage::v1::Attributes FilterMaker::MakeAttributes() {
  storage::v1::Attributes attributes;
  while (Chance(60)) attributes.add_sections(MakeValue("section"));
  while (Chance(60)) attributes.add_subjects(MakeValue("subject"));
  attributes.set_language(MakeValue("language"));
  attributes.set_story(MakeValue("story"));
  if (Chance(80)) attributes.set_source(MakeValue("source"));
  v1::Article::State state = v1::Article::STATE_UNSPECIFIED;
  v1::Article::State_Parse(MakeValue("state"), &state);
  attributes.set_state(state);
  v1::Article::Kind kind = v1::Article::KIND_UNSPECIFIED;
  if (Chance(80)) v1::Article::Kind_Parse(MakeValue("kind"), &kind);
  attributes.set_kind(kind);
  if (Chance(80)) attributes.set_urgency(MakeValue("urgency")[0] - '0');
  attributes.set_list_time_us(MakeTime());
  return attributes;
}

std::string FilterMaker::MakeSoup() {
  std::string soup;
  do {
    absl::StrAppend(&soup, Pick({"section",    "language",   "publish_time",
                                 "state",      "source",     "=",
                                 ":",          "!=",         "<",
                                 ">=",         "(",          ")",
                                 "(",          ")",          " ",
                                 " ",          "AND ",       " OR ",
                                 "NOT ",       "-",          "\"",
                                 "'",          "\\",         "a",
                                 "en",         "\"x\"",      "DRAFT",
                                 "2026-01-31", "T00:00:00Z", "*",
                                 ",",          "연합",       "\xff",
                                 "\n",         "!"}));
  } while (!Chance(8));
  return soup;
}

}  // namespace courant
