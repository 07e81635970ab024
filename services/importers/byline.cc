#include "services/importers/byline.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/importers/person_name.h"
#include "services/importers/sentence.h"
#include "services/importers/unicode_text.h"

namespace courant::importers {
namespace {

constexpr int kWidestByline = 100;       // Columns, see PrintWidth().
constexpr int kWidestKoreanByline = 60;  // The same.
constexpr size_t kMostWords = 12;

using Role = v1::Contributor::Role;

// What stands in front of names. Longer ones first: the first match is taken.
constexpr struct {
  const char* words;
  Role role;
} kOpenings[] = {
    {"text and photos by ", v1::Contributor::AUTHOR},
    {"photographs by ", v1::Contributor::PHOTOGRAPHER},
    {"photos by ", v1::Contributor::PHOTOGRAPHER},
    {"photo by ", v1::Contributor::PHOTOGRAPHER},
    {"translated by ", v1::Contributor::TRANSLATOR},
    {"reported by ", v1::Contributor::REPORTER},
    {"written by ", v1::Contributor::AUTHOR},
    {"edited by ", v1::Contributor::EDITOR},
    {"story by ", v1::Contributor::AUTHOR},
    {"words by ", v1::Contributor::AUTHOR},
    {"text by ", v1::Contributor::AUTHOR},
    {"by ", v1::Contributor::AUTHOR},
    {"글·사진", v1::Contributor::AUTHOR},
    {"취재", v1::Contributor::REPORTER},
    {"사진", v1::Contributor::PHOTOGRAPHER},
    {"번역", v1::Contributor::TRANSLATOR},
    {"정리", v1::Contributor::EDITOR},
    {"글", v1::Contributor::AUTHOR},
};

// Titles that end a byline.
constexpr const char* kKoreanTitles[] = {
    "선임기자", "전문기자", "인턴기자", "수습기자",  "객원기자",
    "사진기자", "대기자",   "기자",     "특파원",    "논설위원",
    "편집위원", "통신원",   "리포터",   "칼럼니스트"};
constexpr const char* kEnglishTitles[] = {
    "staff reporter", "staff writer",          "special correspondent",
    "correspondent",  "contributing reporter", "reporter"};

// Words within a list of names that begin with a small letter.
constexpr const char* kSmallWords[] = {
    "and",          "de",          "da",     "del",     "van",
    "von",          "der",         "den",    "bin",     "al",
    "la",           "le",          "of",     "the",     "for",
    "in",           "at",          "our",    "own",     "staff",
    "reporter",     "writer",      "editor", "special", "correspondent",
    "contributing", "photographer"};

template <size_t n>
bool IsOneOf(absl::string_view word, const char* const (&words)[n]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// Takes a suffix of `titles` from `text`, and what separates it.
template <size_t n>
bool ConsumeTitle(absl::string_view& text, const char* const (&titles)[n]) {
  for (const char* title : titles) {
    if (!absl::EndsWithIgnoreCase(text, title)) continue;
    text.remove_suffix(absl::string_view(title).size());
    text = TrimSpace(text);
    absl::ConsumeSuffix(&text, ",");
    text = TrimSpace(text);
    return true;
  }
  return false;
}

// Takes what stands in front of names. A Korean one needs its "=".
std::optional<Role> ConsumeOpening(absl::string_view& text) {
  for (const auto& opening : kOpenings) {
    if (!absl::StartsWithIgnoreCase(text, opening.words)) continue;
    absl::string_view rest =
        text.substr(absl::string_view(opening.words).size());
    if (!absl::EndsWith(opening.words, " ")) {
      rest = TrimSpace(rest);
      if (!absl::ConsumePrefix(&rest, "=") &&
          !absl::ConsumePrefix(&rest, ":")) {
        continue;
      }
    }
    text = TrimSpace(rest);
    return opening.role;
  }
  return std::nullopt;
}

// "Jane Roe and John van Doe, Staff Reporters".
bool IsListOfNames(absl::string_view text) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(text, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (words.empty() || words.size() > kMostWords || !BeginsLikeName(words[0])) {
    return false;
  }
  for (const absl::string_view word : words) {
    const bool is_sign = word == "&" || word == "/" || word == "|";
    if (!is_sign && !BeginsLikeName(word) && !IsOneOf(word, kSmallWords)) {
      return false;
    }
  }
  return true;
}

bool HasHangul(absl::string_view text) { return CountLetters(text).hangul > 0; }

// Takes brackets and dashes away that are around a whole byline.
absl::string_view WithoutFrame(absl::string_view text) {
  text = TrimSpace(text);
  for (const auto& [open, close] :
       {std::pair("[", "]"), {"<", ">"}, {"(", ")"}, {"=", ""}, {"/", ""}}) {
    absl::string_view inner = text;
    if (absl::ConsumePrefix(&inner, open) &&
        absl::ConsumeSuffix(&inner, close)) {
      text = TrimSpace(inner);
    }
  }
  return text;
}

// One group of a byline: "글=항구신문 홍길동·김바다 기자".
bool IsKoreanGroup(absl::string_view text) {
  const bool opening = ConsumeOpening(text).has_value();
  if (!ConsumeTitle(text, kKoreanTitles) && !opening) return false;
  // A deck may end in "기자" too; the word before it is a name or it is none.
  const std::vector<absl::string_view> words =
      absl::StrSplit(text, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (words.empty() || words.size() > 4) return false;
  for (const absl::string_view names : absl::StrSplit(words.back(), ',')) {
    for (const absl::string_view name : absl::StrSplit(names, "·")) {
      if (!IsHangulName(name)) return false;
    }
  }
  return true;
}

bool IsKoreanByline(absl::string_view text) {
  if (PrintWidth(text) > kWidestKoreanByline) return false;
  for (const absl::string_view group : absl::StrSplit(text, '/')) {
    if (!IsKoreanGroup(TrimSpace(group))) return false;
  }
  return true;
}

// One person or several of one role: "홍길동·김철수 기자", "국방일보 홍길동".
void AddKorean(absl::string_view text, Role role,
               std::vector<v1::Contributor>& people) {
  absl::string_view rest = TrimSpace(text);
  while (ConsumeTitle(rest, kKoreanTitles)) {
  }
  const size_t space = rest.rfind(' ');
  const absl::string_view names =
      space == absl::string_view::npos ? rest : rest.substr(space + 1);
  const absl::string_view affiliation =
      TrimSpace(space == absl::string_view::npos ? "" : rest.substr(0, space));
  for (const absl::string_view part : absl::StrSplit(names, "·")) {
    for (const absl::string_view name : absl::StrSplit(part, ',')) {
      if (TrimSpace(name).empty()) continue;
      v1::Contributor person = PersonNamed(TrimSpace(name));
      person.set_role(role);
      person.set_affiliation(std::string(affiliation));
      people.push_back(std::move(person));
    }
  }
}

std::vector<v1::Contributor> KoreanContributors(absl::string_view text) {
  std::vector<v1::Contributor> people;
  for (absl::string_view group : absl::StrSplit(text, '/')) {
    group = TrimSpace(group);
    const Role role = ConsumeOpening(group).value_or(v1::Contributor::AUTHOR);
    AddKorean(WithoutFrame(group), role, people);
  }
  return people;
}

// Cuts "Jane Roe / The Harbour Courier" and "Jane Roe in Busan" behind the
// names; returns the affiliation.
std::string CutAffiliation(absl::string_view& names) {
  std::string affiliation;
  for (const char* mark : {" / ", " | ", " for ", " of "}) {
    const size_t at = names.find(mark);
    if (at == absl::string_view::npos) continue;
    affiliation = std::string(
        TrimSpace(names.substr(at + absl::string_view(mark).size())));
    names = names.substr(0, at);
  }
  names = names.substr(0, std::min(names.find(" in "), names.size()));
  while (ConsumeTitle(names, kEnglishTitles)) {
  }
  return affiliation;
}

std::vector<v1::Contributor> EnglishContributors(absl::string_view text) {
  std::vector<v1::Contributor> people;
  const Role role = ConsumeOpening(text).value_or(v1::Contributor::AUTHOR);
  const std::string affiliation = CutAffiliation(text);
  const auto add = [&](absl::string_view name) {
    name = TrimSpace(name);
    while (ConsumeTitle(name, kEnglishTitles)) {
    }
    if (!BeginsLikeName(name)) return;
    people.push_back(PersonNamed(name));
    people.back().set_role(role);
    people.back().set_affiliation(affiliation);
  };
  if (IsNameInTwoParts(text)) {
    add(text);
    return people;
  }
  for (const absl::string_view list : absl::StrSplit(text, " and ")) {
    for (const absl::string_view name : absl::StrSplit(list, ',')) {
      for (const absl::string_view one : absl::StrSplit(name, " & ")) add(one);
    }
  }
  return people;
}

}  // namespace

bool IsByline(absl::string_view line) {
  const CleanByline clean = TakeAddressesOut(line);
  const absl::string_view text = WithoutFrame(clean.text);
  if (text.empty() || EndsSentence(text) || PrintWidth(text) > kWidestByline) {
    return false;
  }
  if (HasHangul(text)) {
    if (IsKoreanByline(text)) return true;
  } else {
    absl::string_view names = text;
    if (ConsumeOpening(names)) return IsListOfNames(names);
    if (ConsumeTitle(names, kEnglishTitles) && IsListOfNames(names) &&
        absl::StrContains(names, " ")) {
      return true;
    }
  }
  // A name with an address, or with the place where one was.
  const bool had_address = !clean.addresses.empty() || !clean.remains.empty();
  return had_address && PrintWidth(text) <= kWidestByline / 2 &&
         IsListOfNames(text);
}

std::vector<v1::Contributor> ContributorsOf(absl::string_view byline) {
  const absl::string_view text = WithoutFrame(byline);
  return HasHangul(text) ? KoreanContributors(text) : EnglishContributors(text);
}

void AddByline(absl::string_view printed, int64_t line, ImportedItem& item) {
  v1::Article& article = *item.request.mutable_article();
  const CleanByline clean = TakeAddressesOut(printed);
  absl::StrAppend(article.mutable_byline(),
                  article.byline().empty() ? "" : "\n", clean.text);
  std::vector<v1::Contributor> people = ContributorsOf(clean.text);
  if (people.empty() && !clean.addresses.empty()) people.emplace_back();
  if (!clean.addresses.empty()) {
    people[0].set_contact(absl::StrJoin(clean.addresses, ", "));
  }
  for (v1::Contributor& person : people) {
    *article.add_contributors() = std::move(person);
  }
  const auto note = [&](const char* action, const char* reason,
                        absl::string_view source_text) {
    v1::Provenance::Cleaning& cleaning =
        *article.mutable_provenance()->add_cleaning();
    cleaning.set_action(action);
    cleaning.set_reason(reason);
    cleaning.set_source_text(std::string(source_text));
    cleaning.set_line(static_cast<int32_t>(line));
  };
  for (const std::string& remains : clean.remains) {
    note("dropped", "address-remains", remains);
    item.remarks.push_back(absl::StrCat("line ", line, ": dropped ", remains,
                                        ", the remains of an address"));
  }
  if (!clean.addresses.empty()) {
    // The address itself would leave the house with the note.
    note("moved", "address", "");
    item.remarks.push_back(
        absl::StrCat("line ", line, ": moved an address to the contact"));
  }
}

}  // namespace courant::importers
