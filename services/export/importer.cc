#include "services/export/importer.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/export/export_line.h"
#include "storage/base/status_macros.h"
#include "storage/log_import.h"

namespace courant {
namespace {

using storage::v1::ExportLine;

// Changes of one frame, at most: many times what a server commits together.
constexpr uint32_t kMaxFrameChanges = 100'000;

constexpr char kCut[] = "the export was cut: there is no end line behind line ";

// Lines of a stream, by their numbers from 1.
class LineReader {
 public:
  explicit LineReader(std::istream& in) : in_(*in.rdbuf()) {}

  // The next line without its line break; nothing at the end of the file.
  absl::StatusOr<std::optional<std::string>> Next() {
    using Traits = std::streambuf::traits_type;
    std::string line;
    while (true) {
      const Traits::int_type c = in_.sbumpc();
      if (Traits::eq_int_type(c, Traits::eof())) {
        if (line.empty()) return std::nullopt;
        return absl::DataLossError(absl::StrCat(kCut, number_));
      }
      if (Traits::to_char_type(c) == '\n') break;
      if (line.size() == kMaxExportLineBytes) {
        return absl::DataLossError(absl::StrCat(
            "line ", number_ + 1, ": is too long for a line of an export"));
      }
      line.push_back(Traits::to_char_type(c));
    }
    ++number_;
    return line;
  }

  uint64_t number() const { return number_; }

 private:
  std::streambuf& in_;
  uint64_t number_ = 0;
};

// Takes the lines in their order and hands them to the folder.
class Importer {
 public:
  Importer(std::string data_dir, storage::DatabaseOptions options)
      : data_dir_(std::move(data_dir)), options_(std::move(options)) {}

  // One line. What is wrong with it has no number yet.
  absl::Status Take(const std::string& text) {
    COURANT_ASSIGN_OR_RETURN(ExportLine line, DecodeExportLine(text));
    ++counts_.lines;
    if (import_ == nullptr) return TakeHeader(line);
    if (ended_) return absl::DataLossError("stands behind the end line");
    if (line.before() != digest_.bytes()) {
      return absl::DataLossError(
          "does not follow the line before, which was altered, or one between "
          "them is missing");
    }
    digest_ = digest_.Extend(text);
    if (!frame_ && line.has_frame() && counts_.rows == 0) {
      return TakeFrame(std::move(*line.mutable_frame()));
    }
    if (frame_ && line.has_change()) return TakeChange(line.change());
    if (!frame_ && line.has_row()) return TakeRow(line.row());
    if (!frame_ && line.has_end()) return TakeEnd(line.end());
    return absl::DataLossError("stands in a wrong place");
  }

  absl::StatusOr<ImportedLog> Finish() {
    ImportedLog log{.counts = counts_};
    COURANT_ASSIGN_OR_RETURN(log.mark, import_->Finish());
    return log;
  }

  bool ended() const { return ended_; }
  const ExportCounts& counts() const { return counts_; }
  Sequence last() const { return Sequence(header_.last_sequence()); }

 private:
  absl::Status TakeHeader(const ExportLine& line) {
    if (!line.has_header()) {
      return absl::DataLossError("is not the header of an export");
    }
    header_ = line.header();
    if (header_.export_version() != 1) {
      return absl::FailedPreconditionError(
          absl::StrCat("is of an export of version ", header_.export_version(),
                       "; this program reads 1. Start a newer courantd"));
    }
    if (header_.check() != CheckOf(header_)) {
      return absl::DataLossError("is not the header that was written");
    }
    COURANT_ASSIGN_OR_RETURN(
        import_, storage::LogImport::Begin(
                     data_dir_, options_,
                     {.format = header_.format(),
                      .epoch = Epoch(header_.epoch()),
                      .branch = Sequence(header_.branch_sequence())}));
    return absl::OkStatus();
  }

  absl::Status TakeFrame(storage::v1::FrameHeader header) {
    if (header.change_count() > kMaxFrameChanges) {
      return absl::DataLossError("has more changes than any frame");
    }
    frame_.emplace();
    frame_->header = std::move(header);
    return AddWholeFrame();
  }

  absl::Status TakeChange(const storage::v1::ExportedChange& change) {
    COURANT_ASSIGN_OR_RETURN(storage::Entry entry, EntryOf(change));
    frame_->entries.push_back(std::move(entry));
    ++counts_.changes;
    return AddWholeFrame();
  }

  absl::Status AddWholeFrame() {
    if (frame_->entries.size() < frame_->header.change_count()) {
      return absl::OkStatus();
    }
    COURANT_RETURN_IF_ERROR(import_->Add(*std::move(frame_)));
    frame_.reset();
    return absl::OkStatus();
  }

  absl::Status TakeRow(const storage::v1::ExportedRow& row) {
    ++counts_.rows;
    return import_->Put({.family = storage::LooseFamily(row.family()),
                         .key = row.key(),
                         .value = row.value()});
  }

  absl::Status TakeEnd(const storage::v1::ExportEnd& end) {
    if (end.lines() != counts_.lines - 1 || end.changes() != counts_.changes ||
        end.rows() != counts_.rows || import_->tail().last_sequence != last()) {
      return absl::DataLossError("does not say what there was before it");
    }
    ended_ = true;
    return absl::OkStatus();
  }

  const std::string data_dir_;
  const storage::DatabaseOptions options_;
  storage::v1::ExportHeader header_;
  // Null before the header.
  std::unique_ptr<storage::LogImport> import_;
  // That of which not all changes are there.
  std::optional<storage::Frame> frame_;
  storage::ChainDigest digest_;
  ExportCounts counts_;
  bool ended_ = false;
};

// What is wrong with a line is wrong with the data, and has its number.
absl::Status At(uint64_t line, const absl::Status& why) {
  if (!absl::IsInvalidArgument(why) && !absl::IsInternal(why) &&
      !absl::IsDataLoss(why)) {
    return why;
  }
  return absl::DataLossError(absl::StrCat("line ", line, ": ", why.message()));
}

}  // namespace

absl::StatusOr<ImportedLog> ReadExport(std::istream& in,
                                       const std::string& data_dir,
                                       const storage::DatabaseOptions& options,
                                       ExportProgress on_progress) {
  LineReader lines(in);
  Importer importer(data_dir, options);
  while (true) {
    COURANT_ASSIGN_OR_RETURN(const std::optional<std::string> line,
                             lines.Next());
    if (!line) break;
    const absl::Status taken = importer.Take(*line);
    if (!taken.ok()) return At(lines.number(), taken);
    on_progress(importer.counts(), importer.last());
  }
  if (!importer.ended()) {
    return absl::DataLossError(absl::StrCat(kCut, lines.number()));
  }
  return importer.Finish();
}

}  // namespace courant
