#ifndef COURANT_SERVICES_IMPORTERS_BYTE_SOURCE_H_
#define COURANT_SERVICES_IMPORTERS_BYTE_SOURCE_H_

#include <cstdint>
#include <istream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/importers/item_reader.h"

namespace courant::importers {

// The bytes of a stream, one after the other, with the place where they stand.
// Reads ahead in blocks, so nobody else may read the stream meanwhile. A byte
// order mark at the start of the stream is passed over.
//
// Thread-compatible.
class ByteSource {
 public:
  // What Get() and Peek() give at the end.
  static constexpr int kEnd = -1;

  // Reads `in` from where it stands; `in` must outlive this.
  explicit ByteSource(std::istream& in);

  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  // Takes the next byte, 0 to 255, or kEnd.
  int Get() {
    if (next_ == block_.size() && !Fill()) return kEnd;
    const unsigned char byte = block_[next_++];
    if (byte == '\n' && !after_return_) ++lines_;
    after_return_ = byte == '\r';
    lines_ += after_return_;
    return byte;
  }

  // The next byte without taking it, or kEnd.
  int Peek() {
    if (next_ == block_.size() && !Fill()) return kEnd;
    return static_cast<unsigned char>(block_[next_]);
  }

  // The bytes that were read ahead: at the start, the first 64 KiB of the
  // stream, or all of a shorter one. Valid until the next call.
  absl::string_view Ahead();

  // OK, also at the end; kDataLoss once the stream has failed. A stream that
  // failed looks ended.
  absl::Status status() const { return status_; }

  // Where the next byte stands, from where the stream stood. A line ends at LF,
  // CR LF or CR; between CR and LF it has ended already.
  ReadPosition position() const {
    return {block_offset_ + static_cast<int64_t>(next_), lines_};
  }

  // Goes to a position that position() gave for the same stream.
  //
  // Errors:
  // * kFailedPrecondition: the stream cannot seek or has no such place.
  absl::Status SkipTo(ReadPosition position);

 private:
  // Reads the next block. False at the end.
  bool Fill();

  std::istream& in_;
  const std::streamoff start_;  // -1 for a stream that cannot seek.
  std::string block_;
  size_t next_ = 0;           // Into block_.
  int64_t block_offset_ = 0;  // Of block_ in the stream.
  int64_t lines_ = 0;
  bool after_return_ = false;
  absl::Status status_;
};

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_BYTE_SOURCE_H_
