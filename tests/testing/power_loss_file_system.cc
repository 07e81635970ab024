#include "tests/testing/power_loss_file_system.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "rocksdb/system_clock.h"
#include "storage/base/status_macros.h"
#include "tests/testing/power_loss_files.h"
#include "tests/testing/power_loss_tree.h"

namespace courant {

namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

// Sleeps only while the power is on.
class PowerLossClock final : public rocksdb::SystemClockWrapper {
 public:
  explicit PowerLossClock(std::shared_ptr<PowerLossFileSystem> fs)
      : SystemClockWrapper(rocksdb::SystemClock::Default()),
        fs_(std::move(fs)) {}

  const char* Name() const override { return "PowerLossClock"; }

  void SleepForMicroseconds(int micros) override {
    if (fs_->powered()) target_->SleepForMicroseconds(micros);
  }

 private:
  const std::shared_ptr<PowerLossFileSystem> fs_;
};

class PowerLossEnv final : public rocksdb::EnvWrapper {
 public:
  explicit PowerLossEnv(const std::shared_ptr<PowerLossFileSystem>& fs)
      : EnvWrapper(rocksdb::NewCompositeEnv(fs)) {
    file_system_ = fs;
    system_clock_ = std::make_shared<PowerLossClock>(fs);
  }

  const char* Name() const override { return "PowerLossEnv"; }
};

}  // namespace

absl::StatusOr<std::shared_ptr<PowerLossFileSystem>>
PowerLossFileSystem::Create(std::string root) {
  std::shared_ptr<PowerLossFileSystem> fs(
      new PowerLossFileSystem(std::move(root)));
  absl::Status status;
  fs->power_->WithDisk(
      [&](PowerLossDisk& disk) { status = LoadTree(fs->root_, disk); });
  COURANT_RETURN_IF_ERROR(status);
  return fs;
}

PowerLossFileSystem::PowerLossFileSystem(std::string root)
    : FileSystemWrapper(rocksdb::FileSystem::Default()),
      root_(std::move(root)),
      power_(std::make_shared<PowerSwitch>()) {}

absl::Status PowerLossFileSystem::PowerLoss(uint64_t seed,
                                            PowerLossDisk::Tail tail) {
  power_->PowerOff();
  absl::Status status;
  power_->WithDisk([&](PowerLossDisk& disk) {
    // RocksDB does not open a manifest whose last record has its length and not
    // its words, and a file system that writes data before it lets a file grow
    // (ext4 and XFS, unless told otherwise) never leaves one. Log files are
    // written in place, over zeros: there it can be.
    disk.LosePower(seed, tail, /*clean=*/"MANIFEST");
    status = StoreTree(disk, root_);
  });
  return status;
}

bool PowerLossFileSystem::InRoot(const std::string& name) const {
  return name == root_ || absl::StartsWith(name, absl::StrCat(root_, "/"));
}

std::optional<PowerLossDisk::Path> PowerLossFileSystem::Modelled(
    const std::string& name) const {
  if (!InRoot(name)) return std::nullopt;
  PowerLossDisk::Path path = absl::StrSplit(
      absl::string_view(name).substr(root_.size()), '/', absl::SkipEmpty());
  if (!path.empty() && !IsModelled(path.back())) return std::nullopt;
  return path;
}

IOStatus PowerLossFileSystem::Check(const std::string& name) const {
  return InRoot(name) ? power_->Check(PowerSwitch::kAnyBoot) : IOStatus::OK();
}

IOStatus PowerLossFileSystem::Change(
    const std::string& name, Needs needs, uint64_t DiskOperations::*kind,
    absl::FunctionRef<IOStatus()> act,
    absl::FunctionRef<void(PowerLossDisk&, const PowerLossDisk::Path&)> tell) {
  const std::optional<PowerLossDisk::Path> path = Modelled(name);
  if (!path.has_value()) {
    IOStatus status = Check(name);
    return status.ok() ? act() : status;
  }
  return power_->Change(PowerSwitch::kAnyBoot, kind, [&](PowerLossDisk& disk) {
    PowerLossDisk::Path needed = *path;
    if (needs == Needs::kParent && !needed.empty()) needed.pop_back();
    if (disk.Find(needed) == nullptr) {
      return IOStatus::PathNotFound("not on the modelled disk", name);
    }
    IOStatus status = act();
    if (status.ok()) tell(disk, *path);
    return status;
  });
}

template <typename File, typename Open>
IOStatus PowerLossFileSystem::OpenToRead(const std::string& name, Open open,
                                         std::unique_ptr<File>* result) {
  result->reset();
  const PowerSwitch::Boot boot = power_->boot();
  IOStatus status = Check(name);
  if (!status.ok()) return status;
  std::unique_ptr<File> file;
  status = open(&file);
  if (!status.ok()) return status;
  if (InRoot(name)) {
    file = WrapFile({.power = power_, .boot = boot, .node = nullptr},
                    std::move(file));
  }
  *result = std::move(file);
  return status;
}

template <typename File, typename Open>
IOStatus PowerLossFileSystem::OpenToWrite(
    const std::string& name,
    DiskNodePtr (PowerLossDisk::*tell)(const PowerLossDisk::Path&), Open open,
    std::unique_ptr<File>* result) {
  result->reset();
  const PowerSwitch::Boot boot = power_->boot();
  std::unique_ptr<File> file;
  DiskNodePtr node;
  IOStatus status = Change(
      name, Needs::kParent, &DiskOperations::names, [&] { return open(&file); },
      [&](PowerLossDisk& disk, const PowerLossDisk::Path& path) {
        node = (disk.*tell)(path);
      });
  if (!status.ok()) return status;
  if (node != nullptr) {
    file = WrapFile({.power = power_, .boot = boot, .node = std::move(node)},
                    std::move(file));
  }
  *result = std::move(file);
  return status;
}

IOStatus PowerLossFileSystem::NewSequentialFile(
    const std::string& name, const FileOptions& options,
    std::unique_ptr<rocksdb::FSSequentialFile>* result, IODebugContext* debug) {
  return OpenToRead(
      name,
      [&](auto* file) {
        return target()->NewSequentialFile(name, options, file, debug);
      },
      result);
}

IOStatus PowerLossFileSystem::NewRandomAccessFile(
    const std::string& name, const FileOptions& options,
    std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
    IODebugContext* debug) {
  return OpenToRead(
      name,
      [&](auto* file) {
        return target()->NewRandomAccessFile(name, options, file, debug);
      },
      result);
}

IOStatus PowerLossFileSystem::NewWritableFile(
    const std::string& name, const FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext* debug) {
  return OpenToWrite(
      name, &PowerLossDisk::CreateFile,
      [&](auto* file) {
        return target()->NewWritableFile(name, options, file, debug);
      },
      result);
}

IOStatus PowerLossFileSystem::ReopenWritableFile(
    const std::string& name, const FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext* debug) {
  return OpenToWrite(
      name, &PowerLossDisk::OpenFile,
      [&](auto* file) {
        return target()->ReopenWritableFile(name, options, file, debug);
      },
      result);
}

IOStatus PowerLossFileSystem::ReuseWritableFile(
    const std::string& name, const std::string& old_name,
    const FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext* debug) {
  IOStatus status = RenameFile(old_name, name, options.io_options, debug);
  if (!status.ok()) return status;
  return NewWritableFile(name, options, result, debug);
}

IOStatus PowerLossFileSystem::NewRandomRWFile(
    const std::string& name, const FileOptions& options,
    std::unique_ptr<rocksdb::FSRandomRWFile>* result, IODebugContext* debug) {
  return OpenToWrite(
      name, &PowerLossDisk::OpenFile,
      [&](auto* file) {
        return target()->NewRandomRWFile(name, options, file, debug);
      },
      result);
}

IOStatus PowerLossFileSystem::NewMemoryMappedFileBuffer(
    const std::string& name,
    std::unique_ptr<rocksdb::MemoryMappedFileBuffer>*) {
  return IOStatus::NotSupported("no mapped writes on the modelled disk", name);
}

IOStatus PowerLossFileSystem::NewDirectory(
    const std::string& name, const IOOptions& options,
    std::unique_ptr<rocksdb::FSDirectory>* result, IODebugContext* debug) {
  const std::optional<PowerLossDisk::Path> path = Modelled(name);
  if (!path.has_value()) {
    return target()->NewDirectory(name, options, result, debug);
  }
  result->reset();
  const PowerSwitch::Boot boot = power_->boot();
  IOStatus status = Check(name);
  if (!status.ok()) return status;
  DiskNodePtr node;
  power_->WithDisk([&](PowerLossDisk& disk) { node = disk.Find(*path); });
  if (node == nullptr) {
    return IOStatus::PathNotFound("not on the modelled disk", name);
  }
  std::unique_ptr<rocksdb::FSDirectory> directory;
  status = target()->NewDirectory(name, options, &directory, debug);
  if (!status.ok()) return status;
  *result = WrapFile({.power = power_, .boot = boot, .node = std::move(node)},
                     std::move(directory));
  return status;
}

IOStatus PowerLossFileSystem::NewLogger(
    const std::string& name, const IOOptions& options,
    std::shared_ptr<rocksdb::Logger>* result, IODebugContext* debug) {
  IOStatus status = Check(name);
  return status.ok() ? target()->NewLogger(name, options, result, debug)
                     : status;
}

IOStatus PowerLossFileSystem::LockFile(const std::string& name,
                                       const IOOptions& options,
                                       rocksdb::FileLock** lock,
                                       IODebugContext* debug) {
  IOStatus status = Check(name);
  return status.ok() ? target()->LockFile(name, options, lock, debug) : status;
}

IOStatus PowerLossFileSystem::FileExists(const std::string& name,
                                         const IOOptions& options,
                                         IODebugContext* debug) {
  IOStatus status = Check(name);
  return status.ok() ? target()->FileExists(name, options, debug) : status;
}

IOStatus PowerLossFileSystem::GetChildren(const std::string& name,
                                          const IOOptions& options,
                                          std::vector<std::string>* result,
                                          IODebugContext* debug) {
  IOStatus status = Check(name);
  return status.ok() ? target()->GetChildren(name, options, result, debug)
                     : status;
}

IOStatus PowerLossFileSystem::GetFileSize(const std::string& name,
                                          const IOOptions& options,
                                          uint64_t* size,
                                          IODebugContext* debug) {
  IOStatus status = Check(name);
  return status.ok() ? target()->GetFileSize(name, options, size, debug)
                     : status;
}

IOStatus PowerLossFileSystem::RenameFile(const std::string& from,
                                         const std::string& to,
                                         const IOOptions& options,
                                         IODebugContext* debug) {
  const std::optional<PowerLossDisk::Path> new_path = Modelled(to);
  if (Modelled(from).has_value() != new_path.has_value()) {
    return IOStatus::NotSupported("only one name is on the modelled disk",
                                  from + " -> " + to);
  }
  return Change(
      from, Needs::kItself, &DiskOperations::names,
      [&] { return target()->RenameFile(from, to, options, debug); },
      [&](PowerLossDisk& disk, const PowerLossDisk::Path& path) {
        disk.Rename(path, *new_path);
      });
}

IOStatus PowerLossFileSystem::LinkFile(const std::string& from,
                                       const std::string& to,
                                       const IOOptions& options,
                                       IODebugContext* debug) {
  const std::optional<PowerLossDisk::Path> new_path = Modelled(to);
  if (Modelled(from).has_value() != new_path.has_value()) {
    return IOStatus::NotSupported("only one name is on the modelled disk",
                                  from + " -> " + to);
  }
  return Change(
      from, Needs::kItself, &DiskOperations::names,
      [&] { return target()->LinkFile(from, to, options, debug); },
      [&](PowerLossDisk& disk, const PowerLossDisk::Path& path) {
        disk.Link(path, *new_path);
      });
}

IOStatus PowerLossFileSystem::DeleteFile(const std::string& name,
                                         const IOOptions& options,
                                         IODebugContext* debug) {
  return Change(
      name, Needs::kItself, &DiskOperations::names,
      [&] { return target()->DeleteFile(name, options, debug); },
      [](PowerLossDisk& disk, const PowerLossDisk::Path& path) {
        disk.Remove(path);
      });
}

IOStatus PowerLossFileSystem::CreateDir(const std::string& name,
                                        const IOOptions& options,
                                        IODebugContext* debug) {
  return Change(
      name, Needs::kParent, &DiskOperations::names,
      [&] { return target()->CreateDir(name, options, debug); },
      [](PowerLossDisk& disk, const PowerLossDisk::Path& path) {
        disk.CreateDirectory(path);
      });
}

IOStatus PowerLossFileSystem::CreateDirIfMissing(const std::string& name,
                                                 const IOOptions& options,
                                                 IODebugContext* debug) {
  bool is_directory = false;
  if (IsDirectory(name, options, &is_directory, debug).ok() && is_directory) {
    return Check(name);
  }
  return CreateDir(name, options, debug);
}

IOStatus PowerLossFileSystem::DeleteDir(const std::string& name,
                                        const IOOptions& options,
                                        IODebugContext* debug) {
  return Change(
      name, Needs::kItself, &DiskOperations::names,
      [&] { return target()->DeleteDir(name, options, debug); },
      [](PowerLossDisk& disk, const PowerLossDisk::Path& path) {
        disk.Remove(path);
      });
}

std::unique_ptr<rocksdb::Env> NewPowerLossEnv(
    std::shared_ptr<PowerLossFileSystem> fs) {
  return std::make_unique<PowerLossEnv>(fs);
}

}  // namespace courant
