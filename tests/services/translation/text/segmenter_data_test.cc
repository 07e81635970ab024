#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/translation/text/segmenter.h"

namespace courant {
namespace {

// The sentences of `text`. Checks what holds for any text: put together they
// are the text, and none is empty.
std::vector<std::string> SentencesOf(const std::string& text,
                                     absl::string_view language) {
  std::vector<std::string> sentences;
  size_t start = 0;
  for (const size_t end : SentenceEnds(text, language)) {
    EXPECT_LT(start, end);
    EXPECT_LE(end, text.size());
    sentences.push_back(text.substr(start, end - start));
    start = end;
  }
  std::string together;
  for (const std::string& sentence : sentences) together += sentence;
  EXPECT_EQ(together, text);
  return sentences;
}

// What random texts are made of: all that a rule looks at, and much else.
constexpr absl::string_view kPieces[] = {".",
                                         "?",
                                         "!",
                                         "…",
                                         "...",
                                         "。",
                                         " ",
                                         " ",
                                         " ",
                                         "\n",
                                         "\n\n",
                                         "\t",
                                         "\u00a0",
                                         "\u3000",
                                         "\"",
                                         "'",
                                         "“",
                                         "”",
                                         "‘",
                                         "’",
                                         "「",
                                         "」",
                                         "(",
                                         ")",
                                         "[",
                                         "]",
                                         "（",
                                         "）",
                                         "1",
                                         "2018",
                                         "27",
                                         "3.5",
                                         "No",
                                         "Gen",
                                         "U.S",
                                         "a.m",
                                         "J",
                                         "The",
                                         "he",
                                         "Kim",
                                         "고",
                                         "라고",
                                         "했다",
                                         "그는",
                                         "이",
                                         "가",
                                         "한",
                                         "ㄱ",
                                         "\u1100\u1161",
                                         "é",
                                         "e\u0301",
                                         "😀",
                                         "👨‍👩‍👧",
                                         "ﬁ",
                                         "ß",
                                         "İ",
                                         "漢字",
                                         "ひらがな",
                                         "שלום",
                                         "\u200f",
                                         "\u200b",
                                         "\ufeff",
                                         "न",
                                         "।",
                                         "؟",
                                         "-",
                                         "–",
                                         ",",
                                         ":",
                                         ";",
                                         "%"};

std::string RandomText(std::mt19937* random, bool with_broken_bytes) {
  std::string text;
  const size_t pieces = 1 + (*random)() % 40;
  for (size_t i = 0; i < pieces; ++i) {
    const size_t pick = (*random)() % (std::size(kPieces) + 2);
    if (pick < std::size(kPieces)) {
      absl::StrAppend(&text, kPieces[pick]);
    } else if (with_broken_bytes) {
      text.push_back(static_cast<char>((*random)() % 256));
    }
  }
  return text;
}

TEST(SegmenterTest, AnyTextIsPutTogetherFromItsSentences) {
  constexpr absl::string_view kLanguages[] = {"ko", "en", "ja", "el", "de", ""};
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 4000 && !testing::Test::HasFailure(); ++round) {
    const std::string text = RandomText(&random, round % 4 == 0);
    SCOPED_TRACE(text);
    SentencesOf(text, kLanguages[random() % std::size(kLanguages)]);
  }
}

// Real news, one sentence or two in a line; not ours to ship: found under
// COURANT_DATA, and there where that is set.
class SegmenterDataTest : public testing::Test {
 protected:
  void Read(const std::string& name) {
    const char* data = std::getenv("COURANT_DATA");
    if (data == nullptr) GTEST_SKIP() << "COURANT_DATA is unset";
    const std::string path = absl::StrCat(data, "/ko-en-news/", name);
    std::ifstream in(path, std::ios::binary);
    ASSERT_TRUE(in) << path << " is missing";
    for (std::string line; std::getline(in, line);) lines_.push_back(line);
    ASSERT_EQ(lines_.size(), 1000u) << path;
  }

  // Divides each line, and then ten at a time as a paragraph: the share of
  // borders between lines that is found is printed, and must not be less than
  // `least` in a thousand. Counts lines that end with a full stop and begin as
  // a sentence does; half a quotation says little about what follows.
  void Divide(absl::string_view language, int least) {
    size_t sentences = 0;
    for (const std::string& line : lines_) {
      const std::vector<std::string> of_line = SentencesOf(line, language);
      sentences += of_line.size();
      for (size_t i = 1; i < of_line.size(); ++i) {
        CheckBorder(of_line[i - 1], of_line[i]);
      }
    }
    size_t borders = 0;
    size_t found = 0;
    for (size_t i = 0; i < lines_.size(); i += 10) {
      std::string paragraph;
      std::set<size_t> ends;
      for (size_t k = i; k < i + 10; ++k) {
        absl::StrAppend(&paragraph, lines_[k], k < i + 9 ? " " : "");
        if (k < i + 9 && absl::EndsWith(lines_[k], ".") &&
            BeginsAsSentence(lines_[k + 1])) {
          ends.insert(paragraph.size());
        }
      }
      borders += ends.size();
      for (const size_t end : SentenceEnds(paragraph, language)) {
        found += ends.count(end);
      }
    }
    std::cout << language << ": 1000 lines, " << sentences << " sentences; "
              << found << " of " << borders << " borders in paragraphs found\n";
    EXPECT_GE(found * 1000, borders * static_cast<size_t>(least));
  }

  static bool BeginsAsSentence(const std::string& line) {
    return !line.empty() && (absl::ascii_isupper(line[0]) ||
                             static_cast<unsigned char>(line[0]) >= 0xEA);
  }

  static void CheckBorder(const std::string& before, const std::string& after) {
    SCOPED_TRACE(before + "|" + after);
    // After a closing quote nothing that is attached to it begins a sentence.
    for (const char* quote : {"\"", "”", "'", "’"}) {
      EXPECT_FALSE(absl::EndsWith(before, quote) &&
                   static_cast<unsigned char>(after[0]) >= 0xEA);
    }
    EXPECT_FALSE(absl::StartsWith(after, "(사진"));
    EXPECT_TRUE(absl::EndsWith(before, " ") || absl::EndsWith(before, "다."))
        << "a cut within a word";
  }

  std::vector<std::string> lines_;
};

TEST_F(SegmenterDataTest, KoreanNewsIsCutWhereSentencesEnd) {
  Read("dev.ko");
  if (IsSkipped() || HasFatalFailure()) return;
  Divide("ko", 995);
}

TEST_F(SegmenterDataTest, EnglishNewsIsCutWhereSentencesEnd) {
  Read("dev.en");
  if (IsSkipped() || HasFatalFailure()) return;
  Divide("en", 995);
}

}  // namespace
}  // namespace courant
