#include "storage/article_scan.h"

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/keys.h"

namespace courant::storage {
namespace {

// Rows are small and read one after the other.
constexpr size_t kScanReadaheadBytes = 256 << 10;
// What the ids of rights begin with (RightsId), and the first id after them
// all: the next byte.
constexpr absl::string_view kRights = "/";
constexpr absl::string_view kAfterRights = "0";

}  // namespace

absl::StatusOr<ArticleScan> ArticleScan::Begin(const Database& database) {
  std::unique_ptr<Database::Snapshot> snapshot = database.TakeSnapshot();
  // A change and what follows from it are one write: the newest change names
  // the moment.
  const auto changes = database.Iterate(Family::kChange, snapshot.get());
  changes->SeekToLast();
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(changes->status(), "find the newest change"));
  Sequence newest(0);
  if (changes->Valid()) {
    const auto number = DecodeNumber(FromSlice(changes->key()));
    if (!number) {
      return MakeError(courant::v1::DATA_CORRUPTED,
                       "the newest change is stored under a damaged key");
    }
    newest = Sequence(*number);
  }
  return ArticleScan(database, std::move(snapshot), newest);
}

ArticleScan::ArticleScan(const Database& database,
                         std::unique_ptr<Database::Snapshot> snapshot,
                         Sequence sequence)
    : database_(&database),
      snapshot_(std::move(snapshot)),
      sequence_(sequence),
      it_(database.Iterate(Family::kArticle, snapshot_.get(),
                           kScanReadaheadBytes)) {}

void ArticleScan::SeekAfter(absl::string_view article_id) {
  it_->Seek(ToSlice(article_id));
  if (it_->Valid() && FromSlice(it_->key()) == article_id) it_->Next();
  Settle();
}

void ArticleScan::Next() {
  it_->Next();
  Settle();
}

void ArticleScan::Settle() {
  if (it_->Valid() && absl::StartsWith(FromSlice(it_->key()), kRights)) {
    it_->Seek(ToSlice(kAfterRights));
  }
  // A slash is in the ids of translations.
  while (it_->Valid() && absl::StrContains(FromSlice(it_->key()), '/')) {
    it_->Next();
  }
  valid_ = it_->Valid();
  if (!valid_) {
    status_ = FromRocksDb(it_->status(), "walk the articles");
    return;
  }
  const absl::string_view id = FromSlice(it_->key());
  article_id_.assign(id.data(), id.size());
  if (!row_.ParseFromArray(it_->value().data(),
                           static_cast<int>(it_->value().size()))) {
    valid_ = false;
    status_ =
        MakeError(courant::v1::DATA_CORRUPTED,
                  absl::StrCat("the row of ", article_id_, " is damaged"));
  }
}

}  // namespace courant::storage
