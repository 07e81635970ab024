#include "storage/format_upgrade.h"

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "courant/v1/change.pb.h"
#include "rocksdb/write_batch.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"
#include "storage/keys.h"
#include "storage/view.h"

namespace courant::storage {
namespace {

// Rows in one batch.
constexpr int kRowsAtOnce = 1000;

absl::Status Damaged(absl::string_view what) {
  return MakeError(courant::v1::DATA_CORRUPTED,
                   absl::StrCat(what, " cannot be decoded"));
}

// How many revisions, up to that of `row`, callers outside are not told of.
absl::StatusOr<int64_t> CountInternalRevisions(const View& view,
                                               absl::string_view article_id,
                                               const v1::ArticleRow& row) {
  int64_t count = 0;
  for (int64_t revision = row.revision(); revision > 0; --revision, ++count) {
    COURANT_ASSIGN_OR_RETURN(
        const std::optional<Sequence> sequence,
        view.FindRevision(article_id,
                          Revision(static_cast<uint64_t>(revision))));
    if (!sequence) return Damaged(article_id);
    COURANT_ASSIGN_OR_RETURN(const Entry entry, view.ReadEntry(*sequence));
    courant::v1::Change change;
    if (!change.ParseFromString(entry.facts.change())) {
      return Damaged(absl::StrCat("change ", sequence->value()));
    }
    if (!IsInternalKind(change.kind())) break;
  }
  return count;
}

}  // namespace

absl::Status UpgradeRowsFromVersion1(Database& database) {
  const View view(database);
  const auto it = database.Iterate(Family::kArticle, nullptr, 0);
  rocksdb::WriteBatch batch;
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    const absl::string_view id(it->key().data(), it->key().size());
    // Those of translations have a name of two parts, and no past. Rights there
    // are none in a folder of that version.
    if (id.find('/') != absl::string_view::npos) continue;
    v1::ArticleRow row;
    if (!row.ParseFromArray(it->value().data(),
                            static_cast<int>(it->value().size()))) {
      return Damaged(id);
    }
    row.set_past_is_more(row.revision() > 1);
    COURANT_ASSIGN_OR_RETURN(const int64_t internal,
                             CountInternalRevisions(view, id, row));
    row.set_internal_revisions(internal);
    COURANT_RETURN_IF_ERROR(
        FromRocksDb(batch.Put(database.handle(Family::kArticle), it->key(),
                              row.SerializeAsString()),
                    "stage"));
    if (batch.Count() < kRowsAtOnce) continue;
    COURANT_RETURN_IF_ERROR(database.WriteDurably(&batch));
    batch.Clear();
  }
  COURANT_RETURN_IF_ERROR(FromRocksDb(it->status(), "read the articles"));
  return batch.Count() == 0 ? absl::OkStatus() : database.WriteDurably(&batch);
}

}  // namespace courant::storage
