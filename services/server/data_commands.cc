#include "services/server/data_commands.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "nlohmann/json.hpp"
#include "services/server/data_folder.h"
#include "services/server/json_log.h"
#include "services/server/server.h"
#include "storage/base/clock.h"
#include "storage/base/status_macros.h"

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

nlohmann::ordered_json JsonOf(const RestoredData& restored) {
  nlohmann::ordered_json line;
  line["branch_sequence"] = restored.branch.value();
  line["epoch"] = restored.epoch.value();
  line["killed_again"] = restored.killed_again;
  line["verified"] = JsonOf(restored.log);
  return line;
}

// Says now and then how far it is.
class ToldProgress {
 public:
  ToldProgress(const JsonLog& log, const Clock& clock, const char* event)
      : log_(log), clock_(clock), event_(event), told_(clock.Now()) {}

  void Tell(uint64_t done, Sequence last) {
    // Looking at the clock costs about as much as a small change.
    if (++calls_ % kLookEvery != 0 || clock_.Now() < told_ + kToldEvery) return;
    told_ = clock_.Now();
    log_.Write(LogLevel::kInfo, event_,
               {{"changes", absl::StrCat(done)}, {"of", last.ToString()}});
  }

 private:
  static constexpr uint64_t kLookEvery = 64;

  const JsonLog& log_;
  const Clock& clock_;
  const char* const event_;
  absl::Time told_;
  uint64_t calls_ = 0;
};

// A new file for the owner alone, or stdout.
class ExportFile {
 public:
  static absl::StatusOr<std::unique_ptr<ExportFile>> Open(
      const std::string& path) {
    if (path == "-") {
      return std::unique_ptr<ExportFile>(new ExportFile(path, stdout));
    }
    constexpr mode_t kOwnerAlone = 0600;
    const int descriptor =
        open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, kOwnerAlone);
    if (descriptor < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("cannot make the file ", path, ": ", strerror(errno)));
    }
    return std::unique_ptr<ExportFile>(
        new ExportFile(path, fdopen(descriptor, "w")));
  }

  ~ExportFile() {
    if (is_stdout()) return;
    std::fclose(file_);
    if (!whole_) std::remove(path_.c_str());
  }
  ExportFile(const ExportFile&) = delete;
  ExportFile& operator=(const ExportFile&) = delete;

  absl::Status Write(absl::string_view line) {
    if (std::fwrite(line.data(), 1, line.size(), file_) == line.size()) {
      return absl::OkStatus();
    }
    return Failed();
  }

  // Returns when it is on stable storage. Without this the file goes.
  absl::Status Finish() {
    if (std::fflush(file_) != 0) return Failed();
    if (!is_stdout() && fsync(fileno(file_)) != 0) return Failed();
    whole_ = true;
    return absl::OkStatus();
  }

  bool is_stdout() const { return file_ == stdout; }

 private:
  ExportFile(std::string path, std::FILE* file)
      : path_(std::move(path)), file_(file) {}

  absl::Status Failed() const {
    return absl::UnavailableError(
        absl::StrCat("cannot write ", path_, ": ", strerror(errno)));
  }

  const std::string path_;
  std::FILE* const file_;
  bool whole_ = false;
};

// A file or a pipe that is there, or stdin. No stream of the library: where
// reading fails, theirs throw.
class ImportFile {
 public:
  static absl::StatusOr<std::unique_ptr<ImportFile>> Open(
      const std::string& path) {
    if (path == "-") {
      return std::unique_ptr<ImportFile>(new ImportFile(path, STDIN_FILENO));
    }
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("cannot read ", path, ": ", strerror(errno)));
    }
    std::unique_ptr<ImportFile> file(new ImportFile(path, descriptor));
    struct stat about = {};
    if (fstat(descriptor, &about) != 0) return file->Failed();
    if (!S_ISREG(about.st_mode) && !S_ISFIFO(about.st_mode)) {
      return absl::InvalidArgumentError(
          absl::StrCat("cannot read ", path, ": it is no file and no pipe"));
    }
    return file;
  }

  ~ImportFile() {
    if (descriptor_ != STDIN_FILENO) close(descriptor_);
  }
  ImportFile(const ImportFile&) = delete;
  ImportFile& operator=(const ImportFile&) = delete;

  absl::StatusOr<size_t> Read(absl::Span<char> into) {
    ssize_t got = -1;
    do {
      got = read(descriptor_, into.data(), into.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) return Failed();
    return static_cast<size_t>(got);
  }

 private:
  ImportFile(std::string path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}

  absl::Status Failed() const {
    return absl::UnavailableError(
        absl::StrCat("cannot read ", path_, ": ", strerror(errno)));
  }

  const std::string path_;
  const int descriptor_;
};

absl::StatusOr<ExportCounts> Export(const LoadedConfig& loaded,
                                    const JsonLog& log, ExportFile& file) {
  const SystemClock clock;
  ToldProgress progress(log, clock, "exporting");
  COURANT_ASSIGN_OR_RETURN(
      const ExportCounts counts,
      ExportData(
          {.config = loaded.config}, clock,
          [&](absl::string_view line) { return file.Write(line); },
          [&](const ExportCounts& so_far, Sequence last) {
            progress.Tell(so_far.changes, last);
          }));
  COURANT_RETURN_IF_ERROR(file.Finish());
  return counts;
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
  line.update(JsonOf(*restored));
  Print({{"restored", line}});
  return kCleanStop;
}

int ExportCommand(const LoadedConfig& loaded, const std::string& path) {
  const JsonLog log(LogLevelOf(loaded.config.log().level()));
  const absl::StatusOr<std::unique_ptr<ExportFile>> file =
      ExportFile::Open(path);
  if (!file.ok()) return Refuse(loaded, "export_refused", file.status());
  const absl::StatusOr<ExportCounts> counts = Export(loaded, log, **file);
  if (!counts.ok()) return Refuse(loaded, "export_refused", counts.status());
  if ((*file)->is_stdout()) {
    log.Write(LogLevel::kInfo, "exported",
              {{"changes", absl::StrCat(counts->changes)},
               {"rows", absl::StrCat(counts->rows)},
               {"lines", absl::StrCat(counts->lines)}});
    return kCleanStop;
  }
  Print({{"exported",
          {{"changes", counts->changes},
           {"rows", counts->rows},
           {"lines", counts->lines}}}});
  return kCleanStop;
}

int ImportExportCommand(const LoadedConfig& loaded, const std::string& path,
                        bool without_kills) {
  const SystemClock clock;
  const JsonLog log(LogLevelOf(loaded.config.log().level()));
  const absl::StatusOr<std::unique_ptr<ImportFile>> file =
      ImportFile::Open(path);
  if (!file.ok()) return Refuse(loaded, "import_refused", file.status());
  ToldProgress progress(log, clock, "importing");
  const absl::StatusOr<RestoredData> imported = ImportData(
      {.config = loaded.config},
      [&](absl::Span<char> into) { return (*file)->Read(into); }, without_kills,
      clock,
      [&](const ExportCounts& so_far, Sequence last) {
        progress.Tell(so_far.changes, last);
      });
  if (!imported.ok()) {
    return Refuse(loaded, "import_refused", imported.status());
  }
  Print({{"imported", JsonOf(*imported)}});
  return kCleanStop;
}

}  // namespace courant
