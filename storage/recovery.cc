#include "storage/recovery.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "rocksdb/file_system.h"
#include "rocksdb/sst_file_reader.h"
#include "storage/base/status_macros.h"
#include "storage/embedded_log.h"
#include "storage/errors/reason.h"
#include "storage/frame_store.h"
#include "storage/wal_scan.h"

namespace courant::storage {
namespace {

// "MANIFEST-" and a number.
constexpr size_t kLongestManifestName = 32;

// The database as it would be if the log ended at its first bad byte. Nothing
// is written.
struct Preview {
  std::unique_ptr<Database> database;
  std::string log_id;
  Tail tail;
};

absl::StatusOr<Preview> Look(const std::string& db_dir,
                             const DatabaseOptions& options) {
  Preview preview;
  COURANT_ASSIGN_OR_RETURN(preview.database,
                           Database::OpenReadOnly(db_dir, options));
  COURANT_ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                           preview.database->Get(Family::kMeta, kFormatKey));
  v1::Format format;
  if (!bytes) return preview;  // cut off before it was anything
  if (!format.ParseFromString(*bytes)) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     "the format record is damaged");
  }
  preview.log_id = format.log_id();
  COURANT_ASSIGN_OR_RETURN(
      preview.tail, LoadTail(*preview.database, EmbeddedLog::kCheckedAtOpen));
  return preview;
}

// Whether bytes behind the bad one show that more had been written. At most one
// write is not synced at any time, and it is the last: so a cut leaves bad
// bytes in that one alone, which would be the one after what was recovered.
absl::Status CheckNothingFollows(const WalScan& scan, const Preview& preview) {
  const uint64_t torn =
      preview.database->rocksdb().GetLatestSequenceNumber() + 1;
  if (scan.newest_write <= torn) return absl::OkStatus();
  return LostUpTo(
      absl::StrCat("the write-ahead log is damaged: ", scan.bad_file,
                   " is bad from byte ", scan.bad_offset,
                   " on, and more was written after that"),
      preview.tail);
}

// A watermark that cannot be read leaves the decision to the operator.
absl::Status DamagedWatermark(const absl::Status& damaged,
                              const std::string& path, const Tail& tail) {
  return MakeError(
      courant::v1::DATA_CORRUPTED,
      absl::StrCat(
          damaged.message(), "; the log beside it ends at change ",
          tail.last_sequence.value(),
          ". Restore the newest backup, or, if you know that this is all "
          "there was, move ",
          path, " away and start once with --accept-data-loss=",
          tail.last_sequence.value()),
      {{"tail_sequence", tail.last_sequence.ToString()}});
}

// Paths of the tables that cannot be opened; not more than one can read.
std::vector<std::string> BadTables(rocksdb::Env& env,
                                   const std::string& db_dir) {
  constexpr size_t kMost = 8;
  std::vector<std::string> names, bad;
  env.GetChildren(db_dir, &names).PermitUncheckedError();
  std::sort(names.begin(), names.end());
  rocksdb::Options options;
  options.env = &env;
  for (const std::string& name : names) {
    if (!absl::EndsWith(name, ".sst") || bad.size() == kMost) continue;
    const std::string path = absl::StrCat(db_dir, "/", name);
    if (!rocksdb::SstFileReader(options).Open(path).ok()) bad.push_back(path);
  }
  return bad;
}

// Where there is no database, one may be made unless there was one.
absl::StatusOr<RecoveryPlan> PlanNewDatabase(
    const absl::StatusOr<std::optional<Watermark>>& mark,
    const std::string& path, std::optional<Sequence> accepted) {
  if (!mark.ok()) return DamagedWatermark(mark.status(), path, Tail());
  if (!mark->has_value() || (*mark)->sequence == Sequence(0)) {
    return RecoveryPlan{};
  }
  if (accepted == Sequence(0)) return RecoveryPlan{.loss_accepted = true};
  return LostUpTo(absl::StrCat("change ", (*mark)->sequence.value(),
                               " was acknowledged, but there is no database"),
                  Tail());
}

}  // namespace

absl::Status Irreparable(const absl::Status& why) {
  if (!absl::IsDataLoss(why)) return why;
  return MakeError(courant::v1::DATA_CORRUPTED,
                   absl::StrCat(why.message(),
                                ". Restore the newest backup: "
                                "--accept-data-loss cannot help here"));
}

std::string SaidByManifest(rocksdb::FileSystem& files,
                           const std::string& db_dir) {
  const std::string current = absl::StrCat(db_dir, "/CURRENT");
  std::string name;
  const rocksdb::IOStatus read =
      rocksdb::ReadFileToString(&files, current, &name);
  if (!read.ok()) return absl::StrCat("there was no ", current);
  name = absl::CHexEscape(
      absl::StripAsciiWhitespace(name.substr(0, kLongestManifestName)));
  return absl::StrCat("what files there are is said by ", current, ": ", name);
}

absl::Status NameFiles(const absl::Status& why, absl::string_view said,
                       rocksdb::Env& env, const std::string& db_dir) {
  if (!absl::IsDataLoss(why) && !absl::IsUnavailable(why)) return why;
  std::string text = absl::StrCat(why.message(), " (", said, ")");
  if (absl::IsDataLoss(why)) {
    for (const std::string& table : BadTables(env, db_dir)) {
      absl::StrAppend(&text, "; ", table, " cannot be opened");
    }
  }
  absl::Status named(why.code(), text);
  why.ForEachPayload([&](absl::string_view type, const absl::Cord& payload) {
    named.SetPayload(type, payload);
  });
  return named;
}

absl::Status LostUpTo(absl::string_view what, const Tail& tail) {
  return MakeError(
      courant::v1::DATA_CORRUPTED,
      absl::StrCat(
          what,
          ". Restore the newest backup, or, if there is none, start once with "
          "--accept-data-loss=",
          tail.last_sequence.value(),
          " to go on from what is left: readers that had more will be told"),
      {{"tail_sequence", tail.last_sequence.ToString()}});
}

absl::Status CheckWatermark(const std::optional<Watermark>& mark,
                            absl::string_view watermark_path,
                            absl::string_view log_id, const Tail& tail,
                            const Database& database) {
  const uint64_t last = tail.last_sequence.value();
  if (!mark) {
    // The first watermark is written before the first change can be.
    if (last == 0) return absl::OkStatus();
    return LostUpTo(
        absl::StrCat("the file ", watermark_path,
                     " is missing beside a log of ", last, " changes"),
        tail);
  }
  if (mark->sequence == Sequence(0)) return absl::OkStatus();
  if (mark->log_id != log_id) {
    return LostUpTo(absl::StrCat(watermark_path, " is of another log"), tail);
  }
  if (mark->sequence > tail.last_sequence) {
    return LostUpTo(
        absl::StrCat("change ", mark->sequence.value(),
                     " was acknowledged, but the log ends at change ", last,
                     ": ", mark->sequence.value() - last,
                     " changes or more are lost"),
        tail);
  }
  COURANT_ASSIGN_OR_RETURN(
      const std::optional<std::string> bytes,
      database.Get(Family::kChange, EncodeNumber(mark->sequence.value())));
  if (!bytes) {
    return LostUpTo(
        absl::StrCat("change ", mark->sequence.value(), " is missing"), tail);
  }
  COURANT_ASSIGN_OR_RETURN(const Entry entry, DecodeEntry(*bytes));
  if (entry.chain == mark->digest) return absl::OkStatus();
  return LostUpTo(absl::StrCat("change ", mark->sequence.value(),
                               " is not the one that was acknowledged"),
                  tail);
}

absl::StatusOr<RecoveryPlan> PlanRecovery(const std::string& db_dir,
                                          const DatabaseOptions& options,
                                          const WatermarkFile& watermark_file,
                                          std::optional<Sequence> accepted) {
  const absl::StatusOr<std::optional<Watermark>> mark = watermark_file.Read();
  if (!mark.ok() && !absl::IsDataLoss(mark.status())) return mark.status();
  COURANT_ASSIGN_OR_RETURN(const WalScan scan,
                           ScanWal(*options.env->GetFileSystem(), db_dir));
  // The usual case: everything ends with a whole record.
  if (options.env->FileExists(absl::StrCat(db_dir, "/CURRENT")).IsNotFound()) {
    return PlanNewDatabase(mark, watermark_file.path(), accepted);
  }
  if (scan.whole && mark.ok() && !accepted) return RecoveryPlan{};
  const absl::StatusOr<Preview> preview = Look(db_dir, options);
  if (!preview.ok()) return Irreparable(preview.status());
  if (!mark.ok()) {
    return DamagedWatermark(mark.status(), watermark_file.path(),
                            preview->tail);
  }
  absl::Status lost = CheckNothingFollows(scan, *preview);
  if (lost.ok()) {
    lost = CheckWatermark(*mark, watermark_file.path(), preview->log_id,
                          preview->tail, *preview->database);
  }
  const bool accept = accepted == preview->tail.last_sequence;
  if (!lost.ok() && !accept) return lost;
  return RecoveryPlan{.salvage = !scan.whole, .loss_accepted = !lost.ok()};
}

}  // namespace courant::storage
