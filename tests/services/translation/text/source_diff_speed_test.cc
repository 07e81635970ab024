#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "services/translation/text/assemble.h"
#include "services/translation/text/source_diff.h"
#include "services/translation/text/source_segments.h"
#include "tests/services/translation/text/random_news.h"

namespace courant {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

std::vector<v1::SourceSegment> Divided(
    const std::vector<std::string>& paragraphs) {
  return DivideSource(ArticleOf(paragraphs, "ko"), v1::Translation::FULL);
}

// The shortest of `times` comparisons, which the load of the machine does not
// change. The result of the last is in `diff`.
Milliseconds Shortest(int times, const std::vector<v1::SourceSegment>& was,
                      const std::vector<v1::SourceSegment>& now,
                      SourceDiff* diff) {
  const v1::TranslationContent content = NewContent(was);
  Milliseconds shortest = Milliseconds::max();
  for (int i = 0; i < times; ++i) {
    std::vector<v1::SourceSegment> head = now;
    google::protobuf::Map<std::string, int32_t> numbers =
        content.last_numbers();
    const auto start = std::chrono::steady_clock::now();
    *diff = DiffSource(content.source_segments(), std::move(head), &numbers);
    shortest = std::min<Milliseconds>(shortest,
                                      std::chrono::steady_clock::now() - start);
  }
  return shortest;
}

TEST(SourceDiffSpeedTest, OneEditInAHundredSegmentsTakesLessThanFiveMs) {
  std::mt19937 random(1);
  std::vector<std::string> paragraphs;
  for (int i = 0; i < 25; ++i) {
    std::string& paragraph = paragraphs.emplace_back();
    for (int k = 0; k < 4; ++k) {
      paragraph += RandomSentence(&random, true, 18) + (k < 3 ? " " : "");
    }
  }
  const std::vector<v1::SourceSegment> was = Divided(paragraphs);
  ASSERT_EQ(was.size(), 100u);
  std::string& edited = paragraphs[12];
  edited.replace(edited.find(' '), 1, " 새 ");
  const auto start = std::chrono::steady_clock::now();
  const std::vector<v1::SourceSegment> now = Divided(paragraphs);
  const Milliseconds divided = std::chrono::steady_clock::now() - start;
  SourceDiff diff;
  const Milliseconds shortest = Shortest(20, was, now, &diff);
  ASSERT_EQ(diff.changes.size(), 1u);
  EXPECT_EQ(diff.changes[0].kind(), v1::SourceChange::EDITED);
  std::cout << "100 segments: divided in " << divided.count()
            << " ms, compared in " << shortest.count() << " ms\n";
  EXPECT_LT(shortest, Milliseconds(5));
}

// Of a text of so many sentences: against another one, and against itself with
// a word added to each sentence.
struct Times {
  Milliseconds for_other;
  Milliseconds for_edited;
};

Times TimesOf(int sentences) {
  std::mt19937 random(1);
  std::vector<std::string> was;
  std::vector<std::string> other;
  std::vector<std::string> edited;
  for (int i = 0; i < sentences; ++i) {
    was.push_back(RandomSentence(&random, true, 12));
    other.push_back(RandomSentence(&random, true, 12));
    edited.push_back("새 " + was.back());
  }
  Times times;
  SourceDiff diff;
  times.for_other = Shortest(3, Divided(was), Divided(other), &diff);
  EXPECT_EQ(diff.changes.size(), 2u * sentences);
  times.for_edited = Shortest(3, Divided(was), Divided(edited), &diff);
  EXPECT_EQ(diff.changes.size(), 1u * sentences);
  std::cout << sentences << " segments: all others in "
            << times.for_other.count() << " ms, all edited in "
            << times.for_edited.count() << " ms\n";
  return times;
}

// Each with each, eight times the segments would take 64 times as long.
TEST(SourceDiffSpeedTest, ManySegmentsAreNotComparedEachWithEach) {
  const Times few = TimesOf(500);
  const Times many = TimesOf(4000);
  EXPECT_LT(many.for_other, 32 * few.for_other);
  EXPECT_LT(many.for_edited, 32 * few.for_edited);
}

}  // namespace
}  // namespace courant
