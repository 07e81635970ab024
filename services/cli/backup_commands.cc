#include "services/cli/backup_commands.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "services/cli/confirmation.h"
#include "services/cli/connection.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/folder_options.h"
#include "services/cli/json_text.h"
#include "services/cli/progress_bar.h"
#include "services/cli/server_program.h"
#include "services/cli/table.h"
#include "services/cli/time_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr absl::Duration kLookEvery = absl::Milliseconds(200);

Operand BackupOperand() {
  return {"BACKUP", "Its number, as in courant backup list",
          Operand::Use::kRequired};
}

// "7" and "backups/7" are the same.
std::string NamedBackup(const Context& context) {
  const std::string& text = context.arguments.operands().front();
  return absl::StartsWith(text, "backups/") ? text
                                            : absl::StrCat("backups/", text);
}

std::string NumberOf(const v1::Backup& backup) {
  return OneLine(std::string(absl::StripPrefix(backup.name(), "backups/")));
}

std::string SizeText(int64_t bytes) {
  return absl::StrFormat("%.1f MiB",
                         static_cast<double>(bytes) / (1024.0 * 1024.0));
}

std::string RunText(const v1::BackupRun& run) {
  const bool makes = run.kind() == v1::BackupRun::CREATE;
  const v1::Backup& backup = run.backup();
  return absl::StrCat(
      "backup ", NumberOf(backup), makes ? "  made" : "  verified", "  up to ",
      backup.sequence(), "  ", SizeText(backup.size_bytes()), "\n");
}

// Looks at a run until it has ended, and prints its end.
absl::Status Await(v1::BackupRun run, Context& context) {
  Console& console = context.console;
  ProgressBar bar(console.err, console.err_terminal);
  const int64_t number = run.number();
  while (run.state() == v1::BackupRun::RUNNING) {
    bar.Show(0, 0,
             run.kind() == v1::BackupRun::CREATE
                 ? absl::StrCat("copied ", SizeText(run.copied_bytes()))
                 : "reading");
    if (console.stop.WaitFor(kLookEvery)) {
      return absl::CancelledError(
          "stopped looking; the server goes on with it");
    }
    COURANT_ASSIGN_OR_RETURN(run, context.connection.GetBackupRun({}));
    if (run.number() != number) {
      return absl::AbortedError(
          "the server has begun another run meanwhile; see courant backup "
          "list");
    }
  }
  bar.Hide();
  if (context.output == OutputFormat::kJson) {
    console.out << JsonLine(run) << '\n';
  }
  if (run.state() == v1::BackupRun::FAILED) {
    return absl::DataLossError(run.failure());
  }
  if (context.output == OutputFormat::kText) console.out << RunText(run);
  return absl::OkStatus();
}

absl::Status CreateBackup(Context& context) {
  COURANT_ASSIGN_OR_RETURN(v1::BackupRun run,
                           context.connection.StartBackup({}));
  return Await(std::move(run), context);
}

absl::Status VerifyBackup(Context& context) {
  v1::StartVerificationRequest request;
  request.set_name(NamedBackup(context));
  COURANT_ASSIGN_OR_RETURN(v1::BackupRun run,
                           context.connection.StartVerification(request));
  return Await(std::move(run), context);
}

absl::Status ListBackups(Context& context) {
  COURANT_ASSIGN_OR_RETURN(const v1::ListBackupsResponse response,
                           context.connection.ListBackups({}));
  Console& console = context.console;
  Table table({"BACKUP", "MADE", "UP TO", "EPOCH", "SIZE", "STATE"});
  for (const v1::Backup& backup : response.backups()) {
    if (context.output == OutputFormat::kJson) {
      console.out << JsonLine(backup) << '\n';
    } else if (backup.damage().empty()) {
      table.Add({NumberOf(backup), TimeText(backup.create_time()),
                 absl::StrCat(backup.sequence()), absl::StrCat(backup.epoch()),
                 SizeText(backup.size_bytes()), "ok"});
    } else {
      table.Add({NumberOf(backup), "", "", "", "", OneLine(backup.damage())});
    }
  }
  if (context.output == OutputFormat::kText) {
    table.Print(console.out, console.out_terminal.Columns());
  }
  return absl::OkStatus();
}

absl::Status PruneBackups(Context& context) {
  v1::PruneBackupsRequest request;
  int32_t keep = 0;
  if (!absl::SimpleAtoi(context.arguments.Get("keep"), &keep) || keep < 1) {
    return UsageError("--keep must be a number of backups, 1 or more");
  }
  request.set_keep(keep);
  if (!context.arguments.Has("yes")) {
    COURANT_RETURN_IF_ERROR(ConfirmWords(
        "", absl::StrCat("All but the newest ", keep, " are deleted."),
        "Delete them?", context));
  }
  COURANT_ASSIGN_OR_RETURN(const v1::PruneBackupsResponse response,
                           context.connection.PruneBackups(request));
  context.console.out << (context.output == OutputFormat::kJson
                              ? JsonLine(response)
                              : absl::StrCat("deleted ", response.deleted()))
                      << '\n';
  return absl::OkStatus();
}

std::vector<Option> RestoreOptions() {
  std::vector<Option> options = FolderOptions();
  options.push_back(
      {"backup-dir", "DIR", "The folder of backups, unless the FILE says it"});
  options.push_back({"without-kills", "",
                     "Restore although KILLS, beside the backups, is missing "
                     "or damaged: killed texts may come back",
                     Option::Use::kSwitch});
  return options;
}

// Has courantd make the data folder that was named, while no server runs.
absl::Status RestoreHere(const Context& context) {
  const Arguments& given = context.arguments;
  std::vector<std::string> flags = FolderFlags(given);
  if (given.Has("backup-dir")) {
    flags.push_back(absl::StrCat("--set=backup.dir=", given.Get("backup-dir")));
  }
  if (given.Has("without-kills")) flags.emplace_back("--without-kills");
  flags.push_back(
      absl::StrCat("--restore-backup=",
                   absl::StripPrefix(given.operands().front(), "backups/")));
  return BecomeServerProgram(std::move(flags));
}

// A data folder is no server's business before it is there: with one, courantd
// makes it on this host; without, the server that has the backup is asked, and
// this says what to type on its host.
absl::Status RestoreBackup(Context& context) {
  if (NamesFolder(context.arguments)) return RestoreHere(context);
  for (const char* name : {"backup-dir", "without-kills"}) {
    if (context.arguments.Has(name)) {
      return UsageError(absl::StrCat(
          "--", name, " goes with --data-dir DIR, or --config FILE"));
    }
  }
  const std::string name = NamedBackup(context);
  COURANT_ASSIGN_OR_RETURN(const v1::ListBackupsResponse response,
                           context.connection.ListBackups({}));
  for (const v1::Backup& backup : response.backups()) {
    if (backup.name() != name) continue;
    if (!backup.damage().empty()) return absl::DataLossError(backup.damage());
    if (context.output == OutputFormat::kJson) {
      context.console.out << JsonLine(backup) << '\n';
      return absl::OkStatus();
    }
    context.console.out
        << "A backup is restored where the data are, while no server runs on "
           "them:\n\n"
           "  courantd --config FILE --data-dir EMPTY_FOLDER --restore-backup "
        << NumberOf(backup)
        << "\n\nThen start courantd with --data-dir EMPTY_FOLDER. Readers go "
           "back to change "
        << backup.sequence() << ", and are told so.\n";
    return absl::OkStatus();
  }
  return absl::NotFoundError(absl::StrCat("there is no ", name));
}

}  // namespace

std::vector<Command> BackupCommands() {
  return {
      {"backup",
       "create",
       "Make a backup while the server serves",
       "courant backup create",
       {},
       {},
       true,
       CreateBackup},
      {"backup",
       "list",
       "List the backups, oldest first",
       "courant backup list -o json",
       {},
       {},
       false,
       ListBackups},
      {"backup",
       "verify",
       "Compare every file of a backup with its checksum",
       "courant backup verify 7",
       BackupOperand(),
       {},
       false,
       VerifyBackup},
      {"backup", "restore",
       "Restore into a new data folder, or say how that is done",
       "courant backup restore 7 --data-dir ./new --backup-dir ./backups",
       BackupOperand(), RestoreOptions(), false, RestoreBackup},
      {"backup",
       "prune",
       "Delete the oldest backups",
       "courant backup prune --keep 14 --yes",
       {},
       {{"keep", "N", "So many are left", Option::Use::kRequired}},
       true,
       PruneBackups},
  };
}

}  // namespace courant
