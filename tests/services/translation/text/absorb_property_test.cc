#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/translation/text/assemble.h"
#include "services/translation/text/code_points.h"
#include "services/translation/text/rich_text.h"
#include "services/translation/text/source_segments.h"
#include "services/translation/text/text_units.h"
#include "tests/services/translation/text/random_news.h"

namespace courant {
namespace {

constexpr absl::string_view kBits[] = {"a",  "bc",     " ",   "  ",  ".",
                                       ". ", "\n",     "다",  "의 ", "é",
                                       "😀",  "\u00a0", "X. Y"};

std::string RandomBits(std::mt19937* random, size_t most) {
  std::string bits;
  for (size_t i = (*random)() % (most + 1); i > 0; --i) {
    absl::StrAppend(&bits, kBits[(*random)() % std::size(kBits)]);
  }
  return bits;
}

// Marks that nest: of each, the next lies within or behind.
void RandomMarks(std::mt19937* random, v1::RichText* text) {
  text->clear_marks();
  const auto size = static_cast<int>(text::CodePointCount(text->text()));
  int from = 0;
  while (from < size && (*random)() % 3 != 0) {
    const int start = from + static_cast<int>((*random)() % (size - from));
    const int end = start + 1 + static_cast<int>((*random)() % (size - start));
    v1::Mark& mark = *text->add_marks();
    mark.set_start(start);
    mark.set_end(end);
    mark.set_type((*random)() % 2 == 0 ? v1::Mark::STRONG : v1::Mark::LINK);
    if (mark.type() == v1::Mark::LINK) {
      mark.set_href((*random)() % 2 == 0 ? "https://a" : "https://b");
    }
    from = (*random)() % 4 == 0 ? start : end;
    if (from == start) break;
  }
}

// Puts something at random in the place of a stretch of `text`.
std::string Edited(std::mt19937* random, const std::string& text) {
  const text::CodePoints points(text);
  const size_t from = (*random)() % (points.size() + 1);
  const size_t most = (*random)() % 3 == 0 ? points.size() : 4;
  const size_t to = std::min(points.size(), from + (*random)() % (most + 1));
  return absl::StrCat(text.substr(0, points.offsets[from]),
                      RandomBits(random, 4), text.substr(points.offsets[to]));
}

class Desk {
 public:
  explicit Desk(unsigned seed)
      : random_(seed), language_(seed % 3 == 0 ? "zh" : "en") {
    std::vector<std::string> paragraphs;
    for (size_t i = 0; i < 1 + random_() % 3; ++i) {
      std::string& paragraph = paragraphs.emplace_back();
      for (size_t k = 0; k < 1 + random_() % 5; ++k) {
        absl::StrAppend(&paragraph, k == 0 ? "" : " ",
                        RandomSentence(&random_, true, 3));
      }
    }
    article_ = ArticleOf(paragraphs, "ko");
    content_ = NewContent(DivideSource(article_, v1::Translation::FULL));
    for (v1::Segment& segment : *content_.mutable_segments()) {
      if (random_() % 6 == 0) continue;
      segment.mutable_target()->set_text(
          random_() % 4 == 0 ? RandomBits(&random_, 5)
                             : RandomSentence(&random_, false, 3));
      RandomMarks(&random_, segment.mutable_target());
      segment.set_state(v1::Segment::TRANSLATED);
      segment.set_version(SegmentVersion(segment));
    }
    for (const v1::SourceSegment& source : content_.source_segments()) {
      sources_.insert(source.id());
    }
    ApplyTargets(content_, v1::Translation::FULL, language_, &article_);
  }

  void EditAndAbsorb() {
    v1::Block& block = *article_.mutable_body(
        static_cast<int>(random_() % article_.body_size()));
    v1::RichText& text = *block.mutable_paragraph()->mutable_text();
    text.set_text(Edited(&random_, text.text()));
    if (random_() % 2 == 0) text.set_text(Edited(&random_, text.text()));
    RandomMarks(&random_, &text);
    const std::string before = content_.SerializeAsString();
    const bool changed =
        AbsorbArticle(article_, v1::Translation::FULL, language_, &content_);
    EXPECT_EQ(changed, content_.SerializeAsString() != before);
    Check();
    EXPECT_FALSE(
        AbsorbArticle(article_, v1::Translation::FULL, language_, &content_));
  }

 private:
  void Check() {
    for (const v1::Block& block : article_.body()) {
      const v1::RichText& text = block.paragraph().text();
      const v1::RichText assembled =
          AssembleUnit(content_, absl::StrCat("body/", block.id()), language_);
      EXPECT_EQ(assembled.text(), text.text());
      EXPECT_TRUE(text::SameRichText(assembled, text))
          << assembled.ShortDebugString() << "\n"
          << text.ShortDebugString();
    }
    // Every source is said by one segment, which bears the name of its first.
    std::multiset<std::string> said;
    for (const v1::Segment& segment : content_.segments()) {
      ASSERT_FALSE(segment.sources().empty());
      EXPECT_EQ(segment.id(), segment.sources(0));
      said.insert(segment.sources().begin(), segment.sources().end());
      EXPECT_TRUE(segment.version() == 0 ||
                  segment.version() == SegmentVersion(segment) ||
                  segment.target().text().empty());
    }
    EXPECT_EQ(said, sources_);
  }

  std::mt19937 random_;
  const std::string language_;
  v1::Article article_;
  v1::TranslationContent content_;
  std::multiset<std::string> sources_;
};

TEST(AbsorbPropertyTest, WhateverWasEditedIsFoundInTheSegments) {
  const unsigned first = std::random_device()();
  for (unsigned i = 0; i < 1000 && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE(testing::Message() << "seed " << first + i);
    Desk desk(first + i);
    for (int k = 0; k < 4 && !testing::Test::HasFailure(); ++k) {
      desk.EditAndAbsorb();
    }
  }
}

}  // namespace
}  // namespace courant
