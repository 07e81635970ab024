#include "services/importers/byline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace courant::importers {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "AUTHOR Su-Yeol|Maeng 0.8 (The Harbour Courier)"
std::vector<std::string> PeopleOf(const char* byline) {
  std::vector<std::string> people;
  for (const v1::Contributor& person : ContributorsOf(byline)) {
    const v1::PersonName& name = person.names(0);
    std::string text = absl::StrCat(
        v1::Contributor::Role_Name(person.role()), " ",
        name.family().empty() ? name.text()
                              : absl::StrCat(name.given(), "|", name.family(),
                                             " ", person.confidence()));
    if (!person.affiliation().empty()) {
      absl::StrAppend(&text, " (", person.affiliation(), ")");
    }
    people.push_back(text);
  }
  return people;
}

TEST(BylineTest, BylinesAreRecognised) {
  for (const char* line : {"By Su-Yeol, Maeng",
                           "By Su-Yeol, Maeng < >",
                           "BY JANE ROE",
                           "By Jane Roe and John van Doe",
                           "By Jane Roe, Staff Reporter",
                           "Jane Roe, Staff Reporter",
                           "Photos by Ann Lee",
                           "Translated by Kim Min-su",
                           "By Lt. Col. Jane Roe",
                           "Jane Roe <jane@example.org>",
                           "[By Jane Roe]",
                           "홍길동 기자",
                           "홍길동 기자 < >",
                           "홍길동기자 hong@example.com",
                           "<홍길동 기자>",
                           "항구신문 홍길동 기자",
                           "홍길동·김바다 기자",
                           "[항구=연합] 홍길동 특파원",
                           "글=홍길동 기자/사진=김바다 기자",
                           "글·사진=홍길동",
                           "남궁바다 선임기자"}) {
    EXPECT_TRUE(IsByline(line)) << line;
  }
}

TEST(BylineTest, OtherLinesAreNot) {
  for (const char* line :
       {"By Friday the harbour was open again.", "By the numbers",
        "By sea and by land, the parade moves on", "Bypass opens", "",
        "The reporter", "이날 행사에는 기자 100여 명이 참석했다.",
        "시장, 오늘 기자회견", "국방부 출입기자단", "사진 제공=항구시",
        "Write to desk@example.org if you know more of the storm."}) {
    EXPECT_FALSE(IsByline(line)) << line;
  }
}

TEST(BylineTest, AddressesAndWhatIsLeftOfThemAreTakenOut) {
  struct {
    const char* line;
    const char* text;
    std::vector<std::string> addresses;
    std::vector<std::string> remains;
  } const cases[] = {
      {"By Su-Yeol, Maeng < >", "By Su-Yeol, Maeng", {}, {"< >"}},
      {"홍길동 기자 <>", "홍길동 기자", {}, {"<>"}},
      {"홍길동 기자 < hong@example.com >",
       "홍길동 기자",
       {"hong@example.com"},
       {}},
      {"홍길동 기자hong@example.com", "홍길동 기자", {"hong@example.com"}, {}},
      {"By Jane Roe / jane.roe+news@desk.example.org",
       "By Jane Roe",
       {"jane.roe+news@desk.example.org"},
       {}},
      {"By Jane Roe (jane@a.example), Ann Lee (ann@b.example)",
       "By Jane Roe, Ann Lee",
       {"jane@a.example", "ann@b.example"},
       {}},
      {"By Jane Roe @janeroe", "By Jane Roe @janeroe", {}, {}},
      {"By Jane Roe", "By Jane Roe", {}, {}},
  };
  for (const auto& c : cases) {
    const CleanByline clean = TakeAddressesOut(c.line);
    EXPECT_EQ(clean.text, c.text);
    EXPECT_EQ(clean.addresses, c.addresses) << c.line;
    EXPECT_EQ(clean.remains, c.remains) << c.line;
  }
}

TEST(BylineTest, NamesAreTakenApartOnlyWhereTheWritingShowsIt) {
  EXPECT_THAT(PeopleOf("By Su-Yeol, Maeng"),
              ElementsAre("AUTHOR Su-Yeol|Maeng 0.8"));
  EXPECT_THAT(PeopleOf("By Maeng, Su-Yeol"),
              ElementsAre("AUTHOR Su-Yeol|Maeng 0.8"));
  EXPECT_THAT(PeopleOf("By Jane, Roe"), ElementsAre("AUTHOR Jane|Roe 0.5"));
  EXPECT_THAT(PeopleOf("By Jane Roe"), ElementsAre("AUTHOR Jane Roe"));
  EXPECT_THAT(PeopleOf("홍길동 기자"), ElementsAre("AUTHOR 길동|홍 0.9"));
  EXPECT_THAT(PeopleOf("남궁바다 기자"), ElementsAre("AUTHOR 바다|남궁 0.9"));
  EXPECT_THAT(PeopleOf("허준 기자"), ElementsAre("AUTHOR 준|허 0.7"));
  EXPECT_THAT(PeopleOf("선우진 기자"), ElementsAre("AUTHOR 선우진"));
}

TEST(BylineTest, EveryPersonIsNamedWithTheirPart) {
  EXPECT_THAT(
      PeopleOf("By Jane Roe, Ann Lee and Bo Park"),
      ElementsAre("AUTHOR Jane Roe", "AUTHOR Ann Lee", "AUTHOR Bo Park"));
  EXPECT_THAT(PeopleOf("By Jane Roe, Staff Reporter"),
              ElementsAre("AUTHOR Jane Roe"));
  EXPECT_THAT(PeopleOf("By Jane Roe / The Harbour Courier"),
              ElementsAre("AUTHOR Jane Roe (The Harbour Courier)"));
  EXPECT_THAT(PeopleOf("Translated by Ann Lee"),
              ElementsAre("TRANSLATOR Ann Lee"));
  EXPECT_THAT(PeopleOf("글=홍길동 기자/사진=김바다 기자"),
              ElementsAre("AUTHOR 길동|홍 0.9", "PHOTOGRAPHER 바다|김 0.9"));
  EXPECT_THAT(PeopleOf("항구신문 홍길동·김바다 기자"),
              ElementsAre("AUTHOR 길동|홍 0.9 (항구신문)",
                          "AUTHOR 바다|김 0.9 (항구신문)"));
  EXPECT_THAT(PeopleOf(""), IsEmpty());
}

TEST(BylineTest, AnAddressGoesToTheContactAndNowhereElse) {
  ImportedItem item;
  AddByline("홍길동 기자 <hong@example.com>", 7, item);
  v1::Article& article = *item.request.mutable_article();
  EXPECT_EQ(article.byline(), "홍길동 기자");
  ASSERT_EQ(article.contributors_size(), 1);
  EXPECT_EQ(article.contributors(0).contact(), "hong@example.com");
  EXPECT_EQ(article.contributors(0).names(0).language(), "ko-Hang");
  ASSERT_EQ(article.provenance().cleaning_size(), 1);
  EXPECT_EQ(article.provenance().cleaning(0).line(), 7);
  article.mutable_contributors(0)->clear_contact();
  EXPECT_EQ(item.request.DebugString().find('@'), std::string::npos);
  EXPECT_THAT(item.remarks,
              ElementsAre("line 7: moved an address to the contact"));
}

}  // namespace
}  // namespace courant::importers
