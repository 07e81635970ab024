#ifndef COURANT_SERVICES_AUDIT_AUDIT_FILE_H_
#define COURANT_SERVICES_AUDIT_AUDIT_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/audit/chain/audit_record.h"

namespace courant {

// The file that the audit log is written to, and the chain through it and those
// before it. Lines are only ever added. What is not on stable storage yet is
// kept in memory, so that after a failure it can be written again, behind the
// last line that is. Not thread-safe; blocks on the disk.
class AuditFile {
 public:
  // Opens `path`, or makes it, for the owner alone, and finds the end of the
  // chain: in it, or if it is empty in the newest of the files that were full.
  // Bytes behind the last whole record are what a crash has left: they stay,
  // and the next record says so. A file that is larger than `max_bytes` is
  // renamed to `path` with the number of its last record added, twelve digits
  // or more, and the chain goes on in a new one; none is ever deleted. `now` is
  // for that record alone.
  //   INVALID_ARGUMENT  it cannot be opened, or is no audit log, or there is no
  //                     whole record in its last MiB; names `audit.file`
  //   UNAVAILABLE       another server writes it
  static absl::StatusOr<std::unique_ptr<AuditFile>> Open(std::string path,
                                                         int64_t max_bytes,
                                                         absl::Time now);
  ~AuditFile();

  AuditFile(const AuditFile&) = delete;
  AuditFile& operator=(const AuditFile&) = delete;

  // Adds a record to the chain, in memory.
  void Add(const AuditRecord& record);

  // Hands to the system what was added, so that it outlives the process; Sync()
  // has it outlive the machine, and looks whether the file is full. When one of
  // them has failed, the next call writes again what is not synced, at the same
  // place, so call either until it succeeds.
  //   UNAVAILABLE  it could not; the text says why
  absl::Status Write();
  absl::Status Sync();

  // What was added and is not synced, in bytes.
  size_t unsynced_bytes() const { return unsynced_.size(); }
  // The last record that was added.
  const AuditLink& head() const { return head_; }

 private:
  AuditFile(std::string path, int64_t max_bytes)
      : path_(std::move(path)), max_bytes_(max_bytes) {}

  absl::Status Recover(absl::Time now);
  // Renames the file and begins another. A failure leaves all as it was: a file
  // that grows too large is better than none.
  void RotateIfFull();
  // A crash in the middle of that leaves the file with two names: takes the new
  // one away.
  void UndoHalfRotation();
  absl::Status Failed(absl::string_view what) const;

  const std::string path_;
  const int64_t max_bytes_;
  int file_ = -1;
  // Of the file: so much is on stable storage.
  int64_t synced_size_ = 0;
  // Behind that: what was added since, and how much of it was written.
  std::string unsynced_;
  size_t written_ = 0;
  AuditLink head_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIT_AUDIT_FILE_H_
