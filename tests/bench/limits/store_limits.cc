#include "tests/bench/limits/store_limits.h"

#include <filesystem>
#include <memory>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "prometheus/registry.h"
#include "storage/base/clock.h"
#include "storage/base/status_macros.h"
#include "storage/database.h"
#include "storage/store.h"

namespace courant::bench {
namespace {

constexpr size_t kReadahead = 2 << 20;

int64_t WalBytes(const std::string& data_dir) {
  int64_t bytes = 0;
  std::error_code ignored;
  for (const auto& file :
       std::filesystem::directory_iterator(data_dir + "/db", ignored)) {
    if (file.path().extension() == ".log") {
      bytes += static_cast<int64_t>(file.file_size(ignored));
    }
  }
  return bytes;
}

}  // namespace

absl::StatusOr<double> ScanLog(const std::string& data_dir, uint64_t events) {
  COURANT_ASSIGN_OR_RETURN(const auto database, storage::Database::OpenReadOnly(
                                                    data_dir + "/db", {}));
  const absl::Time begin = absl::Now();
  const auto iterator =
      database->Iterate(storage::Family::kChange, nullptr, kReadahead);
  uint64_t count = 0;
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    if (iterator->value().size() > 0) ++count;
  }
  const absl::Duration took = absl::Now() - begin;
  if (!iterator->status().ok() || count != events) {
    return absl::DataLossError(absl::StrCat("there are ", count, " changes"));
  }
  return static_cast<double>(count) / absl::ToDoubleSeconds(took);
}

absl::StatusOr<Opening> OpenStore(const std::string& data_dir) {
  Opening opening{.wal_bytes = WalBytes(data_dir)};
  prometheus::Registry registry;
  const SystemClock clock;
  const absl::Time begin = absl::Now();
  COURANT_ASSIGN_OR_RETURN(
      const auto store,
      storage::Store::Open({.data_dir = data_dir}, clock, registry));
  opening.took = absl::Now() - begin;
  return opening;
}

}  // namespace courant::bench
