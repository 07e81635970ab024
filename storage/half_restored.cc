#include "storage/half_restored.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "storage/database.h"

namespace courant::storage {
namespace {

std::string MarkerIn(const std::string& data_dir) {
  return absl::StrCat(data_dir, "/RESTORING");
}

rocksdb::IOStatus SyncFolder(rocksdb::FileSystem& file_system,
                             const std::string& path) {
  const rocksdb::IOOptions io;
  std::unique_ptr<rocksdb::FSDirectory> folder;
  rocksdb::IOStatus status =
      file_system.NewDirectory(path, io, &folder, nullptr);
  return status.ok() ? folder->Fsync(io, nullptr) : status;
}

}  // namespace

absl::Status BeginRestore(const std::string& data_dir,
                          rocksdb::FileSystem& file_system) {
  const rocksdb::IOOptions io;
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(file_system.CreateDirIfMissing(data_dir, io, nullptr),
                  absl::StrCat("make the folder ", data_dir)));
  std::vector<std::string> names;
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(file_system.GetChildren(data_dir, io, &names, nullptr),
                  absl::StrCat("list ", data_dir)));
  std::erase_if(names, [](const std::string& name) {
    return name == "." || name == "..";
  });
  if (!names.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        data_dir, " is not empty (it has ",
        *std::min_element(names.begin(), names.end()),
        "); a backup is restored into an empty folder, or one that is not "
        "there: name another with --data-dir, or move it away"));
  }
  const auto make = [&]() -> rocksdb::IOStatus {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    rocksdb::IOStatus status = file_system.NewWritableFile(
        MarkerIn(data_dir), rocksdb::FileOptions(), &file, nullptr);
    if (status.ok()) status = file->Fsync(io, nullptr);
    if (status.ok()) status = file->Close(io, nullptr);
    if (status.ok()) status = SyncFolder(file_system, data_dir);
    return status;
  };
  return FromRocksDb(make(), absl::StrCat("write ", MarkerIn(data_dir)));
}

absl::Status EndRestore(const std::string& data_dir,
                        rocksdb::FileSystem& file_system) {
  rocksdb::IOStatus status =
      file_system.DeleteFile(MarkerIn(data_dir), rocksdb::IOOptions(), nullptr);
  if (status.ok()) status = SyncFolder(file_system, data_dir);
  return FromRocksDb(status, absl::StrCat("remove ", MarkerIn(data_dir)));
}

absl::Status CheckWholeRestore(const std::string& data_dir,
                               rocksdb::FileSystem& file_system) {
  const rocksdb::IOStatus there =
      file_system.FileExists(MarkerIn(data_dir), rocksdb::IOOptions(), nullptr);
  if (!there.ok()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("a restore into ", data_dir,
                   " was cut short: empty the folder and restore again, or "
                   "restore into another one"));
}

}  // namespace courant::storage
