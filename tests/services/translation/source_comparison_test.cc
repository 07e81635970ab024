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

}  // namespace
}  // namespace courant
