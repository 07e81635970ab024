#ifndef COURANT_TESTS_TESTING_POWER_SWITCH_H_
#define COURANT_TESTS_TESTING_POWER_SWITCH_H_

#include <cstdint>
#include <optional>

#include "absl/functional/function_ref.h"
#include "rocksdb/io_status.h"
#include "storage/base/mutex.h"
#include "tests/testing/power_loss_disk.h"

namespace courant {

// What was done to a disk: successful calls by kind.
struct DiskOperations {
  uint64_t writes = 0;           // Append, write at an offset, truncate.
  uint64_t names = 0;            // Create, rename, link, delete.
  uint64_t syncs = 0;            // Sync of a file.
  uint64_t directory_syncs = 0;  // Sync of a directory.

  uint64_t total() const { return writes + names + syncs + directory_syncs; }
};

// The power of one PowerLossFileSystem, shared by it and by every file opened
// through it. All that changes the disk comes through here, one operation at
// a time: that is what makes "the power went at operation 17" mean something.
//
// A boot is the time from one PowerOn() to the next PowerOff(). Files belong
// to the boot in which they were opened and are dead in every other.
//
// Thread-safe. Errors are rocksdb::IOStatus::IOError, not retryable.
class PowerSwitch {
 public:
  using Boot = uint64_t;
  // Of operations that name a path and so belong to whatever boot it is.
  static constexpr Boot kAnyBoot = 0;

  // The power is on.
  PowerSwitch() = default;

  // The boot now or, when the power is off, the last one.
  Boot boot() const ABSL_LOCKS_EXCLUDED(mu_);

  // Fails if the power is off, or if `boot` has passed.
  rocksdb::IOStatus Check(Boot boot) const ABSL_LOCKS_EXCLUDED(mu_);

  // Checks like Check(), then runs `change` and returns what it returns,
  // counted under `kind` if OK. `change` acts on the real file system first
  // and then in the same way on the disk. If the power goes in this
  // operation, it is done (and can survive or not, being unsynced), but the
  // caller sees an error.
  rocksdb::IOStatus Change(
      Boot boot, uint64_t DiskOperations::*kind,
      absl::FunctionRef<rocksdb::IOStatus(PowerLossDisk&)> change)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Likewise for an operation that only makes things durable. If the power
  // goes in it, it is not done. Does nothing while syncs are ignored, but
  // counts.
  rocksdb::IOStatus Sync(Boot boot, uint64_t DiskOperations::*kind,
                         absl::FunctionRef<void(PowerLossDisk&)> sync)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Lets `operations` more operations finish; the power goes in the next.
  void CutAfter(uint64_t operations) ABSL_LOCKS_EXCLUDED(mu_);
  void PowerOff() ABSL_LOCKS_EXCLUDED(mu_);
  // Begins a boot, without a cut in sight.
  void PowerOn() ABSL_LOCKS_EXCLUDED(mu_);

  void IgnoreSyncs(bool ignore) ABSL_LOCKS_EXCLUDED(mu_);

  // Since construction.
  DiskOperations operations() const ABSL_LOCKS_EXCLUDED(mu_);

  // Runs `use` on the disk while nothing else does.
  void WithDisk(absl::FunctionRef<void(PowerLossDisk&)> use)
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  rocksdb::IOStatus CheckLocked(Boot boot) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Counts down to the cut. True if this is the operation that it hits;
  // then the power is off.
  bool CutsHereLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable Mutex mu_;
  bool on_ ABSL_GUARDED_BY(mu_) = true;
  Boot boot_ ABSL_GUARDED_BY(mu_) = kAnyBoot + 1;
  bool ignore_syncs_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<uint64_t> until_cut_ ABSL_GUARDED_BY(mu_);
  DiskOperations operations_ ABSL_GUARDED_BY(mu_);
  PowerLossDisk disk_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_TESTS_TESTING_POWER_SWITCH_H_
