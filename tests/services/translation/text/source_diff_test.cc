#include "services/translation/text/source_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/translation/text/assemble.h"
#include "services/translation/text/source_segments.h"
#include "tests/services/translation/text/random_news.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Paragraphs = std::vector<std::string>;

std::vector<std::string> Lines(const SourceDiff& diff) {
  std::vector<std::string> lines;
  for (const v1::SourceChange& change : diff.changes) {
    lines.push_back(ToLine(change));
    if (change.kind() != v1::SourceChange::MOVED &&
        change.kind() != v1::SourceChange::ADDED &&
        change.kind() != v1::SourceChange::REMOVED) {
      EXPECT_EQ(ApplySpans(change), change.now());
    }
  }
  return lines;
}

SourceDiff Diff(const v1::Article& was, const v1::Article& now) {
  v1::TranslationContent content =
      NewContent(DivideSource(was, v1::Translation::FULL));
  return DiffSource(content.source_segments(),
                    DivideSource(now, v1::Translation::FULL),
                    content.mutable_last_numbers());
}

std::vector<std::string> Diff(const Paragraphs& was, const Paragraphs& now,
                              const std::string& language = "en") {
  return Lines(Diff(ArticleOf(was, language), ArticleOf(now, language)));
}

std::vector<std::string> HeadIds(const SourceDiff& diff) {
  std::vector<std::string> ids;
  for (const HeadSegment& head : diff.head) ids.push_back(head.segment.id());
  return ids;
}

TEST(SourceDiffTest, TheSameIsUnchanged) {
  const v1::Article article = ArticleOf(
      {"The ferries run. The harbour is open.", "All went home."}, "en");
  const SourceDiff diff = Diff(article, article);
  EXPECT_THAT(diff.changes, IsEmpty());
  EXPECT_THAT(HeadIds(diff),
              ElementsAre("body/p1.1", "body/p1.2", "body/p2.1"));
  for (const HeadSegment& head : diff.head) {
    EXPECT_EQ(head.kind, v1::SourceChange::KIND_UNSPECIFIED);
    EXPECT_THAT(head.bound, ElementsAre(head.segment.id()));
  }
}

TEST(SourceDiffTest, OneWordThatWasWrongIsOneSpan) {
  EXPECT_THAT(
      Diff(
          {"It began. We will not seek advantage through corruption now. Yes."},
          {"It began. We will not seek advantage through collapse now. Yes."}),
      ElementsAre("EDITED body/p1.2 @body/p1: We will not seek advantage "
                  "through corruption now. -> We will not seek advantage "
                  "through collapse now. [35,45)->[35,43)"));
}

TEST(SourceDiffTest, OfAKoreanWordItsParticleIsNoPart) {
  EXPECT_THAT(Diff({"우리는 북한의 붕괴를 바라지 않는다."},
                   {"우리는 북한의 부패를 바라지 않는다."}, "ko"),
              ElementsAre("EDITED body/p1.1 @body/p1: 우리는 북한의 붕괴를 "
                          "바라지 않는다. -> 우리는 북한의 부패를 바라지 "
                          "않는다. [8,10)->[8,10)"));
}

TEST(SourceDiffTest, SeveralStretchesOfOneSentence) {
  EXPECT_THAT(
      Diff({"The old boat left the quay with 30 people at noon."},
           {"The boat left the east quay with 1,300 people at noon."}),
      ElementsAre(
          "EDITED body/p1.1 @body/p1: The old boat left the quay with 30 "
          "people at noon. -> The boat left the east quay with 1,300 people "
          "at noon. [4,8)->[4,4) [22,22)->[18,23) [32,34)->[33,38)"));
}

TEST(SourceDiffTest, PunctuationCaseAndSpaces) {
  EXPECT_THAT(
      Diff({"The council met. It was late. Nobody came.", "배가 안떴다."},
           {"The Council met! It was late. \"Nobody\" came.", "배가 안 떴다."}),
      ElementsAre("PUNCTUATION body/p1.1 @body/p1: The council met. -> The "
                  "Council met! [4,11)->[4,11) [15,16)->[15,16)",
                  "PUNCTUATION body/p1.3 @body/p1: Nobody came. -> \"Nobody\" "
                  "came. [0,0)->[0,1) [6,6)->[7,8)",
                  "PUNCTUATION body/p2.1 @body/p2: 배가 안떴다. -> 배가 안 "
                  "떴다. [4,4)->[4,5)"));
}

TEST(SourceDiffTest, WhatMakesANumberIsNoPunctuation) {
  for (const auto& [was, now] :
       std::vector<std::pair<const char*, const char*>>{
           {"It cost the town 1.5 million won.",
            "It cost the town 15 million won."},
           {"The team won by 3:2 at home.", "The team won by 32 at home."},
           {"It was -4 degrees at noon.", "It was 4 degrees at noon."},
           {"Prices rose by 5% in May.", "Prices rose by 5 in May."},
           {"Rooms 10 12 are open now.", "Rooms 1012 are open now."}}) {
    const SourceDiff diff =
        Diff(ArticleOf({was}, "en"), ArticleOf({now}, "en"));
    ASSERT_EQ(diff.changes.size(), 1u);
    EXPECT_EQ(diff.changes[0].kind(), v1::SourceChange::EDITED) << was;
  }
}

TEST(SourceDiffTest, ASentenceAtTheEndLeavesTheOneBeforeAsItIs) {
  EXPECT_THAT(Diff({"The ferries run."}, {"The ferries run. All went home."}),
              ElementsAre("ADDED  @body/p1:  -> All went home."));
}

TEST(SourceDiffTest, AddedAndRemovedStandWhereTheyAreOrWere) {
  EXPECT_THAT(Diff({"One boat left early. Two gulls cried. Nets were dry.",
                    "The mayor slept well."},
                   {"One boat left early. Nets were dry. Rain fell at once.",
                    "The mayor slept well. A bell rang far away."}),
              ElementsAre("REMOVED body/p1.2 @body/p1: Two gulls cried. -> ",
                          "ADDED  @body/p1:  -> Rain fell at once.",
                          "ADDED  @body/p2:  -> A bell rang far away."));
}

TEST(SourceDiffTest, IdsStayAndAreNeverGivenAgain) {
  v1::TranslationContent content = NewContent(DivideSource(
      ArticleOf({"One boat left. Two gulls cried. Nets were dry."}, "en"),
      v1::Translation::FULL));
  const auto next = [&content](const std::string& paragraph) {
    const SourceDiff diff = DiffSource(
        content.source_segments(),
        DivideSource(ArticleOf({paragraph}, "en"), v1::Translation::FULL),
        content.mutable_last_numbers());
    content.clear_source_segments();
    for (const HeadSegment& head : diff.head) {
      *content.add_source_segments() = head.segment;
    }
    return HeadIds(diff);
  };
  EXPECT_THAT(next("One boat left. Two gulls cried."),
              ElementsAre("body/p1.1", "body/p1.2"));
  EXPECT_THAT(next("A bell rang far away. One boat left. Two gulls cried."),
              ElementsAre("body/p1.4", "body/p1.1", "body/p1.2"));
  EXPECT_THAT(next("One boat left. Nets were dry."),
              ElementsAre("body/p1.1", "body/p1.5"));
}

TEST(SourceDiffTest, WithoutCountsIdsInUseAreNotGivenAgain) {
  const v1::TranslationContent content = NewContent(
      DivideSource(ArticleOf({"One boat left. Two gulls cried."}, "en"),
                   v1::Translation::FULL));
  const SourceDiff diff = DiffSource(
      content.source_segments(),
      DivideSource(
          ArticleOf({"Rain fell. Two gulls cried. One boat left."}, "en"),
          v1::Translation::FULL),
      nullptr);
  EXPECT_EQ(diff.head[0].segment.id(), "body/p1.3");
}

TEST(SourceDiffTest, AParagraphThatMovedSaysTheSameElsewhere) {
  v1::Article was = ArticleOf(
      {"One boat left. Two gulls cried.", "Nets were dry.", "Rain fell."},
      "en");
  v1::Article now = was;
  now.mutable_body()->SwapElements(1, 2);
  EXPECT_THAT(
      Lines(Diff(was, now)),
      ElementsAre("MOVED body/p3.1 @body/p3: Rain fell. -> Rain fell."));
  // A sentence that begins a paragraph of its own.
  now = ArticleOf({"One boat left.", "Nets were dry.", "Rain fell."}, "en");
  now.mutable_body(1)->set_id("p2");
  v1::Block& block = *now.add_body();
  block.set_id("r2-p1");
  block.mutable_paragraph()->mutable_text()->set_text("Two gulls cried.");
  now.mutable_body()->SwapElements(3, 2);
  now.mutable_body()->SwapElements(2, 1);
  const SourceDiff diff = Diff(was, now);
  EXPECT_THAT(Lines(diff),
              ElementsAre("MOVED body/p1.2 @body/r2-p1: Two gulls cried. -> "
                          "Two gulls cried."));
  EXPECT_EQ(diff.head[1].segment.unit(), "body/r2-p1");
}

TEST(SourceDiffTest, MarksAlone) {
  v1::Article was = ArticleOf({"See the tide table. It was late."}, "en");
  v1::Mark& mark =
      *was.mutable_body(0)->mutable_paragraph()->mutable_text()->add_marks();
  mark.set_type(v1::Mark::LINK);
  mark.set_href("https://example.com/a");
  mark.set_start(4);
  mark.set_end(18);
  v1::Article other_place = was;
  v1::Article other_link = was;
  v1::Article other_type = was;
  const auto mark_of = [](v1::Article& article) {
    return article.mutable_body(0)
        ->mutable_paragraph()
        ->mutable_text()
        ->mutable_marks(0);
  };
  mark_of(other_place)->set_start(8);
  mark_of(other_link)->set_href("https://example.com/b");
  mark_of(other_type)->clear_href();
  mark_of(other_type)->set_type(v1::Mark::STRONG);
  for (const v1::Article& now : {other_place, other_link, other_type}) {
    EXPECT_THAT(Lines(Diff(was, now)),
                ElementsAre("NON_TEXT body/p1.1 @body/p1: See the tide table. "
                            "-> See the tide table."));
  }
  EXPECT_THAT(Lines(Diff(was, was)), IsEmpty());
}

TEST(SourceDiffTest, SplitAndMerged) {
  const std::string joined =
      "The council met in the old hall and it voted for the new lighthouse.";
  const std::string split =
      "The council met in the old hall. It voted for the new lighthouse.";
  v1::Article was =
      ArticleOf({"Rain fell. " + joined + " All went home."}, "en");
  v1::Article now =
      ArticleOf({"Rain fell. " + split + " All went home."}, "en");
  SourceDiff diff = Diff(was, now);
  EXPECT_THAT(Lines(diff),
              ElementsAre(absl::StrCat("SPLIT body/p1.2 @body/p1: ", joined,
                                       " -> ", split, " [31,38)->[31,35)")));
  EXPECT_THAT(HeadIds(diff),
              ElementsAre("body/p1.1", "body/p1.2", "body/p1.4", "body/p1.3"));
  EXPECT_THAT(diff.head[2].bound, ElementsAre("body/p1.2"));
  EXPECT_EQ(diff.head[2].kind, v1::SourceChange::SPLIT);
  diff = Diff(now, was);
  EXPECT_THAT(Lines(diff), ElementsAre(absl::StrCat(
                               "MERGED body/p1.2+body/p1.3 @body/p1: ", split,
                               " -> ", joined, " [31,35)->[31,38)")));
  EXPECT_THAT(diff.head[1].bound, ElementsAre("body/p1.2", "body/p1.3"));
}

// Joined with a longer one, which is said once more by itself; and cut to a
// part of what it was.
TEST(SourceDiffTest, WhatIsSaidWholeInALongerSentenceIsEdited) {
  const std::string longer = "It met in the old hall and voted for a pier.";
  const std::string joined =
      "The mayor came and it met in the old hall and voted for a pier.";
  EXPECT_THAT(
      Diff({"The mayor came. " + longer}, {joined + " " + longer}),
      ElementsAre(absl::StrCat("EDITED body/p1.1 @body/p1: The mayor came. -> ",
                               joined, " [14,14)->[14,62)")));
  EXPECT_THAT(
      Diff({joined}, {"The mayor came."}),
      ElementsAre(absl::StrCat("EDITED body/p1.1 @body/p1: ", joined,
                               " -> The mayor came. [14,62)->[14,14)")));
}

TEST(SourceDiffTest, SeveralMayBecomeOne) {
  const v1::Article was =
      ArticleOf({"The old pier closed. The council met at noon. It voted for "
                 "a lighthouse. All went home."},
                "en");
  const SourceDiff diff =
      Diff(was, ArticleOf({"The old pier closed, the council met at noon, it "
                           "voted for a lighthouse and all went home."},
                          "en"));
  ASSERT_EQ(diff.head.size(), 1u);
  EXPECT_EQ(diff.head[0].kind, v1::SourceChange::MERGED);
  EXPECT_THAT(diff.head[0].bound,
              ElementsAre("body/p1.1", "body/p1.2", "body/p1.3", "body/p1.4"));
  EXPECT_EQ(diff.changes.size(), 1u);
}

// Its translation stays with it.
TEST(SourceDiffTest, WhatWasEditedAndChangedPlacesIsFound) {
  const std::string council = "The council met in the old hall.";
  const std::string rain = "Rain fell on all of the boats.";
  const std::string gulls = "Two gulls cried over the new pier.";
  const v1::Article was = ArticleOf({council + " " + rain + " " + gulls}, "en");
  SourceDiff diff = Diff(
      was, ArticleOf({"Two gulls cried over the long pier. Rain fell on most "
                      "of the boats. The council met in the big hall."},
                     "en"));
  EXPECT_THAT(HeadIds(diff),
              ElementsAre("body/p1.3", "body/p1.2", "body/p1.1"));
  for (const HeadSegment& head : diff.head) {
    EXPECT_EQ(head.kind, v1::SourceChange::EDITED);
  }
  EXPECT_EQ(diff.changes.size(), 3u);
}

TEST(SourceDiffTest, AnotherHeadlineIsNotAnEdit) {
  v1::Article was;
  was.mutable_headline()->set_value("Ferries run again");
  v1::Article now;
  now.mutable_headline()->set_value("Fog stops every boat");
  EXPECT_THAT(Lines(Diff(was, now)),
              ElementsAre("REMOVED headline.1 @headline: Ferries run again -> ",
                          "ADDED  @headline:  -> Fog stops every boat"));
}

v1::Article TableOf(const std::vector<std::vector<std::string>>& rows) {
  v1::Article article;
  v1::Block& block = *article.add_body();
  block.set_id("t1");
  for (const std::vector<std::string>& cells : rows) {
    v1::Table::Row& row = *block.mutable_table()->add_rows();
    for (const std::string& cell : cells) row.add_cells()->set_text(cell);
  }
  return article;
}

TEST(SourceDiffTest, CellsAreNotTakenForThoseOfAnotherRow) {
  const v1::Article was = TableOf({{"Kim", "3"}, {"Lee", "5"}, {"Han", "0"}});
  EXPECT_THAT(
      Lines(Diff(was, TableOf({{"Kim", "5"}, {"Lee", "3"}, {"Han", "0"}}))),
      ElementsAre(
          "EDITED body/t1/rows/1/cells/2.1 @body/t1/rows/1/cells/2: 3 -> 5 "
          "[0,1)->[0,1)",
          "EDITED body/t1/rows/2/cells/2.1 @body/t1/rows/2/cells/2: 5 -> 3 "
          "[0,1)->[0,1)"));
  // A new row moves nothing.
  EXPECT_THAT(
      Lines(Diff(
          was,
          TableOf({{"Cho", "0"}, {"Kim", "3"}, {"Lee", "5"}, {"Han", "0"}}))),
      ElementsAre("ADDED  @body/t1/rows/1/cells/1:  -> Cho",
                  "ADDED  @body/t1/rows/1/cells/2:  -> 0"));
  // A value that went to the next column, or to another row, has not moved.
  EXPECT_EQ(Diff(TableOf({{"Kim", "3", ""}}), TableOf({{"Kim", "", "3"}}))
                .changes.size(),
            2u);
  EXPECT_EQ(Diff(TableOf({{"Kim", "3"}, {"Lee", ""}}),
                 TableOf({{"Kim", ""}, {"Lee", "3"}}))
                .changes.size(),
            2u);
  // A row that stands elsewhere has.
  EXPECT_THAT(
      Lines(Diff(was, TableOf({{"Kim", "3"}, {"Han", "0"}, {"Lee", "5"}}))),
      ElementsAre("MOVED body/t1/rows/3/cells/1.1 @body/t1/rows/2/cells/1: "
                  "Han -> Han",
                  "MOVED body/t1/rows/3/cells/2.1 @body/t1/rows/2/cells/2: 0 "
                  "-> 0"));
}

TEST(SourceDiffTest, ItemsThatAreCountedAnewHaveNotMoved) {
  v1::Article was;
  v1::Block& block = *was.add_body();
  block.set_id("l1");
  block.mutable_list()->add_items()->set_text("Two nets");
  block.mutable_list()->add_items()->set_text("A bell");
  v1::Article now = was;
  now.mutable_body(0)->mutable_list()->add_items()->set_text("Rope");
  now.mutable_body(0)->mutable_list()->mutable_items()->SwapElements(0, 2);
  now.mutable_body(0)->mutable_list()->mutable_items()->SwapElements(1, 2);
  const SourceDiff diff = Diff(was, now);
  EXPECT_THAT(Lines(diff), ElementsAre("ADDED  @body/l1/items/1:  -> Rope"));
  EXPECT_THAT(HeadIds(diff),
              ElementsAre("body/l1/items/1.2", "body/l1/items/1.1",
                          "body/l1/items/2.1"));
}

}  // namespace
}  // namespace courant
