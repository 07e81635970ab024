#ifndef COURANT_SERVICES_SERVER_DATA_FOLDER_H_
#define COURANT_SERVICES_SERVER_DATA_FOLDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/backup_service.pb.h"
#include "services/export/exporter.h"
#include "services/export/importer.h"
#include "services/server/server.h"
#include "storage/base/clock.h"
#include "storage/store.h"
#include "storage/verified_log.h"

// What is done with a data folder, and with the backups of one, while no server
// runs on it. Every function blocks for as long as reading everything takes.
namespace courant {

// How a server with these options opens its store.
storage::StoreOptions StoreOptionsFrom(const ServerOptions& options);

// Opens the data folder as a start does, without a listener; erases what kills
// still owe to its files; and checks the whole log, from the first change to
// the last. `clock` as for Server::Start. `on_progress` is told the change that
// was checked and the last one, now and then.
//   INVALID_ARGUMENT                there is no such folder, or it is empty
//   DATA_LOSS, FAILED_PRECONDITION  the data is refused; the text says which
//                                   change is wrong, and what to do
//   UNAVAILABLE                     another program has the folder open
absl::StatusOr<storage::VerifiedLog> VerifyData(
    const ServerOptions& options, const Clock& clock,
    const storage::VerifyProgress& on_progress = nullptr);

// What came back with a backup.
struct RestoredData {
  // The last change of the backup: the branch of the new epoch.
  Sequence branch;
  Epoch epoch{0};
  // Articles that had been killed since, and were killed again.
  int killed_again = 0;
  // All of the log, what was killed again included.
  storage::VerifiedLog log;
};

// Restores a backup from `backup.dir` into the data folder, which must be empty
// or not there: checks all its files, copies them, begins an epoch above all
// that were, kills again what was killed since, erases that, and checks the
// whole log. Until all is done, no server opens the folder.
// `without_kills` goes on where the KILLS file is damaged or missing.
//   NOT_FOUND                       there is no such backup
//   DATA_LOSS, FAILED_PRECONDITION  a file of it is damaged (the text names
//                                   it), KILLS is, or the folder is not empty
absl::StatusOr<RestoredData> RestoreData(const ServerOptions& options,
                                         uint32_t backup, bool without_kills,
                                         const Clock& clock);

// Opens the data folder as a start does, without a listener, and gives `write`
// everything that is in it, by lines; see services/export.
//   INVALID_ARGUMENT  there is no such folder
//   others            of `write`, and those of VerifyData
absl::StatusOr<ExportCounts> ExportData(
    const ServerOptions& options, const Clock& clock,
    absl::FunctionRef<absl::Status(absl::string_view)> write,
    ExportProgress on_progress);

// Makes the data folder, which must be empty or not there, of an export, with
// all that RestoreData does to a backup: a new epoch, and what KILLS in
// `backup.dir` says was killed since. Until all is done, no server opens the
// folder. `without_kills` as there, and without `backup.dir`.
//   DATA_LOSS, FAILED_PRECONDITION  the export was cut or altered (the text
//                                   names the line), KILLS is damaged or
//                                   missing, `backup.dir` is not set, or the
//                                   folder is not empty
//   others                          of `read`
absl::StatusOr<RestoredData> ImportData(const ServerOptions& options,
                                        ExportSource read, bool without_kills,
                                        const Clock& clock,
                                        ExportProgress on_progress);

// The backups in `backup.dir`, oldest first.
absl::StatusOr<std::vector<v1::Backup>> FindBackups(
    const ServerOptions& options);

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_DATA_FOLDER_H_
