#ifndef COURANT_STORAGE_LEDGER_KEYS_H_
#define COURANT_STORAGE_LEDGER_KEYS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "storage/base/ids.h"

// Keys in the family kLedger. Partners and articles are by the last part of
// their names, which has no 0x00; numbers are as in keys.h. The first byte says
// what is under a key:
//
//   s                                            -> LedgerRow, the only one
//   d article 00 partner 00 revision channel decision  -> DeliveryRow
//   p partner 00 number                          -> DeliveryPlace
//   n partner 00 sequence                        -> NoticeRow
//   u partner 00 sequence                        -> 1: an open notice
//   a article 00 partner 00 sequence             -> 1: a notice about it
//   e kind time partner 00 sequence              -> 1: an open notice
//   w time partner 00 sequence                   -> 1: one that is not overdue
//   c article 00 sequence                        -> kind of the change, a Call
namespace courant::storage {

// What a DeliveryRow is stored under.
struct DeliveryKey {
  std::string article_id;
  std::string partner;
  int64_t revision = 0;
  int32_t channel = 0;   // courant.v1.Delivery.Channel, 0 to 255
  int32_t decision = 0;  // courant.v1.Access.Decision, 0 to 255
};

// A partner, or an article, and a number.
struct LedgerPlace {
  std::string owner;
  uint64_t number = 0;
};

// A notice about an article.
struct AboutPlace {
  std::string partner;
  Sequence sequence;
};

inline constexpr char kLedgerStateKey[] = "s";

std::string EncodeDeliveryKey(const DeliveryKey& key);
// Nothing when `key` is none.
std::optional<DeliveryKey> DecodeDeliveryKey(absl::string_view key);

// What all keys of one article begin with; of one partner of it, when that is
// not empty.
std::string DeliveryPrefix(absl::string_view article_id,
                           absl::string_view partner);

// What is by a partner or an article and a number. `kind` is the first byte.
std::string LedgerKey(char kind, absl::string_view owner, uint64_t number);
// What all of one owner begin with.
std::string LedgerPrefix(char kind, absl::string_view owner);
std::optional<LedgerPlace> DecodeLedgerKey(absl::string_view key);

inline constexpr char kDeliveryTo = 'p';
inline constexpr char kNotice = 'n';
inline constexpr char kOpenNotice = 'u';
inline constexpr char kCall = 'c';

// Of open notices by when they were made, in microseconds since 1970 UTC: of a
// kind of change, and of those that are to be looked at when they are overdue.
std::string OldestPrefix(int32_t kind);
std::string OldestKey(int32_t kind, int64_t made_time_us,
                      absl::string_view partner, Sequence sequence);
inline constexpr char kWatchPrefix[] = "w";
std::string WatchKey(int64_t made_time_us, absl::string_view partner,
                     Sequence sequence);
// The time in a key that begins with `prefix`, and what is behind it.
struct TimedPlace {
  int64_t made_time_us = 0;
  LedgerPlace notice;
};
std::optional<TimedPlace> DecodeTimedKey(absl::string_view prefix,
                                         absl::string_view key);

std::string AboutKey(absl::string_view article_id, absl::string_view partner,
                     Sequence sequence);
// As DeliveryPrefix.
std::string AboutPrefix(absl::string_view article_id,
                        absl::string_view partner);
std::optional<AboutPlace> DecodeAboutKey(absl::string_view key);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_LEDGER_KEYS_H_
