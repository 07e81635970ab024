#include "storage/ledger_store.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "courant/v1/ledger.pb.h"
#include "courant/v1/partner.pb.h"
#include "rocksdb/write_batch.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/keys.h"

namespace courant::storage {
namespace {

// Of what only stands there. An empty value could not be told from none by who
// reads memory alone.
constexpr char kStands[] = "1";

absl::Status Damaged() {
  return MakeError(courant::v1::DATA_CORRUPTED,
                   "a stored row of the ledger is damaged");
}

template <typename Row>
absl::StatusOr<Row> ParseLedgerRow(absl::string_view bytes) {
  Row row;
  if (row.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return row;
  }
  return Damaged();
}

template <typename Row>
absl::StatusOr<std::optional<Row>> ParseIfAny(
    const absl::StatusOr<std::optional<std::string>>& bytes) {
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return std::nullopt;
  return ParseLedgerRow<Row>(**bytes);
}

// Calls `use` with each key from `from` on that begins with `prefix`, and its
// value, until it returns false.
absl::Status ForEachRow(const Database& database, absl::string_view prefix,
                        absl::string_view from,
                        absl::FunctionRef<absl::StatusOr<bool>(
                            absl::string_view, absl::string_view)>
                            use) {
  const auto it = database.Iterate(Family::kLedger);
  for (it->Seek(ToSlice(from)); it->Valid(); it->Next()) {
    const absl::string_view key = FromSlice(it->key());
    if (!absl::StartsWith(key, prefix)) break;
    COURANT_ASSIGN_OR_RETURN(const bool more, use(key, FromSlice(it->value())));
    if (!more) break;
  }
  return FromRocksDb(it->status(), "read the ledger");
}

}  // namespace

absl::StatusOr<std::optional<v1::LedgerRow>> LedgerStore::FindState() const {
  return ParseIfAny<v1::LedgerRow>(
      database_.Get(Family::kLedger, kLedgerStateKey));
}

absl::StatusOr<std::optional<v1::DeliveryRow>> LedgerStore::FindDelivery(
    const DeliveryKey& key) const {
  return ParseIfAny<v1::DeliveryRow>(
      database_.Get(Family::kLedger, EncodeDeliveryKey(key)));
}

absl::StatusOr<std::optional<v1::NoticeRow>> LedgerStore::FindNotice(
    absl::string_view partner, Sequence sequence) const {
  return ParseIfAny<v1::NoticeRow>(database_.Get(
      Family::kLedger, LedgerKey(kNotice, partner, sequence.value())));
}

absl::Status LedgerStore::ForEachDelivery(absl::string_view article_id,
                                          absl::string_view partner,
                                          Use<StoredDelivery> use) const {
  const std::string prefix = DeliveryPrefix(article_id, partner);
  return ForEachRow(database_, prefix, prefix,
                    [&](absl::string_view key,
                        absl::string_view bytes) -> absl::StatusOr<bool> {
                      std::optional<DeliveryKey> place = DecodeDeliveryKey(key);
                      if (!place) return Damaged();
                      COURANT_ASSIGN_OR_RETURN(
                          v1::DeliveryRow row,
                          ParseLedgerRow<v1::DeliveryRow>(bytes));
                      return use({*std::move(place), std::move(row)});
                    });
}

absl::Status LedgerStore::ForEachDeliveryTo(absl::string_view partner,
                                            uint64_t after,
                                            Use<StoredDelivery> use) const {
  return ForEachRow(
      database_, LedgerPrefix(kDeliveryTo, partner),
      LedgerKey(kDeliveryTo, partner, after + 1),
      [&](absl::string_view /*key*/,
          absl::string_view bytes) -> absl::StatusOr<bool> {
        COURANT_ASSIGN_OR_RETURN(const v1::DeliveryPlace place,
                                 ParseLedgerRow<v1::DeliveryPlace>(bytes));
        StoredDelivery delivery{.key = {.article_id = place.article_id(),
                                        .partner = std::string(partner),
                                        .revision = place.revision(),
                                        .channel = place.channel(),
                                        .decision = place.decision()}};
        COURANT_ASSIGN_OR_RETURN(std::optional<v1::DeliveryRow> row,
                                 FindDelivery(delivery.key));
        if (!row) return Damaged();
        delivery.row = *std::move(row);
        return use(delivery);
      });
}

absl::Status LedgerStore::ForEachNotice(absl::string_view partner,
                                        const NoticePlace& after,
                                        bool open_only,
                                        Use<StoredNotice> use) const {
  const char kind = open_only ? kOpenNotice : kNotice;
  const std::string all =
      partner.empty() ? std::string(1, kind) : LedgerPrefix(kind, partner);
  const std::string from =
      after.partner.empty()
          ? all
          : LedgerKey(kind, after.partner, after.sequence.value() + 1);
  return ForEachRow(
      database_, all, from,
      [&](absl::string_view key,
          absl::string_view bytes) -> absl::StatusOr<bool> {
        const std::optional<LedgerPlace> place = DecodeLedgerKey(key);
        if (!place) return Damaged();
        StoredNotice notice{.partner = place->owner,
                            .sequence = Sequence(place->number)};
        if (open_only) {
          COURANT_ASSIGN_OR_RETURN(std::optional<v1::NoticeRow> row,
                                   FindNotice(place->owner, notice.sequence));
          if (!row) return Damaged();
          notice.row = *std::move(row);
        } else {
          COURANT_ASSIGN_OR_RETURN(notice.row,
                                   ParseLedgerRow<v1::NoticeRow>(bytes));
        }
        return use(notice);
      });
}

absl::Status LedgerStore::ForEachNoticeAbout(absl::string_view article_id,
                                             absl::string_view partner,
                                             Use<StoredNotice> use) const {
  const std::string prefix = AboutPrefix(article_id, partner);
  return ForEachRow(
      database_, prefix, prefix,
      [&](absl::string_view key,
          absl::string_view /*bytes*/) -> absl::StatusOr<bool> {
        std::optional<AboutPlace> place = DecodeAboutKey(key);
        if (!place) return Damaged();
        COURANT_ASSIGN_OR_RETURN(std::optional<v1::NoticeRow> row,
                                 FindNotice(place->partner, place->sequence));
        if (!row) return Damaged();
        return use(
            {std::move(place->partner), place->sequence, *std::move(row)});
      });
}

absl::StatusOr<bool> LedgerStore::HasCall(absl::string_view article_id,
                                          Sequence sequence) const {
  COURANT_ASSIGN_OR_RETURN(
      const std::optional<std::string> kind,
      database_.Get(Family::kLedger,
                    LedgerKey(kCall, article_id, sequence.value())));
  return kind.has_value();
}

absl::StatusOr<std::optional<int64_t>> LedgerStore::OldestOpen(
    int32_t kind) const {
  std::optional<int64_t> oldest;
  COURANT_RETURN_IF_ERROR(ForEachOpenTime(kind, [&](int64_t made_us) {
    oldest = made_us;
    return false;
  }));
  return oldest;
}

absl::Status LedgerStore::ForEachOpenTime(
    int32_t kind, absl::FunctionRef<bool(int64_t made_us)> use) const {
  const std::string prefix = OldestPrefix(kind);
  return ForEachRow(
      database_, prefix, prefix,
      [&](absl::string_view key, absl::string_view) -> absl::StatusOr<bool> {
        const auto place = DecodeTimedKey(prefix, key);
        if (!place) return Damaged();
        return use(place->made_time_us);
      });
}

absl::StatusOr<std::vector<StoredNotice>> LedgerStore::NotOverdueUntil(
    int64_t until_us, size_t limit) const {
  std::vector<StoredNotice> notices;
  COURANT_RETURN_IF_ERROR(ForEachRow(
      database_, kWatchPrefix, kWatchPrefix,
      [&](absl::string_view key, absl::string_view) -> absl::StatusOr<bool> {
        const auto place = DecodeTimedKey(kWatchPrefix, key);
        if (!place) return Damaged();
        if (place->made_time_us > until_us) return false;
        const Sequence sequence(place->notice.number);
        COURANT_ASSIGN_OR_RETURN(std::optional<v1::NoticeRow> row,
                                 FindNotice(place->notice.owner, sequence));
        if (!row) return Damaged();
        notices.push_back({place->notice.owner, sequence, *std::move(row)});
        return notices.size() < limit;
      }));
  return notices;
}

void LedgerBatch::Mark() {
  undo_.clear();
  opened_before_ = opened_;
}

void LedgerBatch::RollBack() {
  for (auto it = undo_.rbegin(); it != undo_.rend(); ++it) {
    if (it->second) {
      rows_[it->first] = std::move(*it->second);
    } else {
      rows_.erase(it->first);
    }
  }
  undo_.clear();
  opened_ = opened_before_;
}

void LedgerBatch::Set(const std::string& key, Value value) {
  const auto [row, is_new] = rows_.try_emplace(key);
  undo_.emplace_back(
      key, is_new ? std::nullopt : std::make_optional(std::move(row->second)));
  row->second = std::move(value);
}

absl::StatusOr<LedgerBatch::Value> LedgerBatch::Get(
    const std::string& key) const {
  const auto own = rows_.find(key);
  if (own != rows_.end()) return own->second;
  return store_.database().Get(Family::kLedger, key);
}

absl::StatusOr<std::vector<std::string>> LedgerBatch::Keys(
    const std::string& prefix, const std::string& from) const {
  std::set<std::string> keys;
  COURANT_RETURN_IF_ERROR(ForEachRow(
      store_.database(), prefix, from,
      [&](absl::string_view key, absl::string_view) -> absl::StatusOr<bool> {
        keys.emplace(key);
        return true;
      }));
  for (auto own = rows_.lower_bound(from);
       own != rows_.end() && absl::StartsWith(own->first, prefix); ++own) {
    if (own->second) {
      keys.insert(own->first);
    } else {
      keys.erase(own->first);
    }
  }
  return std::vector<std::string>(keys.begin(), keys.end());
}

absl::StatusOr<std::optional<v1::DeliveryRow>> LedgerBatch::FindDelivery(
    const DeliveryKey& key) const {
  return ParseIfAny<v1::DeliveryRow>(Get(EncodeDeliveryKey(key)));
}

absl::StatusOr<std::optional<v1::NoticeRow>> LedgerBatch::FindNotice(
    absl::string_view partner, Sequence sequence) const {
  return ParseIfAny<v1::NoticeRow>(
      Get(LedgerKey(kNotice, partner, sequence.value())));
}

void LedgerBatch::AddDelivery(const DeliveryKey& key,
                              const v1::DeliveryRow& row) {
  Set(EncodeDeliveryKey(key), row.SerializeAsString());
  v1::DeliveryPlace place;
  place.set_article_id(key.article_id);
  place.set_revision(key.revision);
  place.set_channel(key.channel);
  place.set_decision(key.decision);
  Set(LedgerKey(kDeliveryTo, key.partner, row.number()),
      place.SerializeAsString());
}

absl::Status LedgerBatch::PutNotice(absl::string_view partner,
                                    Sequence sequence, const v1::NoticeRow& row,
                                    bool open) {
  const std::string open_key =
      LedgerKey(kOpenNotice, partner, sequence.value());
  COURANT_ASSIGN_OR_RETURN(const Value was_open, Get(open_key));
  if (was_open.has_value() != open) opened_[row.kind()] += open ? 1 : -1;
  const auto stand = [&](const std::string& key, bool stands) {
    Set(key, stands ? Value(kStands) : Value());
  };
  Set(LedgerKey(kNotice, partner, sequence.value()), row.SerializeAsString());
  stand(AboutKey(row.article_id(), partner, sequence), true);
  stand(open_key, open);
  stand(OldestKey(row.kind(), row.made_time_us(), partner, sequence), open);
  stand(WatchKey(row.made_time_us(), partner, sequence),
        open && row.escalate_time_us() == 0);
  return absl::OkStatus();
}

void LedgerBatch::AddCall(absl::string_view article_id, const Call& call) {
  Set(LedgerKey(kCall, article_id, call.sequence.value()),
      EncodeNumber(static_cast<uint64_t>(call.kind)));
}

absl::StatusOr<std::vector<Call>> LedgerBatch::CallsAfter(
    absl::string_view article_id, Sequence after) const {
  std::vector<Call> calls;
  COURANT_ASSIGN_OR_RETURN(
      const std::vector<std::string> keys,
      Keys(LedgerPrefix(kCall, article_id),
           LedgerKey(kCall, article_id, after.value() + 1)));
  for (const std::string& key : keys) {
    const std::optional<LedgerPlace> place = DecodeLedgerKey(key);
    COURANT_ASSIGN_OR_RETURN(const std::optional<std::string> value, Get(key));
    const std::optional<uint64_t> kind = DecodeNumber(value.value_or(""));
    if (!place || !kind) return Damaged();
    calls.push_back({Sequence(place->number), static_cast<int32_t>(*kind)});
  }
  return calls;
}

absl::StatusOr<std::vector<std::string>> LedgerBatch::HoldersOf(
    absl::string_view article_id) const {
  std::vector<std::string> partners;
  COURANT_ASSIGN_OR_RETURN(const std::vector<std::string> keys,
                           Keys(DeliveryPrefix(article_id, "")));
  for (const std::string& key : keys) {
    std::optional<DeliveryKey> delivery = DecodeDeliveryKey(key);
    if (!delivery) return Damaged();
    if (partners.empty() || partners.back() != delivery->partner) {
      partners.push_back(std::move(delivery->partner));
    }
  }
  return partners;
}

absl::StatusOr<int64_t> LedgerBatch::NewestHeld(absl::string_view article_id,
                                                absl::string_view partner,
                                                int64_t below) const {
  int64_t newest = 0;
  COURANT_ASSIGN_OR_RETURN(const std::vector<std::string> keys,
                           Keys(DeliveryPrefix(article_id, partner)));
  for (const std::string& key : keys) {
    const std::optional<DeliveryKey> delivery = DecodeDeliveryKey(key);
    if (!delivery) return Damaged();
    if (delivery->decision == courant::v1::Access::FULL &&
        delivery->revision < below) {
      newest = std::max(newest, delivery->revision);
    }
  }
  return newest;
}

absl::StatusOr<std::vector<StoredNotice>> LedgerBatch::NoticesAbout(
    absl::string_view article_id) const {
  std::vector<StoredNotice> notices;
  COURANT_ASSIGN_OR_RETURN(const std::vector<std::string> keys,
                           Keys(AboutPrefix(article_id, "")));
  for (const std::string& key : keys) {
    const std::optional<AboutPlace> place = DecodeAboutKey(key);
    if (!place) return Damaged();
    COURANT_ASSIGN_OR_RETURN(std::optional<v1::NoticeRow> row,
                             FindNotice(place->partner, place->sequence));
    if (!row) return Damaged();
    notices.push_back({place->partner, place->sequence, *std::move(row)});
  }
  return notices;
}

absl::Status LedgerBatch::ForgetNoticesAfter(Sequence last) {
  for (const char kind : {kNotice, kCall}) {
    COURANT_ASSIGN_OR_RETURN(const std::vector<std::string> keys,
                             Keys(std::string(1, kind)));
    for (const std::string& key : keys) {
      const std::optional<LedgerPlace> place = DecodeLedgerKey(key);
      if (!place) return Damaged();
      const bool is_gone = place->number > last.value();
      if (kind == kCall) {
        if (is_gone) Set(key, std::nullopt);
        continue;
      }
      COURANT_RETURN_IF_ERROR(is_gone ? RemoveNotice(*place)
                                      : Reopen(*place, last));
    }
  }
  return absl::OkStatus();
}

absl::Status LedgerBatch::RemoveNotice(const LedgerPlace& place) {
  const Sequence sequence(place.number);
  COURANT_ASSIGN_OR_RETURN(const std::optional<v1::NoticeRow> row,
                           FindNotice(place.owner, sequence));
  if (!row) return Damaged();
  COURANT_RETURN_IF_ERROR(
      PutNotice(place.owner, sequence, *row, /*open=*/false));
  Set(LedgerKey(kNotice, place.owner, place.number), std::nullopt);
  Set(AboutKey(row->article_id(), place.owner, sequence), std::nullopt);
  return absl::OkStatus();
}

absl::Status LedgerBatch::Reopen(const LedgerPlace& place, Sequence last) {
  const Sequence sequence(place.number);
  COURANT_ASSIGN_OR_RETURN(std::optional<v1::NoticeRow> row,
                           FindNotice(place.owner, sequence));
  if (!row) return Damaged();
  if (row->superseded_by() <= last.value()) return absl::OkStatus();
  row->set_superseded_by(0);
  const bool open = row->state() == courant::v1::Notice::SUPERSEDED;
  if (open) {
    row->set_state(row->deliver_time_us() == 0
                       ? courant::v1::Notice::PENDING
                       : courant::v1::Notice::DELIVERED);
  }
  return PutNotice(place.owner, sequence, *row, open);
}

void LedgerBatch::SetState(const v1::LedgerRow& row) {
  Set(kLedgerStateKey, row.SerializeAsString());
}

absl::Status LedgerBatch::Write() {
  rocksdb::WriteBatch batch;
  rocksdb::ColumnFamilyHandle* const family =
      store_.database().handle(Family::kLedger);
  for (const auto& [key, value] : rows_) {
    COURANT_RETURN_IF_ERROR(
        FromRocksDb(value ? batch.Put(family, ToSlice(key), ToSlice(*value))
                          : batch.Delete(family, ToSlice(key)),
                    "stage"));
  }
  return store_.database().WriteDurably(&batch);
}

}  // namespace courant::storage
