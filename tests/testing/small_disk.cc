#include "tests/testing/small_disk.h"

#include <algorithm>
#include <string>
#include <utility>

#include "rocksdb/file_system.h"

namespace courant {
namespace {

using rocksdb::DataVerificationInfo;
using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

IOStatus NoRoom() { return IOStatus::NoSpace("the small disk is full"); }

class SmallDiskFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  SmallDiskFile(std::unique_ptr<rocksdb::FSWritableFile> file, SmallDisk& disk)
      : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk) {}

  IOStatus Append(const Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    const uint64_t room = disk_.Take(data.size());
    IOStatus status =
        target()->Append(Slice(data.data(), room), options, debug);
    return status.ok() && room < data.size() ? NoRoom() : status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const DataVerificationInfo& /*verification*/,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }

 private:
  SmallDisk& disk_;
};

class SmallDiskRewritten final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  SmallDiskRewritten(std::unique_ptr<rocksdb::FSRandomRWFile> file,
                     std::string name, rocksdb::FileSystem& files,
                     SmallDisk& disk)
      : FSRandomRWFileOwnerWrapper(std::move(file)),
        name_(std::move(name)),
        files_(files),
        disk_(disk) {}

  IOStatus Write(uint64_t offset, const Slice& data, const IOOptions& options,
                 IODebugContext* debug) override {
    uint64_t size = 0;
    IOStatus status = files_.GetFileSize(name_, options, &size, debug);
    if (!status.ok()) return status;
    const uint64_t end = offset + data.size();
    const uint64_t more = end > size ? end - size : 0;
    const uint64_t room = disk_.Take(more);
    status = FSRandomRWFileOwnerWrapper::Write(
        offset, Slice(data.data(), data.size() - (more - room)), options,
        debug);
    return status.ok() && room < more ? NoRoom() : status;
  }

 private:
  const std::string name_;
  rocksdb::FileSystem& files_;
  SmallDisk& disk_;
};

class SmallDiskFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  SmallDiskFileSystem(const std::shared_ptr<rocksdb::FileSystem>& base,
                      SmallDisk& disk)
      : FileSystemWrapper(base), disk_(disk) {}

  const char* Name() const override { return "SmallDiskFileSystem"; }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* debug) override {
    IOStatus status = target()->NewWritableFile(name, options, result, debug);
    if (status.ok()) {
      *result = std::make_unique<SmallDiskFile>(std::move(*result), disk_);
    }
    return status;
  }

  IOStatus NewRandomRWFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                           IODebugContext* debug) override {
    IOStatus status = target()->NewRandomRWFile(name, options, result, debug);
    if (status.ok()) {
      *result = std::make_unique<SmallDiskRewritten>(std::move(*result), name,
                                                     *target(), disk_);
    }
    return status;
  }

  IOStatus GetFreeSpace(const std::string& /*path*/,
                        const IOOptions& /*options*/, uint64_t* free,
                        IODebugContext* /*debug*/) override {
    *free = disk_.free_bytes();
    return IOStatus::OK();
  }

 private:
  SmallDisk& disk_;
};

class SmallDiskEnv final : public rocksdb::EnvWrapper {
 public:
  SmallDiskEnv(rocksdb::Env* base, SmallDisk& disk) : EnvWrapper(base) {
    file_system_ =
        std::make_shared<SmallDiskFileSystem>(base->GetFileSystem(), disk);
    system_clock_ = base->GetSystemClock();
  }

  const char* Name() const override { return "SmallDiskEnv"; }
};

}  // namespace

uint64_t SmallDisk::Take(uint64_t wanted) {
  uint64_t before = free_.load();
  // Without a limit there is nothing to count.
  if (before == UINT64_MAX) return wanted;
  uint64_t taken = std::min(before, wanted);
  while (!free_.compare_exchange_weak(before, before - taken)) {
    taken = std::min(before, wanted);
  }
  if (taken < wanted) refusals_.fetch_add(1);
  return taken;
}

std::unique_ptr<rocksdb::Env> NewSmallDiskEnv(rocksdb::Env* base,
                                              SmallDisk& disk) {
  return std::make_unique<SmallDiskEnv>(base, disk);
}

}  // namespace courant
