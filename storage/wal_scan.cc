#include "storage/wal_scan.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "rocksdb/file_checksum.h"
#include "storage/base/status_macros.h"
#include "storage/database.h"

// A log file is blocks of 32 KiB. A block is fragments, and a few zeros where
// no header fits:
//   fragment = checksum (4) length (2) type (1) payload (length)
// all little-endian; the checksum is a masked CRC-32C of type and payload. A
// record is one fragment, or a first one, middle ones and a last one in blocks
// that follow each other. It begins with the sequence number of its first key
// (8) and the number of its keys (4). This is RocksDB's documented format since
// its first version; recycled and compressed log files, which differ, are not
// used here.

namespace courant::storage {
namespace {

constexpr size_t kBlockSize = 32 << 10;
constexpr size_t kHeaderSize = 7;
constexpr size_t kSequenceSize = 8;
constexpr size_t kCountSize = 4;

enum FragmentType : uint8_t { kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

uint64_t LittleEndian(absl::string_view bytes) {
  uint64_t number = 0;
  for (size_t i = bytes.size(); i-- > 0;) {
    number = number << 8 | static_cast<uint8_t>(bytes[i]);
  }
  return number;
}

uint32_t MaskedCrc(absl::string_view data) {
  const auto crc =
      rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator(
          rocksdb::FileChecksumGenContext());
  crc->Update(data.data(), data.size());
  crc->Finalize();
  const std::string big_endian = crc->GetChecksum();
  const auto value = static_cast<uint32_t>(
      LittleEndian(std::string(big_endian.rbegin(), big_endian.rend())));
  return (value >> 15 | value << 17) + 0xa282ead8U;
}

struct Fragment {
  uint8_t type;
  absl::string_view payload;
  size_t end;  // offset behind it
};

// Where the next fragment may begin at or behind `offset`.
size_t SkipTrailer(size_t offset) {
  const size_t left = kBlockSize - offset % kBlockSize;
  return left < kHeaderSize ? offset + left : offset;
}

// The intact fragment at `offset`, or nothing.
std::optional<Fragment> FragmentAt(absl::string_view bytes, size_t offset) {
  if (offset + kHeaderSize > bytes.size()) return std::nullopt;
  const auto type = static_cast<uint8_t>(bytes[offset + 6]);
  const size_t size = LittleEndian(bytes.substr(offset + 4, 2));
  const size_t end = offset + kHeaderSize + size;
  if (type < kFull || type > kLast || end > bytes.size() ||
      offset % kBlockSize + kHeaderSize + size > kBlockSize) {
    return std::nullopt;
  }
  if (MaskedCrc(bytes.substr(offset + 6, 1 + size)) !=
      LittleEndian(bytes.substr(offset, 4))) {
    return std::nullopt;
  }
  return Fragment{type, bytes.substr(offset + kHeaderSize, size), end};
}

// Looks at one file from its beginning to its end.
class FileScanner {
 public:
  FileScanner(absl::string_view name, absl::string_view bytes, WalScan& scan)
      : name_(name), bytes_(bytes), scan_(scan) {}

  void Run() {
    bool expected = true;  // what a record begins with, where one should begin
    size_t offset = 0;
    while ((offset = SkipTrailer(offset)) < bytes_.size()) {
      std::optional<Fragment> first = FragmentAt(bytes_, offset);
      if (first && (first->type == kFull || first->type == kFirst)) {
        if (const std::optional<size_t> end = NoteRecord(*first)) {
          offset = *end;
          expected = true;
          continue;
        }
      }
      if (expected &&
          bytes_.find_first_not_of('\0', offset) == absl::string_view::npos) {
        NoteZeros(offset);
        return;
      }
      NoteBad(name_, offset);
      expected = false;
      ++offset;
    }
  }

 private:
  // Takes in the record that begins with `first`, and returns where it ends.
  // Nothing when a part of it is missing.
  std::optional<size_t> NoteRecord(const Fragment& first) {
    std::string begin;
    Fragment fragment = first;
    while (true) {
      absl::StrAppend(&begin,
                      fragment.payload.substr(
                          0, kSequenceSize + kCountSize - begin.size()));
      NoteBeginning(begin);
      if (fragment.type == kFull || fragment.type == kLast) break;
      const std::optional<Fragment> next =
          FragmentAt(bytes_, SkipTrailer(fragment.end));
      if (!next || (next->type != kMiddle && next->type != kLast)) {
        return std::nullopt;
      }
      fragment = *next;
    }
    NoteWhole(begin);
    return fragment.end;
  }

  // A record may begin in the last bytes of a block, so `begin` may be short.
  void NoteBeginning(absl::string_view begin) {
    if (begin.size() < kSequenceSize) return;
    scan_.newest_write = std::max(scan_.newest_write,
                                  LittleEndian(begin.substr(0, kSequenceSize)));
  }

  void NoteWhole(absl::string_view begin) {
    if (begin.size() < kSequenceSize + kCountSize) return;
    const uint64_t write = LittleEndian(begin.substr(0, kSequenceSize));
    // Else what was written last before this is zeros now.
    if (!scan_.zeros_file.empty() && write != scan_.next_write) {
      NoteBad(scan_.zeros_file, scan_.zeros_offset);
    }
    scan_.zeros_file.clear();
    scan_.next_write = write + LittleEndian(begin.substr(kSequenceSize));
  }

  void NoteZeros(size_t offset) {
    if (!scan_.zeros_file.empty()) return;
    scan_.zeros_file = std::string(name_);
    scan_.zeros_offset = offset;
  }

  void NoteBad(absl::string_view file, size_t offset) {
    if (!scan_.whole) return;
    scan_.whole = false;
    scan_.bad_file = std::string(file);
    scan_.bad_offset = offset;
  }

  const absl::string_view name_;
  const absl::string_view bytes_;
  WalScan& scan_;
};

absl::StatusOr<std::string> ReadWhole(rocksdb::FileSystem& file_system,
                                      const std::string& path) {
  const rocksdb::IOOptions io;
  const std::string doing = absl::StrCat("read ", path);
  std::unique_ptr<rocksdb::FSSequentialFile> file;
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(file_system.NewSequentialFile(path, rocksdb::FileOptions(),
                                                &file, nullptr),
                  doing));
  std::string bytes;
  // Growing while it reads would take as long as reading.
  uint64_t size = 0;
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(file_system.GetFileSize(path, io, &size, nullptr), doing));
  bytes.reserve(size);
  std::string buffer(1 << 20, '\0');
  while (true) {
    rocksdb::Slice part;
    COURANT_RETURN_IF_ERROR(FromRocksDb(
        file->Read(buffer.size(), io, &part, buffer.data(), nullptr), doing));
    if (part.empty()) return bytes;
    absl::StrAppend(&bytes, FromSlice(part));
  }
}

}  // namespace

void ScanWalFile(const std::string& name, absl::string_view bytes,
                 WalScan& scan) {
  FileScanner(name, bytes, scan).Run();
}

absl::StatusOr<WalScan> ScanWal(rocksdb::FileSystem& file_system,
                                const std::string& db_dir) {
  WalScan scan;
  std::vector<std::string> names;
  const rocksdb::IOStatus listed =
      file_system.GetChildren(db_dir, rocksdb::IOOptions(), &names, nullptr);
  if (listed.IsNotFound()) return scan;
  COURANT_RETURN_IF_ERROR(FromRocksDb(listed, absl::StrCat("list ", db_dir)));
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    if (!absl::EndsWith(name, ".log")) continue;
    COURANT_ASSIGN_OR_RETURN(
        const std::string bytes,
        ReadWhole(file_system, absl::StrCat(db_dir, "/", name)));
    ScanWalFile(name, bytes, scan);
  }
  return scan;
}

}  // namespace courant::storage
