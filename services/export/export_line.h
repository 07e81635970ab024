#ifndef COURANT_SERVICES_EXPORT_EXPORT_LINE_H_
#define COURANT_SERVICES_EXPORT_EXPORT_LINE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/storage/v1/export.pb.h"
#include "google/protobuf/util/type_resolver.h"
#include "storage/frame.h"

// The lines of an export, as text and as what they stand for. What they mean is
// in courant/storage/v1/export.proto. No I/O.
namespace courant {

// Bytes of one line, without the line break, at most: some ten times what the
// largest article takes. A longer one is refused before it is read to its end.
inline constexpr size_t kMaxExportLineBytes = size_t{64} << 20;

// Levels of { and [ in a line, at most; an article needs fewer than 20.
inline constexpr int kMaxExportDepth = 64;

// Writes and reads lines. Thread-safe, and costly to make.
class ExportLines {
 public:
  ExportLines();

  // `line` as JSON, without a line break; equal lines are equal bytes.
  //   INVALID_ARGUMENT  JSON cannot say it: a time out of its range
  absl::StatusOr<std::string> Encode(const storage::v1::ExportLine& line) const;

  // The line of a change, of which `entry` is made again exactly. `before` as
  // in ExportLine.
  absl::StatusOr<std::string> EncodeChange(const storage::Entry& entry,
                                           absl::string_view before) const;

 private:
  const std::unique_ptr<google::protobuf::util::TypeResolver> types_;
};

// What stands in a line. Says nothing of what else it has, since that may be a
// secret.
//   INVALID_ARGUMENT  it is none: too long, too deep, not JSON, an unknown
//   field
absl::StatusOr<storage::v1::ExportLine> DecodeExportLine(
    absl::string_view text);

// The change as it is stored. Whether it follows the one before, and has the
// text that was recorded for it, is not looked at.
//   INVALID_ARGUMENT  it is none
absl::StatusOr<storage::Entry> EntryOf(
    const storage::v1::ExportedChange& change);

// ExportHeader.check of `header`, whatever stands there.
std::string CheckOf(storage::v1::ExportHeader header);

}  // namespace courant

#endif  // COURANT_SERVICES_EXPORT_EXPORT_LINE_H_
