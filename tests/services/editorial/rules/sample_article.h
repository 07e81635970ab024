#ifndef COURANT_TESTS_SERVICES_EDITORIAL_RULES_SAMPLE_ARTICLE_H_
#define COURANT_TESTS_SERVICES_EDITORIAL_RULES_SAMPLE_ARTICLE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"

namespace courant {

// A publishable English article as a client would create it: headline, decks,
// byline, section, subject, rights, and a body with every kind of block.
v1::Article SampleArticle();

// An article of `paragraphs` paragraphs with `words` in each, with a mark on
// every one.
v1::Article LongArticle(int paragraphs, absl::string_view words);

// The article that `text`, in the text format of Protocol Buffers, describes.
v1::Article ParseArticle(const char* text);

// Adds a paragraph and returns its block.
v1::Block* AddParagraph(absl::string_view text, v1::Article* article);

// The fields that the BadRequest of `error` names, in its order.
std::vector<std::string> FieldsOf(const absl::Status& error);

// What it says about the first of them; empty when it names none.
std::string AdviceOf(const absl::Status& error);

// The metadata value under `key`; empty when there is none.
std::string MetadataOf(const absl::Status& error, absl::string_view key);

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_EDITORIAL_RULES_SAMPLE_ARTICLE_H_
