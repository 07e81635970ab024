#ifndef COURANT_TESTS_BENCH_CLIENT_RECORD_SCANNER_H_
#define COURANT_TESTS_BENCH_CLIENT_RECORD_SCANNER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace courant::bench {

// Where the scanned fields go.
class FieldSink {
 public:
  virtual ~FieldSink() = default;

  // A number at `depth`: 0 in the message, 1 in the field that was entered.
  virtual absl::Status OnNumber(int depth, int field, uint64_t value) = 0;
  // The beginning, at most RecordScanner::kHead bytes, of a text or a message.
  virtual absl::Status OnBytes(int depth, int field,
                               absl::string_view head) = 0;
};

// Reads gRPC messages from the pieces that the network makes of them, and
// reports the fields of their outermost level without copying or decoding what
// is in them.
class RecordScanner {
 public:
  static constexpr size_t kHead = 512;

  // The fields of field `entered`, in which a message must end, are reported
  // instead of it; 0: of none.
  RecordScanner(int entered, FieldSink& sink)
      : entered_(entered), sink_(&sink) {}

  absl::Status Feed(absl::string_view bytes);

 private:
  enum class State { kPrefix, kTag, kNumber, kLength, kHead, kSkip };

  // Each takes from the front of `bytes` what it needs and is there.
  void TakePrefix(absl::string_view* bytes);
  absl::Status TakeNumber(absl::string_view* bytes);
  absl::Status TakeHead(absl::string_view* bytes);
  void TakeSkipped(absl::string_view* bytes);

  // A whole number came in, in the state that says what it is.
  absl::Status OnWholeNumber(uint64_t number);
  void EndField();

  const int entered_;
  FieldSink* const sink_;
  State state_ = State::kPrefix;
  int depth_ = 0;
  int field_ = 0;
  std::string part_;  // of the prefix or of a head that came in pieces
  uint64_t number_ = 0;
  int shift_ = 0;
  size_t left_ = 0;     // of the message
  size_t head_ = 0;     // bytes of the field that are reported
  size_t skipped_ = 0;  // bytes of the field that are not
};

// Takes a number off the front of `bytes`; 0 at their end.
uint64_t TakeVarint(absl::string_view* bytes);

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_CLIENT_RECORD_SCANNER_H_
