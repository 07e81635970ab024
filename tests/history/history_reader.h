#ifndef COURANT_TESTS_HISTORY_HISTORY_READER_H_
#define COURANT_TESTS_HISTORY_HISTORY_READER_H_

#include <cstddef>
#include <istream>
#include <memory>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tests/history/history.h"

namespace courant::history {

// Reads a history line by line, in the format of README.md. Not thread-safe.
class HistoryReader {
 public:
  // Longest line in bytes, and deepest nesting of objects and lists in one. A
  // batch of 64 changes has some 30 KB, in four levels.
  static constexpr size_t kMaxLineBytes = 8 << 20;
  static constexpr size_t kMaxDepth = 8;
  // What a history may hold, so that a wrong file does not eat the memory.
  static constexpr uint64_t kMaxLines = 50'000'000;

  HistoryReader();
  ~HistoryReader();

  // Takes the next line, without its end. An empty one is counted and ignored.
  //   INVALID_ARGUMENT  "line 7: ..." names the field and what it should be;
  //                     nothing may be added any more
  absl::Status Add(absl::string_view line);

  // What was read.
  //   INVALID_ARGUMENT  there was no `begin`
  absl::StatusOr<History> Finish();

 private:
  struct Line;
  struct Parser;

  absl::Status AddLine(const Line& line);
  absl::Status AddBegin(const Line& line);
  absl::Status AddCall(const Line& line);
  absl::Status AddAnswer(const Line& line);
  absl::Status AddError(const Line& line);
  absl::Status AddOpen(const Line& line);
  absl::Status AddMessage(const Line& line, Message::Kind kind);
  absl::Status AddFinal(const Line& line);
  absl::Status AddFault(const Line& line);
  absl::Status AddToken(const Line& line);
  absl::Status CheckNewOperation(const Line& line, uint64_t operation) const;

  std::unique_ptr<Parser> parser_;
  History history_;
  Time last_time_ = 0;
  bool begun_ = false;
  // By operation: index in calls and streams.
  std::unordered_map<uint64_t, size_t> open_calls_;
  std::unordered_map<uint64_t, size_t> open_streams_;
  std::unordered_map<std::string, uint32_t> attributes_;
};

// Reads all lines of `in`.
absl::StatusOr<History> ReadHistory(std::istream& in);

}  // namespace courant::history

#endif  // COURANT_TESTS_HISTORY_HISTORY_READER_H_
