#ifndef COURANT_STORAGE_WATERMARK_H_
#define COURANT_STORAGE_WATERMARK_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rocksdb/file_system.h"
#include "storage/base/ids.h"
#include "storage/digest.h"

namespace courant::storage {

// What is known to have been acknowledged, kept outside the database: a log
// that comes up shorter, or with another history, has lost something.
struct Watermark {
  std::string log_id;  // 16 bytes
  Epoch epoch;         // at the time of writing
  Sequence sequence;   // newest change at the time of writing
  ChainDigest digest;  // chain digest there

  friend bool operator==(const Watermark&, const Watermark&) = default;
};

// A watermark as one line of text, with a line break at its end:
//   courant-watermark-1 <log id> <epoch> <sequence> <digest> <check>
// where <check> is the xxh64 of what is before it. DecodeWatermark gives
// nothing for a line that is damaged. Pure and thread-safe.
std::string EncodeWatermark(const Watermark& watermark);
std::optional<Watermark> DecodeWatermark(absl::string_view line);

// The file that holds a watermark: its line. Replaced by writing a new
// file, syncing it, renaming it over the old one and syncing the folder, so
// that a power cut leaves the old or the new one. Not thread-safe.
class WatermarkFile {
 public:
  // In folder `folder` of `file_system`.
  WatermarkFile(std::shared_ptr<rocksdb::FileSystem> file_system,
                std::string folder);

  // The watermark, or nothing when there is no file.
  //   DATA_LOSS    the file is damaged; the text names it. What to do about it
  //                PlanRecovery says, which knows how far the log goes.
  //   UNAVAILABLE  it could not be read.
  absl::StatusOr<std::optional<Watermark>> Read() const;

  // Replaces the file. Returns when it is on stable storage.
  //   UNAVAILABLE, RESOURCE_EXHAUSTED  it could not be written; the old one is
  //                                    still there.
  absl::Status Write(const Watermark& watermark);

  // Where the file is, for messages to people.
  const std::string& path() const { return path_; }

 private:
  const std::shared_ptr<rocksdb::FileSystem> file_system_;
  const std::string folder_;
  const std::string path_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_WATERMARK_H_
