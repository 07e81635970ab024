#include "services/editorial/rules/piece_ids.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/editorial/rules/sample_article.h"

namespace courant {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> IdsOf(const v1::Article& article) {
  std::vector<std::string> ids;
  for (const v1::Block& block : article.body()) ids.push_back(block.id());
  return ids;
}

// An article with paragraphs of these words and without ids.
v1::Article Article(const std::vector<std::string>& paragraphs) {
  v1::Article article;
  for (const std::string& words : paragraphs) AddParagraph(words, &article);
  return article;
}

// The same as a stored revision.
v1::Article Stored(const std::vector<std::string>& paragraphs, int revision) {
  v1::Article article = Article(paragraphs);
  GiveBlockIds(nullptr, &article);
  article.set_revision(revision);
  return article;
}

TEST(GiveBlockIdsTest, NumbersTheBlocksOfAFirstRevision) {
  v1::Article article = Article({"a", "b", "a"});
  GiveBlockIds(nullptr, &article);
  EXPECT_THAT(IdsOf(article), ElementsAre("p1", "p2", "p3"));
}

TEST(GiveBlockIdsTest, KeepsIdsThatAreGivenAndPassesThemOver) {
  v1::Article article = Article({"a", "b", "c"});
  article.mutable_body(1)->set_id("p1");
  GiveBlockIds(nullptr, &article);
  EXPECT_THAT(IdsOf(article), ElementsAre("p2", "p1", "p3"));
}

TEST(GiveBlockIdsTest, FindsAgainWhatWasMovedAndNamesWhatIsNew) {
  const v1::Article before = Stored({"a", "b", "c"}, 6);
  v1::Article after = Article({"c", "new", "a"});
  GiveBlockIds(&before, &after);
  EXPECT_THAT(IdsOf(after), ElementsAre("p3", "r7-p1", "p1"));
}

TEST(GiveBlockIdsTest, AnIdOfARemovedBlockDoesNotComeBackOnAnother) {
  const v1::Article first = Stored({"a", "b", "c"}, 1);
  v1::Article second = Article({"a", "b"});
  GiveBlockIds(&first, &second);
  second.set_revision(2);
  v1::Article third = Article({"a", "b", "d"});
  GiveBlockIds(&second, &third);
  EXPECT_THAT(IdsOf(third), ElementsAre("p1", "p2", "r3-p1"));
}

TEST(GiveBlockIdsTest, BlocksWithTheSameWordsKeepTheirOrder) {
  const v1::Article before = Stored({"* * *", "a", "* * *"}, 1);
  v1::Article after = Article({"* * *", "* * *", "* * *"});
  GiveBlockIds(&before, &after);
  EXPECT_THAT(IdsOf(after), ElementsAre("p1", "p3", "r2-p1"));
}

TEST(GiveBlockIdsTest, AnIdThatIsGivenElsewhereIsNotGivenAgain) {
  const v1::Article before = Stored({"a", "b"}, 1);
  v1::Article after = Article({"a", "z"});
  after.mutable_body(1)->set_id("p1");
  GiveBlockIds(&before, &after);
  EXPECT_THAT(IdsOf(after), ElementsAre("r2-p1", "p1"));
}

TEST(GiveBlockIdsTest, PassesOverFreshIdsThatAreInUse) {
  v1::Article before = Stored({"a"}, 1);
  before.mutable_body(0)->set_id("r2-p1");
  v1::Article after = Article({"b", "c"});
  after.mutable_body(1)->set_id("r2-p2");
  GiveBlockIds(&before, &after);
  EXPECT_THAT(IdsOf(after), ElementsAre("r2-p3", "r2-p2"));
}

TEST(GiveBlockIdsTest, AnIdOfATranslationIsNoneThatItsSourceGets) {
  const v1::Article source = Stored({"a"}, 1);
  v1::Article next_source = Article({"a", "b"});
  next_source.set_language("ko");
  GiveBlockIds(&source, &next_source);
  v1::Article translation = Article({"a", "c"});
  translation.set_language("zh-Hant-HK-x-courier");
  translation.mutable_translation_of()->set_article("articles/ko");
  GiveBlockIds(&source, &translation);
  EXPECT_THAT(IdsOf(next_source), ElementsAre("p1", "r2-p1"));
  EXPECT_THAT(IdsOf(translation), ElementsAre("p1", "r2-zh-hant-hk-x-p1"));
}

TEST(GiveBlockIdsTest, MarksMayDifferButTheKindMayNot) {
  const v1::Article before = Stored({"a", "b"}, 1);
  v1::Article after = Article({"a"});
  after.mutable_body(0)->mutable_paragraph()->mutable_text()->add_marks();
  after.add_body()->mutable_heading()->mutable_text()->set_text("b");
  GiveBlockIds(&before, &after);
  EXPECT_THAT(IdsOf(after), ElementsAre("p1", "r2-p1"));
}

TEST(GiveBlockIdsTest, EveryKindOfBlockIsFoundAgain) {
  v1::Article before = SampleArticle();
  GiveBlockIds(nullptr, &before);
  before.set_revision(1);
  v1::Article after = before;
  for (v1::Block& block : *after.mutable_body()) block.clear_id();
  GiveBlockIds(&before, &after);
  EXPECT_EQ(IdsOf(after), IdsOf(before));
}

TEST(GiveBlockIdsTest, WordsThatFlowTogetherAreNotTheSameList) {
  v1::Article before;
  v1::List* const two = before.add_body()->mutable_list();
  two->add_items()->set_text("a");
  two->add_items()->set_text("b");
  GiveBlockIds(nullptr, &before);
  before.set_revision(1);
  v1::Article after;
  after.add_body()->mutable_list()->add_items()->set_text("ab");
  GiveBlockIds(&before, &after);
  EXPECT_THAT(IdsOf(after), ElementsAre("r2-p1"));
}

TEST(GiveBlockIdsTest, TwoThousandBlocksOfTheSameWordsAreDoneSoon) {
  const v1::Article before = Stored(std::vector<std::string>(2000, "* * *"), 1);
  v1::Article after = Article(std::vector<std::string>(2000, "* * *"));
  GiveBlockIds(&before, &after);
  EXPECT_EQ(IdsOf(after), IdsOf(before));
}

TEST(GiveMediaIdsTest, FindsMediaAgainByTheirFiles) {
  v1::Article before;
  before.add_media()->add_renditions()->set_href("https://example.org/1.jpg");
  before.add_media()->add_renditions()->set_href("https://example.org/2.jpg");
  GiveMediaIds(nullptr, &before);
  EXPECT_EQ(before.media(0).id(), "m1");
  EXPECT_EQ(before.media(1).id(), "m2");
  before.set_revision(4);

  v1::Article after;
  v1::Media* const same = after.add_media();
  same->add_renditions()->set_href("https://example.org/2.jpg");
  same->mutable_caption()->set_value("A new caption");
  after.add_media()->add_renditions()->set_href("https://example.org/3.jpg");
  GiveMediaIds(&before, &after);
  EXPECT_EQ(after.media(0).id(), "m2");
  EXPECT_EQ(after.media(1).id(), "r5-m1");
}

TEST(GiveMediaIdsTest, WithoutFilesTheWordsDecide) {
  v1::Article before;
  before.add_media()->mutable_caption()->set_value("The quay");
  GiveMediaIds(nullptr, &before);
  before.set_revision(1);
  v1::Article after;
  after.add_media()->mutable_caption()->set_value("The bridge");
  after.add_media()->mutable_caption()->set_value("The quay");
  GiveMediaIds(&before, &after);
  EXPECT_EQ(after.media(0).id(), "r2-m1");
  EXPECT_EQ(after.media(1).id(), "m1");
}

}  // namespace
}  // namespace courant
