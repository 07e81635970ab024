#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/translation/text/assemble.h"
#include "services/translation/text/source_diff.h"
#include "services/translation/text/source_segments.h"
#include "tests/services/translation/text/random_news.h"

namespace courant {
namespace {

// Real news, in the southern and in the northern standard of Korean, line by
// line; not ours to ship: found under COURANT_DATA, and there where that is
// set.
class SourceDiffDataTest : public testing::Test {
 protected:
  static std::vector<std::string> Read(const std::string& name) {
    std::vector<std::string> lines;
    const char* data = std::getenv("COURANT_DATA");
    if (data == nullptr) return lines;
    const std::string path = absl::StrCat(data, "/ko-en-news/", name);
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in) << path << " is missing";
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

  // An article with one paragraph per line, whose ids begin with `prefix`.
  static std::vector<v1::SourceSegment> Divide(
      const std::vector<std::string>& lines, const std::string& language,
      const std::string& prefix) {
    v1::Article article = ArticleOf(lines, language);
    for (v1::Block& block : *article.mutable_body()) {
      block.set_id(absl::StrCat(prefix, block.id()));
    }
    return DivideSource(article, v1::Translation::FULL);
  }
};

// "body/rp17.1" and "body/p17.2" are of the same line.
absl::string_view LineOf(absl::string_view id) {
  id.remove_prefix(id.find('p'));
  return id.substr(0, id.rfind('.'));
}

TEST_F(SourceDiffDataTest, TheSameInAnotherSpellingIsEdited) {
  const std::vector<std::string> south = Read("dev.ko");
  const std::vector<std::string> north = Read("dev.nk");
  if (south.empty()) GTEST_SKIP() << "COURANT_DATA is unset";
  ASSERT_EQ(south.size(), 1000u);
  ASSERT_EQ(north.size(), 1000u);
  const v1::TranslationContent content = NewContent(Divide(south, "ko", ""));
  const std::vector<v1::SourceSegment> head = Divide(north, "ko", "r");
  const SourceDiff diff = DiffSource(content.source_segments(), head, nullptr);
  size_t right = 0;
  size_t wrong = 0;
  for (size_t i = 0; i < head.size(); ++i) {
    for (const std::string& id : diff.head[i].bound) {
      ++(LineOf(id) == LineOf(head[i].id()) ? right : wrong);
    }
  }
  for (const v1::SourceChange& change : diff.changes) {
    if (change.spans_size() > 0) {
      EXPECT_EQ(ApplySpans(change), change.now());
    }
  }
  std::cout << content.source_segments_size() << " segments, " << head.size()
            << " in the other spelling: " << right << " found, " << wrong
            << " taken for another\n";
  EXPECT_GE(right, 990u);
  EXPECT_LE(wrong, 3u);
}

TEST_F(SourceDiffDataTest, UnrelatedSentencesAreNotTakenForEdits) {
  for (const char* name : {"dev.ko", "dev.en"}) {
    const std::vector<std::string> lines = Read(name);
    if (lines.empty()) GTEST_SKIP() << "COURANT_DATA is unset";
    const std::string language = absl::string_view(name).substr(4).data();
    size_t pairs = 0;
    // Twenty paragraphs of one place against twenty of another.
    for (size_t i = 0; i + 520 <= lines.size(); i += 20) {
      const auto first = lines.begin() + static_cast<ptrdiff_t>(i);
      const v1::TranslationContent content =
          NewContent(Divide({first, first + 20}, language, ""));
      const SourceDiff diff = DiffSource(
          content.source_segments(),
          Divide({first + 500, first + 520}, language, "r"), nullptr);
      for (const HeadSegment& head : diff.head) {
        if (head.bound.empty()) continue;
        ++pairs;
        std::cout << "taken for an edit: " << head.segment.text().text()
                  << "\n";
      }
    }
    std::cout << language << ": " << pairs
              << " of 500 unrelated sentences taken for edits\n";
    EXPECT_LE(pairs, 5u);
  }
}

}  // namespace
}  // namespace courant
