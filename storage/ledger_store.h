#ifndef COURANT_STORAGE_LEDGER_STORE_H_
#define COURANT_STORAGE_LEDGER_STORE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/storage/v1/record.pb.h"
#include "storage/base/ids.h"
#include "storage/database.h"
#include "storage/ledger_keys.h"

// Who got what, and what they have to be told: rows beside the log, in a family
// of their own. This knows where they are and keeps what belongs together
// together; what they mean is decided in services/ledger.
//
// A partner is {partner} here, and an article {article}: the last part of a
// name. Methods that read may fail with DATA_LOSS (a row is damaged) or
// UNAVAILABLE (it could not be read).
namespace courant::storage {

// A delivery with what it is stored under.
struct StoredDelivery {
  DeliveryKey key;
  v1::DeliveryRow row;
};

// A notice with what it is stored under.
struct StoredNotice {
  std::string partner;
  Sequence sequence;
  v1::NoticeRow row;
};

// A change that asked something of those who have an article, or took that
// back.
struct Call {
  Sequence sequence;
  int32_t kind = 0;  // courant.v1.Change.Kind
};

// The ledger as it is on disk. Thread-safe; nothing is owned.
class LedgerStore {
 public:
  // `database` must outlive the object.
  explicit LedgerStore(Database& database) : database_(database) {}

  // How far it is; nothing before the first write.
  absl::StatusOr<std::optional<v1::LedgerRow>> FindState() const;

  absl::StatusOr<std::optional<v1::DeliveryRow>> FindDelivery(
      const DeliveryKey& key) const;
  absl::StatusOr<std::optional<v1::NoticeRow>> FindNotice(
      absl::string_view partner, Sequence sequence) const;

  // Takes a row; whether to go on.
  template <typename Row>
  using Use = absl::FunctionRef<absl::StatusOr<bool>(const Row&)>;

  // Deliveries of an article, by partner, then revision; of all partners, or of
  // one.
  absl::Status ForEachDelivery(absl::string_view article_id,
                               absl::string_view partner,
                               Use<StoredDelivery> use) const;
  // Deliveries to a partner after the number `after`, in their order.
  absl::Status ForEachDeliveryTo(absl::string_view partner, uint64_t after,
                                 Use<StoredDelivery> use) const;
  // Notices by partner, then sequence, after `after`, which says both; to all
  // partners when `partner` is empty. `open_only`: those to which nothing was
  // said.
  struct NoticePlace {
    std::string partner;
    Sequence sequence;
  };
  absl::Status ForEachNotice(absl::string_view partner,
                             const NoticePlace& after, bool open_only,
                             Use<StoredNotice> use) const;
  // Notices about an article after `after`, by partner, then sequence; to one
  // partner, or with an empty one to all.
  absl::Status ForEachNoticeAbout(absl::string_view article_id,
                                  absl::string_view partner,
                                  Use<StoredNotice> use) const;

  // Whether the change asked something of who has the article, or took that
  // back. What notices are made of.
  absl::StatusOr<bool> HasCall(absl::string_view article_id,
                               Sequence sequence) const;

  // When the oldest open notice of a kind was made, microseconds since 1970
  // UTC; nothing when none is open.
  absl::StatusOr<std::optional<int64_t>> OldestOpen(int32_t kind) const;
  // When the open notices of a kind were made, the oldest first, for as long as
  // `use` says to go on.
  absl::Status ForEachOpenTime(
      int32_t kind, absl::FunctionRef<bool(int64_t made_us)> use) const;
  // Open notices that were made until `until_us` and are not overdue yet, the
  // oldest first, at most `limit`.
  absl::StatusOr<std::vector<StoredNotice>> NotOverdueUntil(int64_t until_us,
                                                            size_t limit) const;

  Database& database() const { return database_; }

 private:
  Database& database_;
};

// What is to be written at once, over what is on disk: it reads its own rows
// first. Use from one thread; there must be one writer at a time.
class LedgerBatch {
 public:
  // `store` must outlive the object.
  explicit LedgerBatch(const LedgerStore& store) : store_(store) {}

  absl::StatusOr<std::optional<v1::DeliveryRow>> FindDelivery(
      const DeliveryKey& key) const;
  absl::StatusOr<std::optional<v1::NoticeRow>> FindNotice(
      absl::string_view partner, Sequence sequence) const;

  // Adds a delivery that is not there yet.
  void AddDelivery(const DeliveryKey& key, const v1::DeliveryRow& row);
  // Adds or replaces a notice. `open`: nothing was said to it yet, and nothing
  // made it pointless. Its kind and the time when it was made must stay.
  absl::Status PutNotice(absl::string_view partner, Sequence sequence,
                         const v1::NoticeRow& row, bool open);
  // Adds a change that asked something of holders.
  void AddCall(absl::string_view article_id, const Call& call);
  // Calls about an article after the change `after`, in their order.
  absl::StatusOr<std::vector<Call>> CallsAfter(absl::string_view article_id,
                                               Sequence after) const;
  // Who got anything of an article: partners, each once, in their order.
  absl::StatusOr<std::vector<std::string>> HoldersOf(
      absl::string_view article_id) const;
  // Newest revision below `below` that a partner got in full; 0: none.
  absl::StatusOr<int64_t> NewestHeld(absl::string_view article_id,
                                     absl::string_view partner,
                                     int64_t below) const;
  // Notices about an article to all partners.
  absl::StatusOr<std::vector<StoredNotice>> NoticesAbout(
      absl::string_view article_id) const;
  // Removes notices and calls of changes after `last`, which there are no more
  // since the log was rolled back; what they made pointless is open again.
  // Deliveries stay: they have left. Reads the whole ledger.
  absl::Status ForgetNoticesAfter(Sequence last);
  void SetState(const v1::LedgerRow& row);

  // By how much the number of open notices of each kind has changed.
  const std::map<int32_t, int64_t>& open_changes() const { return opened_; }

  // From here on RollBack() takes back what is put.
  void Mark();
  void RollBack();

  bool empty() const { return rows_.empty(); }
  // Writes it, and returns when it is on stable storage. Errors as
  // Database::WriteDurably.
  absl::Status Write();

 private:
  // What is under a key; nothing for one that goes.
  using Value = std::optional<std::string>;

  absl::StatusOr<Value> Get(const std::string& key) const;
  void Set(const std::string& key, Value value);
  // Keys that begin with `prefix`, from `from` on, of both, in their order.
  absl::StatusOr<std::vector<std::string>> Keys(const std::string& prefix,
                                                const std::string& from) const;
  absl::StatusOr<std::vector<std::string>> Keys(
      const std::string& prefix) const {
    return Keys(prefix, prefix);
  }
  // Takes a notice of a change out.
  absl::Status RemoveNotice(const LedgerPlace& place);
  // Opens a notice again that a change after `last` made pointless.
  absl::Status Reopen(const LedgerPlace& place, Sequence last);

  const LedgerStore& store_;
  std::map<std::string, Value> rows_;
  std::map<int32_t, int64_t> opened_;
  // Since Mark(): what was under the keys that were set, in their order, and
  // nothing for those that were not there.
  std::vector<std::pair<std::string, std::optional<Value>>> undo_;
  std::map<int32_t, int64_t> opened_before_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_LEDGER_STORE_H_
