// What editors add to a published result is there after its next publication.

#include "services/translation/hand_made.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/translation/desk_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using Ids = std::vector<std::string>;

// "p1 p2 hand": paragraphs of these ids, whose words are the ids.
v1::Article WithBlocks(absl::string_view ids) {
  v1::Article article;
  for (const absl::string_view id :
       absl::StrSplit(ids, ' ', absl::SkipEmpty())) {
    v1::Block& block = *article.add_body();
    block.set_id(std::string(id));
    block.mutable_paragraph()->mutable_text()->set_text(std::string(id));
  }
  return article;
}

v1::Article Merge(const v1::Article& base, const v1::Article& mine,
                  const v1::Article& next) {
  v1::Article article = mine;
  MergeHandMade({.base = base, .mine = mine, .next = next}, &article);
  return article;
}

template <typename Pieces>
std::string IdsIn(const Pieces& pieces) {
  std::string ids;
  for (const auto& piece : pieces) {
    absl::StrAppend(&ids, ids.empty() ? "" : " ", piece.id());
  }
  return ids;
}

struct OrderCase {
  const char* name;
  const char* base;
  const char* mine;
  const char* next;
  const char* result;
};

class HandMadeOrderTest : public testing::TestWithParam<OrderCase> {};

TEST_P(HandMadeOrderTest, HasItsPlace) {
  const OrderCase& order = GetParam();
  const v1::Article merged = Merge(
      WithBlocks(order.base), WithBlocks(order.mine), WithBlocks(order.next));
  EXPECT_EQ(IdsIn(merged.body()), order.result);
}

INSTANTIATE_TEST_SUITE_P(
    Blocks, HandMadeOrderTest,
    testing::ValuesIn<OrderCase>({
        {"NothingByHand", "a b c", "a b c", "a c d", "a c d"},
        {"BehindWhatItWasPutBehind", "a b", "a h b", "a b", "a h b"},
        {"AtTheBeginning", "a b", "h a b", "a b", "h a b"},
        {"AtTheEnd", "a b", "a b h", "a b", "a b h"},
        {"BeforeWhatTheSourceBrings", "a b", "a h b", "a x b", "a h x b"},
        {"BeforeWhatTheSourceBeginsWith", "a", "h a", "x a", "h x a"},
        {"SeveralInTheirOrder", "a b", "a h i b", "a x b y", "a h i x b y"},
        {"WhereWhatItStoodBehindIsGone", "a b c", "a b h c", "a c", "a h c"},
        {"WhereAllIsGone", "a b", "a h b", "x", "h x"},
        {"InTheOrderOfTheEditor", "a b c", "c a b", "a b c", "c a b"},
        {"InTheOrderOfTheEditorWithNews", "a b c", "c a b", "a x b c",
         "c a x b"},
        {"InTheOrderOfTheSource", "a b c", "a h b c", "c b a", "c b a h"},
        {"InTheOrderOfTheSourceSeveral", "a b c", "g a h i b c", "c x b a",
         "g c x b a h i"},
        // The words of b were written once more since.
        {"TakenOutAndTranslatedAgain", "a b c", "a c", "a b c", "a b c"},
        {"AnIdThatTheSourceHasNow", "a", "a h", "a h", "a by-hand-1 h"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(HandMadeTest, StaysThroughOnePublicationAfterTheOther) {
  v1::Article mine = WithBlocks("a h b");
  for (int i = 0; i < 3; ++i) {
    mine = Merge(WithBlocks("a b"), mine, WithBlocks("a b"));
    EXPECT_EQ(IdsIn(mine.body()), "a h b");
  }
}

TEST(HandMadeTest, WordsAreThoseOfTheTranslation) {
  v1::Article next = WithBlocks("a b");
  next.mutable_body(0)->mutable_paragraph()->mutable_text()->set_text("new");
  v1::Article mine = WithBlocks("a b");
  mine.mutable_body(0)->mutable_paragraph()->mutable_text()->set_text("old");
  // A paragraph became a heading.
  mine.mutable_body(1)->mutable_heading()->mutable_text()->set_text("b");
  mine.mutable_body(1)->mutable_heading()->set_level(3);
  next.mutable_body(1)->mutable_paragraph()->mutable_text()->set_text("bee");
  const v1::Article merged = Merge(WithBlocks("a b"), mine, next);
  EXPECT_EQ(merged.body(0).paragraph().text().text(), "new");
  EXPECT_EQ(merged.body(1).heading().text().text(), "bee");
  EXPECT_EQ(merged.body(1).heading().level(), 3);
}

TEST(HandMadeTest, TextsThatOnlyTheEditorHasStay) {
  v1::Article base = WithBlocks("a");
  base.add_decks()->set_value("원본");
  base.mutable_summary()->set_value("원본");
  v1::Article mine = WithBlocks("a");
  mine.add_decks()->set_value("one");
  mine.add_decks()->set_value("by hand");
  mine.mutable_kicker()->set_value("by hand");
  mine.mutable_summary()->set_value("one");
  v1::Article next = WithBlocks("a");
  next.add_decks()->set_value("first");
  const v1::Article merged = Merge(base, mine, next);
  EXPECT_EQ(merged.kicker().value(), "by hand");
  ASSERT_EQ(merged.decks_size(), 2);
  EXPECT_EQ(merged.decks(0).value(), "first");
  EXPECT_EQ(merged.decks(1).value(), "by hand");
  EXPECT_FALSE(merged.has_summary()) << "the source dropped it";
}

TEST(HandMadeTest, ItemsAndRowsThatOnlyTheEditorHasStay) {
  v1::Article base;
  v1::Block& block = *base.add_body();
  block.set_id("l");
  block.mutable_list()->add_items()->set_text("하나");
  v1::Block& table = *base.add_body();
  table.set_id("t");
  table.mutable_table()->add_rows()->add_cells()->set_text("하나");
  v1::Article mine = base;
  mine.mutable_body(0)->mutable_list()->mutable_items(0)->set_text("one");
  mine.mutable_body(0)->mutable_list()->add_items()->set_text("by hand");
  mine.mutable_body(0)->mutable_list()->set_ordered(true);
  mine.mutable_body(1)->mutable_table()->mutable_rows(0)->add_cells()->set_text(
      "beside");
  mine.mutable_body(1)->mutable_table()->add_rows()->add_cells()->set_text(
      "below");
  v1::Article next = base;
  next.mutable_body(0)->mutable_list()->mutable_items(0)->set_text("first");
  const v1::Article merged = Merge(base, mine, next);
  const v1::List& list = merged.body(0).list();
  ASSERT_EQ(list.items_size(), 2);
  EXPECT_EQ(list.items(0).text(), "first");
  EXPECT_EQ(list.items(1).text(), "by hand");
  EXPECT_TRUE(list.ordered());
  const v1::Table& rows = merged.body(1).table();
  ASSERT_EQ(rows.rows_size(), 2);
  EXPECT_EQ(rows.rows(0).cells(1).text(), "beside");
  EXPECT_EQ(rows.rows(1).cells(0).text(), "below");
}

TEST(HandMadeTest, WhatWasSetOnAMediumStays) {
  v1::Article base;
  base.add_media()->set_id("m1");
  base.mutable_media(0)->set_credit("Lee");
  base.mutable_media(0)->add_renditions()->set_href("https://a.example/1");
  v1::Article mine = base;
  mine.mutable_media(0)->set_credit("Photo: Lee");
  mine.mutable_media(0)->mutable_alt()->mutable_text()->set_value("by hand");
  mine.add_media()->set_id("h");
  v1::Article next = base;
  next.mutable_media(0)->set_credit("Lee G.");
  next.mutable_media(0)->mutable_renditions(0)->set_href("https://a.example/2");
  next.mutable_media(0)->mutable_caption()->set_value("new");
  const v1::Article merged = Merge(base, mine, next);
  EXPECT_EQ(IdsIn(merged.media()), "m1 h");
  const v1::Media& medium = merged.media(0);
  EXPECT_EQ(medium.credit(), "Photo: Lee");
  EXPECT_EQ(medium.alt().text().value(), "by hand");
  EXPECT_EQ(medium.caption().value(), "new");
  EXPECT_EQ(medium.renditions(0).href(), "https://a.example/2");
}

// A block never shows a medium that is not there.
TEST(HandMadeTest, AMediumThatIsShownStays) {
  v1::Article base;
  base.add_media()->set_id("m1");
  v1::Article mine = base;
  v1::Block& shown = *mine.add_body();
  shown.set_id("h");
  shown.mutable_media()->set_media_id("m1");
  EXPECT_EQ(IdsIn(Merge(base, mine, v1::Article()).media()), "m1");
}

TEST(HandMadeTest, AMediumWhoseIdTheSourceHasNowIsShownStill) {
  v1::Article mine;
  mine.add_media()->set_id("m1");
  mine.mutable_media(0)->set_credit("by hand");
  v1::Block& shown = *mine.add_body();
  shown.set_id("h");
  shown.mutable_media()->set_media_id("m1");
  v1::Article next;
  next.add_media()->set_id("m1");
  next.mutable_media(0)->set_credit("of the source");
  const v1::Article merged = Merge(v1::Article(), mine, next);
  EXPECT_EQ(IdsIn(merged.media()), "by-hand-1 m1");
  EXPECT_EQ(merged.media(0).credit(), "by hand");
  EXPECT_EQ(merged.body(0).media().media_id(), "by-hand-1");
}

// "news:City": sections of this code with this label.
v1::Article WithSections(absl::string_view sections) {
  v1::Article article;
  for (const absl::string_view each :
       absl::StrSplit(sections, ' ', absl::SkipEmpty())) {
    const std::vector<std::string> parts = absl::StrSplit(each, ':');
    v1::Section& section = *article.add_sections();
    section.set_code(parts[0]);
    section.add_labels()->set_value(parts[1]);
  }
  return article;
}

std::string SectionsIn(const v1::Article& article) {
  std::string sections;
  for (const v1::Section& section : article.sections()) {
    absl::StrAppend(&sections, sections.empty() ? "" : " ", section.code(), ":",
                    section.labels(0).value());
  }
  return sections;
}

TEST(HandMadeTest, TwoOfTheSameKeyStayTwo) {
  const auto merged = [](absl::string_view base, absl::string_view mine,
                         absl::string_view next) {
    return SectionsIn(
        Merge(WithSections(base), WithSections(mine), WithSections(next)));
  };
  constexpr char kTwo[] = "news:City news:Harbour";
  EXPECT_EQ(merged(kTwo, kTwo, kTwo), kTwo);
  EXPECT_EQ(merged("news:City", kTwo, "news:City"), kTwo);
  EXPECT_EQ(merged("", kTwo, ""), kTwo);
  EXPECT_EQ(merged("news:City", "news:City", kTwo), kTwo);
  EXPECT_EQ(merged(kTwo, kTwo, "news:City"), "news:City");
  EXPECT_EQ(merged(kTwo, "sea:Sea news:City news:Harbour", kTwo),
            "sea:Sea news:City news:Harbour");

  v1::Article subjects;
  subjects.add_subjects()->set_qcode("medtop:1");
  subjects.add_subjects()->set_qcode("medtop:1");
  subjects.mutable_subjects(1)->set_uri("https://example.org/1");
  EXPECT_EQ(Merge(subjects, subjects, subjects).SerializeAsString(),
            subjects.SerializeAsString());
}

TEST(HandMadeTest, WhatWasTakenOutStaysOut) {
  v1::Article base;
  base.add_sections()->set_code("harbour");
  base.add_sections()->set_code("news");
  base.add_subjects()->set_qcode("medtop:1");
  v1::Block& shown = *base.add_body();
  shown.set_id("picture");
  shown.mutable_media()->set_media_id("m1");
  base.add_media()->set_id("m1");
  v1::Article mine;
  mine.add_sections()->set_code("news");
  mine.add_sections()->set_code("by-hand");
  mine.add_subjects()->set_qcode("medtop:2");
  v1::Article next = base;
  next.add_sections()->set_code("sea");
  const v1::Article merged = Merge(base, mine, next);
  Ids sections;
  for (const auto& section : merged.sections()) {
    sections.push_back(section.code());
  }
  EXPECT_THAT(sections, ElementsAre("news", "by-hand", "sea"));
  ASSERT_EQ(merged.subjects_size(), 1);
  EXPECT_EQ(merged.subjects(0).qcode(), "medtop:2");
  EXPECT_EQ(merged.body_size(), 0);
  EXPECT_EQ(merged.media_size(), 0);
}

v1::Block ListOf(const char* id, std::initializer_list<const char*> items) {
  v1::Block block;
  block.set_id(id);
  for (const char* item : items) {
    block.mutable_list()->add_items()->set_text(item);
  }
  return block;
}

// Made of a paragraph: it stays while it says what the translation says.
TEST(HandMadeTest, AListOfAParagraphGivesWayToOtherWords) {
  const v1::Article base = WithBlocks("a p");
  v1::Article mine = base;
  *mine.mutable_body(1) = ListOf("p", {"One.", "Two."});
  v1::Article next = base;
  v1::RichText& words =
      *next.mutable_body(1)->mutable_paragraph()->mutable_text();
  words.set_text("One. Two.");
  EXPECT_TRUE(Merge(base, mine, next).body(1).has_list());
  words.set_text("One. Three.");
  const v1::Article merged = Merge(base, mine, next);
  EXPECT_EQ(IdsIn(merged.body()), "a p");
  EXPECT_EQ(merged.body(1).paragraph().text().text(), "One. Three.");
}

// What the translation does not have stays beside what it has.
TEST(HandMadeTest, WhatCannotBeOneStandsApart) {
  const v1::Article base = WithBlocks("a p");
  v1::Article mine = base;
  mine.mutable_body(1)->mutable_media()->set_media_id("m1");
  mine.add_media()->set_id("m1");
  v1::Article merged = Merge(base, mine, base);
  EXPECT_EQ(IdsIn(merged.body()), "a by-hand-1 p");
  EXPECT_TRUE(merged.body(1).has_media());
  EXPECT_EQ(IdsIn(merged.media()), "m1");
  // A list that was made a paragraph: its items are translated again.
  v1::Article list = WithBlocks("a");
  *list.add_body() = ListOf("p", {"One.", "Two."});
  merged = Merge(list, base, list);
  EXPECT_EQ(IdsIn(merged.body()), "a by-hand-1 p");
  EXPECT_EQ(merged.body(1).paragraph().text().text(), "p");
  EXPECT_TRUE(merged.body(2).has_list());
  // And once more.
  merged = Merge(list, merged, list);
  EXPECT_EQ(IdsIn(merged.body()), "a by-hand-1 p");
}

// A paragraph that an editor made a list does not hide what is corrected.
TEST(HandMadeAtTheDeskTest, ACorrectionOfWhatIsAListNowGoesOut) {
  DeskFixture desk;
  COURANT_ASSERT_OK_AND_ASSIGN(v1::Article source, desk.Create(ASource()));
  COURANT_ASSERT_OK_AND_ASSIGN(v1::Article result,
                               desk.Make(source.name(), "es"));
  *result.mutable_body(0) =
      ListOf("p1", {"[es] It opened on Monday.", "[es] Ships came."});
  COURANT_ASSERT_OK_AND_ASSIGN(result, desk.Update(result, {"body"}));
  const std::string name = source.name() + "/translations/es";
  v1::CorrectArticleRequest correct;
  correct.set_name(source.name());
  v1::ChangeNote::Correction& correction = *correct.add_corrections();
  correction.set_where("body/p1");
  correction.set_was("Monday");
  correction.set_now("Tuesday");
  correct.mutable_note_editors()->set_value("the day");
  ASSERT_THAT(desk.Call<v1::Article>("CorrectArticle", correct), IsOk());
  v1::RebaseTranslationRequest rebase;
  rebase.set_name(name);
  COURANT_ASSERT_OK_AND_ASSIGN(
      const v1::Translation rebased,
      desk.Call<v1::Translation>("RebaseTranslation", rebase));
  EXPECT_EQ(rebased.task().state(), v1::TranslationTask::REQUESTED);
  ASSERT_THAT(desk.Translate(name), IsOk());
  ASSERT_THAT(desk.Publish(name), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article after,
                               desk.Read(result.name()));
  ASSERT_EQ(after.body_size(), 2);
  EXPECT_EQ(after.body(0).paragraph().text().text(),
            "[es] It opened on Tuesday. [es] Ships came.");
}

// All the way through the desk: added by hand, and the source goes on.
TEST(HandMadeAtTheDeskTest, IsThereAfterTheNextPublication) {
  DeskFixture desk;
  COURANT_ASSERT_OK_AND_ASSIGN(v1::Article source, desk.Create(ASource()));
  COURANT_ASSERT_OK_AND_ASSIGN(v1::Article result,
                               desk.Make(source.name(), "es"));
  // Behind p1; the source gets a paragraph there as well, in its second
  // revision like this one.
  const v1::Block last = result.body(1);
  v1::Block& added = *result.mutable_body(1);
  added.Clear();
  added.mutable_paragraph()->mutable_text()->set_text("By hand.");
  *result.add_body() = last;
  result.mutable_kicker()->set_value("By hand");
  result.add_media()->mutable_caption()->set_value("By hand");
  result.add_sections()->set_code("puerto");
  COURANT_ASSERT_OK_AND_ASSIGN(
      result, desk.Update(result, {"body", "kicker", "media", "sections"}));
  const std::string name = source.name() + "/translations/es";
  COURANT_ASSERT_OK_AND_ASSIGN(v1::Translation translation,
                               desk.ReadTranslation(name));
  EXPECT_FALSE(
      absl::StrContains(translation.content().ShortDebugString(), "By hand"));

  const v1::Block end = source.body(1);
  source.mutable_body(1)->Clear();
  source.mutable_body(1)->mutable_paragraph()->mutable_text()->set_text(
      "It rained.");
  *source.add_body() = end;
  COURANT_ASSERT_OK_AND_ASSIGN(source, desk.Update(source, {"body"}));
  v1::RebaseTranslationRequest rebase;
  rebase.set_name(name);
  ASSERT_THAT(desk.Call<v1::Translation>("RebaseTranslation", rebase), IsOk());
  ASSERT_THAT(desk.Translate(name), IsOk());
  ASSERT_THAT(desk.Publish(name), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article after,
                               desk.Read(result.name()));
  Ids words;
  for (const v1::Block& block : after.body()) {
    words.push_back(block.paragraph().text().text());
  }
  EXPECT_THAT(words,
              ElementsAre("[es] It opened on Monday. [es] Ships came.",
                          "By hand.", "[es] It rained.", "[es] Nobody left."));
  EXPECT_EQ(after.kicker().value(), "By hand");
  ASSERT_EQ(after.media_size(), 2);
  EXPECT_EQ(after.media(1).caption().value(), "By hand");
  ASSERT_EQ(after.sections_size(), 1);
  EXPECT_EQ(after.sections(0).code(), "puerto");
}

}  // namespace
}  // namespace courant
