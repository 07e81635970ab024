#ifndef COURANT_TESTS_SERVICES_TRANSLATION_TEXT_RANDOM_NEWS_H_
#define COURANT_TESTS_SERVICES_TRANSLATION_TEXT_RANDOM_NEWS_H_

#include <random>
#include <string>
#include <vector>

#include "courant/v1/article.pb.h"
#include "courant/v1/translation.pb.h"

// Sentences that nobody wrote, of words that no other has, and what tests look
// at in a diff.
namespace courant {

// A sentence of `words` made-up words, Korean or English, without a space at
// its end: two of them share next to nothing.
std::string RandomSentence(std::mt19937* random, bool korean, size_t words);

// A made-up word.
std::string RandomWord(std::mt19937* random, bool korean);

// A text taken apart at its spaces.
std::vector<std::string> WordsOfText(const std::string& text);

// An article of paragraphs "p1", "p2" and so on.
v1::Article ArticleOf(const std::vector<std::string>& paragraphs,
                      const std::string& language);

// What `spans` make of `change.was()`.
std::string ApplySpans(const v1::SourceChange& change);

// "EDITED body/p1.1 'was' -> 'now' [2,5)->[2,7)": one line of a table.
std::string ToLine(const v1::SourceChange& change);

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_TRANSLATION_TEXT_RANDOM_NEWS_H_
