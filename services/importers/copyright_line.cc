#include "services/importers/copyright_line.h"

#include <algorithm>
#include <initializer_list>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "services/importers/unicode_text.h"

namespace courant::importers {
namespace {

constexpr int kLongestNotice = 300;  // Code points.

// What notices are wrapped in.
constexpr const char* kBracketsAround[] = {"<",  ">",  "[",  "]",  "(",
                                           ")",  "〈", "〉", "《", "》",
                                           "＜", "＞", "【", "】"};

// The sign, in all its spellings.
constexpr const char* kSigns[] = {"ⓒ", "©", "(c)", "Ⓒ"};

// Words that begin a notice. Longer ones first: the first match is taken.
constexpr const char* kNoticeOpenings[] = {"copyrights", "copyright",
                                           "저작권자", "저작권", "판권"};

// Words with which a notice reserves its rights. What comes before is about
// the holder.
constexpr const char* kReservations[] = {
    "all rights", "all right reserved", "무단전재",  "무단 전재", "무단복제",
    "무단 복제",  "무단배포",           "무단 배포", "재배포",    "재판매"};

template <size_t n>
bool ConsumeAny(absl::string_view& text, const char* const (&prefixes)[n]) {
  for (const char* prefix : prefixes) {
    if (absl::StartsWithIgnoreCase(text, prefix)) {
      text.remove_prefix(absl::string_view(prefix).size());
      return true;
    }
  }
  return false;
}

// Skips brackets and white space.
void SkipOpening(absl::string_view& text) {
  do {
    text = absl::StripLeadingAsciiWhitespace(text);
  } while (ConsumeAny(text, kBracketsAround));
}

// "2019", "2018-2020", "2018–2020", each with what separates it.
void SkipYears(absl::string_view& text) {
  while (true) {
    text = absl::StripLeadingAsciiWhitespace(text);
    const size_t digits =
        std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits != 4) return;
    text.remove_prefix(digits);
    text = absl::StripLeadingAsciiWhitespace(text);
    for (const char* separator : {"-", "–", ",", "년"}) {
      if (absl::ConsumePrefix(&text, separator)) break;
    }
  }
}

size_t FindReservation(absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(text);
  size_t first = absl::string_view::npos;
  for (const char* words : kReservations) {
    first = std::min(first, lower.find(words));
  }
  return first;
}

// Cuts brackets, white space and separators from the end, but keeps the point
// of "Ltd.", which belongs to the name.
absl::string_view TrimEnd(absl::string_view text) {
  for (bool cut = true; cut;) {
    text = TrimSpace(text);
    cut = false;
    for (const char* bracket : kBracketsAround) {
      cut |= absl::ConsumeSuffix(&text, bracket);
    }
    for (const char* separator : {",", ";", ":", "|", "/", "-", "·", "–"}) {
      cut |= absl::ConsumeSuffix(&text, separator);
    }
  }
  for (const char* abbreviation : {"Ltd.", "Inc.", "Co.", "Corp.", "Bros."}) {
    if (absl::EndsWithIgnoreCase(text, abbreviation)) return text;
  }
  return TrimSpace(absl::StripSuffix(text, "."));
}

// A notice without its opening: sets whether it began with a word or a sign.
struct NoticeOpening {
  bool word = false;
  bool sign = false;
  bool year = false;
};
NoticeOpening ConsumeNoticeOpening(absl::string_view& text) {
  NoticeOpening opening;
  for (bool found = true; found;) {
    text = absl::StripLeadingAsciiWhitespace(text);
    // The sign first: "(c)" would lose its bracket.
    found = ConsumeAny(text, kSigns);
    opening.sign |= found;
    if (found) continue;
    SkipOpening(text);
    found = ConsumeAny(text, kSigns);
    opening.sign |= found;
    if (!found && ConsumeAny(text, kNoticeOpenings)) {
      opening.word = found = true;
    }
  }
  absl::ConsumePrefix(&text, ":");
  const size_t before = text.size();
  SkipYears(text);
  opening.year = TrimSpace(text).size() + 4 <= before;
  if (absl::StartsWithIgnoreCase(text, "by ")) text.remove_prefix(3);
  if (!opening.sign) opening.sign = ConsumeAny(text, kSigns);
  SkipYears(text);
  return opening;
}

}  // namespace

CopyrightSign CopyrightSignOf(absl::string_view line) {
  if (CountCodePoints(line) > kLongestNotice) return CopyrightSign::kNone;
  absl::string_view rest = TrimSpace(line);
  const NoticeOpening opening = ConsumeNoticeOpening(rest);
  const bool reserves = FindReservation(line) != absl::string_view::npos;
  if (opening.word && (opening.sign || opening.year || reserves)) {
    return CopyrightSign::kStrong;
  }
  if (opening.sign) {
    return reserves ? CopyrightSign::kStrong : CopyrightSign::kWeak;
  }
  // "The Harbour Courier. All rights reserved.", "무단 전재 및 재배포 금지".
  const std::string lower = absl::AsciiStrToLower(line);
  const bool in_words =
      absl::StrContains(lower, "all rights reserved") ||
      (absl::StrContains(line, "무단") && absl::StrContains(line, "금지") &&
       !absl::StrContains(line, "다."));
  return in_words && CountCodePoints(line) <= kLongestNotice / 2
             ? CopyrightSign::kStrong
             : CopyrightSign::kNone;
}

std::string CopyrightHolderOf(absl::string_view notice) {
  absl::string_view rest = TrimSpace(notice);
  rest = rest.substr(0, rest.find('\n'));
  ConsumeNoticeOpening(rest);
  rest = rest.substr(0, std::min(FindReservation(rest), rest.size()));
  SkipOpening(rest);
  return std::string(TrimEnd(rest));
}

}  // namespace courant::importers
