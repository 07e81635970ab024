#ifndef COURANT_SERVICES_SERVER_DATA_COMMANDS_H_
#define COURANT_SERVICES_SERVER_DATA_COMMANDS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "services/config/server_config.h"

// What `courantd` does instead of serving, by its flags: each says on stdout,
// in lines of JSON, what there is, and on stderr, as the log does, what was
// refused and how far it is. See data_folder.h for what they do.
namespace courant {

// Exit codes; part of what other programs rely on.
inline constexpr int kCleanStop = 0;
inline constexpr int kOtherFailure = 1;
inline constexpr int kBadConfiguration = 2;
inline constexpr int kDataRefused = 3;

// The exit code for an error of a start.
int ExitCodeFor(const absl::Status& error);

// --verify, --list-backups, --restore-backup. Return the exit code.
int VerifyCommand(const LoadedConfig& loaded);
int ListBackupsCommand(const LoadedConfig& loaded);
int RestoreBackupCommand(const LoadedConfig& loaded, uint32_t backup,
                         bool without_kills);

// --export and --import-export; "-" is stdout and stdin. A file that is there
// is not written over; what is no file and no pipe is not read. Return the exit
// code.
int ExportCommand(const LoadedConfig& loaded, const std::string& path);
int ImportExportCommand(const LoadedConfig& loaded, const std::string& path,
                        bool without_kills);

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_DATA_COMMANDS_H_
