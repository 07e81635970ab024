#include "services/export/importer.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/export/export_line.h"
#include "storage/base/status_macros.h"
#include "storage/epochs.h"
#include "storage/log_import.h"

namespace courant {
namespace {

using storage::v1::ExportLine;

// Changes of one frame, at most: many times what a server commits together.
constexpr uint32_t kMaxFrameChanges = 100'000;

constexpr size_t kBytesAtOnce = size_t{64} << 10;

constexpr char kCut[] = "the export was cut: there is no end line behind line ";

// Lines of a source, by their numbers from 1.
class LineReader {
 public:
  explicit LineReader(ExportSource read) : read_(read) {}

  // The next line without its line break; nothing at the end of the file.
  absl::StatusOr<std::optional<std::string>> Next() {
    std::string line;
    while (true) {
      if (rest_.empty()) {
        COURANT_ASSIGN_OR_RETURN(const size_t got,
                                 read_(absl::MakeSpan(buffer_)));
        rest_ = absl::string_view(buffer_).substr(0, got);
      }
      if (rest_.empty()) {
        if (line.empty()) return std::nullopt;
        return absl::DataLossError(absl::StrCat(kCut, number_));
      }
      const size_t end = std::min(rest_.find('\n'), rest_.size());
      if (line.size() + end > kMaxExportLineBytes) {
        return absl::DataLossError(absl::StrCat(
            "line ", number_ + 1, ": is too long for a line of an export"));
      }
      line.append(rest_.data(), end);
      const bool whole = end < rest_.size();
      rest_.remove_prefix(whole ? end + 1 : end);
      if (whole) break;
    }
    ++number_;
    return line;
  }

  uint64_t number() const { return number_; }

 private:
  const ExportSource read_;
  std::string buffer_ = std::string(kBytesAtOnce, '\0');
  // Of the buffer, what is in no line yet.
  absl::string_view rest_;
  uint64_t number_ = 0;
};

// How its epochs began; nothing where they cannot have.
std::optional<storage::Epochs> EpochsOf(
    const storage::v1::ExportHeader& header) {
  std::vector<storage::EpochBranch> all;
  for (const storage::v1::ExportedEpoch& epoch : header.epochs()) {
    all.push_back({.epoch = Epoch(epoch.epoch()),
                   .parent = Epoch(epoch.parent()),
                   .last = Sequence(epoch.last_sequence())});
  }
  return storage::Epochs::Of(Epoch(header.epoch()), all);
}

// Takes the lines in their order and hands them to the folder.
class Importer {
 public:
  Importer(std::string data_dir, storage::DatabaseOptions options)
      : data_dir_(std::move(data_dir)), options_(std::move(options)) {}

  // One line. What is wrong with it has no number yet.
  absl::Status Take(const std::string& text) {
    COURANT_ASSIGN_OR_RETURN(ExportLine line, DecodeExportLine(text));
    ++counts_.lines;
    if (import_ == nullptr) return TakeHeader(line, text);
    if (ended_) return absl::DataLossError("stands behind the end line");
    if (line.before() != digest_.bytes()) {
      return absl::DataLossError(
          "does not follow the line before, which was altered, or one between "
          "them is missing");
    }
    before_ = std::exchange(digest_, digest_.Extend(text));
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
  absl::Status TakeHeader(const ExportLine& line, const std::string& text) {
    if (!line.has_header()) {
      return absl::DataLossError("is not the header of an export");
    }
    header_ = line.header();
    header_text_ = text;
    if (header_.export_version() != 1) {
      return absl::FailedPreconditionError(
          absl::StrCat("is of an export of version ", header_.export_version(),
                       "; this program reads 1. Start a newer courantd"));
    }
    if (header_.check() != CheckOf(header_)) {
      return absl::DataLossError("is not the header that was written");
    }
    std::optional<storage::Epochs> epochs = EpochsOf(header_);
    if (!epochs) return absl::DataLossError("has epochs that cannot be");
    COURANT_ASSIGN_OR_RETURN(
        import_, storage::LogImport::Begin(data_dir_, options_,
                                           {.format = header_.format(),
                                            .epochs = *std::move(epochs)}));
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
    chain_ = entry.chain;
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
    if (end.header() != before_.Extend(header_text_).bytes() ||
        header_.chain() != chain_.bytes()) {
      return absl::DataLossError(
          "does not go with the header in line 1, which is of another export");
    }
    ended_ = true;
    return absl::OkStatus();
  }

  const std::string data_dir_;
  const storage::DatabaseOptions options_;
  storage::v1::ExportHeader header_;
  std::string header_text_;
  // Null before the header.
  std::unique_ptr<storage::LogImport> import_;
  // That of which not all changes are there.
  std::optional<storage::Frame> frame_;
  storage::ChainDigest digest_;  // of all lines so far but the header
  storage::ChainDigest before_;  // of those before the newest one
  storage::ChainDigest chain_;   // of the newest change
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

absl::StatusOr<ImportedLog> ReadExport(ExportSource read,
                                       const std::string& data_dir,
                                       const storage::DatabaseOptions& options,
                                       ExportProgress on_progress) {
  LineReader lines(read);
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
