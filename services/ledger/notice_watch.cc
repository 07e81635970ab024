#include "services/ledger/notice_watch.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "services/ledger/notice_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using storage::LedgerBatch;
using storage::StoredNotice;

// Notices that become overdue in one look.
constexpr size_t kMaxOverdue = 1000;

}  // namespace

absl::Status NoticeWatch::Look(const storage::v1::LedgerRow& state) {
  const absl::Time now = clock_.Now();
  for (const auto kind : kNoticeKinds) {
    const auto open = state.open().find(kind);
    metrics_.open(kind).Set(
        open == state.open().end() ? 0 : static_cast<double>(open->second));
    COURANT_ASSIGN_OR_RETURN(const std::optional<int64_t> oldest,
                             store_.OldestOpen(kind));
    metrics_.oldest(kind).Set(
        oldest ? absl::ToDoubleSeconds(now - absl::FromUnixMicros(*oldest))
               : 0);
  }
  COURANT_ASSIGN_OR_RETURN(
      std::vector<StoredNotice> overdue,
      store_.NotOverdueUntil(
          absl::ToUnixMicros(now -
                             absl::Nanoseconds(acknowledge_within_ns_.load())),
          kMaxOverdue));
  if (overdue.empty()) return absl::OkStatus();
  LedgerBatch batch(store_);
  for (StoredNotice& notice : overdue) {
    notice.row.set_escalate_time_us(absl::ToUnixMicros(now));
    COURANT_RETURN_IF_ERROR(batch.PutNotice(notice.partner, notice.sequence,
                                            notice.row, /*open=*/true));
  }
  COURANT_RETURN_IF_ERROR(batch.Write());
  for (const StoredNotice& notice : overdue) {
    metrics_.overdue(static_cast<v1::Change::Kind>(notice.row.kind()))
        .Increment();
    if (on_overdue_) on_overdue_(NoticeOutline(notice));
  }
  return absl::OkStatus();
}

}  // namespace courant
