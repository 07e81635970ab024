#include "services/audit/audit_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

// How much of the end is looked at for the last record.
constexpr int64_t kTailBytes = 1 << 20;

absl::Status CannotUse(const std::string& path, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("audit.file: ", path, ": ", why));
}

// `path` as its folder, with a slash at its end, and its name there.
std::pair<std::string, std::string> Split(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {"./", path};
  return {path.substr(0, slash + 1), path.substr(slash + 1)};
}

bool SyncFolderOf(const std::string& path) {
  const int folder =
      open(Split(path).first.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return false;
  const bool synced = fsync(folder) == 0;
  close(folder);
  return synced;
}

bool WriteAll(int file, absl::string_view bytes, int64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(file, bytes.data(), bytes.size(), offset);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
    offset += written;
  }
  return true;
}

// The end of a file that has `size` bytes, at most kTailBytes of it.
std::optional<std::string> ReadTail(int file, int64_t size) {
  std::string tail(static_cast<size_t>(std::min(size, kTailBytes)), '\0');
  size_t done = 0;
  while (done < tail.size()) {
    const ssize_t got = pread(file, tail.data() + done, tail.size() - done,
                              size - static_cast<int64_t>(tail.size() - done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    done += static_cast<size_t>(got);
  }
  return tail;
}

// The last record in the end of a file, and how many bytes are behind it, be it
// a line break.
struct LastRecord {
  AuditLink link;
  size_t behind = 0;
};

std::optional<LastRecord> FindLast(absl::string_view tail) {
  size_t end = tail.size();
  while (true) {
    const absl::string_view rest = tail.substr(0, end);
    const size_t before = rest.rfind('\n');
    const size_t begin = before == absl::string_view::npos ? 0 : before + 1;
    const auto parts = ReadAuditLine(rest.substr(begin));
    if (parts && parts->is_whole) {
      return LastRecord{parts->link(), tail.size() - end};
    }
    if (begin == 0) return std::nullopt;
    end = begin - 1;
  }
}

// The newest of the files that were full, and its number: "" when there is
// none.
std::pair<std::string, int64_t> NewestFull(const std::string& path) {
  const auto [folder, name] = Split(path);
  std::pair<std::string, int64_t> newest;
  DIR* const entries = opendir(folder.c_str());
  if (entries == nullptr) return newest;
  const std::string prefix = absl::StrCat(name, ".");
  while (const dirent* const entry = readdir(entries)) {
    const absl::string_view other = entry->d_name;
    int64_t number = 0;
    if (absl::StartsWith(other, prefix) && other.size() >= prefix.size() + 12 &&
        absl::SimpleAtoi(other.substr(prefix.size()), &number) &&
        number > newest.second) {
      newest = {absl::StrCat(folder, other), number};
    }
  }
  closedir(entries);
  return newest;
}

// The end of the chain in a file that was full.
absl::StatusOr<AuditLink> EndOf(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return CannotUse(path, strerror(errno));
  const absl::Cleanup closer = [file] { close(file); };
  struct stat about;
  if (fstat(file, &about) != 0) return CannotUse(path, strerror(errno));
  const auto tail = ReadTail(file, about.st_size);
  const auto last = tail ? FindLast(*tail) : std::nullopt;
  if (!last) {
    return CannotUse(path, "is no audit log; if you put it there, move it");
  }
  return last->link;
}

}  // namespace

absl::StatusOr<std::unique_ptr<AuditFile>> AuditFile::Open(std::string path,
                                                           int64_t max_bytes,
                                                           absl::Time now) {
  std::unique_ptr<AuditFile> file(new AuditFile(std::move(path), max_bytes));
  COURANT_RETURN_IF_ERROR(file->Recover(now));
  return file;
}

AuditFile::~AuditFile() {
  if (file_ >= 0) close(file_);
}

absl::Status AuditFile::Recover(absl::Time now) {
  file_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file_ < 0) return CannotUse(path_, strerror(errno));
  struct stat about;
  if (fstat(file_, &about) != 0) return CannotUse(path_, strerror(errno));
  if (!S_ISREG(about.st_mode)) return CannotUse(path_, "is not a file");
  if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
    return absl::UnavailableError(
        absl::StrCat("audit.file: ", path_, ": another server writes it"));
  }
  synced_size_ = about.st_size;
  if (synced_size_ == 0) {
    if (!SyncFolderOf(path_)) return CannotUse(path_, strerror(errno));
    const auto [newest, number] = NewestFull(path_);
    if (newest.empty()) return absl::OkStatus();
    COURANT_ASSIGN_OR_RETURN(head_, EndOf(newest));
    return absl::OkStatus();
  }
  const auto tail = ReadTail(file_, synced_size_);
  if (!tail) return CannotUse(path_, "cannot be read");
  const auto last = FindLast(*tail);
  if (!last) {
    return CannotUse(path_,
                     "is no audit log, or there is no whole record at its end; "
                     "move it away, and see what became of it");
  }
  head_ = last->link;
  UndoHalfRotation();
  // Only the line break was cut off.
  if (last->behind == 0) unsynced_.push_back('\n');
  if (last->behind <= 1) return absl::OkStatus();
  absl::string_view torn =
      absl::string_view(*tail).substr(tail->size() - last->behind + 1);
  if (torn.back() == '\n') {
    torn.remove_suffix(1);
  } else {
    unsynced_.push_back('\n');
  }
  Add({.time = now, .event = "torn", .torn = TornFacts(torn)});
  return absl::OkStatus();
}

void AuditFile::Add(const AuditRecord& record) {
  unsynced_ += AuditLine(record, head_, &head_);
}

absl::Status AuditFile::Failed(absl::string_view what) const {
  return absl::UnavailableError(
      absl::StrCat("cannot ", what, " ", path_, ": ", strerror(errno)));
}

absl::Status AuditFile::Write() {
  if (written_ == unsynced_.size()) return absl::OkStatus();
  if (!WriteAll(file_, absl::string_view(unsynced_).substr(written_),
                synced_size_ + static_cast<int64_t>(written_))) {
    // Whatever of it is there is written over, with the same bytes.
    return Failed("write");
  }
  written_ = unsynced_.size();
  return absl::OkStatus();
}

absl::Status AuditFile::Sync() {
  COURANT_RETURN_IF_ERROR(Write());
  if (unsynced_.empty()) return absl::OkStatus();
  if (fdatasync(file_) != 0) {
    // What was written may be lost, though reading still shows it.
    written_ = 0;
    return Failed("sync");
  }
  synced_size_ += static_cast<int64_t>(unsynced_.size());
  unsynced_.clear();
  written_ = 0;
  RotateIfFull();
  return absl::OkStatus();
}

void AuditFile::UndoHalfRotation() {
  struct stat mine;
  struct stat other;
  const std::string newest = NewestFull(path_).first;
  if (!newest.empty() && fstat(file_, &mine) == 0 &&
      stat(newest.c_str(), &other) == 0 && mine.st_ino == other.st_ino &&
      mine.st_dev == other.st_dev) {
    unlink(newest.c_str());
  }
}

void AuditFile::RotateIfFull() {
  if (synced_size_ < max_bytes_) return;
  const std::string full = absl::StrFormat("%s.%012d", path_, head_.number);
  // A link, unlike a rename, takes nobody's place.
  if (link(path_.c_str(), full.c_str()) != 0) return;
  const std::string unfinished = absl::StrCat(path_, ".new");
  unlink(unfinished.c_str());
  const int next =
      open(unfinished.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (next < 0 || flock(next, LOCK_EX | LOCK_NB) != 0 ||
      rename(unfinished.c_str(), path_.c_str()) != 0) {
    if (next >= 0) close(next);
    unlink(unfinished.c_str());
    unlink(full.c_str());
    return;
  }
  SyncFolderOf(path_);
  close(std::exchange(file_, next));
  synced_size_ = 0;
}

}  // namespace courant
