#include "storage/ledger_keys.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "storage/keys.h"

namespace courant::storage {
namespace {

constexpr char kDelivery = 'd';
constexpr char kAbout = 'a';
constexpr absl::string_view kZero("\0", 1);

// Takes what is before the next zero byte off `key`.
std::optional<absl::string_view> TakeName(absl::string_view& key) {
  const size_t end = key.find('\0');
  if (end == absl::string_view::npos) return std::nullopt;
  const absl::string_view name = key.substr(0, end);
  key.remove_prefix(end + 1);
  return name;
}

// What all keys of one article begin with; of one partner, if any is named.
std::string ArticlePrefix(char kind, absl::string_view article_id,
                          absl::string_view partner) {
  return absl::StrCat(std::string(1, kind), article_id, kZero, partner,
                      partner.empty() ? "" : kZero);
}

// Article and partner of a key of that kind; what is behind them stays.
struct ArticleAndPartner {
  absl::string_view article_id;
  absl::string_view partner;
};
std::optional<ArticleAndPartner> TakeArticleAndPartner(char kind,
                                                       absl::string_view& key) {
  if (key.empty() || key.front() != kind) return std::nullopt;
  key.remove_prefix(1);
  const auto article_id = TakeName(key);
  if (!article_id) return std::nullopt;
  const auto partner = TakeName(key);
  if (!partner) return std::nullopt;
  return ArticleAndPartner{*article_id, *partner};
}

}  // namespace

std::string DeliveryPrefix(absl::string_view article_id,
                           absl::string_view partner) {
  return ArticlePrefix(kDelivery, article_id, partner);
}

std::string EncodeDeliveryKey(const DeliveryKey& key) {
  return absl::StrCat(DeliveryPrefix(key.article_id, key.partner),
                      EncodeNumber(static_cast<uint64_t>(key.revision)),
                      std::string(1, static_cast<char>(key.channel)),
                      std::string(1, static_cast<char>(key.decision)));
}

std::optional<DeliveryKey> DecodeDeliveryKey(absl::string_view key) {
  const auto names = TakeArticleAndPartner(kDelivery, key);
  if (!names || key.size() != 10) return std::nullopt;
  return DeliveryKey{
      .article_id = std::string(names->article_id),
      .partner = std::string(names->partner),
      .revision = static_cast<int64_t>(*DecodeNumber(key.substr(0, 8))),
      .channel = static_cast<unsigned char>(key[8]),
      .decision = static_cast<unsigned char>(key[9])};
}

std::string LedgerPrefix(char kind, absl::string_view owner) {
  return absl::StrCat(std::string(1, kind), owner, kZero);
}

std::string LedgerKey(char kind, absl::string_view owner, uint64_t number) {
  return absl::StrCat(LedgerPrefix(kind, owner), EncodeNumber(number));
}

std::optional<LedgerPlace> DecodeLedgerKey(absl::string_view key) {
  if (key.empty()) return std::nullopt;
  key.remove_prefix(1);
  const auto owner = TakeName(key);
  if (!owner) return std::nullopt;
  const auto number = DecodeNumber(key);
  if (!number) return std::nullopt;
  return LedgerPlace{std::string(*owner), *number};
}

std::string OldestPrefix(int32_t kind) {
  return absl::StrCat("e", std::string(1, static_cast<char>(kind)));
}

std::string OldestKey(int32_t kind, int64_t made_time_us,
                      absl::string_view partner, Sequence sequence) {
  return absl::StrCat(OldestPrefix(kind),
                      EncodeNumber(static_cast<uint64_t>(made_time_us)),
                      partner, kZero, EncodeNumber(sequence.value()));
}

std::string WatchKey(int64_t made_time_us, absl::string_view partner,
                     Sequence sequence) {
  return absl::StrCat(kWatchPrefix,
                      EncodeNumber(static_cast<uint64_t>(made_time_us)),
                      partner, kZero, EncodeNumber(sequence.value()));
}

std::optional<TimedPlace> DecodeTimedKey(absl::string_view prefix,
                                         absl::string_view key) {
  if (!absl::ConsumePrefix(&key, prefix)) return std::nullopt;
  const auto time = DecodeNumber(key.substr(0, 8));
  if (!time) return std::nullopt;
  key.remove_prefix(8);
  const auto partner = TakeName(key);
  if (!partner) return std::nullopt;
  const auto sequence = DecodeNumber(key);
  if (!sequence) return std::nullopt;
  return TimedPlace{static_cast<int64_t>(*time),
                    {std::string(*partner), *sequence}};
}

std::string AboutPrefix(absl::string_view article_id,
                        absl::string_view partner) {
  return ArticlePrefix(kAbout, article_id, partner);
}

std::string AboutKey(absl::string_view article_id, absl::string_view partner,
                     Sequence sequence) {
  return absl::StrCat(AboutPrefix(article_id, partner),
                      EncodeNumber(sequence.value()));
}

std::optional<AboutPlace> DecodeAboutKey(absl::string_view key) {
  const auto names = TakeArticleAndPartner(kAbout, key);
  if (!names) return std::nullopt;
  const auto number = DecodeNumber(key);
  if (!number) return std::nullopt;
  return AboutPlace{std::string(names->partner), Sequence(*number)};
}

}  // namespace courant::storage
