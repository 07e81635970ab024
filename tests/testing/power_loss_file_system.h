#ifndef COURANT_TESTS_TESTING_POWER_LOSS_FILE_SYSTEM_H_
#define COURANT_TESTS_TESTING_POWER_LOSS_FILE_SYSTEM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "tests/testing/power_loss_disk.h"
#include "tests/testing/power_switch.h"

namespace courant {

// The real file system with a plug that a test can pull. Under one directory,
// the root, it keeps in mind what is durable (PowerLossDisk says what that
// means), and PowerLoss() rewrites the directory to what a cut could leave.
//
//   COURANT_ASSERT_OK_AND_ASSIGN(auto fs,
//                                PowerLossFileSystem::Create(dir.path()));
//   std::unique_ptr<rocksdb::Env> env = NewPowerLossEnv(fs);
//   ... open a database with `env` in dir.Join("db") ...
//   fs->CutAfter(17);
//   ... write until it fails; close the database, whose destructor may ...
//   ASSERT_THAT(fs->PowerLoss(seed), IsOk());
//   fs->PowerOn();
//   ... open the database again and see what it still knows ...
//
// Not modelled: paths outside of the root (another disk); LOCK and the
// information log (LOG, LOG.old.*), which survive as they are; what others
// create or write under the root after Create(). Everything under the root is
// held in memory twice: meant for megabytes.
//
// Thread-safe. What used it before PowerLoss() must be closed before
// PowerOn(); RocksDB 7.8.3, assertions and all, does not mind being closed
// while nothing works.
class PowerLossFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  // `root` is an absolute path to a directory. What it holds now is durable.
  // Fails if it cannot be read.
  static absl::StatusOr<std::shared_ptr<PowerLossFileSystem>> Create(
      std::string root);

  // Lets `operations` more operations finish; in the next one the power
  // goes. Counted are those that change the disk or sync it, on whatever
  // thread, not reads.
  void CutAfter(uint64_t operations) { power_->CutAfter(operations); }

  // Fails everything from now on but the release of a lock; turns the
  // contents of the root into what a power cut at this moment, or at that of
  // CutAfter(), may leave. Equal seeds give equal results if the operations
  // were the same. The power stays off. Fails if the root cannot be
  // rewritten.
  absl::Status PowerLoss(
      uint64_t seed, PowerLossDisk::Tail tail = PowerLossDisk::Tail::kClean);

  // Allows new operations and new files. Files from before stay dead.
  void PowerOn() { power_->PowerOn(); }

  // From now on syncs answer OK and do nothing, as on a disk that lies. With
  // it a test shows that it would notice a missing sync.
  void set_ignore_sync(bool ignore) { power_->IgnoreSyncs(ignore); }

  // False from the cut on, until PowerOn().
  bool powered() const { return power_->Check(PowerSwitch::kAnyBoot).ok(); }

  // What was done so far, over all boots.
  DiskOperations operations() const { return power_->operations(); }

  const char* Name() const override { return "PowerLossFileSystem"; }

  // The rest implements rocksdb::FileSystem and is documented there.
  rocksdb::IOStatus NewSequentialFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSSequentialFile>* result,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewWritableFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* result,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* result,
      rocksdb::IODebugContext* debug) override;
  // Renames and empties: bytes of the old file are not kept for overwriting.
  rocksdb::IOStatus ReuseWritableFile(
      const std::string& name, const std::string& old_name,
      const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* result,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomRWFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSRandomRWFile>* result,
      rocksdb::IODebugContext* debug) override;
  // Not supported: writes through it would not be seen.
  rocksdb::IOStatus NewMemoryMappedFileBuffer(
      const std::string& name,
      std::unique_ptr<rocksdb::MemoryMappedFileBuffer>* result) override;
  rocksdb::IOStatus NewDirectory(const std::string& name,
                                 const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* result,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewLogger(const std::string& name,
                              const rocksdb::IOOptions& options,
                              std::shared_ptr<rocksdb::Logger>* result,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LockFile(const std::string& name,
                             const rocksdb::IOOptions& options,
                             rocksdb::FileLock** lock,
                             rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus FileExists(const std::string& name,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetChildren(const std::string& name,
                                const rocksdb::IOOptions& options,
                                std::vector<std::string>* result,
                                rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetFileSize(const std::string& name,
                                const rocksdb::IOOptions& options,
                                uint64_t* size,
                                rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDir(const std::string& name,
                              const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string& name,
                                       const rocksdb::IOOptions& options,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteDir(const std::string& name,
                              const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override;

 private:
  explicit PowerLossFileSystem(std::string root);

  // What an operation on a path needs to find on the disk.
  enum class Needs { kItself, kParent };

  bool InRoot(const std::string& name) const;
  // The path below the root, or nothing if the model does not hold it.
  std::optional<PowerLossDisk::Path> Modelled(const std::string& name) const;
  // Fails if `name` is on the disk and the power is off.
  rocksdb::IOStatus Check(const std::string& name) const;

  // Runs `act` on the real file system and, if that succeeds, `tell` on the
  // model with the path of `name`.
  rocksdb::IOStatus Change(
      const std::string& name, Needs needs, uint64_t DiskOperations::*kind,
      absl::FunctionRef<rocksdb::IOStatus()> act,
      absl::FunctionRef<void(PowerLossDisk&, const PowerLossDisk::Path&)> tell);

  // Open by `open`, a call to the real file system. What is written is made
  // known to the model by `tell`.
  template <typename File, typename Open>
  rocksdb::IOStatus OpenToRead(const std::string& name, Open open,
                               std::unique_ptr<File>* result);
  template <typename File, typename Open>
  rocksdb::IOStatus OpenToWrite(
      const std::string& name,
      DiskNodePtr (PowerLossDisk::*tell)(const PowerLossDisk::Path&), Open open,
      std::unique_ptr<File>* result);

  const std::string root_;
  const std::shared_ptr<PowerSwitch> power_;
};

// An Env for rocksdb::Options that uses `fs` and is else the default one, but
// for one thing: while the power is off nobody sleeps. RocksDB waits a second
// after a flush that failed, and so would every cut that hits one.
std::unique_ptr<rocksdb::Env> NewPowerLossEnv(
    std::shared_ptr<PowerLossFileSystem> fs);

}  // namespace courant

#endif  // COURANT_TESTS_TESTING_POWER_LOSS_FILE_SYSTEM_H_
