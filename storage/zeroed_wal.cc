#include "storage/zeroed_wal.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "storage/info_log.h"

namespace courant::storage {
namespace {

using rocksdb::DataVerificationInfo;
using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// A log file is read in blocks of so many bytes. Zeros that end with a block
// never look like the beginning of a header.
constexpr uint64_t kLogBlock = uint64_t{32} << 10;

// A log file that is written. It is open twice: `target()` made it, and can cut
// and sync it; `file_` can write in front of its end.
class ZeroedWalFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  ZeroedWalFile(std::unique_ptr<rocksdb::FSWritableFile> made,
                std::unique_ptr<rocksdb::FSRandomRWFile> file)
      : FSWritableFileOwnerWrapper(std::move(made)), file_(std::move(file)) {}

  IOStatus Append(const Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    const uint64_t end = size_ + data.size();
    if (end > file_end_ && data.size() <= kSmallWrite) {
      AddZeros(end, options, debug);
    }
    IOStatus status = file_->Write(size_, data, options, debug);
    if (status.IsNoSpace()) Undo(options, debug);
    if (!status.ok()) return status;
    size_ = end;
    file_end_ = std::max(file_end_, end);
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const DataVerificationInfo& /*verification*/,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }

  IOStatus Truncate(uint64_t size, const IOOptions& options,
                    IODebugContext* debug) override {
    IOStatus status = target()->Truncate(size, options, debug);
    if (status.ok()) size_ = file_end_ = size;
    return status;
  }

  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return Synced(target()->Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Synced(target()->Fsync(options, debug));
  }

  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = file_->Close(options, debug);
    if (status.ok() && file_end_ > size_) {
      status = target()->Truncate(size_, options, debug);
    }
    IOStatus closed = target()->Close(options, debug);
    return status.ok() ? closed : status;
  }

  uint64_t GetFileSize(const IOOptions& /*options*/,
                       IODebugContext* /*debug*/) override {
    return size_;
  }

  // Space that is set aside but not written would be as dear as a longer file.
  void PrepareWrite(size_t /*offset*/, size_t /*size*/,
                    const IOOptions& /*options*/,
                    IODebugContext* /*debug*/) override {}
  IOStatus Allocate(uint64_t /*offset*/, uint64_t /*size*/,
                    const IOOptions& /*options*/,
                    IODebugContext* /*debug*/) override {
    return IOStatus::OK();
  }

 private:
  // Makes the file longer, for a write that ends at `end`. On failure the file
  // is as it was, and it is not tried again before as much has been written.
  void AddZeros(uint64_t end, const IOOptions& options, IODebugContext* debug) {
    if (end < zeros_from_) return;
    const uint64_t to =
        (end + kZeroStep + kLogBlock - 1) / kLogBlock * kLogBlock;
    const std::string zeros(to - file_end_, '\0');
    const IOStatus status = file_->Write(file_end_, zeros, options, debug);
    if (status.ok()) {
      file_end_ = to;
      return;
    }
    // Gives back what it took of the last room, which the write itself needs.
    zeros_from_ = to;
    target()->Truncate(file_end_, options, debug).PermitUncheckedError();
  }

  // Takes back what was appended since the last sync, which is one write at
  // most, or the part of one that had room: it was never acknowledged, and must
  // not look like damage to who reads the file.
  void Undo(const IOOptions& options, IODebugContext* debug) {
    if (target()->Truncate(synced_, options, debug).ok()) {
      size_ = file_end_ = synced_;
    }
  }

  // A sync that found no room may have written what it was to sync. That cannot
  // be repeated like an append: it is an error of the disk.
  IOStatus Synced(IOStatus status) {
    if (status.ok()) synced_ = size_;
    if (!status.IsNoSpace()) return status;
    return IOStatus::IOError("no room at a sync", status.ToString());
  }

  const std::unique_ptr<rocksdb::FSRandomRWFile> file_;
  uint64_t synced_ = 0;      // of what was appended
  uint64_t size_ = 0;        // of what was appended
  uint64_t file_end_ = 0;    // behind the zeros; at least size_
  uint64_t zeros_from_ = 0;  // a write that ends before this adds none
};

class ZeroedWalFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "ZeroedWalFileSystem"; }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSWritableFile> made;
    IOStatus status = target()->NewWritableFile(name, options, &made, debug);
    if (!status.ok()) return status;
    if (absl::EndsWith(name, ".log") && !made->use_direct_io()) {
      std::unique_ptr<rocksdb::FSRandomRWFile> file;
      status = target()->NewRandomRWFile(name, options, &file, debug);
      if (!status.ok()) return status;
      made = std::make_unique<ZeroedWalFile>(std::move(made), std::move(file));
    }
    *result = std::move(made);
    return status;
  }

  IOStatus NewLogger(const std::string& name, const IOOptions& /*options*/,
                     std::shared_ptr<rocksdb::Logger>* result,
                     IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    IOStatus status =
        target()->NewWritableFile(name, FileOptions(), &file, debug);
    if (status.ok()) *result = NewInfoLog(std::move(file));
    return status;
  }
};

class ZeroedWalEnv final : public rocksdb::EnvWrapper {
 public:
  explicit ZeroedWalEnv(rocksdb::Env* base) : EnvWrapper(base) {
    file_system_ = NewZeroedWalFileSystem(base->GetFileSystem());
    system_clock_ = base->GetSystemClock();
  }

  const char* Name() const override { return "ZeroedWalEnv"; }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> NewZeroedWalFileSystem(
    const std::shared_ptr<rocksdb::FileSystem>& base) {
  return std::make_shared<ZeroedWalFileSystem>(base);
}

std::unique_ptr<rocksdb::Env> NewZeroedWalEnv(rocksdb::Env* base) {
  return std::make_unique<ZeroedWalEnv>(base);
}

}  // namespace courant::storage
