#include "services/translation/text/hand_edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/translation/text/assemble.h"
#include "services/translation/text/source_segments.h"
#include "tests/services/translation/text/random_news.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A paragraph of as many sentences as are given, which are what they are in
// English.
v1::TranslationContent InEnglish(const std::vector<std::string>& targets) {
  std::string source;
  for (size_t i = 0; i < targets.size(); ++i) source += "하나다. ";
  source.pop_back();
  v1::TranslationContent content = NewContent(
      DivideSource(ArticleOf({source}, "ko"), v1::Translation::FULL));
  EXPECT_EQ(content.segments_size(), static_cast<int>(targets.size()));
  for (int i = 0; i < content.segments_size(); ++i) {
    v1::Segment& segment = *content.mutable_segments(i);
    segment.mutable_target()->set_text(targets[static_cast<size_t>(i)]);
    segment.set_state(v1::Segment::REVIEWED);
    segment.set_version(SegmentVersion(segment));
  }
  return content;
}

// Edits the published paragraph by hand, and gives the targets.
std::vector<std::string> Edited(const std::string& before,
                                const std::string& after,
                                v1::TranslationContent* content) {
  AbsorbHandEdit(ArticleOf({before}, "en"), ArticleOf({after}, "en"),
                 v1::Translation::FULL, "en", content);
  std::vector<std::string> targets;
  for (const v1::Segment& segment : content->segments()) {
    targets.push_back(segment.target().text());
    EXPECT_EQ(segment.version(), SegmentVersion(segment));
  }
  return targets;
}

// Of segments that somebody has to look at.
std::vector<std::string> ToDo(const v1::TranslationContent& content) {
  std::vector<std::string> ids;
  for (const v1::Segment& segment : content.segments()) {
    if (segment.state() == v1::Segment::INITIAL) ids.push_back(segment.id());
  }
  return ids;
}

TEST(HandEditTest, WhatSomebodyHasWrittenSinceStays) {
  v1::TranslationContent content =
      InEnglish({"One is new.", "Two is there.", "Three is gone."});
  EXPECT_THAT(Edited("One is here. Two is there. Three is gone.",
                     "One was here. Two is there. Three was gone.", &content),
              ElementsAre("One is new.", "Two is there.", "Three was gone."));
  EXPECT_THAT(ToDo(content), ElementsAre("body/p1.1"));
}

// The source had its sentences in another order, and the translation follows
// when it is published next.
TEST(HandEditTest, SegmentsThatHaveChangedPlacesAreFound) {
  const std::string published = "One is here. Two is there. Three is gone.";
  v1::TranslationContent content =
      InEnglish({"Three is gone.", "One is here.", "Two is there."});
  EXPECT_THAT(Edited(published, "One was here. Two is there. Three was gone.",
                     &content),
              ElementsAre("Three was gone.", "One was here.", "Two is there."));
  EXPECT_THAT(ToDo(content), IsEmpty());
  content = InEnglish({"Two is there.", "One is here.", "Three is new."});
  EXPECT_THAT(
      Edited(published, "One was here. Two is there. Three is gone.", &content),
      ElementsAre("Two is there.", "One was here.", "Three is new."));
  EXPECT_THAT(ToDo(content), IsEmpty());
}

// Words within another sentence are not a segment that says the same: it was
// written since, and somebody has to look at what was edited.
TEST(HandEditTest, WhatWasWrittenSinceAndChangedPlacesIsToDo) {
  v1::TranslationContent content =
      InEnglish({"Two is there.", "is here.", "Three is gone."});
  const std::string published = "One is here. Two is there. Three is gone.";
  EXPECT_THAT(
      Edited(published, "One is here. Two is there. Three was gone.", &content),
      ElementsAre("Two is there.", "is here.", "Three was gone."));
  EXPECT_THAT(ToDo(content), IsEmpty());
  EXPECT_THAT(Edited("One is here. Two is there. Three was gone.",
                     "One was here. Two is there. Three was gone.", &content),
              ElementsAre("Two is there.", "is here.", "Three was gone."));
  EXPECT_THAT(ToDo(content), ElementsAre("body/p1.2"));
}

// What is put into a sentence that was written anew since is not taken over
// there; it must not be lost where it was.
TEST(HandEditTest, WhatIsMovedToWhatWasWrittenSinceIsNotLost) {
  std::vector<std::string> now = {"Boats came early.", "Nobody left.",
                                  "Ships sank."};
  v1::TranslationContent content = InEnglish(now);
  EXPECT_EQ(Edited("Boats came early. Nobody left. Rain fell.",
                   "Nobody left. Rain fell. Boats came early.", &content),
            now);
  EXPECT_THAT(ToDo(content), ElementsAre("body/p1.1", "body/p1.3"));
  // Of a segment of two sentences, one.
  now[0] = "It grew dark. Boats came early.";
  content = InEnglish(now);
  EXPECT_EQ(Edited("It grew dark. Boats came early. Nobody left. Rain fell.",
                   "Boats came early. Nobody left. Rain fell. It grew dark.",
                   &content),
            now);
  EXPECT_THAT(ToDo(content), ElementsAre("body/p1.1", "body/p1.3"));
}

// A paragraph of which an editor makes a list.
TEST(HandEditTest, ABlockOfAnotherKindIsReadAsItsText) {
  const std::string published = "One is here. Two is there. Three is gone.";
  v1::TranslationContent content =
      InEnglish({"One is here.", "Two is there.", "Three is gone."});
  const v1::Article paragraph = ArticleOf({published}, "en");
  v1::Article list = paragraph;
  v1::List& items = *list.mutable_body(0)->mutable_list();
  for (const char* item : {"One is here.", "Two is there.", "Three is gone."}) {
    items.add_items()->set_text(item);
  }
  const auto absorb = [&](const v1::Article& before, const v1::Article& after) {
    return AbsorbHandEdit(before, after, v1::Translation::FULL, "en", &content);
  };
  EXPECT_FALSE(absorb(paragraph, list));
  v1::Article edited = list;
  edited.mutable_body(0)->mutable_list()->mutable_items(1)->set_text(
      "Two was there.");
  EXPECT_TRUE(absorb(list, edited));
  EXPECT_EQ(content.segments(1).target().text(), "Two was there.");
  EXPECT_FALSE(absorb(edited, ArticleOf({"One is here. Two was there. "
                                         "Three is gone."},
                                        "en")));
  EXPECT_THAT(ToDo(content), IsEmpty());
}

}  // namespace
}  // namespace courant
