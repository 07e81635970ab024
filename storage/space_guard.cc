#include "storage/space_guard.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "storage/errors/reason.h"

namespace courant::storage {
namespace {

// RocksDB looks every five seconds whether it can go on.
constexpr absl::Duration kRoomWithin = absl::Seconds(5);

}  // namespace

absl::Status StorageFull(absl::string_view why) {
  return WithRetryDelay(MakeError(courant::v1::STORAGE_FULL, why), kRoomWithin);
}

bool IsStorageFull(const absl::Status& error) {
  return absl::IsResourceExhausted(error) &&
         ReasonOf(error) == courant::v1::STORAGE_FULL;
}

absl::Status SpaceGuard::Check() const {
  const uint64_t reserved = reserved_.load();
  if (reserved == 0) {
    full_.store(false);
    return absl::OkStatus();
  }
  uint64_t free_bytes = 0;
  // Who does not say how much is free has room.
  if (!file_system_
           ->GetFreeSpace(path_, rocksdb::IOOptions(), &free_bytes, nullptr)
           .ok()) {
    return absl::OkStatus();
  }
  const uint64_t wanted = full_.load() ? reserved + reserved / 8 : reserved;
  full_.store(free_bytes < wanted);
  if (free_bytes >= wanted) return absl::OkStatus();
  return StorageFull(
      absl::StrCat("the disk has ", free_bytes >> 20,
                   " MiB left, and the last ", reserved >> 20,
                   " MiB are reserved; reads go on, and writes when there is "
                   "room again"));
}

}  // namespace courant::storage
