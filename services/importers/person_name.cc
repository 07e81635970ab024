#include "services/importers/person_name.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "services/importers/unicode_text.h"

namespace courant::importers {
namespace {

// Family names of two syllables. All others have one.
constexpr const char* kLongFamilyNames[] = {"남궁", "황보", "제갈", "사공",
                                            "선우", "서문", "독고", "동방"};

bool HasLongFamilyName(absl::string_view name) {
  for (const char* family : kLongFamilyNames) {
    if (absl::StartsWith(name, family)) return true;
  }
  return false;
}

// Splits a name in Hangul behind `syllables` of family name.
void SplitHangul(absl::string_view text, int syllables, v1::PersonName& name) {
  const absl::string_view family = FirstCodePoints(text, syllables);
  name.set_family(std::string(family));
  name.set_given(std::string(text.substr(family.size())));
  name.set_order(v1::PersonName::FAMILY_FIRST);
}

// Returns how sure the parts are; 0 leaves the name whole.
float SplitHangulName(absl::string_view text, v1::PersonName& name) {
  const int syllables = CountCodePoints(text);
  const bool long_family = HasLongFamilyName(text);
  if (syllables == 4 && long_family) {
    SplitHangul(text, 2, name);
    return 0.9f;
  }
  // "선우진" may be 선우 and 진 or 선 and 우진.
  if (long_family) return 0;
  if (syllables == 3 || syllables == 2) {
    SplitHangul(text, 1, name);
    return syllables == 3 ? 0.9f : 0.7f;
  }
  return 0;
}

float SplitAtComma(absl::string_view text, v1::PersonName& name) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits(',', 1));
  absl::string_view given = TrimSpace(parts.first);
  absl::string_view family = TrimSpace(parts.second);
  const bool first_hyphen = absl::StrContains(given, "-");
  const bool second_hyphen = absl::StrContains(family, "-");
  name.set_order(v1::PersonName::GIVEN_FIRST);
  if (second_hyphen && !first_hyphen) {
    std::swap(given, family);
    name.set_order(v1::PersonName::FAMILY_FIRST);
  }
  name.set_given(std::string(given));
  name.set_family(std::string(family));
  return first_hyphen != second_hyphen ? 0.8f : 0.5f;
}

}  // namespace

bool IsNameInTwoParts(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ',');
  if (parts.size() != 2) return false;
  for (absl::string_view part : parts) {
    part = TrimSpace(part);
    if (!BeginsLikeName(part) || absl::StrContains(part, " ")) return false;
  }
  return true;
}

bool IsHangulName(absl::string_view text) {
  const int syllables = CountCodePoints(text);
  return syllables >= 2 && syllables <= 4 &&
         CountLetters(text).hangul == syllables;
}

v1::Contributor PersonNamed(absl::string_view text) {
  v1::Contributor person;
  v1::PersonName& name = *person.add_names();
  name.set_text(std::string(text));
  if (CountLetters(text).hangul > 0) name.set_language("ko-Hang");
  if (IsHangulName(text)) {
    person.set_confidence(SplitHangulName(text, name));
  } else if (IsNameInTwoParts(text)) {
    person.set_confidence(SplitAtComma(text, name));
  }
  return person;
}

}  // namespace courant::importers
