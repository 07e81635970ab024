#include "tests/bench/article.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/bench/samples.h"

namespace courant::bench {
namespace {

// Nothing else in the sample looks so.
constexpr absl::string_view kMark = "@@";
constexpr size_t kDigits = 10;

v1::CreateArticleRequest NumberedRequest() {
  v1::CreateArticleRequest request = SampleRequest();
  v1::Text& headline = *request.mutable_article()->mutable_headline();
  headline.set_value(absl::StrCat(AnyNumber(), " ", headline.value()));
  return request;
}

}  // namespace

NumberedBytes::NumberedBytes(std::string bytes)
    : bytes_(std::move(bytes)),
      place_(bytes_.find(AnyNumber()) + kMark.size()) {}

const std::string& NumberedBytes::With(uint64_t number) {
  for (size_t i = kDigits; i > 0; --i, number /= 10) {
    bytes_[place_ + i - 1] = static_cast<char>('0' + number % 10);
  }
  return bytes_;
}

std::optional<uint64_t> FindNumber(absl::string_view head) {
  const size_t place = head.find(kMark);
  if (place == head.npos) return std::nullopt;
  uint64_t number = 0;
  if (!absl::SimpleAtoi(head.substr(place + kMark.size(), kDigits), &number)) {
    return std::nullopt;
  }
  return number;
}

std::string AnyNumber() {
  return absl::StrCat(kMark, std::string(kDigits, '0'));
}

NumberedBytes PublishRequest() {
  return NumberedBytes(NumberedRequest().SerializeAsString());
}

std::string PublishRequestById(uint64_t number) {
  v1::CreateArticleRequest request = NumberedRequest();
  request.set_article_id(ArticleId(number));
  return NumberedBytes(request.SerializeAsString()).With(number);
}

NumberedBytes PeerValue() {
  return NumberedBytes(NumberedRequest().article().SerializeAsString());
}

std::string ArticleId(uint64_t number) {
  return absl::StrFormat("bench-%010d", number);
}

}  // namespace courant::bench
