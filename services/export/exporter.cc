#include "services/export/exporter.h"

#include <string>
#include <utility>

#include "services/export/export_line.h"
#include "storage/base/status_macros.h"
#include "storage/log_export.h"

namespace courant {
namespace {

using storage::v1::ExportLine;

// Writes lines, each with the digest of those before it.
class LineWriter {
 public:
  explicit LineWriter(absl::FunctionRef<absl::Status(absl::string_view)> write)
      : write_(write) {}

  absl::Status WriteHeader(const storage::Store& store) {
    COURANT_ASSIGN_OR_RETURN(const storage::Watermark end,
                             store.CurrentWatermark());
    ExportLine line;
    storage::v1::ExportHeader& header = *line.mutable_header();
    header.set_export_version(1);
    *header.mutable_format() = store.format();
    header.set_epoch(store.epoch().value());
    for (const storage::EpochBranch& branch : store.epochs().all()) {
      storage::v1::ExportedEpoch& epoch = *header.add_epochs();
      epoch.set_epoch(branch.epoch.value());
      epoch.set_parent(branch.parent.value());
      epoch.set_last_sequence(branch.last.value());
    }
    header.set_last_sequence(end.sequence.value());
    header.set_chain(std::string(end.digest.bytes()));
    header.set_check(CheckOf(header));
    COURANT_ASSIGN_OR_RETURN(header_, lines_.Encode(line));
    return Write(header_);
  }

  absl::Status WriteFrame(storage::Frame frame) {
    ExportLine line;
    *line.mutable_frame() = std::move(frame.header);
    return WriteNext(std::move(line));
  }

  absl::Status WriteChange(const storage::Entry& entry) {
    COURANT_ASSIGN_OR_RETURN(std::string text,
                             lines_.EncodeChange(entry, digest_.bytes()));
    ++counts_.changes;
    return WriteChained(std::move(text));
  }

  absl::Status WriteRow(storage::LooseRow row) {
    ExportLine line;
    line.mutable_row()->set_family(
        std::string(storage::FamilyName(row.family)));
    line.mutable_row()->set_key(std::move(row.key));
    line.mutable_row()->set_value(std::move(row.value));
    ++counts_.rows;
    return WriteNext(std::move(line));
  }

  absl::Status WriteEnd() {
    ExportLine line;
    line.mutable_end()->set_lines(counts_.lines);
    line.mutable_end()->set_changes(counts_.changes);
    line.mutable_end()->set_rows(counts_.rows);
    line.mutable_end()->set_header(
        std::string(digest_.Extend(header_).bytes()));
    return WriteNext(std::move(line));
  }

  const ExportCounts& counts() const { return counts_; }

 private:
  absl::Status WriteNext(ExportLine line) {
    line.set_before(std::string(digest_.bytes()));
    COURANT_ASSIGN_OR_RETURN(std::string text, lines_.Encode(line));
    return WriteChained(std::move(text));
  }

  absl::Status WriteChained(std::string text) {
    digest_ = digest_.Extend(text);
    return Write(std::move(text));
  }

  absl::Status Write(std::string text) {
    text.push_back('\n');
    ++counts_.lines;
    return write_(text);
  }

  const absl::FunctionRef<absl::Status(absl::string_view)> write_;
  const ExportLines lines_;
  std::string header_;  // its line
  storage::ChainDigest digest_;
  ExportCounts counts_;
};

}  // namespace

absl::StatusOr<ExportCounts> WriteExport(
    const storage::Store& store,
    absl::FunctionRef<absl::Status(absl::string_view)> write,
    ExportProgress on_progress) {
  const storage::Tail tail = store.change_log().tail();
  LineWriter out(write);
  COURANT_RETURN_IF_ERROR(out.WriteHeader(store));
  COURANT_RETURN_IF_ERROR(storage::ForEachFrame(
      store.database(), tail, [&](storage::Frame frame) -> absl::Status {
        const std::vector<storage::Entry> entries = std::move(frame.entries);
        COURANT_RETURN_IF_ERROR(out.WriteFrame(std::move(frame)));
        for (const storage::Entry& entry : entries) {
          COURANT_RETURN_IF_ERROR(out.WriteChange(entry));
          on_progress(out.counts(), tail.last_sequence);
        }
        return absl::OkStatus();
      }));
  COURANT_RETURN_IF_ERROR(storage::ForEachLooseRow(
      store.database(), [&](storage::LooseRow row) -> absl::Status {
        COURANT_RETURN_IF_ERROR(out.WriteRow(std::move(row)));
        on_progress(out.counts(), tail.last_sequence);
        return absl::OkStatus();
      }));
  COURANT_RETURN_IF_ERROR(out.WriteEnd());
  return out.counts();
}

}  // namespace courant
