#include "services/translation/text/assemble.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/translation/text/source_segments.h"
#include "tests/services/translation/text/random_news.h"

namespace courant {
namespace {

using ::testing::ElementsAre;

// A translation of one paragraph of as many sentences as there are targets.
v1::TranslationContent ContentOf(const std::vector<std::string>& targets) {
  std::string source;
  for (size_t i = 0; i < targets.size(); ++i) {
    absl::StrAppend(&source, i == 0 ? "" : " ", "문장이다.");
  }
  v1::TranslationContent content = NewContent(
      DivideSource(ArticleOf({source}, "ko"), v1::Translation::FULL));
  EXPECT_EQ(content.segments_size(), static_cast<int>(targets.size()));
  for (int i = 0; i < content.segments_size(); ++i) {
    v1::Segment& segment = *content.mutable_segments(i);
    segment.mutable_target()->set_text(targets[static_cast<size_t>(i)]);
    segment.set_state(v1::Segment::TRANSLATED);
    segment.set_version(SegmentVersion(segment));
  }
  return content;
}

std::string Together(const v1::TranslationContent& content,
                     const std::string& language) {
  return AssembleUnit(content, "body/p1", language).text();
}

std::vector<std::string> Targets(const v1::TranslationContent& content) {
  std::vector<std::string> targets;
  for (const v1::Segment& segment : content.segments()) {
    targets.push_back(segment.target().text());
  }
  return targets;
}

void Mark(v1::RichText* text, v1::Mark::Type type, int start, int end) {
  v1::Mark& mark = *text->add_marks();
  mark.set_type(type);
  mark.set_start(start);
  mark.set_end(end);
}

std::string MarksOf(const v1::RichText& text) {
  std::string marks;
  for (const v1::Mark& mark : text.marks()) {
    absl::StrAppend(&marks, v1::Mark::Type_Name(mark.type()), "[", mark.start(),
                    ",", mark.end(), ")");
  }
  return marks;
}

TEST(AssembleTest, ASpaceIsPutWhereTheLanguageWritesOne) {
  EXPECT_EQ(Together(ContentOf({"One.", "Two."}), "en"), "One. Two.");
  EXPECT_EQ(Together(ContentOf({"One. ", "Two."}), "en"), "One. Two.");
  EXPECT_EQ(Together(ContentOf({"One.", " Two."}), "en"), "One. Two.");
  EXPECT_EQ(Together(ContentOf({"One.\n", "Two. "}), "en"), "One.\nTwo. ");
  EXPECT_EQ(Together(ContentOf({"", "Two.", "", "Four."}), "en"), "Two. Four.");
  EXPECT_EQ(Together(ContentOf({"一。", "二。"}), "zh-Hant"), "一。二。");
  EXPECT_EQ(Together(ContentOf({"一。", "二。"}), "ja"), "一。二。");
  EXPECT_EQ(Together(ContentOf({"하나다.", "둘이다."}), "ko"),
            "하나다. 둘이다.");
  EXPECT_EQ(Together(ContentOf({"", ""}), "en"), "");
  EXPECT_EQ(AssembleUnit(ContentOf({"One."}), "body/p9", "en").text(), "");
}

TEST(AssembleTest, MarksAreShiftedAndJoinedWhereSegmentsMeet) {
  v1::TranslationContent content = ContentOf({"Où?", "Là-bas.", "Oui."});
  v1::RichText* first = content.mutable_segments(0)->mutable_target();
  v1::RichText* second = content.mutable_segments(1)->mutable_target();
  v1::RichText* third = content.mutable_segments(2)->mutable_target();
  Mark(first, v1::Mark::STRONG, 1, 3);
  Mark(second, v1::Mark::STRONG, 0, 2);
  Mark(second, v1::Mark::EMPHASIS, 3, 7);
  Mark(third, v1::Mark::STRONG, 0, 3);
  EXPECT_EQ(MarksOf(AssembleUnit(content, "body/p1", "fr")),
            "STRONG[1,6)EMPHASIS[7,11)STRONG[12,15)");
}

TEST(AssembleTest, SegmentsGoWhereTheirSourceIs) {
  v1::TranslationContent content = ContentOf({"One.", "Two."});
  // The id is that of a paragraph in which the sentence was once.
  content.mutable_source_segments(1)->set_unit("body/p7");
  EXPECT_EQ(Together(content, "en"), "One.");
  EXPECT_EQ(AssembleUnit(content, "body/p7", "en").text(), "Two.");
}

TEST(AssembleTest, TargetsAreWrittenIntoACopyOfTheSource) {
  v1::Article source = ArticleOf({"하나다. 둘이다.", "셋이다."}, "ko");
  source.mutable_headline()->set_value("제목");
  source.mutable_headline()->set_language("ko");
  source.mutable_short_title()->mutable_text()->set_value("제");
  source.mutable_short_title()->set_derived(true);
  source.mutable_short_title()->set_limit(1);
  v1::TranslationContent content =
      NewContent(DivideSource(source, v1::Translation::FULL));
  const auto say = [&content](int i, const std::string& words) {
    content.mutable_segments(i)->mutable_target()->set_text(words);
  };
  say(0, "Title");
  say(1, "T");
  say(2, "One.");
  say(3, "Two.");
  v1::Article result = source;
  ApplyTargets(content, v1::Translation::FULL, "en", &result);
  EXPECT_EQ(result.headline().value(), "Title");
  EXPECT_EQ(result.headline().language(), "");
  EXPECT_FALSE(result.short_title().derived());
  EXPECT_EQ(result.short_title().limit(), 0);
  EXPECT_EQ(result.body(0).paragraph().text().text(), "One. Two.");
  EXPECT_EQ(result.body(1).paragraph().text().text(), "셋이다.");
  v1::Article headline_only = source;
  ApplyTargets(content, v1::Translation::HEADLINE, "en", &headline_only);
  EXPECT_EQ(headline_only.headline().value(), "Title");
  EXPECT_EQ(headline_only.body(0).paragraph().text().text(), "하나다. 둘이다.");
}

TEST(AssembleTest, AVersionStandsForTargetAndState) {
  v1::Segment segment;
  const uint64_t empty = SegmentVersion(segment);
  EXPECT_NE(empty, 0u);
  segment.mutable_target()->set_text("a");
  const uint64_t said = SegmentVersion(segment);
  segment.set_state(v1::Segment::REVIEWED);
  const uint64_t reviewed = SegmentVersion(segment);
  Mark(segment.mutable_target(), v1::Mark::STRONG, 0, 1);
  const uint64_t marked = SegmentVersion(segment);
  segment.set_author("desk/kim");
  segment.set_previous_source("b");
  EXPECT_EQ(SegmentVersion(segment), marked);
  EXPECT_THAT((std::set<uint64_t>{empty, said, reviewed, marked}),
              testing::SizeIs(4));
}

TEST(AssembleTest, NothingIsTranslatedAtFirst) {
  const v1::TranslationContent content = NewContent(DivideSource(
      ArticleOf({"하나다. 둘이다.", "셋이다."}, "ko"), v1::Translation::FULL));
  EXPECT_EQ(content.rules_version(), 1);
  ASSERT_EQ(content.segments_size(), 3);
  EXPECT_EQ(content.segments(1).id(), "body/p1.2");
  EXPECT_THAT(content.segments(1).sources(), ElementsAre("body/p1.2"));
  EXPECT_EQ(content.segments(1).state(), v1::Segment::INITIAL);
  EXPECT_EQ(content.segments(1).version(), SegmentVersion(content.segments(1)));
  EXPECT_EQ(content.last_numbers().at("body/p1"), 2);
  EXPECT_EQ(content.last_numbers().at("body/p2"), 1);
}

// Absorbs a paragraph, and gives the targets.
std::vector<std::string> Absorbed(const std::string& now,
                                  v1::TranslationContent* content) {
  AbsorbArticle(ArticleOf({now}, "en"), v1::Translation::FULL, "en", content);
  EXPECT_EQ(Together(*content, "en"), now);
  return Targets(*content);
}

TEST(AbsorbTest, WhatWasNotTouchedStays) {
  const v1::TranslationContent before =
      ContentOf({"One is here.", "Two is there.", "Three is gone."});
  v1::TranslationContent content = before;
  EXPECT_FALSE(AbsorbArticle(
      ArticleOf({"One is here. Two is there. Three is gone."}, "en"),
      v1::Translation::FULL, "en", &content));
  EXPECT_EQ(content.SerializeAsString(), before.SerializeAsString());
  EXPECT_THAT(Absorbed("One is here. Two was there. Three is gone.", &content),
              ElementsAre("One is here.", "Two was there.", "Three is gone."));
  EXPECT_EQ(content.segments(0).SerializeAsString(),
            before.segments(0).SerializeAsString());
  EXPECT_EQ(content.segments(2).SerializeAsString(),
            before.segments(2).SerializeAsString());
  EXPECT_EQ(content.segments(1).version(), SegmentVersion(content.segments(1)));
  EXPECT_NE(content.segments(1).version(), before.segments(1).version());
  EXPECT_EQ(content.segments(1).state(), v1::Segment::TRANSLATED);
}

TEST(AbsorbTest, TwoEditsFarApartTouchTwoSegments) {
  v1::TranslationContent content =
      ContentOf({"One is here.", "Two is there.", "Three is gone."});
  EXPECT_THAT(Absorbed("One was here. Two is there. Three was gone.", &content),
              ElementsAre("One was here.", "Two is there.", "Three was gone."));
}

TEST(AbsorbTest, WordsInPlaceOfSeveralGoToTheFirst) {
  v1::TranslationContent content =
      ContentOf({"One is here.", "Two is there.", "Three is gone."});
  EXPECT_THAT(Absorbed("One was nobody! Three is gone.", &content),
              ElementsAre("One was nobody!", "Three is gone."));
  EXPECT_THAT(content.segments(0).sources(),
              ElementsAre("body/p1.1", "body/p1.2"));
}

// Half of it must not be moved away, or left out, without the other half.
TEST(AbsorbTest, ASentenceThatWasMadeOfTwoIsOneSegment) {
  v1::TranslationContent content =
      ContentOf({"One is here.", "Two is there.", "Three is gone."});
  content.mutable_segments(1)->set_state(v1::Segment::INITIAL);
  EXPECT_THAT(Absorbed("One is here two is there. Three is gone.", &content),
              ElementsAre("One is here two is there.", "Three is gone."));
  EXPECT_THAT(content.segments(0).sources(),
              ElementsAre("body/p1.1", "body/p1.2"));
  EXPECT_EQ(content.segments(0).state(), v1::Segment::INITIAL);
  EXPECT_THAT(Absorbed("One is nobody gone.", &content),
              ElementsAre("One is nobody gone."));
  // What was half of one before stays so.
  content = ContentOf({"One is", "here.", "Two is there."});
  EXPECT_THAT(Absorbed("One was here. Two is there.", &content),
              ElementsAre("One was", "here.", "Two is there."));
}

TEST(AbsorbTest, SentencesThatWereJoinedAreOneSegment) {
  v1::TranslationContent content =
      ContentOf({"One is here.", "Two is there.", "Three is gone."});
  EXPECT_THAT(Absorbed("One is here.Two is there. Three is gone.", &content),
              ElementsAre("One is here.Two is there.", "Three is gone."));
  EXPECT_THAT(content.segments(0).sources(),
              ElementsAre("body/p1.1", "body/p1.2"));
}

TEST(AbsorbTest, WhatWasTakenOutIsToBeTranslated) {
  v1::TranslationContent content =
      ContentOf({"One is here.", "Two is there.", "Three is gone."});
  EXPECT_THAT(Absorbed("One is here. Three is gone.", &content),
              ElementsAre("One is here.", "", "Three is gone."));
  EXPECT_EQ(content.segments(0).state(), v1::Segment::TRANSLATED);
  EXPECT_EQ(content.segments(1).state(), v1::Segment::INITIAL);
}

TEST(AbsorbTest, AUnitThatIsGoneIsToBeTranslated) {
  v1::TranslationContent content = ContentOf({"One.", "Two."});
  EXPECT_TRUE(
      AbsorbArticle(v1::Article(), v1::Translation::FULL, "en", &content));
  EXPECT_THAT(Targets(content), ElementsAre("", ""));
  EXPECT_EQ(content.segments(0).state(), v1::Segment::INITIAL);
  EXPECT_FALSE(
      AbsorbArticle(v1::Article(), v1::Translation::FULL, "en", &content));
}

TEST(AbsorbTest, MarksThatEndAtASpaceAreKeptApart) {
  v1::TranslationContent content = ContentOf({"One.", "Two."});
  v1::Article article = ArticleOf({"One. Two."}, "en");
  v1::RichText* text =
      article.mutable_body(0)->mutable_paragraph()->mutable_text();
  Mark(text, v1::Mark::STRONG, 0, 4);
  Mark(text, v1::Mark::STRONG, 5, 9);
  EXPECT_TRUE(AbsorbArticle(article, v1::Translation::FULL, "en", &content));
  EXPECT_EQ(MarksOf(AssembleUnit(content, "body/p1", "en")),
            "STRONG[0,4)STRONG[5,9)");
  EXPECT_FALSE(AbsorbArticle(article, v1::Translation::FULL, "en", &content));
}

}  // namespace
}  // namespace courant
