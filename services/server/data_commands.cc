#include "services/server/data_commands.h"

#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "services/server/data_folder.h"
#include "services/server/json_log.h"
#include "services/server/server.h"
#include "storage/base/clock.h"

namespace courant {
namespace {

// Between two lines of the log that say how far a check is.
constexpr absl::Duration kToldEvery = absl::Seconds(5);

int Refuse(const LoadedConfig& loaded, const char* event,
           const absl::Status& why) {
  const JsonLog log(LogLevelOf(loaded.config.log().level()));
  log.Write(LogLevel::kError, event, {{"why", std::string(why.message())}});
  return why.code() == absl::StatusCode::kNotFound ? kBadConfiguration
                                                   : ExitCodeFor(why);
}

void Print(const nlohmann::ordered_json& line) {
  std::puts(line.dump().c_str());
  std::fflush(stdout);
}

nlohmann::ordered_json JsonOf(const storage::VerifiedLog& log) {
  nlohmann::ordered_json seen;
  seen["last_sequence"] = log.last_sequence.value();
  seen["changes"] = log.changes;
  seen["articles"] = log.articles;
  seen["erased"] = log.erased;
  seen["frames"] = log.frames;
  return seen;
}

}  // namespace

int ExitCodeFor(const absl::Status& error) {
  if (absl::IsDataLoss(error) || absl::IsFailedPrecondition(error)) {
    return kDataRefused;
  }
  return absl::IsInvalidArgument(error) ? kBadConfiguration : kOtherFailure;
}

int VerifyCommand(const LoadedConfig& loaded) {
  const SystemClock clock;
  const JsonLog log(LogLevelOf(loaded.config.log().level()));
  absl::Time told = clock.Now();
  const absl::StatusOr<storage::VerifiedLog> verified = VerifyData(
      {.config = loaded.config}, clock, [&](Sequence checked, Sequence last) {
        if (clock.Now() < told + kToldEvery) return;
        told = clock.Now();
        log.Write(LogLevel::kInfo, "verifying",
                  {{"checked", checked.ToString()}, {"of", last.ToString()}});
      });
  if (!verified.ok()) {
    return Refuse(loaded, "verify_refused", verified.status());
  }
  Print({{"verified", JsonOf(*verified)}});
  return kCleanStop;
}

int ListBackupsCommand(const LoadedConfig& loaded) {
  const auto backups = FindBackups({.config = loaded.config});
  if (!backups.ok()) return Refuse(loaded, "backups_refused", backups.status());
  for (const v1::Backup& backup : *backups) {
    nlohmann::ordered_json line;
    line["name"] = backup.name();
    if (backup.damage().empty()) {
      line["create_time"] = absl::FormatTime(
          "%Y-%m-%dT%H:%M:%SZ",
          absl::FromUnixSeconds(backup.create_time().seconds()),
          absl::UTCTimeZone());
      line["sequence"] = backup.sequence();
      line["epoch"] = backup.epoch();
      line["size_bytes"] = backup.size_bytes();
    } else {
      line["damage"] = backup.damage();
    }
    Print({{"backup", line}});
  }
  return kCleanStop;
}

int RestoreBackupCommand(const LoadedConfig& loaded, uint32_t backup,
                         bool without_kills) {
  const SystemClock clock;
  const absl::StatusOr<RestoredData> restored =
      RestoreData({.config = loaded.config}, backup, without_kills, clock);
  if (!restored.ok()) {
    return Refuse(loaded, "restore_refused", restored.status());
  }
  nlohmann::ordered_json line;
  line["backup"] = backup;
  line["branch_sequence"] = restored->branch.value();
  line["epoch"] = restored->epoch.value();
  line["killed_again"] = restored->killed_again;
  line["verified"] = JsonOf(restored->log);
  Print({{"restored", line}});
  return kCleanStop;
}

}  // namespace courant
