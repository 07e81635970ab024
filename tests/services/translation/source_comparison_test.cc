#include "gtest/gtest.h"
#include "services/translation/freshness.h"
#include "services/translation/text/assemble.h"
#include "services/translation/text/source_segments.h"
#include "tests/services/translation/desk_fixture.h"

namespace courant {
namespace {

v1::Translation BoundTo(const v1::Article& source,
                        v1::Translation::Scope scope) {
  v1::Translation translation;
  translation.set_scope(scope);
  translation.set_freshness(v1::Translation::CURRENT);
  *translation.mutable_content() = NewContent(DivideSource(source, scope));
  return translation;
}

class SourceComparisonTest : public ::testing::Test {
 protected:
  SourceComparisonTest() : before_(ASource()), head_(ASource()) {
    head_.mutable_headline()->set_value("The old harbour");
    head_.set_revision(2);
    head_.mutable_change_note()->set_class_(v1::ChangeNote::CORRECTION);
  }

  v1::Article before_;
  v1::Article head_;
};

TEST_F(SourceComparisonTest, IsOneForAllThatAreBoundAlike) {
  SourceComparison comparison(before_, head_);
  for (int i = 0; i < 40; ++i) {
    v1::Translation translation = BoundTo(before_, v1::Translation::FULL);
    EXPECT_TRUE(comparison.Update(v1::Translation::CURRENT, &translation));
    EXPECT_EQ(translation.freshness(), v1::Translation::OUTDATED_CRITICAL);
    ASSERT_EQ(translation.source_changes_size(), 1);
    EXPECT_EQ(translation.source_changes(0).segments(0), "headline.1");
    EXPECT_EQ(translation.compared_revision(), 2);
  }
  EXPECT_EQ(comparison.worked_out(), 1u);
}

// What each of them knew before is its own.
TEST_F(SourceComparisonTest, ImpactsAreEachOnesOwn) {
  head_.mutable_change_note()->set_class_(v1::ChangeNote::REFILE);
  SourceComparison comparison(before_, head_);
  v1::Translation worse = BoundTo(before_, v1::Translation::FULL);
  v1::SourceChange& known = *worse.add_source_changes();
  known.set_kind(v1::SourceChange::EDITED);
  known.add_segments("headline.1");
  known.set_impact(v1::SourceChange::CRITICAL);
  v1::Translation other = BoundTo(before_, v1::Translation::FULL);
  comparison.Update(v1::Translation::CURRENT, &worse);
  comparison.Update(v1::Translation::CURRENT, &other);
  EXPECT_EQ(worse.freshness(), v1::Translation::OUTDATED_CRITICAL);
  EXPECT_EQ(other.freshness(), v1::Translation::OUTDATED_MINOR);
  EXPECT_EQ(comparison.worked_out(), 1u);
}

TEST_F(SourceComparisonTest, IsAnotherForWhatIsBoundOtherwise) {
  SourceComparison comparison(before_, head_);
  v1::Translation captions = BoundTo(before_, v1::Translation::CAPTIONS);
  EXPECT_FALSE(comparison.Update(v1::Translation::CURRENT, &captions));
  // The same words under other names, as after a rebase.
  v1::Translation whole = BoundTo(before_, v1::Translation::FULL);
  v1::Translation renamed = whole;
  renamed.mutable_content()->mutable_source_segments(0)->set_id("headline.9");
  renamed.mutable_content()->mutable_segments(0)->set_sources(0, "headline.9");
  comparison.Update(v1::Translation::CURRENT, &whole);
  comparison.Update(v1::Translation::CURRENT, &renamed);
  EXPECT_EQ(renamed.source_changes(0).segments(0), "headline.9");
  // Bound to the head already.
  v1::Translation current = BoundTo(head_, v1::Translation::FULL);
  EXPECT_FALSE(comparison.Update(v1::Translation::CURRENT, &current));
  // And to what differs in marks alone.
  v1::Translation marked = whole;
  v1::Mark& mark = *marked.mutable_content()
                        ->mutable_source_segments(2)
                        ->mutable_text()
                        ->add_marks();
  mark.set_type(v1::Mark::STRONG);
  mark.set_end(2);
  comparison.Update(v1::Translation::CURRENT, &marked);
  EXPECT_EQ(comparison.worked_out(), 5u);
}

// Captions that have changed places say the same of another picture.
TEST(MovedTextTest, ACaptionUnderAnotherPictureIsOutdated) {
  v1::Article before = ASource();
  v1::Media& second = *before.add_media();
  second = before.media(0);
  second.set_id("m2");
  second.mutable_caption()->set_value("The mole");
  v1::Article head = before;
  head.mutable_media(0)->mutable_caption()->Swap(
      head.mutable_media(1)->mutable_caption());
  head.set_revision(2);
  v1::Translation translation = BoundTo(before, v1::Translation::CAPTIONS);
  const auto revise = [&](const v1::Article& from, const v1::Article& to) {
    SourceComparison(from, to).Update(v1::Translation::CURRENT, &translation);
    return translation.freshness();
  };
  EXPECT_EQ(revise(before, head), v1::Translation::OUTDATED);
  ASSERT_EQ(translation.source_changes_size(), 2);
  EXPECT_EQ(translation.source_changes(0).kind(), v1::SourceChange::MOVED);
  EXPECT_EQ(translation.source_changes(0).was(), "The mole");
  // Bound to that, it is current, and another one that is not stays outdated.
  v1::Translation rebased = BoundTo(head, v1::Translation::CAPTIONS);
  EXPECT_FALSE(SourceComparison(before, head)
                   .Update(v1::Translation::CURRENT, &rebased));
  // What comes later does not make it worse, and once it is put right, it is.
  v1::Article later = head;
  later.mutable_headline()->set_value("The old harbour");
  later.mutable_change_note()->set_class_(v1::ChangeNote::CORRECTION);
  later.set_revision(3);
  EXPECT_EQ(revise(head, later), v1::Translation::OUTDATED);
  v1::Article back = before;
  back.set_revision(4);
  EXPECT_EQ(revise(later, back), v1::Translation::CURRENT);
  // Nor does a comma besides make it less.
  head.mutable_media(0)->mutable_caption()->set_value("The mole!");
  head.set_revision(5);
  head.mutable_change_note()->set_class_(v1::ChangeNote::CORRECTION);
  EXPECT_EQ(revise(back, head), v1::Translation::OUTDATED_CRITICAL);
}

// Of two translations, one has followed a caption to another picture.
TEST(MovedTextTest, WhatIsBoundElsewhereIsAnother) {
  const v1::Article before = ASource();
  v1::Article head = before;
  head.mutable_media(0)->set_id("m2");
  head.set_revision(2);
  v1::Translation behind = BoundTo(before, v1::Translation::CAPTIONS);
  v1::Translation rebased = behind;
  rebased.mutable_content()->mutable_source_segments(0)->set_unit(
      "media/m2/caption");
  SourceComparison comparison(before, head);
  EXPECT_FALSE(comparison.Update(v1::Translation::CURRENT, &rebased));
  EXPECT_TRUE(comparison.Update(v1::Translation::CURRENT, &behind));
  EXPECT_EQ(behind.freshness(), v1::Translation::OUTDATED);
}

TEST(MovedTextTest, ANameUnderAnotherQuotationIsOutdated) {
  v1::Article before;
  for (const char* id : {"q1", "q2", "p1"}) {
    v1::Block& block = *before.add_body();
    block.set_id(id);
    if (block.id() == "p1") {
      block.mutable_paragraph()->mutable_text()->set_text("It rained.");
      continue;
    }
    block.mutable_quote()->add_paragraphs()->set_text(block.id() + " said.");
    block.mutable_quote()->set_attribution(block.id() + " the minister");
  }
  v1::Article head = before;
  head.set_revision(2);
  head.mutable_body(0)->Swap(head.mutable_body(2));
  v1::Translation translation = BoundTo(before, v1::Translation::FULL);
  const auto revise = [&] {
    SourceComparison(before, head)
        .Update(v1::Translation::CURRENT, &translation);
    return translation.freshness();
  };
  // A whole quotation that stands elsewhere says what it said.
  EXPECT_EQ(revise(), v1::Translation::CURRENT);
  head.mutable_body(1)->mutable_quote()->mutable_attribution()->swap(
      *head.mutable_body(2)->mutable_quote()->mutable_attribution());
  EXPECT_EQ(revise(), v1::Translation::OUTDATED);
}

}  // namespace
}  // namespace courant
