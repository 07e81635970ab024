#include "storage/log_export.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "courant/storage/v1/record.pb.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/frame_store.h"

namespace courant::storage {
namespace {

constexpr size_t kBytesAtOnce = 1 << 20;

constexpr std::array kLooseFamilies = {Family::kArticle, Family::kRequest,
                                       Family::kSubscription, Family::kLedger};

absl::Status Damaged(Family family) {
  return MakeError(courant::v1::DATA_CORRUPTED,
                   absl::StrCat("a row of ", FamilyName(family),
                                " is damaged; restore a backup"));
}

// Whether the row of an article is what its newest change says.
absl::StatusOr<bool> FollowsFromLog(const Database& database,
                                    const std::string& bytes) {
  v1::ArticleRow row;
  if (!row.ParseFromString(bytes)) return Damaged(Family::kArticle);
  COURANT_ASSIGN_OR_RETURN(
      const std::optional<std::string> record,
      database.Get(Family::kChange, EncodeNumber(row.sequence())));
  if (!record) return Damaged(Family::kArticle);
  COURANT_ASSIGN_OR_RETURN(const Entry entry, DecodeEntry(*record));
  return entry.facts.row().SerializeAsString() == bytes;
}

absl::StatusOr<bool> IsLoose(const Database& database, const LooseRow& row) {
  if (row.family == Family::kArticle) {
    COURANT_ASSIGN_OR_RETURN(const bool follows,
                             FollowsFromLog(database, row.value));
    return !follows;
  }
  if (row.family == Family::kRequest) {
    v1::RequestRow request;
    if (!request.ParseFromString(row.value)) return Damaged(row.family);
    return request.decided_at() != 0;
  }
  return true;
}

}  // namespace

Family LooseFamily(absl::string_view name) {
  const auto found =
      std::find_if(kLooseFamilies.begin(), kLooseFamilies.end(),
                   [&](Family family) { return FamilyName(family) == name; });
  return found == kLooseFamilies.end() ? Family::kMeta : *found;
}

absl::Status ForEachFrame(const Database& database, const Tail& tail,
                          absl::FunctionRef<absl::Status(Frame)> use) {
  FrameIndex next(1);
  while (next <= tail.index) {
    absl::StatusOr<std::vector<Frame>> frames =
        LoadFrames(database, next, kBytesAtOnce);
    if (absl::IsOutOfRange(frames.status())) {
      return absl::FailedPreconditionError(
          absl::StrCat("the log does not begin at its first change any more: ",
                       frames.status().message()));
    }
    COURANT_RETURN_IF_ERROR(frames.status());
    if (frames->empty()) return Damaged(Family::kFrame);
    for (Frame& frame : *frames) {
      if (frame.index() > tail.index) break;
      next = frame.index().Next();
      COURANT_RETURN_IF_ERROR(use(std::move(frame)));
    }
  }
  return absl::OkStatus();
}

absl::Status ForEachLooseRow(const Database& database,
                             absl::FunctionRef<absl::Status(LooseRow)> use) {
  for (const Family family : kLooseFamilies) {
    const auto it = database.Iterate(family);
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      LooseRow row{.family = family,
                   .key = it->key().ToString(),
                   .value = it->value().ToString()};
      COURANT_ASSIGN_OR_RETURN(const bool loose, IsLoose(database, row));
      if (loose) COURANT_RETURN_IF_ERROR(use(std::move(row)));
    }
    COURANT_RETURN_IF_ERROR(FromRocksDb(it->status(), "read the rows"));
  }
  return absl::OkStatus();
}

}  // namespace courant::storage
