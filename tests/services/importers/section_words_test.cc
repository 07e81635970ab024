#include "services/importers/section_words.h"

#include <gtest/gtest.h>

namespace courant::importers {
namespace {

TEST(SectionWordsTest, NamesOfSectionsAreKnown) {
  for (const char* line :
       {"News Zone", "Recent News", "Press Releases", "Notice Board",
        "Politics", "Arts and Culture", "Army & Navy", "Latest", "World News",
        "국방뉴스", "보도자료", "최신 소식", "정치", "국제"}) {
    EXPECT_TRUE(IsKnownSection(line)) << line;
  }
}

TEST(SectionWordsTest, HeadlinesAreNotSections) {
  for (const char* line :
       {"Storm shuts harbour", "Storm Shuts Harbour", "“Good News”",
        "News of the storm reaches the last of the islands", "News at 9",
        "What news?", "등대 재건 예산안 시의회 통과",
        "새 부두 개항 소식에 시민 환호", ""}) {
    EXPECT_FALSE(IsKnownSection(line)) << line;
  }
}

TEST(SectionWordsTest, TheShapeAloneFitsUnknownNamesToo) {
  EXPECT_TRUE(LooksLikeSection("Reporter's Notebook"));
  EXPECT_TRUE(LooksLikeSection("열린마당"));
  EXPECT_FALSE(LooksLikeSection("a small quay"));
  EXPECT_FALSE(LooksLikeSection("It ends."));
}

}  // namespace
}  // namespace courant::importers
