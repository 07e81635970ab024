#include "storage/kill_book.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "storage/base/status_macros.h"
#include "storage/database.h"
#include "storage/errors/reason.h"

namespace courant::storage {
namespace {

constexpr absl::string_view kBookMagic = "courant-kills-1";

std::string BookPath(const std::string& folder) {
  return absl::StrCat(folder, "/KILLS");
}

std::string CheckedLine(absl::string_view text) {
  return absl::StrCat(
      text, " ", absl::StrFormat("%016x", XXH64(text.data(), text.size(), 0)),
      "\n");
}

std::string HeadLine(const KillNotes& notes) {
  return CheckedLine(
      absl::StrCat(kBookMagic, " ", absl::BytesToHexString(notes.log_id)));
}

std::string SeenLine(Epoch epoch, Sequence seen) {
  return CheckedLine(absl::StrCat("seen ", epoch.value(), " ", seen.value()));
}

std::string BranchLine(const EpochBranch& branch) {
  return CheckedLine(absl::StrCat("branch ", branch.epoch.value(), " ",
                                  branch.parent.value(), " ",
                                  branch.last.value()));
}

std::string KillLine(const KilledArticle& kill) {
  return CheckedLine(
      absl::StrCat("kill ", kill.sequence.value(), " ", kill.article_id));
}

// Adds what a line of four words says. False when it is damaged.
bool ReadBranch(const std::vector<absl::string_view>& words, KillNotes& notes) {
  uint64_t epoch = 0;
  uint64_t parent = 0;
  uint64_t last = 0;
  if (words[0] != "branch" || !absl::SimpleAtoi(words[1], &epoch) ||
      !absl::SimpleAtoi(words[2], &parent) ||
      !absl::SimpleAtoi(words[3], &last)) {
    return false;
  }
  notes.branches.push_back({Epoch(epoch), Epoch(parent), Sequence(last)});
  return true;
}

// Adds what `line`, without its break, says. False when it is damaged.
bool ReadLine(absl::string_view line, bool first, KillNotes& notes) {
  const size_t space = line.rfind(' ');
  if (space == line.npos ||
      CheckedLine(line.substr(0, space)) != absl::StrCat(line, "\n")) {
    return false;
  }
  const std::vector<absl::string_view> words =
      absl::StrSplit(line.substr(0, space), ' ');
  uint64_t number = 0;
  if (first) {
    if (words.size() != 2 || words[0] != kBookMagic) return false;
    notes.log_id = absl::HexStringToBytes(words[1]);
    return true;
  }
  if (words.size() == 4) return ReadBranch(words, notes);
  if (words.size() != 3 || !absl::SimpleAtoi(words[1], &number)) return false;
  if (words[0] == "kill") {
    notes.kills.push_back({std::string(words[2]), Sequence(number)});
    return true;
  }
  uint64_t sequence = 0;
  if (words[0] != "seen" || !absl::SimpleAtoi(words[2], &sequence)) {
    return false;
  }
  notes.seen[Epoch(number)] = Sequence(sequence);
  return true;
}

absl::StatusOr<KillNotes> ReadLines(absl::string_view text,
                                    const std::string& path) {
  KillNotes notes;
  bool first = true;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    // What a power cut has torn has no end; nor has it come before the first.
    notes.torn = end == text.npos && !first;
    if (notes.torn) break;
    if (end == text.npos || !ReadLine(text.substr(0, end), first, notes)) {
      return MakeError(courant::v1::DATA_CORRUPTED,
                       absl::StrCat(path, " is damaged"));
    }
    text.remove_prefix(end + 1);
    first = false;
  }
  if (first) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     absl::StrCat(path, " is empty"));
  }
  return notes;
}

rocksdb::IOStatus WriteAndSync(rocksdb::FSWritableFile& file,
                               const std::string& text) {
  const rocksdb::IOOptions io;
  rocksdb::IOStatus status = file.Append(ToSlice(text), io, nullptr);
  if (status.ok()) status = file.Fsync(io, nullptr);
  rocksdb::IOStatus closed = file.Close(io, nullptr);
  return status.ok() ? closed : status;
}

// The whole book, in the place of what was there.
absl::Status Replace(rocksdb::FileSystem& file_system,
                     const std::string& folder, const KillNotes& notes) {
  const rocksdb::IOOptions io;
  const std::string path = BookPath(folder);
  const std::string fresh = absl::StrCat(path, ".new");
  std::string text = HeadLine(notes);
  for (const KilledArticle& kill : notes.kills) {
    absl::StrAppend(&text, KillLine(kill));
  }
  for (const EpochBranch& branch : notes.branches) {
    absl::StrAppend(&text, BranchLine(branch));
  }
  for (const auto& [epoch, seen] : notes.seen) {
    absl::StrAppend(&text, SeenLine(epoch, seen));
  }
  const auto replace = [&]() -> rocksdb::IOStatus {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    rocksdb::IOStatus status =
        file_system.NewWritableFile(fresh, {}, &file, nullptr);
    if (status.ok()) status = WriteAndSync(*file, text);
    if (status.ok()) status = file_system.RenameFile(fresh, path, io, nullptr);
    std::unique_ptr<rocksdb::FSDirectory> directory;
    if (status.ok()) {
      status = file_system.NewDirectory(folder, io, &directory, nullptr);
    }
    return status.ok() ? directory->Fsync(io, nullptr) : status;
  };
  return FromRocksDb(replace(), absl::StrCat("write ", path));
}

}  // namespace

absl::StatusOr<std::optional<KillNotes>> KillBook::Read(
    const std::string& folder, rocksdb::FileSystem& file_system) {
  const rocksdb::IOOptions io;
  const std::string path = BookPath(folder);
  if (file_system.FileExists(path, io, nullptr).IsNotFound()) {
    return std::nullopt;
  }
  std::string text;
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(rocksdb::ReadFileToString(&file_system, path, &text),
                  absl::StrCat("read ", path)));
  return ReadLines(text, path);
}

absl::StatusOr<KillBook> KillBook::Open(
    std::string folder, const std::string& log_id,
    std::shared_ptr<rocksdb::FileSystem> file_system) {
  COURANT_RETURN_IF_ERROR(FromRocksDb(
      file_system->CreateDirIfMissing(folder, rocksdb::IOOptions(), nullptr),
      absl::StrCat("make the folder ", folder)));
  COURANT_ASSIGN_OR_RETURN(std::optional<KillNotes> notes,
                           Read(folder, *file_system));
  const bool whole = notes && !notes->torn;
  if (!notes) notes = KillNotes{.log_id = log_id};
  if (notes->log_id != log_id) {
    return absl::FailedPreconditionError(absl::StrCat(
        BookPath(folder), " is of another log; give each its own folder"));
  }
  if (!whole) {
    COURANT_RETURN_IF_ERROR(Replace(*file_system, folder, *notes));
    notes->torn = false;
  }
  return KillBook(std::move(file_system), std::move(folder), *std::move(notes));
}

absl::Status KillBook::Add(const std::vector<KilledArticle>& kills, Epoch epoch,
                           Sequence seen,
                           const std::vector<EpochBranch>& branches) {
  std::string text;
  std::vector<EpochBranch> fresh;
  for (const EpochBranch& branch : branches) {
    if (std::find(notes_.branches.begin(), notes_.branches.end(), branch) !=
        notes_.branches.end()) {
      continue;
    }
    absl::StrAppend(&text, BranchLine(branch));
    fresh.push_back(branch);
  }
  for (const KilledArticle& kill : kills) {
    absl::StrAppend(&text, KillLine(kill));
  }
  absl::StrAppend(&text, SeenLine(epoch, seen));
  const std::string path = BookPath(folder_);
  std::unique_ptr<rocksdb::FSWritableFile> file;
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(file_system_->ReopenWritableFile(path, {}, &file, nullptr),
                  absl::StrCat("open ", path)));
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(WriteAndSync(*file, text), absl::StrCat("write ", path)));
  notes_.kills.insert(notes_.kills.end(), kills.begin(), kills.end());
  notes_.seen[epoch] = seen;
  notes_.branches.insert(notes_.branches.end(), fresh.begin(), fresh.end());
  return absl::OkStatus();
}

}  // namespace courant::storage
