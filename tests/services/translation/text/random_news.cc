#include "tests/services/translation/text/random_news.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/translation/text/code_points.h"

namespace courant {

std::string RandomWord(std::mt19937* random, bool korean) {
  std::string word;
  if (!korean) {
    for (size_t i = 0; i < 5 + (*random)() % 4; ++i) {
      word.push_back(static_cast<char>('a' + (*random)() % 26));
    }
    return word;
  }
  for (size_t i = 0; i < 2 + (*random)() % 3; ++i) {
    const char32_t c = 0xAC00 + (*random)() % 11172;
    word.push_back(static_cast<char>(0xE0 | (c >> 12)));
    word.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
    word.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  }
  return word;
}

std::string RandomSentence(std::mt19937* random, bool korean, size_t words) {
  std::string sentence;
  for (size_t i = 0; i < words; ++i) {
    if (i > 0) sentence.push_back(' ');
    std::string word = RandomWord(random, korean);
    if (!korean && i == 0) word[0] = static_cast<char>(word[0] - 'a' + 'A');
    sentence += word;
  }
  return sentence + (korean ? "다." : ".");
}

std::vector<std::string> WordsOfText(const std::string& text) {
  return absl::StrSplit(text, ' ');
}

v1::Article ArticleOf(const std::vector<std::string>& paragraphs,
                      const std::string& language) {
  v1::Article article;
  article.set_language(language);
  for (size_t i = 0; i < paragraphs.size(); ++i) {
    v1::Block& block = *article.add_body();
    block.set_id(absl::StrCat("p", i + 1));
    block.mutable_paragraph()->mutable_text()->set_text(paragraphs[i]);
  }
  return article;
}

std::string ApplySpans(const v1::SourceChange& change) {
  const text::CodePoints was(change.was());
  const text::CodePoints now(change.now());
  std::string made;
  size_t at = 0;
  for (const v1::DiffSpan& span : change.spans()) {
    const auto slice = [](const std::string& text, const text::CodePoints& of,
                          size_t from, size_t to) {
      return text.substr(of.offsets[from], of.offsets[to] - of.offsets[from]);
    };
    made += slice(change.was(), was, at, span.was_start());
    made += slice(change.now(), now, span.now_start(), span.now_end());
    at = span.was_end();
  }
  return made + change.was().substr(was.offsets[at]);
}

std::string ToLine(const v1::SourceChange& change) {
  std::string line =
      absl::StrCat(v1::SourceChange::Kind_Name(change.kind()), " ",
                   absl::StrJoin(change.segments(), "+"), " @", change.unit(),
                   ": ", change.was(), " -> ", change.now());
  for (const v1::DiffSpan& span : change.spans()) {
    absl::StrAppend(&line, " [", span.was_start(), ",", span.was_end(), ")->[",
                    span.now_start(), ",", span.now_end(), ")");
  }
  return line;
}

}  // namespace courant
