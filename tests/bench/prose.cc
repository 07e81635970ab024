#include "tests/bench/prose.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "courant/v1/article_service.pb.h"
#include "storage/base/status_macros.h"
#include "tests/bench/article.h"
#include "tests/bench/call_load.h"
#include "tests/bench/client/grpc_client.h"

namespace courant::bench {
namespace {

constexpr uint64_t kUnchanged = 30;

// Articles that differ, made of a few.
class Prose {
 public:
  explicit Prose(const std::string& bytes) {
    for (const absl::string_view text :
         absl::StrSplit(bytes, '\0', absl::SkipEmpty())) {
      texts_.emplace_back();
      for (absl::string_view paragraph :
           absl::StrSplit(text, "\n\n", absl::SkipWhitespace())) {
        paragraph = absl::StripAsciiWhitespace(paragraph);
        texts_.back().push_back(absl::StrSplit(paragraph, ' '));
        const auto& words = texts_.back().back();
        words_.insert(words_.end(), words.begin(), words.end());
      }
    }
  }

  bool empty() const { return words_.empty(); }
  uint64_t body_bytes() const { return body_bytes_; }

  std::string Request(uint64_t number) {
    // The same article each time, whatever else there is.
    std::mt19937_64 random(number);
    v1::CreateArticleRequest request;
    request.set_initial_state(v1::CreateArticleRequest::PUBLISHED);
    request.set_article_id(ArticleId(number));
    v1::Article& article = *request.mutable_article();
    article.set_language("en");
    article.mutable_headline()->set_value(absl::StrCat("Edition ", number));
    article.add_sections()->set_code("world");
    article.mutable_rights()->set_copyright_notice("CC BY 2.5");
    for (std::vector<std::string> words : texts_[number % texts_.size()]) {
      for (std::string& word : words) {
        if (random() % kUnchanged == 0) word = words_[random() % words_.size()];
      }
      std::string text = absl::StrJoin(words, " ");
      body_bytes_ += text.size();
      article.add_body()->mutable_paragraph()->mutable_text()->set_text(
          std::move(text));
    }
    return request.SerializeAsString();
  }

 private:
  // Texts of paragraphs of words.
  std::vector<std::vector<std::vector<std::string>>> texts_;
  std::vector<std::string> words_;
  uint64_t body_bytes_ = 0;
};

}  // namespace

absl::StatusOr<uint64_t> PublishProse(const std::string& address,
                                      const std::string& file, uint64_t first,
                                      uint64_t count) {
  std::ifstream input(file, std::ios::binary);
  Prose prose(std::string(std::istreambuf_iterator<char>(input), {}));
  if (prose.empty()) return absl::NotFoundError("no text in " + file);
  COURANT_RETURN_IF_ERROR(CallForEach(count, [&](EventLoop& loop,
                                                 Answered answered) {
    return OpenGrpcMethod(
        loop, address,
        {.path = "/courant.v1.ArticleService/CreateArticle",
         .request =
             [&](uint64_t number) { return prose.Request(first + number); }},
        std::move(answered));
  }));
  return prose.body_bytes();
}

}  // namespace courant::bench
