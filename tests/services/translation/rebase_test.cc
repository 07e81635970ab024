// What a rebase asks people to look at again.

#include "gtest/gtest.h"
#include "tests/services/translation/desk_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using Task = v1::TranslationTask;

class RebaseTest : public testing::Test {
 protected:
  // An article, and a translation of it that is approved and not published.
  void SetUp() override {
    v1::Article source = ASource();
    source.mutable_headline()->set_value("The quay costs 1.500 wons");
    COURANT_ASSERT_OK_AND_ASSIGN(source_, desk_.Create(source));
    COURANT_ASSERT_OK_AND_ASSIGN(const v1::Translation made,
                                 desk_.Request(source_.name(), "es"));
    name_ = made.name();
    ASSERT_THAT(desk_.Translate(name_), IsOk());
  }

  // The source says this from now on, and the translation takes it in.
  v1::Translation Take(const std::string& where, const std::string& was,
                       const std::string& now, bool correction) {
    if (correction) {
      v1::CorrectArticleRequest request;
      request.set_name(source_.name());
      v1::ChangeNote::Correction& change = *request.add_corrections();
      change.set_where(where);
      change.set_was(was);
      change.set_now(now);
      request.mutable_note_editors()->set_value("checked");
      EXPECT_THAT(desk_.Call<v1::Article>("CorrectArticle", request), IsOk());
    } else {
      source_.mutable_headline()->set_value(now);
      EXPECT_THAT(desk_.Update(source_, {"headline"}), IsOk());
    }
    return Rebase();
  }

  v1::Translation Rebase() {
    v1::RebaseTranslationRequest rebase;
    rebase.set_name(name_);
    auto rebased = desk_.Call<v1::Translation>("RebaseTranslation", rebase);
    EXPECT_THAT(rebased, IsOk());
    return rebased.value_or(v1::Translation());
  }

  DeskFixture desk_;
  v1::Article source_;
  std::string name_;
};

// A sign can be what was wrong.
TEST_F(RebaseTest, ACorrectedSignIsLookedAtAgain) {
  const v1::Translation rebased = Take("headline", "The quay costs 1.500 wons",
                                       "The quay costs \"1.500\" wons", true);
  EXPECT_EQ(rebased.task().state(), Task::REQUESTED);
  const v1::Segment& headline = rebased.content().segments(0);
  EXPECT_EQ(headline.state(), v1::Segment::INITIAL);
  EXPECT_EQ(headline.target().text(), "[es] The quay costs 1.500 wons");
  EXPECT_EQ(headline.previous_source(), "The quay costs 1.500 wons");
  EXPECT_EQ(rebased.content().segments(1).state(), v1::Segment::REVIEWED);
  EXPECT_EQ(ReasonIn(desk_.Publish(name_).status()), "ILLEGAL_TRANSITION");
}

// What a second person agreed to is what goes out.
TEST_F(RebaseTest, WhatIsApprovedIsReviewedAgain) {
  const v1::Translation rebased =
      Take("headline", "", "The quay costs 1.500 wons!", false);
  EXPECT_EQ(rebased.content().segments(0).state(), v1::Segment::TRANSLATED);
  EXPECT_EQ(rebased.task().state(), Task::SUBMITTED);
  EXPECT_EQ(ReasonIn(desk_.Publish(name_).status()), "ILLEGAL_TRANSITION");
}

// What the source says still, in whatever sentence, is not dropped.
TEST_F(RebaseTest, WhatWasJoinedKeepsItsWordsWhenTheOtherComesBack) {
  std::string& words = *source_.mutable_body(0)
                            ->mutable_paragraph()
                            ->mutable_text()
                            ->mutable_text();
  ASSERT_EQ(words, "It opened on Monday. Ships came.");
  words = "It opened on Monday and ships came. It opened on Monday.";
  ASSERT_THAT(desk_.Update(source_, {"body"}), IsOk());
  const v1::Translation rebased = Rebase();
  const v1::Segment& joined = rebased.content().segments(2);
  EXPECT_EQ(joined.target().text(), "[es] Ships came.");
  EXPECT_EQ(joined.previous_source(), "Ships came.");
  EXPECT_EQ(joined.state(), v1::Segment::INITIAL);
  const v1::Segment& back = rebased.content().segments(3);
  EXPECT_EQ(back.target().text(), "[es] It opened on Monday.");
  EXPECT_EQ(back.state(), v1::Segment::REVIEWED);
}

TEST_F(RebaseTest, WhatIsUnchangedStaysApproved) {
  EXPECT_EQ(Rebase().task().state(), Task::APPROVED);
  EXPECT_THAT(desk_.Publish(name_), IsOk());
}

}  // namespace
}  // namespace courant
