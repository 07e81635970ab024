// A translation of a part of its source is published as an article that has
// that part, says so, and can become the whole.

#include <string>
#include <vector>

#include "courant/v1/translation_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/translation/desk_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using Of = v1::TranslationOf;
using Scope = v1::Translation;

class PartialArticleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    COURANT_ASSERT_OK_AND_ASSIGN(source_, desk_.Create(ASource()));
  }

  // Everything somebody could read.
  static std::vector<std::string> WordsOf(const v1::Article& article) {
    std::vector<std::string> words = {article.headline().value()};
    for (const v1::Text& deck : article.decks()) words.push_back(deck.value());
    for (const v1::Block& block : article.body()) {
      words.push_back(block.paragraph().text().text());
    }
    for (const v1::Media& media : article.media()) {
      words.push_back(media.caption().value());
    }
    return words;
  }

  absl::Status Take(const std::string& name, v1::Translation::Scope scope) {
    return desk_.Request(source_.name(), "es", scope).status().ok()
               ? desk_.Translate(name)
               : absl::InternalError("not asked for");
  }

  DeskFixture desk_;
  v1::Article source_;
};

TEST_F(PartialArticleTest, IsTheHeadline) {
  COURANT_ASSERT_OK_AND_ASSIGN(
      const v1::Article made,
      desk_.Make(source_.name(), "es", Scope::HEADLINE));
  EXPECT_EQ(made.state(), v1::Article::PUBLISHED);
  EXPECT_EQ(made.translation_of().extent(), Of::HEADLINE);
  EXPECT_EQ(made.translation_of().article(), source_.name());
  EXPECT_THAT(WordsOf(made), ElementsAre("[es] The harbour"));
}

TEST_F(PartialArticleTest, IsHeadlineAndDecks) {
  COURANT_ASSERT_OK_AND_ASSIGN(
      const v1::Article made,
      desk_.Make(source_.name(), "es", Scope::HEADLINE_AND_DECKS));
  EXPECT_EQ(made.state(), v1::Article::PUBLISHED);
  EXPECT_EQ(made.translation_of().extent(), Of::HEADLINE_AND_DECKS);
  EXPECT_THAT(WordsOf(made),
              ElementsAre("[es] The harbour", "[es] A new quay opens"));
}

TEST_F(PartialArticleTest, IsCaptions) {
  COURANT_ASSERT_OK_AND_ASSIGN(
      const v1::Article made,
      desk_.Make(source_.name(), "es", Scope::CAPTIONS));
  EXPECT_EQ(made.state(), v1::Article::PUBLISHED);
  EXPECT_EQ(made.translation_of().extent(), Of::CAPTIONS);
  EXPECT_THAT(WordsOf(made), ElementsAre("", "[es] The quay"));
}

TEST_F(PartialArticleTest, IsNotWhatTheWholeIs) {
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article made,
                               desk_.Make(source_.name(), "es"));
  EXPECT_EQ(made.translation_of().extent(), Of::EXTENT_UNSPECIFIED);
  EXPECT_EQ(WordsOf(made).size(), 5u);
}

TEST_F(PartialArticleTest, OfAPictureNeedsNoPicture) {
  v1::Article picture = ASource();
  picture.set_kind(v1::Article::PICTURE);
  COURANT_ASSERT_OK_AND_ASSIGN(picture, desk_.Create(picture));
  EXPECT_THAT(desk_.Make(picture.name(), "es", Scope::HEADLINE), IsOk());
}

TEST_F(PartialArticleTest, SaysSoUntilItIsTheWhole) {
  COURANT_ASSERT_OK_AND_ASSIGN(
      const v1::Article first,
      desk_.Make(source_.name(), "es", Scope::HEADLINE));
  // What an editor writes does not make it more than it is.
  v1::Article edit = first;
  edit.mutable_translation_of()->clear_extent();
  edit.set_byline("By Oh");
  COURANT_ASSERT_OK_AND_ASSIGN(
      edit, desk_.Update(edit, {"byline", "translation_of"}));
  EXPECT_EQ(edit.translation_of().extent(), Of::HEADLINE);
  // The source goes on meanwhile: in what was not taken in, and so it is not
  // out of date.
  v1::Article source = source_;
  source.mutable_body(1)->mutable_paragraph()->mutable_text()->set_text("All.");
  ASSERT_THAT(desk_.Update(source, {"body"}), IsOk());
  const std::string name = source_.name() + "/translations/es";
  COURANT_ASSERT_OK_AND_ASSIGN(v1::Translation translation,
                               desk_.ReadTranslation(name));
  EXPECT_EQ(translation.freshness(), v1::Translation::CURRENT);

  ASSERT_THAT(Take(name, Scope::HEADLINE_AND_DECKS), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(translation, desk_.ReadTranslation(name));
  EXPECT_EQ(translation.source_revision(), 2);
  ASSERT_THAT(desk_.Publish(name), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article more,
                               desk_.Read(first.name()));
  EXPECT_EQ(more.translation_of().extent(), Of::HEADLINE_AND_DECKS);

  ASSERT_THAT(Take(name, Scope::FULL), IsOk());
  ASSERT_THAT(desk_.Publish(name), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article whole,
                               desk_.Read(first.name()));
  EXPECT_EQ(whole.translation_of().extent(), Of::EXTENT_UNSPECIFIED);
  EXPECT_EQ(whole.change_note().class_(), v1::ChangeNote::UPDATE);
  EXPECT_THAT(WordsOf(whole),
              ElementsAre("[es] The harbour", "[es] A new quay opens",
                          "[es] It opened on Monday. [es] Ships came.",
                          "[es] All.", "[es] The quay"));
  EXPECT_EQ(whole.byline(), "By Oh");
}

TEST_F(PartialArticleTest, DoesNotBecomeLess) {
  COURANT_ASSERT_OK_AND_ASSIGN(
      const v1::Article made,
      desk_.Make(source_.name(), "es", Scope::HEADLINE_AND_DECKS));
  for (const auto less : {Scope::HEADLINE, Scope::CAPTIONS}) {
    const auto refused = desk_.Request(source_.name(), "es", less);
    EXPECT_EQ(ReasonIn(refused.status()), "FIELD_INVALID");
  }
  // As it was is not less.
  EXPECT_THAT(desk_.Request(source_.name(), "es", Scope::HEADLINE_AND_DECKS),
              IsOk());
}

TEST_F(PartialArticleTest, OfCaptionsBecomesTheWhole) {
  COURANT_ASSERT_OK_AND_ASSIGN(
      const v1::Article made,
      desk_.Make(source_.name(), "es", Scope::CAPTIONS));
  const std::string name = source_.name() + "/translations/es";
  ASSERT_THAT(Take(name, Scope::FULL), IsOk());
  ASSERT_THAT(desk_.Publish(name), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article whole,
                               desk_.Read(made.name()));
  EXPECT_EQ(WordsOf(whole).size(), 5u);
  EXPECT_EQ(whole.translation_of().extent(), Of::EXTENT_UNSPECIFIED);
}

}  // namespace
}  // namespace courant
