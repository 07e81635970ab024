#include "services/importers/page_rules.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/importers/byline.h"
#include "services/importers/copyright_line.h"
#include "services/importers/printed_date.h"
#include "services/importers/section_words.h"
#include "services/importers/sentence.h"
#include "services/importers/unicode_text.h"

namespace courant::importers {
namespace {

using Lines = std::vector<PageLine>;

constexpr int kLeastCut = 10;        // Code points that a cut headline has.
constexpr size_t kHeadLines = 30;    // Lines in which a headline is looked for.
constexpr size_t kFootLines = 6;     // Lines in which a byline is.
constexpr int kWidestPathPart = 30;  // Columns of a part of a breadcrumb.
constexpr int kWidestShortText = 120;  // Columns of a short sentence.
constexpr size_t kMostSections = 3;    // Lines above a headline.

bool Has(const Lines& lines, LineRole role) {
  return std::any_of(lines.begin(), lines.end(), [role](const PageLine& line) {
    return line.role == role;
  });
}

// Columns of running text in [begin, end).
int RunningColumns(const Lines& lines, size_t begin, size_t end) {
  int columns = 0;
  for (size_t i = begin; i < end; ++i) {
    if (IsRunningText(lines[i])) columns += PrintWidth(lines[i].text);
  }
  return columns;
}

// The notice is the last thing that belongs to an article; below it the site
// speaks for itself, often with a notice of its own. A notice with most of the
// text below it is the credit of a picture, and so is a mere sign.
void MarkCopyright(Lines& lines) {
  for (size_t i = 1; i < lines.size(); ++i) {
    const CopyrightSign sign = CopyrightSignOf(lines[i].text);
    if (sign == CopyrightSign::kNone) continue;
    const int below = RunningColumns(lines, i + 1, lines.size());
    const int above = RunningColumns(lines, 0, i);
    const bool ends_article =
        sign == CopyrightSign::kStrong ? below <= above : below == 0;
    if (!ends_article) continue;
    const bool byline_above =
        std::any_of(lines.begin() + 1, lines.begin() + i,
                    [](const PageLine& line) { return IsByline(line.text); });
    size_t next = i;
    while (next < lines.size() && (next == i || !lines[next].after_blank) &&
           CopyrightSignOf(lines[next].text) != CopyrightSign::kNone) {
      lines[next++].role = LineRole::kCopyright;
    }
    for (; next < lines.size(); ++next) {
      const bool byline = !byline_above && IsByline(lines[next].text);
      lines[next].role = byline ? LineRole::kByline : LineRole::kChrome;
    }
    return;
  }
}

// Links and buttons that pages have at their end, and a remark in brackets
// behind a bullet, which a site puts under every article.
bool IsSiteWords(absl::string_view line) {
  for (const char* bullet : {"•", "·", "※", "▶", "*", "-", "ㆍ"}) {
    if (absl::ConsumePrefix(&line, bullet)) {
      line = TrimSpace(line);
      if (absl::StartsWith(line, "(") && absl::EndsWith(line, ")")) return true;
      break;
    }
  }
  if (PrintWidth(line) > kWidestPathPart) return false;
  const std::string lower = absl::AsciiStrToLower(line);
  for (const char* words :
       {"list",     "top",      "print", "share",        "prev",
        "next",     "previous", "back",  "back to list", "close",
        "facebook", "twitter",  "목록",  "인쇄",         "공유",
        "공유하기", "스크랩",   "닫기",  "맨위로",       "위로"}) {
    if (lower == words) return true;
  }
  for (const char* words : {"이전글", "다음글", "첨부파일"}) {
    if (absl::StartsWith(line, words) && !EndsSentence(line)) return true;
  }
  const bool has_figure =
      line.find_first_of("0123456789") != absl::string_view::npos;
  for (const char* counted : {"조회", "추천", "댓글", "hits", "views"}) {
    if (has_figure && absl::StartsWith(lower, counted)) return true;
  }
  return false;
}

// Where there is no notice, only what is known to be of a site goes.
void MarkSiteWords(Lines& lines) {
  for (size_t i = lines.size(); i-- > 1;) {
    PageLine& line = lines[i];
    if (line.role == LineRole::kUnknown && !IsSiteWords(line.text)) break;
    if (line.role == LineRole::kUnknown) line.role = LineRole::kChrome;
  }
  for (size_t i = 1; i < lines.size() && !IsRunningText(lines[i]); ++i) {
    if (lines[i].role == LineRole::kUnknown && IsSiteWords(lines[i].text)) {
      lines[i].role = LineRole::kChrome;
    }
  }
}

// Marks the byline below the text. What stands below a byline and is no running
// text is the site's.
bool MarkBylineBelow(const std::vector<PageLine*>& lines) {
  const size_t last = std::max(lines.size(), kFootLines) - kFootLines;
  for (size_t i = lines.size();
       i-- > std::max<size_t>(last, 2) && !IsRunningText(*lines[i]);) {
    if (!IsByline(lines[i]->text)) continue;
    for (size_t k = i + 1; k < lines.size(); ++k) {
      lines[k]->role = LineRole::kChrome;
    }
    for (size_t k = i; k > 1 && IsByline(lines[k]->text); --k) {
      lines[k]->role = LineRole::kByline;
    }
    return true;
  }
  return false;
}

// A byline stands below the text or, in other houses, between headline and
// text. Within the text the same words are part of it.
void MarkBylines(Lines& lines) {
  const std::vector<PageLine*> unknown = UnknownLines(lines);
  if (Has(lines, LineRole::kByline) || MarkBylineBelow(unknown)) return;
  for (size_t i = 1; i < unknown.size() && !IsRunningText(*unknown[i]); ++i) {
    if (IsByline(unknown[i]->text)) unknown[i]->role = LineRole::kByline;
  }
}

// A date alone on its line, above or below the text, is when it was published.
// A second one is when it was changed; that the article does not keep.
void MarkDates(Lines& lines) {
  const std::vector<PageLine*> unknown = UnknownLines(lines);
  const auto mark = [&lines](PageLine& line) {
    if (DateInLine(line.text).empty()) return;
    line.role =
        Has(lines, LineRole::kDate) ? LineRole::kChrome : LineRole::kDate;
  };
  size_t i = 1;
  for (; i < unknown.size() && !IsRunningText(*unknown[i]); ++i) {
    mark(*unknown[i]);
  }
  for (size_t k = unknown.size(); k-- > i && !IsRunningText(*unknown[k]);) {
    mark(*unknown[k]);
  }
}

// Sites put a title into the window that is the headline, cut; in the text of a
// page it may stand above the headline.
void MarkCutTitle(Lines& lines) {
  const std::vector<PageLine*> unknown = UnknownLines(lines);
  for (size_t i = 0; i < std::min<size_t>(unknown.size(), kMostSections); ++i) {
    for (size_t k = i + 1; k < std::min(unknown.size(), kHeadLines); ++k) {
      const std::optional<HeadlineCut> cut =
          CutFromHeadline(unknown[i]->text, unknown[k]->text);
      if (cut && cut->limit > 0) unknown[i]->role = LineRole::kChrome;
    }
  }
}

std::vector<absl::string_view> PathParts(absl::string_view line) {
  std::vector<absl::string_view> parts;
  for (const absl::string_view part : absl::StrSplit(line, '>')) {
    parts.push_back(TrimSpace(part));
    if (parts.back().empty() || PrintWidth(parts.back()) > kWidestPathPart) {
      return {};
    }
  }
  return parts;
}

std::string WithPlainArrows(absl::string_view line) {
  return absl::StrReplaceAll(line, {{"›", ">"}, {"»", ">"}, {"＞", ">"}});
}

bool IsBreadcrumb(absl::string_view line) {
  return PathParts(WithPlainArrows(line)).size() > 1 && !EndsSentence(line);
}

// The surest sign of all: a line that is the beginning of an earlier one. That
// one is the headline, this one stands for the picture, decks are between them.
// Above the headline are sections alone, so that no line repeated in the text
// is taken for one.
void MarkAlt(Lines& lines) {
  const std::vector<PageLine*> unknown = UnknownLines(lines);
  const size_t end = std::min(unknown.size(), kHeadLines);
  for (size_t i = 0; i < end; ++i) {
    const std::string& headline = unknown[i]->text;
    const bool can_be = !IsKnownSection(headline) && !IsBreadcrumb(headline) &&
                        PrintWidth(headline) >= kLeastCut;
    for (size_t k = i + 1; can_be && k < end; ++k) {
      if (!CutFromHeadline(unknown[k]->text, headline)) continue;
      unknown[i]->role = LineRole::kHeadline;
      unknown[k]->role = LineRole::kAlt;
      // Text between the two means that the page repeats its headline below.
      const bool decks = std::all_of(
          unknown.begin() + i + 1, unknown.begin() + k, [](const PageLine* l) {
            return PrintWidth(l->text) <= kWidestShortText;
          });
      for (size_t d = i + 1; decks && d < k; ++d) {
        unknown[d]->role = LineRole::kDeck;
      }
      return;
    }
    if (!LooksLikeSection(headline) && !IsBreadcrumb(headline)) return;
  }
}

// How many lines above a headline that is not known yet name sections. Short
// headlines look like them, so it takes known words, or two lines of the shape
// above one that is far wider.
size_t CountSections(const std::vector<PageLine*>& lines) {
  const auto looks = [&lines](size_t i) {
    return i < lines.size() && LooksLikeSection(lines[i]->text);
  };
  const auto known = [&lines](size_t i) {
    return i < lines.size() &&
           (IsKnownSection(lines[i]->text) || IsBreadcrumb(lines[i]->text));
  };
  // Whether line `i` can be a headline for a section above it.
  const auto headline = [&lines](size_t i) {
    return i < lines.size() && (!IsRunningText(*lines[i]) ||
                                PrintWidth(lines[i]->text) <= kWidestShortText);
  };
  // Whether it is so wide that line `than` is no headline with a deck below.
  const auto far_wider = [&lines](size_t i, size_t than) {
    return i < lines.size() && !IsRunningText(*lines[i]) &&
           !LooksLikeSection(lines[i]->text) &&
           PrintWidth(lines[i]->text) >= 2 * PrintWidth(lines[than]->text);
  };
  size_t count = 0;
  if (looks(0) && !known(0) && known(1) && headline(2)) count = 1;
  if (looks(0) && looks(1) && far_wider(2, 0) && far_wider(2, 1)) count = 2;
  while (count < kMostSections && known(count) && headline(count + 1)) ++count;
  if (count == 1 && looks(1) && far_wider(2, 1)) count = 2;
  return count;
}

// Above the headline stand the names of the parts of the site in which it was
// found, the narrowest last.
void MarkSections(Lines& lines) {
  const std::vector<PageLine*> unknown = UnknownLines(lines);
  size_t count = 0;
  if (Has(lines, LineRole::kHeadline)) {
    for (const PageLine& line : lines) {
      if (line.role == LineRole::kHeadline) break;
      count += line.role == LineRole::kUnknown;
    }
  } else {
    count = CountSections(unknown);
  }
  LineRole role = LineRole::kSection;
  for (size_t i = count; i-- > 0;) {
    if (IsBreadcrumb(unknown[i]->text)) {
      unknown[i]->role = LineRole::kBreadcrumb;
      continue;
    }
    unknown[i]->role = role;
    role = role == LineRole::kSection ? LineRole::kZone : LineRole::kChrome;
  }
}

// What comes first and is no section is the headline.
void MarkHeadline(Lines& lines) {
  if (Has(lines, LineRole::kHeadline)) return;
  const std::vector<PageLine*> unknown = UnknownLines(lines);
  if (!unknown.empty()) unknown[0]->role = LineRole::kHeadline;
}

// Decks stand between the headline and the text, and are no running text. In a
// page without any, lines below the headline are all there is of the text.
void MarkDecks(Lines& lines) {
  const auto headline = std::find_if(
      lines.begin(), lines.end(),
      [](const PageLine& line) { return line.role == LineRole::kHeadline; });
  const bool has_text =
      std::any_of(headline, lines.end(), [](const PageLine& line) {
        return line.role == LineRole::kUnknown && IsRunningText(line);
      });
  if (!has_text) return;
  for (auto line = headline; line != lines.end(); ++line) {
    if (line->role == LineRole::kAlt) return;
    if (line->role != LineRole::kUnknown) continue;
    if (IsRunningText(*line)) return;
    line->role = LineRole::kDeck;
  }
}

// What is left is the text.
void MarkBody(Lines& lines) {
  for (PageLine* line : UnknownLines(lines)) line->role = LineRole::kBody;
}

// In the order in which they are sure: from the ends of the page to its middle.
constexpr void (*kRules[])(Lines&) = {
    MarkCopyright, MarkSiteWords, MarkBylines,  MarkDates, MarkCutTitle,
    MarkAlt,       MarkSections,  MarkHeadline, MarkDecks, MarkBody};

}  // namespace

void ClassifyPage(std::vector<PageLine>& lines) {
  for (const auto rule : kRules) rule(lines);
}

std::optional<HeadlineCut> CutFromHeadline(absl::string_view line,
                                           absl::string_view headline) {
  absl::string_view words = line;
  const bool ellipsis =
      absl::ConsumeSuffix(&words, "...") || absl::ConsumeSuffix(&words, "…");
  words = TrimSpace(words);
  for (const absl::string_view whole :
       {WithoutOpeningQuotes(headline), headline}) {
    if (!absl::StartsWith(whole, words)) continue;
    if (words.size() == whole.size() && !ellipsis) return HeadlineCut{0};
    const int length = CountCodePoints(words);
    if (length < kLeastCut) continue;
    const absl::string_view rest = whole.substr(words.size());
    // 49 code points before a space were 50 with it.
    const bool lost_space = absl::StartsWith(rest, " ") && length % 10 == 9;
    return HeadlineCut{length + (lost_space ? 1 : 0)};
  }
  return std::nullopt;
}

SectionPath SplitBreadcrumb(absl::string_view line) {
  const std::string plain = WithPlainArrows(line);
  const std::vector<absl::string_view> parts = PathParts(plain);
  if (parts.size() < 2) return {"", std::string(line)};
  return {std::string(parts[parts.size() - 2]), std::string(parts.back())};
}

std::string DateInLine(absl::string_view line) {
  for (const char* label :
       {"published on", "published", "posted on", "posted", "registered",
        "date", "updated", "modified", "기사입력", "입력", "등록일", "작성일",
        "게재일", "발행일", "보도일", "승인", "날짜", "수정", "최종수정"}) {
    if (!absl::StartsWithIgnoreCase(line, label)) continue;
    line.remove_prefix(absl::string_view(label).size());
    line = TrimSpace(line);
    absl::ConsumePrefix(&line, ":");
    break;
  }
  line = TrimSpace(line);
  const std::optional<PrintedDate> date = ParsePrintedDate(line);
  const bool has_day =
      date && date->precision != v1::YEAR && date->precision != v1::MONTH;
  return has_day ? std::string(line) : "";
}

}  // namespace courant::importers
