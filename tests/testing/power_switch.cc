#include "tests/testing/power_switch.h"

namespace courant {
namespace {

using rocksdb::IOStatus;

IOStatus PowerIsOff() { return IOStatus::IOError("the power is off"); }

}  // namespace

PowerSwitch::Boot PowerSwitch::boot() const {
  MutexLock lock(mu_);
  return boot_;
}

IOStatus PowerSwitch::CheckLocked(Boot boot) const {
  if (!on_ || (boot != kAnyBoot && boot != boot_)) return PowerIsOff();
  return IOStatus::OK();
}

IOStatus PowerSwitch::Check(Boot boot) const {
  MutexLock lock(mu_);
  return CheckLocked(boot);
}

bool PowerSwitch::CutsHereLocked() {
  if (!until_cut_.has_value()) return false;
  if (*until_cut_ == 0) {
    on_ = false;
    until_cut_.reset();
    return true;
  }
  --*until_cut_;
  return false;
}

IOStatus PowerSwitch::Change(
    Boot boot, uint64_t DiskOperations::*kind,
    absl::FunctionRef<IOStatus(PowerLossDisk&)> change) {
  MutexLock lock(mu_);
  IOStatus status = CheckLocked(boot);
  if (!status.ok()) return status;
  const bool cut = CutsHereLocked();
  status = change(disk_);
  if (cut) return PowerIsOff();
  if (status.ok()) ++(operations_.*kind);
  return status;
}

IOStatus PowerSwitch::Sync(Boot boot, uint64_t DiskOperations::*kind,
                           absl::FunctionRef<void(PowerLossDisk&)> sync) {
  MutexLock lock(mu_);
  IOStatus status = CheckLocked(boot);
  if (!status.ok()) return status;
  if (CutsHereLocked()) return PowerIsOff();
  if (!ignore_syncs_) sync(disk_);
  ++(operations_.*kind);
  return IOStatus::OK();
}

void PowerSwitch::CutAfter(uint64_t operations) {
  MutexLock lock(mu_);
  until_cut_ = operations;
}

void PowerSwitch::PowerOff() {
  MutexLock lock(mu_);
  on_ = false;
  until_cut_.reset();
}

void PowerSwitch::PowerOn() {
  MutexLock lock(mu_);
  on_ = true;
  ++boot_;
  until_cut_.reset();
}

void PowerSwitch::IgnoreSyncs(bool ignore) {
  MutexLock lock(mu_);
  ignore_syncs_ = ignore;
}

DiskOperations PowerSwitch::operations() const {
  MutexLock lock(mu_);
  return operations_;
}

void PowerSwitch::WithDisk(absl::FunctionRef<void(PowerLossDisk&)> use) {
  MutexLock lock(mu_);
  use(disk_);
}

}  // namespace courant
