#ifndef COURANT_STORAGE_KEYS_H_
#define COURANT_STORAGE_KEYS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/storage/v1/record.pb.h"
#include "storage/base/ids.h"

// Column families and key bytes. Nothing else knows them. Numbers in keys are
// big-endian, so that byte order is number order.
namespace courant::storage {

// A column family. The number is an index, not stored.
enum class Family {
  // What this database is: `format`, `epoch`; what it still has to do: see
  // ErasureKey. RocksDB's default family.
  kMeta,
  // index -> FrameHeader.
  kFrame,
  // sequence -> ChangeRecord: the only place where text is stored.
  kChange,
  // article id -> ArticleRow.
  kArticle,
  // article id, 0x00, revision -> sequence.
  kRevision,
  // See ArticleIndexKey -> nothing.
  kArticleIndex,
  // request id -> RequestRow.
  kRequest,
  // sequence -> request id: which requests can be forgotten.
  kRequestAge,
  // system, 0x00, id in that system -> article id.
  kAlias,
  // See DerivedKey -> nothing.
  kDerived,
  // Durable subscriptions: see SubscriptionKey and those after it. This family
  // and the next do not follow from the log.
  kSubscription,
  // Who got what, and what they have to be told: see ledger_keys.h.
  kLedger,
};

inline constexpr std::array kFamilies = {
    Family::kMeta,    Family::kFrame,        Family::kChange,
    Family::kArticle, Family::kRevision,     Family::kArticleIndex,
    Family::kRequest, Family::kRequestAge,   Family::kAlias,
    Family::kDerived, Family::kSubscription, Family::kLedger,
};

// The name on disk.
absl::string_view FamilyName(Family family);

inline constexpr absl::string_view kFormatKey = "format";
// 8 bytes epoch, 8 bytes newest change that the epochs before share with it.
inline constexpr absl::string_view kEpochKey = "epoch";
// Epochs::Encode() of all that are known; absent in epoch 1, and in folders
// that were written by programs that did not know it.
inline constexpr absl::string_view kEpochsKey = "epochs";
// What the keys of ErasureKey begin with.
inline constexpr absl::string_view kErasurePrefix = "erase";

// 8 bytes, big-endian: byte order is number order.
std::string EncodeNumber(uint64_t number);

// Reads what EncodeNumber wrote. Nothing when `bytes` has not 8 bytes.
std::optional<uint64_t> DecodeNumber(absl::string_view bytes);

// Key in kMeta: the change `sequence` took articles away, and files may hold
// them still. kErasurePrefix, then the sequence.
std::string ErasureKey(Sequence sequence);

// Key in kRevision.
std::string RevisionKey(absl::string_view article_id, Revision revision);

// Where in the log a request was decided: at its change or, when it had nothing
// to change, behind the newest change of that time.
Sequence PlaceOf(const v1::RequestRow& row);

// Key in kRequestAge: that place; then, when there is no change, the request
// id, since many requests may have found nothing to change at one place.
std::string RequestAgeKey(const v1::RequestRow& row,
                          absl::string_view request_id);

// Key in kAlias, and the form in Attributes.alias_ids.
std::string AliasKey(absl::string_view source_system, absl::string_view id);

// What an article is tied to by others: the letter in a key of kDerived.
enum class Derived : char {
  kArticle = 'a',      // id: an article that was made from it
  kResultOf = 'r',     // id: the translation whose result it is
  kTranslation = 't',  // id: a translation of it
};

// Key in kDerived: article id, 0x00, letter, id. A tie is written when it is
// made and stays: whoever reads it compares with the row it leads to.
std::string DerivedKey(absl::string_view article_id, Derived tie,
                       absl::string_view id);

// What all keys of one article begin with in kDerived.
std::string DerivedPrefix(absl::string_view article_id);

// {article} of the translation id "{article}/{translation}".
absl::string_view SourceOf(absl::string_view translation_id);

// The id of a partner, contract, grant, product or key: "/" and its name, so
// that it is the id of no article and no translation.
std::string RightsId(absl::string_view name);

// Whether `resource` is one of these.
bool IsRights(v1::Resource resource);

// The id of what was let go of history: of no right, and of nothing else.
inline constexpr absl::string_view kHistoryId = "/history";

// Keys in kSubscription. Of a subscription -> SubscriptionRow: `s`, name.
std::string SubscriptionKey(absl::string_view name);

// Of a change parked in a subscription -> ParkedRow: `p`, name, 0x00, sequence.
std::string ParkedKey(absl::string_view name, Sequence sequence);

// What all keys of what is parked in one subscription begin with.
std::string ParkedPrefix(absl::string_view name);

// Of the answer to a request_id -> SubscriptionRequestRow: `r`, request id.
std::string SubscriptionRequestKey(absl::string_view request_id);

// What one index sorts articles by before time.
enum class ArticleIndex : char {
  kAll = 'a',       // value: empty
  kLanguage = 'l',  // value: language tag
  kSection = 's',   // value: section code
  kSubject = 'q',   // value: subject qcode
  kState = 't',     // value: name of the state
  kStory = 'y',     // value: `stories/{story}`
  // Value: empty. The time is when the server has to act on the article, not
  // the list time; only those are in it that wait for one.
  kDue = 'd',
  // Translations stand apart from articles.
  kTranslation = 'A',  // value: empty
  // Value: language tag. Those on which work is open.
  kTranslationWork = 'W',
  kTranslationStory = 'Y',  // value: `stories/{story}`
};

// Key in kArticleIndex: index, value, 0x00, time, article id. `list_time_us` is
// shifted so that times before 1970 sort first. Read backwards for newest
// first, equal times by id descending.
std::string ArticleIndexKey(ArticleIndex index, absl::string_view value,
                            int64_t list_time_us, absl::string_view article_id);

// What all keys of one value of an index begin with.
std::string ArticleIndexPrefix(ArticleIndex index, absl::string_view value);

// The time and article id in a key that begins with `prefix`. Nothing when it
// is too short.
struct ArticleIndexPosition {
  int64_t list_time_us = 0;
  std::string article_id;
};
std::optional<ArticleIndexPosition> DecodeArticleIndexKey(
    absl::string_view key, absl::string_view prefix);

// All index keys of an article, or a translation, with these attributes. Of
// rights and of history there are none: they are found by name.
std::vector<std::string> ArticleIndexKeys(absl::string_view article_id,
                                          const v1::Attributes& attributes);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_KEYS_H_
