#include "services/translation/freshness.h"

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "services/translation/text/assemble.h"
#include "services/translation/text/source_segments.h"

namespace courant {
namespace {

// A source of one paragraph, and a translation that is bound to its first
// revision.
class FreshnessTest : public ::testing::Test {
 protected:
  void Bind(const std::string& words) {
    source_.set_language("en");
    source_.set_revision(1);
    Write(words);
    translation_.set_scope(v1::Translation::FULL);
    translation_.set_freshness(v1::Translation::CURRENT);
    *translation_.mutable_content() =
        NewContent(DivideSource(source_, v1::Translation::FULL));
  }

  // The paragraph says this from the next revision on, which is of this class.
  v1::Translation::Freshness Revise(v1::ChangeNote::Class revision_class,
                                    const std::string& words) {
    const v1::Article before = source_;
    Write(words);
    source_.set_revision(before.revision() + 1);
    source_.mutable_change_note()->set_class_(revision_class);
    SourceComparison(before, source_)
        .Update(v1::Translation::CURRENT, &translation_);
    return translation_.freshness();
  }

  // The change that says that these are the words now; empty: none does.
  v1::SourceChange ChangeTo(absl::string_view words) const {
    for (const v1::SourceChange& change : translation_.source_changes()) {
      if (change.now() == words) return change;
    }
    return {};
  }

 private:
  void Write(const std::string& words) {
    source_.clear_body();
    v1::Block& block = *source_.add_body();
    block.set_id("p1");
    block.mutable_paragraph()->mutable_text()->set_text(words);
  }

 protected:
  v1::Article source_;
  v1::Translation translation_;
};

TEST_F(FreshnessTest, WhatARevisionLeavesAsItWasKeepsWhatItMeans) {
  const std::string joined =
      "The old harbour was closed at noon boats waited outside.";
  Bind("The old harbour was closed at noon. Boats waited outside.");
  EXPECT_EQ(Revise(v1::ChangeNote::REFILE, joined),
            v1::Translation::OUTDATED_MINOR);
  EXPECT_EQ(ChangeTo(joined).kind(), v1::SourceChange::MERGED);
  // What was made part of it is there again; it says what it did.
  EXPECT_EQ(Revise(v1::ChangeNote::UPDATE, joined + " Boats waited outside."),
            v1::Translation::OUTDATED_MINOR);
  EXPECT_EQ(ChangeTo(joined).kind(), v1::SourceChange::EDITED);
  EXPECT_EQ(ChangeTo(joined).revision(), 2);
  // And when it is gone again, that is of this revision.
  EXPECT_EQ(Revise(v1::ChangeNote::CORRECTION, joined),
            v1::Translation::OUTDATED_CRITICAL);
}

TEST_F(FreshnessTest, NewWordsKeepWhatBefellThemWhenTheyAreLikeWhatIsBound) {
  Bind("One two three four five six. Rain fell.");
  EXPECT_EQ(Revise(v1::ChangeNote::REFILE,
                   "Red blue green four nine ten. Rain fell."),
            v1::Translation::OUTDATED_MINOR);
  EXPECT_EQ(Revise(v1::ChangeNote::CORRECTION,
                   "Red blue green four black ten. Rain fell."),
            v1::Translation::OUTDATED_CRITICAL);
  EXPECT_EQ(ChangeTo("Red blue green four black ten.").kind(),
            v1::SourceChange::ADDED);
  EXPECT_EQ(Revise(v1::ChangeNote::REFILE,
                   "Red blue green four five six. Rain fell."),
            v1::Translation::OUTDATED_CRITICAL);
  EXPECT_EQ(ChangeTo("Red blue green four five six.").kind(),
            v1::SourceChange::EDITED);
}

}  // namespace
}  // namespace courant
