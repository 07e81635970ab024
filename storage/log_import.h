#ifndef COURANT_STORAGE_LOG_IMPORT_H_
#define COURANT_STORAGE_LOG_IMPORT_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "courant/storage/v1/record.pb.h"
#include "storage/applier.h"
#include "storage/database.h"
#include "storage/epochs.h"
#include "storage/frame.h"
#include "storage/log_export.h"
#include "storage/watermark.h"

namespace courant::storage {

// Makes a data folder from what log_export gives out. The folder has the file
// RESTORING from the first byte on (see half_restored.h), so no server opens it
// before whoever imports has opened it with StoreOptions::from_backup and said
// EndRestore. Nothing waits for the disk before Finish(). Use from one thread.
class LogImport {
 public:
  // Whose log it is.
  struct Identity {
    v1::Format format;
    Epochs epochs;
  };

  // Begins in `data_dir`, which must be empty or not there.
  //   FAILED_PRECONDITION  it is not empty, or the data are of a newer version;
  //                        nothing was changed
  //   INVALID_ARGUMENT     `identity` is that of no log; nothing was changed
  //   others               as Database::WriteDurably
  static absl::StatusOr<std::unique_ptr<LogImport>> Begin(
      const std::string& data_dir, DatabaseOptions options,
      const Identity& identity);

  // Adds the next frame: checks that it follows, and that every article in it
  // has its digest or was taken away, and does what follows from it.
  //   DATA_LOSS            it does not follow; the text says what differs
  //   FAILED_PRECONDITION  it needs a newer program
  //   others               as Database::WriteDurably
  absl::Status Add(Frame frame);

  // Adds a row beside the log, after all frames.
  //   DATA_LOSS  it is damaged, or of a family that has none
  //   others     as Database::WriteDurably
  absl::Status Put(const LooseRow& row);

  // Where the log ends so far.
  Tail tail() const { return applier_.applied(); }

  // Returns where the log ends when all of it is in tables on stable storage;
  // that the tables have a name there, Store::Open makes sure. Nothing may be
  // added then; the database is closed.
  absl::StatusOr<Watermark> Finish();

 private:
  LogImport(std::unique_ptr<Database> database, Identity identity);

  absl::Status WriteIdentity();

  std::unique_ptr<Database> database_;
  const Identity identity_;
  Applier applier_;
  ChainDigest digest_;  // of the newest change
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_LOG_IMPORT_H_
