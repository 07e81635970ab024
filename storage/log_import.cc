#include "storage/log_import.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "rocksdb/write_batch.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/format_version.h"
#include "storage/half_restored.h"
#include "storage/state_batch.h"

namespace courant::storage {
namespace {

absl::Status Wrong(absl::string_view what) {
  return MakeError(courant::v1::DATA_CORRUPTED, what);
}

// That of a change stands for its text; see ADR 0002.
absl::Status CheckTexts(const Frame& frame) {
  for (const Entry& entry : frame.entries) {
    const uint64_t sequence = entry.sequence().value();
    if (entry.erased_by != Sequence(0)
            ? !entry.article.empty()
            : Sha256(entry.article) != entry.facts.article_sha256()) {
      return Wrong(absl::StrCat("the text of change ", sequence,
                                " is not the one that was recorded"));
    }
    if (entry.erased_by != Sequence(0) && entry.erased_by <= entry.sequence()) {
      return Wrong(absl::StrCat("the text of change ", sequence,
                                " was taken away before it was there"));
    }
  }
  return absl::OkStatus();
}

// Frames say which sequences they have; so does every change.
absl::Status CheckSequences(const Frame& frame) {
  uint64_t expected = frame.header.first_sequence();
  for (const Entry& entry : frame.entries) {
    if (entry.sequence().value() != expected) {
      return Wrong(absl::StrCat("the facts of change ", expected,
                                " are those of another"));
    }
    ++expected;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogImport>> LogImport::Begin(
    const std::string& data_dir, DatabaseOptions options,
    const Identity& identity) {
  const v1::Format& format = identity.format;
  COURANT_RETURN_IF_ERROR(CheckVersion(format, "the export"));
  if (format.version() < 1 || format.log_id().size() != 16 ||
      format.token_key().size() != 32) {
    return absl::InvalidArgumentError("is the identity of no log");
  }
  COURANT_RETURN_IF_ERROR(
      BeginRestore(data_dir, *options.env->GetFileSystem()));
  options.unsafe_no_sync = true;
  COURANT_ASSIGN_OR_RETURN(
      std::unique_ptr<Database> database,
      Database::Open(absl::StrCat(data_dir, "/db"), options));
  std::unique_ptr<LogImport> import(
      new LogImport(std::move(database), identity));
  COURANT_RETURN_IF_ERROR(import->WriteIdentity());
  return import;
}

LogImport::LogImport(std::unique_ptr<Database> database, Identity identity)
    : database_(std::move(database)),
      identity_(std::move(identity)),
      applier_(*database_, Tail()) {}

absl::Status LogImport::WriteIdentity() {
  rocksdb::WriteBatch batch;
  rocksdb::ColumnFamilyHandle* const meta = database_->handle(Family::kMeta);
  rocksdb::Status status = batch.Put(
      meta, ToSlice(kFormatKey), ToSlice(identity_.format.SerializeAsString()));
  const Epochs& epochs = identity_.epochs;
  if (status.ok() && epochs != Epochs()) {
    status = batch.Put(meta, ToSlice(kEpochKey),
                       ToSlice(EncodeNumber(epochs.newest().value()) +
                               EncodeNumber(epochs.branch().value())));
  }
  if (status.ok() && epochs != Epochs()) {
    status = batch.Put(meta, ToSlice(kEpochsKey), ToSlice(epochs.Encode()));
  }
  COURANT_RETURN_IF_ERROR(FromRocksDb(status, "stage"));
  return database_->WriteDurably(&batch);
}

absl::Status LogImport::Add(Frame frame) {
  COURANT_RETURN_IF_ERROR(VerifyFollows(tail(), frame));
  COURANT_RETURN_IF_ERROR(CheckSequences(frame));
  COURANT_RETURN_IF_ERROR(CheckTexts(frame));
  if (!frame.entries.empty()) digest_ = frame.entries.back().chain;
  return applier_.Apply(std::move(frame));
}

absl::Status LogImport::Put(const LooseRow& row) {
  if (LooseFamily(FamilyName(row.family)) == Family::kMeta || row.key.empty()) {
    return Wrong(absl::StrCat(FamilyName(row.family), " has no such rows"));
  }
  StateBatch state(*database_);
  if (row.family == Family::kRequest) {
    v1::RequestRow request;
    if (!request.ParseFromString(row.value)) return Wrong("a damaged answer");
    Applier::StageRequest(row.key, request, state);
  } else {
    state.PutBlind(row.family, row.key, row.value);
  }
  return database_->WriteDurably(&state.batch());
}

absl::StatusOr<Watermark> LogImport::Finish() {
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  handles.reserve(kFamilies.size());
  for (const Family family : kFamilies) {
    handles.push_back(database_->handle(family));
  }
  // Tables are synced as they are written, and nothing is left in the log then.
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(database_->rocksdb().Flush(rocksdb::FlushOptions(), handles),
                  "write the tables"));
  const Sequence last = tail().last_sequence;
  database_ = nullptr;
  return Watermark{.log_id = identity_.format.log_id(),
                   .epoch = identity_.epochs.newest(),
                   .sequence = last,
                   .digest = digest_};
}

}  // namespace courant::storage
