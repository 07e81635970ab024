#include "services/importers/page_rules.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace courant::importers {
namespace {

const char* NameOf(LineRole role) {
  switch (role) {
    case LineRole::kUnknown:
      return "unknown";
    case LineRole::kBreadcrumb:
      return "path";
    case LineRole::kZone:
      return "zone";
    case LineRole::kSection:
      return "section";
    case LineRole::kHeadline:
      return "headline";
    case LineRole::kDeck:
      return "deck";
    case LineRole::kAlt:
      return "alt";
    case LineRole::kDate:
      return "date";
    case LineRole::kByline:
      return "byline";
    case LineRole::kBody:
      return "body";
    case LineRole::kCopyright:
      return "copyright";
    case LineRole::kChrome:
      return "chrome";
  }
  return "?";
}

struct Page {
  const char* name;
  // The page with what each line is and a bar in front of it.
  const char* marked;
};

void PrintTo(const Page& page, std::ostream* out) { *out << page.name; }

class PageRulesTest : public ::testing::TestWithParam<Page> {};

TEST_P(PageRulesTest, EveryLineIsWhatItIs) {
  std::string text;
  std::vector<std::string> expected;
  for (const absl::string_view line : absl::StrSplit(GetParam().marked, '\n')) {
    const size_t bar = line.find('|');
    if (bar == absl::string_view::npos) {
      absl::StrAppend(&text, line, "\n");
      continue;
    }
    absl::StrAppend(&text, line.substr(bar + 1), "\n");
    // Lines of one broken paragraph are marked with a plus.
    if (line.substr(0, bar) != "+") expected.emplace_back(line);
  }
  std::vector<PageLine> lines = SplitPage(text);
  ClassifyPage(lines);
  std::vector<std::string> found;
  for (const PageLine& line : lines) {
    const std::vector<std::string> rows = absl::StrSplit(line.text, '\n');
    found.push_back(absl::StrCat(NameOf(line.role), "|", rows[0]));
  }
  EXPECT_EQ(found, expected);
}

constexpr Page kPages[] = {
    {"Complete", R"(
zone|News Zone

section|Recent News

headline|“The Old Lighthouse Will Shine Again over the Northern Quay of the Harbour”

deck|Council votes twelve to eleven after a night of debate

deck|'A light is not a luxury' - pilots

alt|The Old Lighthouse Will Shine Again over the Nort

body|The council voted on Monday to rebuild the lighthouse. It was close.

body|"A light is not a luxury," the pilots' spokesman said.

byline|By Su-Bin, Park < >

copyright|<Copyright ⓒ The Harbour Courier, All rights reserved>


chrome|• (Lectures and what followed)
)"},
    {"CompleteInKorean", R"(
zone|항구소식

section|최근소식

headline|“등대, 북쪽 부두에 다시 불 밝힌다”

deck|시의회, 밤샘 토론 끝에 12대 11로 가결

deck|도선사들 “빛은 사치가 아니다”

alt|등대, 북쪽 부두에 다시 불 밝힌다”

body|시의회는 4일 등대 재건 예산안을 통과시켰다. 표차는 한 표였다.

body|도선사협회는 “빛은 사치가 아니다”라고 밝혔다.

byline|박수빈 기자 < >

copyright|<저작권자 ⓒ 항구신문, 무단 전재 및 재배포 금지>

chrome|• (강연과 토론)
)"},
    {"WithoutDecks", R"(
zone|News Zone

section|Recent News

headline|Council votes to rebuild the old lighthouse after years of quarrel

alt|Council votes to rebuild the old lighthouse after

body|The council voted on Monday.

body|It was close.

byline|By Su-Bin, Park < >

copyright|<Copyright ⓒ The Harbour Courier, All rights reserved>
)"},
    {"WithoutAlt", R"(
zone|News Zone

section|Recent News

headline|A quiet harbour

deck|No ships came

deck|None are expected before June… or July

body|It was a quiet day.

body|Nobody minded.

copyright|<Copyright ⓒ The Harbour Courier, All rights reserved>
)"},
    {"WithoutByline", R"(
section|보도자료

headline|등대 재건 예산안 시의회 통과

deck|내년 봄 착공… 2년 뒤 완공

body|시의회는 4일 예산안을 통과시켰다.

body|공사는 내년 봄 시작된다.

copyright|ⓒ 항구신문, 무단전재 및 재배포 금지

chrome|목록
)"},
    {"WithoutSections", R"(
headline|Storm shuts the harbour for a second day

deck|Three ships wait outside as ice closes in on the northern quay

body|The northern quay stayed closed on Tuesday.

body|"We wait," the harbour master said.

byline|By Jane Roe
)"},
    {"OfOneHeadlineAndOneLine", R"(
headline|Hello harbour

body|A line without a stop
)"},
    {"WithoutBlankLines", R"(zone|News Zone
section|Recent News
headline|"Peace in the harbour" - a new treaty of the fishing fleets
deck|Fleets agree on quotas
alt|Peace in the harbour" - a new treaty of the fishin
body|The fleets signed on Monday.
body|They will meet again in June.
byline|By Su-Bin, Park < >
copyright|<Copyright ⓒ The Harbour Courier, All rights reserved>)"},
    {"WithAPathADateAndButtons", R"(
path|Home > News Zone > Recent News

headline|Mayor visits the shipyard

date|2019.01.04

chrome|조회수 123

body|The mayor visited the shipyard on Friday.

byline|By Su-Bin, Park <subin@example.org>

copyright|ⓒ The Harbour Courier
chrome|목록
chrome|이전글 Another story
)"},
    {"WithTheBylineAndTheDateAboveTheText", R"(
section|Politics

headline|Council splits over harbour dues

byline|Jane Roe, Staff Reporter

date|Published: January 4, 2019

chrome|Updated: January 5, 2019

body|The council split on Friday over harbour dues.

body|A second vote is due in March.

copyright|© The Harbour Courier
)"},
    {"WithDecksThatEndLikeSentences", R"(
zone|Press Room

section|Latest

headline|Why the ferry stopped running

deck|Captain: "We had no choice."

deck|The owners disagree.

alt|Why the ferry stopped running

body|The ferry stopped on Sunday.

byline|By Ann Lee and Bo Park
)"},
    {"WithTheTitleOfTheWindow", R"(
chrome|Building a fleet that the sea fears and the peop...

zone|News Zone

section|Recent News

headline|Building a fleet that the sea fears and the people love

body|The admiral spoke at the academy on Monday.
)"},
    {"WithUnknownSections", R"(
zone|Army Life

section|Open Doors

headline|How a regiment built a bridge over the river in a single day

body|The regiment built the bridge between dawn and dusk.
)"},
    {"BrokenToAWidth", R"(
headline|How a regiment built a bridge in a day

body|The regiment built the bridge between dawn and dusk, working in
+|four shifts and without a pause for meals, as the commander had
+|promised to the villagers on the other bank a week before.

body|"It holds," he said.
)"},
    {"WithACreditInTheText", R"(
section|Local

headline|Bridge opens after a long delay and many broken promises

body|The bridge opened on Monday with a brass band.

body|ⓒ Harbour Pictures. All rights reserved

body|The mayor cut the ribbon. The band played on for an hour, and the crowd cheered for the workers.

body|Traffic began at noon. The bridge carries two lanes and a track for bicycles, and is free for a year.

byline|By Ann Lee

copyright|<Copyright ⓒ The Harbour Courier, All rights reserved>

chrome|Ministry of Harbours, 22 Quay Road. This site does not collect addresses.
chrome|Copyright © Ministry of Harbours. All rights reserved.
)"},
    {"WithANoticeInTwoLines", R"(
headline|A quiet harbour

body|It was a quiet day.

copyright|저작권자 ⓒ 항구신문
copyright|무단 전재 및 재배포 금지

chrome|ⓒ 다른 곳
)"},
    {"WithTheBylineBelowTheNotice", R"(
headline|A quiet harbour

body|It was a quiet day.

copyright|<Copyright ⓒ The Harbour Courier, All rights reserved>

byline|By Ann Lee

chrome|Share
)"},
    {"WithoutANotice", R"(
headline|A quiet harbour

body|It was a quiet day.

byline|By Ann Lee

chrome|• (Lectures and what followed)
)"},
    {"AboutCopyright", R"(
headline|Copyright law divides the council

body|The council disagreed about copyright on Monday.

body|© is a sign that nobody reads, the clerk said.

body|The debate goes on.
)"},
    {"WithLinesThatRepeat", R"(
headline|Ten questions about the harbour, and ten answers

body|What is a harbour? A place for ships.

body|* * *

body|What is a ship? A thing for harbours.

body|* * *

body|What is a thing for harbours? A ship, as was said.
)"},
    {"WithShortParagraphs", R"(
section|World News

headline|Ferry sinks off the cape

deck|All saved

body|The ferry sank.

body|All aboard were saved.

body|Why?

body|Nobody knows.

byline|홍길동 특파원

copyright|ⓒ 항구신문
)"},
    {"WithABylineThatLooksLikeADeck", R"(
headline|By land, by sea and by air the parade moves on

body|The parade moved on.

byline|By Jane Roe
)"},
};

INSTANTIATE_TEST_SUITE_P(Pages, PageRulesTest, ::testing::ValuesIn(kPages),
                         [](const ::testing::TestParamInfo<Page>& info) {
                           return std::string(info.param.name);
                         });

TEST(PageRulesFunctionsTest, ACutHeadlineIsItsBeginning) {
  const absl::string_view headline =
      "“The Old Lighthouse Will Shine Again over the Northern Quay”";
  struct {
    const char* line;
    int limit;  // -1 for no cut.
  } const cases[] = {
      {"The Old Lighthouse Will Shine Again over the Nort", 49},
      {"“The Old Lighthouse Will", 24},
      {"The Old Lighthouse Will Shi...", 27},
      {"The Old Lighthouse Will Shine…", 30},
      {"The Old Lighthouse Will Shine", 30},  // 29 and a space.
      {"The Old Lighthouse Will Shine Again over the Northern Quay”", 0},
      {"The Old L", -1},
      {"The Old Lighthouse Is Dark", -1},
      {"", -1},
  };
  for (const auto& c : cases) {
    const std::optional<HeadlineCut> cut = CutFromHeadline(c.line, headline);
    EXPECT_EQ(cut ? cut->limit : -1, c.limit) << c.line;
  }
}

TEST(PageRulesFunctionsTest, APathNamesItsLastTwoParts) {
  EXPECT_EQ(SplitBreadcrumb("Home > News Zone › Recent News").zone,
            "News Zone");
  EXPECT_EQ(SplitBreadcrumb("Home > News Zone › Recent News").label,
            "Recent News");
  EXPECT_EQ(SplitBreadcrumb("Recent News").label, "Recent News");
  EXPECT_EQ(SplitBreadcrumb("Recent News").zone, "");
}

TEST(PageRulesFunctionsTest, ADateStandsAloneOnItsLine) {
  EXPECT_EQ(DateInLine("등록일 : 2019.01.04"), "2019.01.04");
  EXPECT_EQ(DateInLine("Published on January 4, 2019"), "January 4, 2019");
  EXPECT_EQ(DateInLine("입력 2019-01-04 10:30"), "2019-01-04 10:30");
  for (const char* line : {"2019", "January 2019", "Date", "",
                           "On January 4, 2019 the harbour froze"}) {
    EXPECT_EQ(DateInLine(line), "") << line;
  }
}

}  // namespace
}  // namespace courant::importers
