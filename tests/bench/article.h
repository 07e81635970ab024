#ifndef COURANT_TESTS_BENCH_ARTICLE_H_
#define COURANT_TESTS_BENCH_ARTICLE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace courant::bench {

// Encoded bytes that hold an article's number, so that each event can be told
// from the others wherever it turns up.
class NumberedBytes {
 public:
  // `bytes` holds AnyNumber() once.
  explicit NumberedBytes(std::string bytes);

  // The bytes with this number in them; until the next call.
  const std::string& With(uint64_t number);

 private:
  std::string bytes_;
  const size_t place_;
};

// The number that is in the beginning of an event.
std::optional<uint64_t> FindNumber(absl::string_view head);

// A text that stands for any number.
std::string AnyNumber();

// CreateArticleRequest for a published article of 4 KB of accented text.
NumberedBytes PublishRequest();

// The same with an id that it can be read by.
std::string PublishRequestById(uint64_t number);

// The article alone: what peers are given to keep.
NumberedBytes PeerValue();

// The id of article `number`, of the same length for all.
std::string ArticleId(uint64_t number);

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_ARTICLE_H_
