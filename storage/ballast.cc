#include "storage/ballast.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <optional>

#include "absl/strings/str_cat.h"

namespace courant::storage {
namespace {

// Nothing when nobody can say.
std::optional<uint64_t> FreeOn(const std::string& folder) {
  struct statvfs info = {};
  if (statvfs(folder.c_str(), &info) != 0) return std::nullopt;
  return uint64_t{info.f_bavail} * info.f_frsize;
}

// What `path` takes of the disk. Nothing: it is not there.
std::optional<uint64_t> TakenBy(const std::string& path) {
  constexpr uint64_t kBlock = 512;  // See stat(2).
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) return std::nullopt;
  return static_cast<uint64_t>(info.st_blocks) * kBlock;
}

}  // namespace

Ballast::Ballast(absl::string_view folder, uint64_t bytes, uint64_t wanted_free)
    : path_(absl::StrCat(folder, "/BALLAST")),
      folder_(folder),
      bytes_(bytes),
      wanted_free_(wanted_free) {}

void Ballast::GiveUpIfFull() {
  if (bytes_ == 0) return;
  const std::optional<uint64_t> free_bytes = FreeOn(folder_);
  if (free_bytes && *free_bytes < bytes_) unlink(path_.c_str());
}

void Ballast::KeepIfRoom() {
  if (bytes_ == 0) return;
  if (const std::optional<uint64_t> taken = TakenBy(path_)) {
    if (*taken >= bytes_) return;
    // Of a start that was cut off, or a copy of the folder that left holes.
    unlink(path_.c_str());
  }
  const std::optional<uint64_t> free_bytes = FreeOn(folder_);
  if (!free_bytes || *free_bytes < bytes_ + wanted_free_) return;
  const int file = open(path_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) return;
  // Not posix_fallocate(): where the file system cannot do it, that writes.
  const bool kept = fallocate(file, /*mode=*/0, /*offset=*/0,
                              static_cast<off_t>(bytes_)) == 0;
  close(file);
  if (!kept) unlink(path_.c_str());
}

}  // namespace courant::storage
