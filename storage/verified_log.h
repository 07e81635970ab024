#ifndef COURANT_STORAGE_VERIFIED_LOG_H_
#define COURANT_STORAGE_VERIFIED_LOG_H_

#include <cstdint>
#include <functional>

#include "storage/base/ids.h"

namespace courant::storage {

// What a check of the log has looked at; see LogVerifier. On its own, so that
// who reports it needs to know nothing of the database.
struct VerifiedLog {
  // The newest change that was checked; 0 in an empty log.
  Sequence last_sequence = Sequence(0);
  uint64_t changes = 0;
  // Articles that have the recorded digest.
  uint64_t articles = 0;
  // Articles that a later change took away.
  uint64_t erased = 0;
  // Frames that hold those changes, and control frames between them.
  uint64_t frames = 0;
};

// Told, at least every 10,000 changes, which change was checked and which is
// the last. Null: nobody is. Called by the thread that checks.
using VerifyProgress = std::function<void(Sequence checked, Sequence last)>;

}  // namespace courant::storage

#endif  // COURANT_STORAGE_VERIFIED_LOG_H_
