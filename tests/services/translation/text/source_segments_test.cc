#include "services/translation/text/source_segments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/translation/text/text_units.h"

namespace courant {
namespace {

using ::testing::ElementsAre;

// An article with every text that there is.
v1::Article Everything() {
  v1::Article article;
  article.set_language("en");
  article.mutable_headline()->set_value("Headline");
  article.add_decks()->set_value("Deck");
  article.add_decks();  // Empty.
  article.add_decks()->set_value("Third deck");
  article.mutable_kicker()->set_value("Kicker");
  article.mutable_short_title()->mutable_text()->set_value("Short");
  article.mutable_summary()->set_value("Summary");
  article.set_slugline("SLUG/");
  article.set_byline("By Han");
  const auto add = [&article](const std::string& id) {
    v1::Block& block = *article.add_body();
    block.set_id(id);
    return &block;
  };
  add("p1")->mutable_paragraph()->mutable_text()->set_text("One. Two.");
  add("h1")->mutable_heading()->mutable_text()->set_text("Heading");
  v1::List& list = *add("l1")->mutable_list();
  list.add_items()->set_text("First");
  list.add_items()->set_text("Second");
  v1::Quote& quote = *add("q1")->mutable_quote();
  quote.add_paragraphs()->set_text("Said");
  quote.set_attribution("Who");
  quote.set_cite("https://example.com");
  add("i1")->mutable_media()->set_media_id("m1");
  v1::Table& table = *add("t1")->mutable_table();
  table.mutable_caption()->set_text("Above");
  table.add_rows()->add_cells()->set_text("A");
  v1::Table::Row& row = *table.add_rows();
  row.add_cells();
  row.add_cells()->set_text("B");
  add("f1")->mutable_preformatted()->set_text("Line one\n  line two\n\nThird");
  add("e1")->mutable_embed()->mutable_fallback()->set_value("Instead");
  v1::Media& media = *article.add_media();
  media.set_id("m1");
  media.mutable_alt()->mutable_text()->set_value("Alt");
  media.mutable_caption()->set_value("Caption");
  media.set_credit("Photo");
  return article;
}

std::vector<std::string> NamesOf(const v1::Article& article,
                                 v1::Translation::Scope scope) {
  std::vector<std::string> names;
  for (const TextUnit& unit : TextUnitsOf(article, scope)) {
    names.push_back(absl::StrCat(unit.unit, " ", unit.field, " ", *unit.text));
  }
  return names;
}

TEST(TextUnitsTest, EveryTextInReadingOrder) {
  EXPECT_THAT(
      NamesOf(Everything(), v1::Translation::FULL),
      ElementsAre(
          "headline 1 Headline", "decks/1 2 Deck", "decks/3 2 Third deck",
          "kicker 3 Kicker", "short_title 4 Short", "summary 5 Summary",
          "body/p1 6 One. Two.", "body/h1 6 Heading", "body/l1/items/1 6 First",
          "body/l1/items/2 6 Second", "body/q1/paragraphs/1 6 Said",
          "body/q1/attribution 6 Who", "body/t1/caption 6 Above",
          "body/t1/rows/1/cells/1 6 A", "body/t1/rows/2/cells/2 6 B",
          "body/f1 6 Line one\n  line two\n\nThird",
          "body/e1/fallback 6 Instead", "media/m1/caption 7 Caption",
          "media/m1/alt 8 Alt"));
}

TEST(TextUnitsTest, AScopeTakesInWhatItSays) {
  EXPECT_THAT(NamesOf(Everything(), v1::Translation::HEADLINE),
              ElementsAre("headline 1 Headline"));
  EXPECT_THAT(NamesOf(Everything(), v1::Translation::HEADLINE_AND_DECKS),
              ElementsAre("headline 1 Headline", "decks/1 2 Deck",
                          "decks/3 2 Third deck"));
  EXPECT_THAT(NamesOf(Everything(), v1::Translation::CAPTIONS),
              ElementsAre("media/m1/caption 7 Caption", "media/m1/alt 8 Alt"));
  EXPECT_EQ(NamesOf(Everything(), v1::Translation::SCOPE_UNSPECIFIED),
            NamesOf(Everything(), v1::Translation::FULL));
}

TEST(TextUnitsTest, WhatMayBeChangedIsTheSameAndNothingIsMade) {
  v1::Article article = Everything();
  const std::string before = article.SerializeAsString();
  const std::vector<TextUnit> units =
      TextUnitsOf(article, v1::Translation::FULL);
  const std::vector<MutableTextUnit> mutable_units =
      MutableTextUnitsOf(&article, v1::Translation::FULL);
  EXPECT_EQ(article.SerializeAsString(), before);
  ASSERT_EQ(units.size(), mutable_units.size());
  for (size_t i = 0; i < units.size(); ++i) {
    EXPECT_EQ(units[i].unit, mutable_units[i].unit);
    EXPECT_EQ(units[i].field, mutable_units[i].field);
    EXPECT_EQ(units[i].text, mutable_units[i].text);
    EXPECT_EQ(units[i].marks, mutable_units[i].marks);
    EXPECT_EQ(units[i].language == nullptr,
              mutable_units[i].language == nullptr);
  }
  v1::Article empty;
  EXPECT_TRUE(MutableTextUnitsOf(&empty, v1::Translation::FULL).empty());
  EXPECT_EQ(empty.ByteSizeLong(), 0u);
}

v1::SourceSegment Segment(const std::string& words) {
  v1::SourceSegment segment;
  segment.mutable_text()->set_text(words);
  SetDigests(&segment);
  return segment;
}

bool SameDigest(const v1::SourceSegment& a, const v1::SourceSegment& b) {
  return a.digest_high() == b.digest_high() && a.digest_low() == b.digest_low();
}

bool SameFolded(const v1::SourceSegment& a, const v1::SourceSegment& b) {
  return a.folded_high() == b.folded_high() && a.folded_low() == b.folded_low();
}

TEST(SourceSegmentsTest, SegmentsAreTheirUnitByteForByte) {
  const v1::Article article = Everything();
  const std::vector<v1::SourceSegment> segments =
      DivideSource(article, v1::Translation::FULL);
  size_t next = 0;
  for (const TextUnit& unit : TextUnitsOf(article, v1::Translation::FULL)) {
    std::string together;
    int number = 0;
    for (; next < segments.size() && segments[next].unit() == unit.unit;
         ++next) {
      together += segments[next].text().text();
      EXPECT_EQ(segments[next].id(), absl::StrCat(unit.unit, ".", ++number));
      EXPECT_EQ(segments[next].field(), unit.field);
    }
    EXPECT_EQ(together, *unit.text);
  }
  EXPECT_EQ(next, segments.size());
}

TEST(SourceSegmentsTest, PreformattedTextIsDividedByLines) {
  v1::Article article;
  v1::Block& block = *article.add_body();
  block.set_id("f1");
  block.mutable_preformatted()->set_text("\n one\n  two\n\n three. Four\n");
  std::vector<std::string> lines;
  for (const v1::SourceSegment& segment :
       DivideSource(article, v1::Translation::FULL)) {
    lines.push_back(segment.text().text());
  }
  EXPECT_THAT(lines,
              ElementsAre("\n one\n", "  two\n\n", " three. ", "Four\n"));
}

TEST(SourceSegmentsTest, MarksAreCutWhereSegmentsMeet) {
  v1::Article article;
  v1::Block& block = *article.add_body();
  block.set_id("p1");
  v1::RichText& text = *block.mutable_paragraph()->mutable_text();
  text.set_text("하나다. 둘이다. 셋이다.");
  const auto mark = [&text](v1::Mark::Type type, int start, int end) {
    v1::Mark& added = *text.add_marks();
    added.set_type(type);
    added.set_start(start);
    added.set_end(end);
  };
  mark(v1::Mark::STRONG, 1, 12);
  mark(v1::Mark::EMPHASIS, 5, 7);
  const std::vector<v1::SourceSegment> segments =
      DivideSource(article, v1::Translation::FULL);
  ASSERT_EQ(segments.size(), 3u);
  const auto places = [](const v1::SourceSegment& segment) {
    std::string all;
    for (const v1::Mark& each : segment.text().marks()) {
      absl::StrAppend(&all, each.type(), "[", each.start(), ",", each.end(),
                      ")");
    }
    return all;
  };
  EXPECT_EQ(places(segments[0]), "1[1,5)");
  EXPECT_EQ(places(segments[1]), "1[0,5)2[0,2)");
  EXPECT_EQ(places(segments[2]), "1[0,2)");
}

TEST(SourceSegmentsTest, ADigestIsOfTheWordsInNormalForm) {
  const v1::SourceSegment plain = Segment("Café 한국.");
  EXPECT_TRUE(SameDigest(
      plain, Segment("Cafe\u0301 \u1112\u1161\u11ab\u1100\u116e\u11a8.")));
  EXPECT_TRUE(SameDigest(plain, Segment("Café 한국. \n")));
  for (const char* other :
       {"Cafe 한국.", "Café한국.", "café 한국.", "Café 한국!", " Café 한국."}) {
    EXPECT_FALSE(SameDigest(plain, Segment(other))) << other;
  }
  // What is no UTF-8 is what it is, byte for byte.
  EXPECT_FALSE(SameDigest(Segment("\xff"), Segment("\xfe")));
  EXPECT_FALSE(SameDigest(Segment("é\xff"), Segment("é\xfe")));
}

TEST(SourceSegmentsTest, ADigestIsOfTheTypesOfMarks) {
  v1::SourceSegment strong = Segment("Words. ");
  v1::Mark& mark = *strong.mutable_text()->add_marks();
  mark.set_type(v1::Mark::STRONG);
  mark.set_end(3);
  SetDigests(&strong);
  EXPECT_FALSE(SameDigest(strong, Segment("Words. ")));
  EXPECT_TRUE(SameFolded(strong, Segment("Words. ")));
  v1::SourceSegment elsewhere = strong;
  elsewhere.mutable_text()->mutable_marks(0)->set_start(1);
  SetDigests(&elsewhere);
  EXPECT_TRUE(SameDigest(strong, elsewhere));
  EXPECT_FALSE(SameMarks(strong.text(), elsewhere.text()));
  EXPECT_TRUE(SameMarks(strong.text(), strong.text()));
  // A mark on the space at the end alone is none.
  v1::SourceSegment on_space = strong;
  on_space.mutable_text()->mutable_marks(0)->set_start(6);
  on_space.mutable_text()->mutable_marks(0)->set_end(7);
  SetDigests(&on_space);
  EXPECT_TRUE(SameDigest(on_space, Segment("Words.")));
}

TEST(SourceSegmentsTest, TheFoldedDigestIsOfWhatIsSaid) {
  const v1::SourceSegment plain = Segment("The Council met, at last.");
  for (const char* same :
       {"the council met at last",
        "The Council met — at "
        "last!",
        "“The  Council met, at last.”", "THE COUNCIL MET, AT LAST…"}) {
    EXPECT_TRUE(SameFolded(plain, Segment(same))) << same;
  }
  EXPECT_FALSE(SameFolded(plain, Segment("The Council met, at least.")));
  EXPECT_TRUE(SameFolded(Segment("배가 안 떴다."), Segment("배가 안떴다")));
  const char* const kNumbers[] = {"1.5", "15",    "1:5",  "1 5", "-15",
                                  "15%", "1,500", "1500", ".15", "1-5"};
  for (const char* a : kNumbers) {
    for (const char* b : kNumbers) {
      EXPECT_EQ(SameFolded(Segment(a), Segment(b)), a == b) << a << " " << b;
    }
  }
  EXPECT_TRUE(SameFolded(Segment("1  5"), Segment("1 5")));
}

}  // namespace
}  // namespace courant
