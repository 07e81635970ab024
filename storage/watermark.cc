#include "storage/watermark.h"

#include <xxhash.h>

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "storage/base/status_macros.h"
#include "storage/database.h"
#include "storage/errors/reason.h"

namespace courant::storage {
namespace {

constexpr absl::string_view kMagic = "courant-watermark-1";
constexpr size_t kMaxBytes = 1024;

std::string ChecksumOf(absl::string_view text) {
  return absl::StrFormat("%016x", XXH64(text.data(), text.size(), 0));
}

}  // namespace

std::string EncodeWatermark(const Watermark& watermark) {
  const std::string text =
      absl::StrCat(kMagic, " ", absl::BytesToHexString(watermark.log_id), " ",
                   watermark.epoch.value(), " ", watermark.sequence.value(),
                   " ", watermark.digest.ToHex());
  return absl::StrCat(text, " ", ChecksumOf(text), "\n");
}

std::optional<Watermark> DecodeWatermark(absl::string_view line) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(absl::StripSuffix(line, "\n"), ' ');
  if (words.size() != 6 || words[0] != kMagic) return std::nullopt;
  const size_t checked = line.rfind(' ');
  if (ChecksumOf(line.substr(0, checked)) != words[5]) return std::nullopt;
  Watermark watermark;
  uint64_t epoch = 0;
  uint64_t sequence = 0;
  if (!absl::SimpleAtoi(words[2], &epoch) ||
      !absl::SimpleAtoi(words[3], &sequence)) {
    return std::nullopt;
  }
  watermark.log_id = absl::HexStringToBytes(words[1]);
  watermark.epoch = Epoch(epoch);
  watermark.sequence = Sequence(sequence);
  watermark.digest = ChainDigest::FromBytes(absl::HexStringToBytes(words[4]));
  return watermark;
}

WatermarkFile::WatermarkFile(std::shared_ptr<rocksdb::FileSystem> file_system,
                             std::string folder)
    : file_system_(std::move(file_system)),
      folder_(std::move(folder)),
      path_(absl::StrCat(folder_, "/WATERMARK")) {}

absl::StatusOr<std::optional<Watermark>> WatermarkFile::Read() const {
  const rocksdb::IOOptions io;
  if (file_system_->FileExists(path_, io, nullptr).IsNotFound()) {
    return std::nullopt;
  }
  std::unique_ptr<rocksdb::FSSequentialFile> file;
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(file_system_->NewSequentialFile(path_, {}, &file, nullptr),
                  absl::StrCat("open ", path_)));
  std::string buffer(kMaxBytes, '\0');
  rocksdb::Slice line;
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(file->Read(kMaxBytes, io, &line, buffer.data(), nullptr),
                  absl::StrCat("read ", path_)));
  std::optional<Watermark> watermark = DecodeWatermark(FromSlice(line));
  if (!watermark) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     absl::StrCat(path_, " is damaged"));
  }
  return watermark;
}

absl::Status WatermarkFile::Write(const Watermark& watermark) {
  const rocksdb::IOOptions io;
  const std::string fresh = absl::StrCat(path_, ".new");
  const std::string line = EncodeWatermark(watermark);
  const auto replace = [&]() -> rocksdb::IOStatus {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    rocksdb::IOStatus status =
        file_system_->NewWritableFile(fresh, {}, &file, nullptr);
    if (status.ok()) status = file->Append(ToSlice(line), io, nullptr);
    if (status.ok()) status = file->Fsync(io, nullptr);
    if (file != nullptr) {
      const rocksdb::IOStatus closed = file->Close(io, nullptr);
      if (status.ok()) status = closed;
    }
    if (status.ok()) {
      status = file_system_->RenameFile(fresh, path_, io, nullptr);
    }
    std::unique_ptr<rocksdb::FSDirectory> folder;
    if (status.ok()) {
      status = file_system_->NewDirectory(folder_, io, &folder, nullptr);
    }
    if (status.ok()) {
      status = folder->FsyncWithDirOptions(io, nullptr,
                                           rocksdb::DirFsyncOptions(path_));
    }
    return status;
  };
  return FromRocksDb(replace(), absl::StrCat("write ", path_));
}

}  // namespace courant::storage
