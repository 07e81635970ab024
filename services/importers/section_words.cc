#include "services/importers/section_words.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "services/importers/sentence.h"
#include "services/importers/unicode_text.h"

namespace courant::importers {
namespace {

// Korean says in two short words what English says in four, and its headlines
// are shorter too.
constexpr int kWidestSection = 30;  // Columns, see PrintWidth().
constexpr size_t kMostWords = 4;
constexpr int kWidestInHangul = 16;
constexpr size_t kMostWordsInHangul = 2;

// One of these makes a line the name of a section.
constexpr absl::string_view kTelling =
    "news newsroom zone press release releases board notice notices headlines "
    "home homepage briefing briefings newsletter announcements gallery archive "
    "archives bulletin newsdesk";
constexpr absl::string_view kTellingKorean =
    "뉴스 소식 보도 자료 공지 알림 게시판 브리핑 동정 속보 포토 영상 기사";

// Of these alone it may be made.
constexpr absl::string_view kFields =
    "politics economy business world international national nation local "
    "region regional metro city sport sports culture arts life lifestyle "
    "living society opinion editorial editorials columns features feature "
    "interview interviews people photos photo video videos defense defence "
    "army navy military security science tech technology health education "
    "environment weather travel entertainment events room center centre media "
    "recent latest main top general special issues policy diplomacy focus "
    "today daily weekly affairs foreign domestic korea stories reports finance "
    "markets labor labour and the of";
constexpr absl::string_view kFieldsKorean =
    "정치 경제 사회 문화 국제 스포츠 국방 외교 안보 오피니언 사설 칼럼 지역 "
    "전국 생활 과학 건강 교육 환경 날씨 여행 연예 종합 인터뷰 기획 특집 사람 "
    "최신 주요 홈 방위사업 병영 문학 산업 금융 증권 노동 복지 항만 해양 해운";

// Small words within a title.
constexpr absl::string_view kSmall = "and of the in for a on";

bool IsOneOf(absl::string_view word, absl::string_view words) {
  for (const absl::string_view other : absl::StrSplit(words, ' ')) {
    if (word == other) return true;
  }
  return false;
}

bool HasOneOf(absl::string_view text, absl::string_view words) {
  for (const absl::string_view word : absl::StrSplit(words, ' ')) {
    if (absl::StrContains(text, word)) return true;
  }
  return false;
}

std::vector<absl::string_view> Words(absl::string_view line) {
  return absl::StrSplit(line, absl::ByAnyChar(" \t&/,"), absl::SkipEmpty());
}

}  // namespace

bool LooksLikeSection(absl::string_view line) {
  const std::vector<absl::string_view> words = Words(line);
  const bool hangul = CountLetters(line).hangul > 0;
  if (words.empty() ||
      words.size() > (hangul ? kMostWordsInHangul : kMostWords) ||
      PrintWidth(line) > (hangul ? kWidestInHangul : kWidestSection) ||
      HasQuote(line) || EndsSentence(line) ||
      line.find_first_of("0123456789?!:;") != absl::string_view::npos) {
    return false;
  }
  for (const absl::string_view word : words) {
    if (!BeginsLikeName(word) && !IsOneOf(word, kSmall)) return false;
  }
  return true;
}

bool IsKnownSection(absl::string_view line) {
  if (!LooksLikeSection(line)) return false;
  bool all_fields = true;
  for (const absl::string_view word : Words(line)) {
    const std::string lower = absl::AsciiStrToLower(word);
    if (IsOneOf(lower, kTelling)) return true;
    all_fields &= IsOneOf(lower, kFields) || IsOneOf(lower, kFieldsKorean);
  }
  // Korean writes compounds without a space: "국방뉴스".
  return all_fields || HasOneOf(line, kTellingKorean);
}

}  // namespace courant::importers
