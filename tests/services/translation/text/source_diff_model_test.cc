#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/translation/text/assemble.h"
#include "services/translation/text/source_diff.h"
#include "services/translation/text/source_segments.h"
#include "tests/services/translation/text/random_news.h"

namespace courant {
namespace {

using Kind = v1::SourceChange::Kind;

// A sentence of the model. What it continues is known, since it was planted.
struct Sentence {
  std::string words;
  Kind kind = v1::SourceChange::KIND_UNSPECIFIED;
  std::vector<std::string> bound;
};

struct Paragraph {
  std::string id;
  std::vector<Sentence> sentences;
};

// An article that is edited at random, and what was done to it.
class World {
 public:
  explicit World(unsigned seed) : random_(seed), korean_(seed % 2 == 0) {
    const size_t paragraphs = 2 + random_() % 8;
    for (size_t i = 0; i < paragraphs; ++i) {
      Paragraph& paragraph = paragraphs_.emplace_back();
      paragraph.id = absl::StrCat("p", i + 1);
      const size_t sentences = 1 + random_() % 5;
      for (size_t k = 0; k < sentences; ++k) {
        paragraph.sentences.push_back({New()});
      }
    }
    content_ = NewContent(Divide());
    Bind();
  }

  // Edits up to five sentences, compares, checks, and takes what is for what it
  // is compared with next.
  void Round() {
    const size_t edits = 1 + random_() % 5;
    for (size_t i = 0; i < edits; ++i) Edit();
    const SourceDiff diff = DiffSource(content_.source_segments(), Divide(),
                                       content_.mutable_last_numbers());
    Check(diff);
    content_.clear_source_segments();
    for (const HeadSegment& head : diff.head) {
      *content_.add_source_segments() = head.segment;
    }
    Bind();
  }

 private:
  std::string New() {
    return RandomSentence(&random_, korean_, 6 + random_() % 10);
  }

  std::vector<v1::SourceSegment> Divide() const {
    v1::Article article;
    article.set_language(korean_ ? "ko" : "en");
    for (const Paragraph& paragraph : paragraphs_) {
      v1::Block& block = *article.add_body();
      block.set_id(paragraph.id);
      block.mutable_paragraph()->mutable_text()->set_text(absl::StrJoin(
          paragraph.sentences, " ",
          [](std::string* out, const Sentence& s) { out->append(s.words); }));
    }
    return DivideSource(article, v1::Translation::FULL);
  }

  // Every sentence continues the segment that it is now.
  void Bind() {
    int next = 0;
    was_.clear();
    for (Paragraph& paragraph : paragraphs_) {
      for (Sentence& sentence : paragraph.sentences) {
        ASSERT_LT(next, content_.source_segments_size());
        const std::string& id = content_.source_segments(next++).id();
        sentence.kind = v1::SourceChange::KIND_UNSPECIFIED;
        sentence.bound = {id};
        was_[id] = sentence.words;
        ever_.insert(id);
      }
    }
    ASSERT_EQ(next, content_.source_segments_size());
  }

  std::vector<std::string> Words(const Sentence& sentence) const {
    return WordsOfText(sentence.words);
  }

  // One edit, of a sentence that has none yet if it can be found.
  void Edit() {
    Paragraph& paragraph = paragraphs_[random_() % paragraphs_.size()];
    if (paragraph.sentences.empty()) return;
    const size_t at = random_() % paragraph.sentences.size();
    Sentence& sentence = paragraph.sentences[at];
    // Half of a sentence that was divided says too little by itself.
    const bool is_part = sentence.kind == v1::SourceChange::SPLIT;
    const bool is_fresh = sentence.kind == v1::SourceChange::KIND_UNSPECIFIED;
    switch (random_() % 7) {
      case 0:
        if (is_fresh) ReplaceWords(&sentence);
        return;
      case 1:
        if (!is_fresh) return;
        sentence.words.back() = sentence.words.back() == '.' ? '!' : '.';
        sentence.words.insert(sentence.words.find(' '), ",");
        sentence.kind = v1::SourceChange::PUNCTUATION;
        return;
      case 2:
        if (is_part) return;
        paragraph.sentences.erase(paragraph.sentences.begin() +
                                  static_cast<ptrdiff_t>(at));
        return;
      case 3:
        if (is_part) return;
        paragraph.sentences.insert(
            paragraph.sentences.begin() + static_cast<ptrdiff_t>(at),
            {New(), v1::SourceChange::ADDED, {}});
        return;
      case 4:
        if (is_fresh) Split(&paragraph, at);
        return;
      case 5:
        if (is_fresh) Merge(&paragraph, at);
        return;
      default:
        std::swap(paragraphs_[random_() % paragraphs_.size()],
                  paragraphs_[random_() % paragraphs_.size()]);
    }
  }

  void ReplaceWords(Sentence* sentence) {
    std::vector<std::string> words = Words(*sentence);
    if (words.size() < 5) return;
    // At most a third: a word of Korean counts by its syllables.
    for (size_t i = 0; i <= random_() % (words.size() / 4); ++i) {
      words[1 + random_() % (words.size() - 2)] = RandomWord(&random_, korean_);
    }
    sentence->words = absl::StrJoin(words, " ");
    sentence->kind = v1::SourceChange::EDITED;
  }

  void Split(Paragraph* paragraph, size_t at) {
    Sentence& sentence = paragraph->sentences[at];
    std::vector<std::string> words = Words(sentence);
    if (words.size() < 6) return;
    const auto middle =
        words.begin() + static_cast<ptrdiff_t>(words.size() / 2);
    std::string second = absl::StrJoin(middle, words.end(), " ");
    if (!korean_) second[0] = static_cast<char>(std::toupper(second[0]));
    const std::vector<std::string> bound = sentence.bound;
    sentence.words = absl::StrJoin(words.begin(), middle, " ");
    sentence.words += korean_ ? "다." : ".";
    sentence.kind = v1::SourceChange::SPLIT;
    paragraph->sentences.insert(
        paragraph->sentences.begin() + static_cast<ptrdiff_t>(at) + 1,
        {second, v1::SourceChange::SPLIT, bound});
  }

  void Merge(Paragraph* paragraph, size_t at) {
    if (at + 1 >= paragraph->sentences.size()) return;
    Sentence& first = paragraph->sentences[at];
    const Sentence second = paragraph->sentences[at + 1];
    if (second.kind != v1::SourceChange::KIND_UNSPECIFIED) return;
    // Only what was bound as neighbours is one now.
    const auto place = [this](const std::string& id) {
      int i = 0;
      while (content_.source_segments(i).id() != id) ++i;
      return i;
    };
    if (place(first.bound[0]) + 1 != place(second.bound[0])) return;
    if (std::max(Words(first).size(), Words(second).size()) >
        2 * std::min(Words(first).size(), Words(second).size())) {
      return;
    }
    first.words.resize(first.words.size() - (korean_ ? 4 : 1));
    absl::StrAppend(&first.words, korean_ ? "고 " : " and ", second.words);
    first.kind = v1::SourceChange::MERGED;
    first.bound.push_back(second.bound[0]);
    paragraph->sentences.erase(paragraph->sentences.begin() +
                               static_cast<ptrdiff_t>(at) + 1);
  }

  void Check(const SourceDiff& diff) {
    size_t next = 0;
    std::set<std::string> continued;
    std::set<std::string> ids;
    for (const Paragraph& paragraph : paragraphs_) {
      for (const Sentence& sentence : paragraph.sentences) {
        ASSERT_LT(next, diff.head.size());
        const HeadSegment& head = diff.head[next++];
        SCOPED_TRACE(sentence.words);
        CheckHead(sentence, head, continued);
        continued.insert(head.bound.begin(), head.bound.end());
        EXPECT_TRUE(ids.insert(head.segment.id()).second) << "twice";
      }
    }
    EXPECT_EQ(next, diff.head.size());
    size_t removed = 0;
    for (const v1::SourceChange& change : diff.changes) {
      SCOPED_TRACE(ToLine(change));
      if (change.kind() == v1::SourceChange::REMOVED) {
        ++removed;
        EXPECT_FALSE(continued.contains(change.segments(0)));
        EXPECT_EQ(change.was(), was_.at(change.segments(0)));
      } else if (change.kind() != v1::SourceChange::MOVED &&
                 change.kind() != v1::SourceChange::ADDED) {
        EXPECT_EQ(ApplySpans(change), change.now());
        EXPECT_NE(change.spans_size(), 0);
      }
    }
    EXPECT_EQ(removed + continued.size(), was_.size());
  }

  void CheckHead(const Sentence& sentence, const HeadSegment& head,
                 const std::set<std::string>& continued) {
    Kind kind = head.kind;
    // Which of two that changed places has moved is the diff's choice; that
    // nothing else changed is not.
    if (kind == v1::SourceChange::MOVED) {
      kind = v1::SourceChange::KIND_UNSPECIFIED;
    }
    EXPECT_EQ(v1::SourceChange::Kind_Name(kind),
              v1::SourceChange::Kind_Name(sentence.kind));
    EXPECT_EQ(head.bound, sentence.bound);
    if (head.bound.empty() || continued.contains(head.bound[0])) {
      EXPECT_TRUE(ever_.insert(head.segment.id()).second)
          << head.segment.id() << " was given before";
    } else {
      EXPECT_EQ(head.segment.id(), head.bound[0]);
    }
  }

  std::mt19937 random_;
  const bool korean_;
  std::vector<Paragraph> paragraphs_;
  v1::TranslationContent content_;
  // The words that are bound, by id.
  std::map<std::string, std::string> was_;
  std::set<std::string> ever_;
};

TEST(SourceDiffModelTest, EveryPlantedEditIsFoundAsWhatItIs) {
  const unsigned first = std::random_device()();
  for (unsigned i = 0; i < 300 && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE(testing::Message() << "seed " << first + i);
    World world(first + i);
    for (int round = 0; round < 6 && !testing::Test::HasFailure(); ++round) {
      world.Round();
    }
  }
}

}  // namespace
}  // namespace courant
