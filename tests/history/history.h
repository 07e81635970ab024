#ifndef COURANT_TESTS_HISTORY_HISTORY_H_
#define COURANT_TESTS_HISTORY_HISTORY_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/string_view.h"

// What clients of a server did and saw, as README.md says it is written down.
// Plain values, made by HistoryReader.
namespace courant::history {

// Words that occur again and again, as numbers. 0 is the empty word.
class Names {
 public:
  Names() : texts_(1) {}

  uint32_t Id(absl::string_view text);
  // Nothing when it never occurred.
  std::optional<uint32_t> Find(absl::string_view text) const;
  const std::string& Text(uint32_t id) const { return texts_[id]; }

 private:
  std::unordered_map<std::string, uint32_t> ids_;
  std::vector<std::string> texts_;
};

// What a filter compares.
struct Attributes {
  std::vector<std::string> sections;
  std::vector<std::string> subjects;
  std::string language;
  std::string story;
  std::string state;
  std::string kind;
  std::string source;

  bool operator==(const Attributes&) const = default;
};

// A revision of something, as somebody saw it: in a change, in an answer.
struct Version {
  uint64_t sequence = 0;  // the change that made it
  int64_t time_us = 0;    // when it was committed; 0 when that was not told
  uint64_t digest = 0;    // of the content; 0 when there was none
  uint64_t words = 0;     // of what a writer chose; 0 when not known
  uint32_t key = 0;       // the resource, a name
  uint32_t revision = 0;
  uint32_t previous = 0;     // the revision before it
  uint32_t attributes = 0;   // index in History::attributes; 0: not told
  uint32_t kind = 0;         // of the change, a name; 0 outside of changes
  uint32_t disposition = 0;  // a name
  uint32_t state = 0;        // of what was stopped, a name; 0: not told
  bool more = false;         // the commit goes on with the next change

  bool gone() const { return digest == 0; }
};

// Nanoseconds of one monotonic clock.
using Time = int64_t;
inline constexpr Time kNever = std::numeric_limits<Time>::max();

// A unary call.
struct Call {
  uint64_t line = 0;
  Time begin = 0;
  uint64_t end_line = 0;  // 0: no answer
  Time end = kNever;
  uint64_t minimum = 0;  // min_change_sequence
  uint64_t words = 0;    // what the writer chose
  uint32_t method = 0;   // a name
  uint32_t key = 0;
  uint32_t request_id = 0;
  uint32_t filter = 0;
  uint32_t page_in = 0;  // token ids
  uint32_t page_out = 0;
  uint32_t code = 0;  // a name; 0 when it went well or has no answer
  bool writes = false;
  bool outside = false;  // not for the house
  std::vector<Version> versions;

  bool ok() const { return end_line != 0 && code == 0; }
};

// One message of a stream, or a page of changes.
struct Message {
  enum class Kind : uint8_t {
    kStarted,
    kBatch,
    kProgress,
    kSnapshotComplete,
    kDrain,
    kPage,
    kEnd,
  };

  uint64_t line = 0;
  Time time = 0;
  uint64_t after = 0;
  uint64_t sequence = 0;
  uint64_t tail = 0;       // 0: not told
  uint64_t count = 0;      // resources of a snapshot
  uint32_t token = 0;      // a token id
  uint32_t code = 0;       // of kEnd, a name; 0 when it went well
  uint32_t log = 0;        // of kStarted, a name
  uint32_t canonical = 0;  // filter of kStarted as the server wrote it, a name
  int64_t epoch = 0;       // of kStarted
  Kind kind = Kind::kStarted;
  bool in_snapshot = false;  // of kStarted: articles come before changes
  bool at_tail = false;      // of kPage: there was no more
  std::vector<Version> changes;
};

// A SubscribeChanges or one call of ListChanges.
struct Stream {
  enum class Start : uint8_t { kLatest, kEarliest, kAfter, kToken, kSnapshot };

  uint64_t line = 0;
  Time begin = 0;
  Start start = Start::kLatest;
  uint64_t after = 0;         // of kAfter
  uint64_t end_sequence = 0;  // 0: never
  uint32_t token = 0;         // of kToken
  uint32_t filter = 0;
  bool outside = false;
  bool conflated = false;
  bool cut = false;  // by the client
  std::vector<Message> messages;
};

// What the harness did to the server.
struct Fault {
  uint64_t line = 0;
  Time time = 0;
  std::string name;
};

// A token given outside of streams, and where it stands.
struct GivenToken {
  uint64_t line = 0;
  uint64_t sequence = 0;
  uint32_t token = 0;
};

struct History {
  Names names;
  std::vector<Attributes> attributes = {{}};
  std::vector<Call> calls;
  std::vector<Stream> streams;
  std::vector<Fault> faults;
  std::vector<GivenToken> tokens;
  // Every write to the server is in it, and every token that it gave.
  bool complete = false;
  // From here on nothing is written and nothing fails; 0 when not told.
  uint64_t final_line = 0;
  Time final_time = kNever;
  uint64_t final_tail = 0;
  uint64_t lines = 0;
};

}  // namespace courant::history

#endif  // COURANT_TESTS_HISTORY_HISTORY_H_
