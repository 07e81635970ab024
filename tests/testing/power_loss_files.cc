#include "tests/testing/power_loss_files.h"

#include <functional>
#include <utility>

namespace courant {
namespace {

using rocksdb::DataVerificationInfo;
using rocksdb::FSReadRequest;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

IOStatus Check(const OpenedFile& opened) {
  return opened.power->Check(opened.boot);
}

// In the boot that opened it, a file without a byte that is not durable has
// nothing to ask of a disk, with power or without. RocksDB relies on it: a
// writer syncs the log before, which it has synced already, while a flush does,
// and who comes second after an error finds itself in an assertion.
bool IsSynced(const OpenedFile& opened) {
  if (opened.boot != opened.power->boot()) return false;
  bool synced = false;
  opened.power->WithDisk([&](const PowerLossDisk&) {
    synced = PowerLossDisk::IsSynced(*opened.node);
  });
  return synced;
}

IOStatus SyncFile(const OpenedFile& opened) {
  if (IsSynced(opened)) return IOStatus::OK();
  return opened.power->Sync(
      opened.boot, &DiskOperations::syncs,
      [&](PowerLossDisk& disk) { disk.Sync(*opened.node); });
}

class WritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WritableFile(OpenedFile opened, std::unique_ptr<rocksdb::FSWritableFile> file)
      : FSWritableFileOwnerWrapper(std::move(file)),
        opened_(std::move(opened)) {}

  IOStatus Append(const Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    return opened_.power->Change(
        opened_.boot, &DiskOperations::writes, [&](PowerLossDisk& disk) {
          IOStatus status = target()->Append(data, options, debug);
          const size_t end = opened_.node->content.size();
          if (status.ok()) disk.Write(*opened_.node, end, View(data));
          return status;
        });
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const DataVerificationInfo&, IODebugContext* debug) override {
    return Append(data, options, debug);
  }

  IOStatus PositionedAppend(const Slice& data, uint64_t offset,
                            const IOOptions& options,
                            IODebugContext* debug) override {
    return opened_.power->Change(
        opened_.boot, &DiskOperations::writes, [&](PowerLossDisk& disk) {
          IOStatus status =
              target()->PositionedAppend(data, offset, options, debug);
          if (status.ok()) disk.Write(*opened_.node, offset, View(data));
          return status;
        });
  }
  IOStatus PositionedAppend(const Slice& data, uint64_t offset,
                            const IOOptions& options,
                            const DataVerificationInfo&,
                            IODebugContext* debug) override {
    return PositionedAppend(data, offset, options, debug);
  }

  IOStatus Truncate(uint64_t size, const IOOptions& options,
                    IODebugContext* debug) override {
    return opened_.power->Change(
        opened_.boot, &DiskOperations::writes, [&](PowerLossDisk& disk) {
          IOStatus status = target()->Truncate(size, options, debug);
          if (status.ok()) disk.Truncate(*opened_.node, size);
          return status;
        });
  }

  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    return SyncFile(opened_);
  }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    return SyncFile(opened_);
  }
  IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&,
                     IODebugContext*) override {
    return Check(opened_);
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
    if (IsSynced(opened_)) return IOStatus::OK();
    IOStatus status = Check(opened_);
    return status.ok() ? target()->Flush(options, debug) : status;
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = Check(opened_);
    return status.ok() ? target()->Close(options, debug) : status;
  }
  void PrepareWrite(size_t, size_t, const IOOptions&,
                    IODebugContext*) override {}
  IOStatus Allocate(uint64_t, uint64_t, const IOOptions&,
                    IODebugContext*) override {
    return Check(opened_);
  }

 private:
  static absl::string_view View(const Slice& data) {
    return absl::string_view(data.data(), data.size());
  }

  const OpenedFile opened_;
};

class RandomRWFile final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  RandomRWFile(OpenedFile opened, std::unique_ptr<rocksdb::FSRandomRWFile> file)
      : FSRandomRWFileOwnerWrapper(std::move(file)),
        opened_(std::move(opened)) {}

  IOStatus Write(uint64_t offset, const Slice& data, const IOOptions& options,
                 IODebugContext* debug) override {
    return opened_.power->Change(
        opened_.boot, &DiskOperations::writes, [&](PowerLossDisk& disk) {
          IOStatus status =
              FSRandomRWFileOwnerWrapper::Write(offset, data, options, debug);
          if (status.ok()) {
            disk.Write(*opened_.node, offset,
                       absl::string_view(data.data(), data.size()));
          }
          return status;
        });
  }
  IOStatus Read(uint64_t offset, size_t n, const IOOptions& options,
                Slice* result, char* scratch,
                IODebugContext* debug) const override {
    IOStatus status = Check(opened_);
    if (!status.ok()) return status;
    return FSRandomRWFileOwnerWrapper::Read(offset, n, options, result, scratch,
                                            debug);
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    return SyncFile(opened_);
  }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    return SyncFile(opened_);
  }
  IOStatus Flush(const IOOptions&, IODebugContext*) override {
    return Check(opened_);
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = Check(opened_);
    if (!status.ok()) return status;
    return FSRandomRWFileOwnerWrapper::Close(options, debug);
  }

 private:
  const OpenedFile opened_;
};

class SequentialFile final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  SequentialFile(OpenedFile opened,
                 std::unique_ptr<rocksdb::FSSequentialFile> file)
      : FSSequentialFileOwnerWrapper(std::move(file)),
        opened_(std::move(opened)) {}

  IOStatus Read(size_t n, const IOOptions& options, Slice* result,
                char* scratch, IODebugContext* debug) override {
    IOStatus status = Check(opened_);
    if (!status.ok()) return status;
    return target()->Read(n, options, result, scratch, debug);
  }
  IOStatus PositionedRead(uint64_t offset, size_t n, const IOOptions& options,
                          Slice* result, char* scratch,
                          IODebugContext* debug) override {
    IOStatus status = Check(opened_);
    if (!status.ok()) return status;
    return target()->PositionedRead(offset, n, options, result, scratch, debug);
  }
  IOStatus Skip(uint64_t n) override {
    IOStatus status = Check(opened_);
    return status.ok() ? target()->Skip(n) : status;
  }

 private:
  const OpenedFile opened_;
};

class RandomAccessFile final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  RandomAccessFile(OpenedFile opened,
                   std::unique_ptr<rocksdb::FSRandomAccessFile> file)
      : FSRandomAccessFileOwnerWrapper(std::move(file)),
        opened_(std::move(opened)) {}

  IOStatus Read(uint64_t offset, size_t n, const IOOptions& options,
                Slice* result, char* scratch,
                IODebugContext* debug) const override {
    IOStatus status = Check(opened_);
    if (!status.ok()) return status;
    return target()->Read(offset, n, options, result, scratch, debug);
  }
  IOStatus MultiRead(FSReadRequest* requests, size_t count,
                     const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = Check(opened_);
    if (!status.ok()) return status;
    return target()->MultiRead(requests, count, options, debug);
  }
  IOStatus Prefetch(uint64_t offset, size_t n, const IOOptions& options,
                    IODebugContext* debug) override {
    IOStatus status = Check(opened_);
    if (!status.ok()) return status;
    return target()->Prefetch(offset, n, options, debug);
  }
  IOStatus ReadAsync(FSReadRequest& request, const IOOptions& options,
                     std::function<void(const FSReadRequest&, void*)> callback,
                     void* argument, void** handle,
                     rocksdb::IOHandleDeleter* deleter,
                     IODebugContext* debug) override {
    IOStatus status = Check(opened_);
    if (!status.ok()) return status;
    return target()->ReadAsync(request, options, std::move(callback), argument,
                               handle, deleter, debug);
  }

 private:
  const OpenedFile opened_;
};

class Directory final : public rocksdb::FSDirectoryWrapper {
 public:
  Directory(OpenedFile opened, std::unique_ptr<rocksdb::FSDirectory> directory)
      : FSDirectoryWrapper(std::move(directory)), opened_(std::move(opened)) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    return opened_.power->Sync(
        opened_.boot, &DiskOperations::directory_syncs,
        [this](PowerLossDisk& disk) { disk.SyncDirectory(*opened_.node); });
  }
  // The reason only matters on btrfs.
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions&) override {
    return Fsync(options, debug);
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = Check(opened_);
    return status.ok() ? FSDirectoryWrapper::Close(options, debug) : status;
  }

 private:
  const OpenedFile opened_;
};

}  // namespace

std::unique_ptr<rocksdb::FSWritableFile> WrapFile(
    OpenedFile opened, std::unique_ptr<rocksdb::FSWritableFile> file) {
  return std::make_unique<WritableFile>(std::move(opened), std::move(file));
}
std::unique_ptr<rocksdb::FSRandomRWFile> WrapFile(
    OpenedFile opened, std::unique_ptr<rocksdb::FSRandomRWFile> file) {
  return std::make_unique<RandomRWFile>(std::move(opened), std::move(file));
}
std::unique_ptr<rocksdb::FSSequentialFile> WrapFile(
    OpenedFile opened, std::unique_ptr<rocksdb::FSSequentialFile> file) {
  return std::make_unique<SequentialFile>(std::move(opened), std::move(file));
}
std::unique_ptr<rocksdb::FSRandomAccessFile> WrapFile(
    OpenedFile opened, std::unique_ptr<rocksdb::FSRandomAccessFile> file) {
  return std::make_unique<RandomAccessFile>(std::move(opened), std::move(file));
}
std::unique_ptr<rocksdb::FSDirectory> WrapFile(
    OpenedFile opened, std::unique_ptr<rocksdb::FSDirectory> directory) {
  return std::make_unique<Directory>(std::move(opened), std::move(directory));
}

}  // namespace courant
