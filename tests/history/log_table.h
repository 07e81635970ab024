#ifndef COURANT_TESTS_HISTORY_LOG_TABLE_H_
#define COURANT_TESTS_HISTORY_LOG_TABLE_H_

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "tests/history/findings.h"
#include "tests/history/history.h"

namespace courant::history {

// A change of the log, as all who saw it say together.
struct LogEntry {
  Version version;
  uint64_t line = 0;    // of who saw it first
  Time known = kNever;  // since then somebody knew of it
  // What filters compare, after it; 0: nobody saw that.
  uint32_t attributes = 0;
  // A change of the same resource before it, 0 if it is the first one; and
  // whether nobody can say, because a change between was not seen.
  uint64_t before = 0;
  bool before_unknown = false;
};

// The one log that all streams, lists and answers must be pieces of: made by
// putting together what everybody saw. Adds a finding (C2) for whatever does
// not fit. Not thread-safe.
class LogTable {
 public:
  LogTable(const History& history, Findings& findings);

  // Null for a change that nobody saw.
  const LogEntry* Find(uint64_t sequence) const;
  // In order.
  const std::vector<uint64_t>& sequences() const { return sequences_; }
  // Those of a resource, in order.
  const std::vector<uint64_t>& SequencesOf(uint32_t key) const;
  const std::unordered_map<uint32_t, std::vector<uint64_t>>& keys() const {
    return keys_;
  }

  // Whether it says that something must not be used.
  bool IsStop(const LogEntry& entry) const;

  // When somebody knew that a resource was killed; kNever if it was not. With
  // the line that said so.
  Time KilledAt(uint32_t key) const;
  uint64_t KillLine(uint32_t key) const;

  const Attributes& AttributesAt(uint32_t index) const {
    return attributes_[index];
  }

 private:
  // Where a version was seen.
  struct Sight {
    uint64_t line;
    Time time;
    bool in_change;  // kind, time and so on were told
    bool foreign;    // of a view of its own: another digest
  };

  void AddAll();
  void Add(const Version& version, const Sight& sight);
  void Merge(const Version& version, const Sight& sight, LogEntry& entry);
  void NoteKill(const Version& version, const Sight& sight);
  // Says what every change means to filters.
  void Link();
  void CheckOrder();
  uint32_t AttributesAfter(const LogEntry& entry, uint32_t before);

  const History& history_;
  Findings& findings_;
  std::unordered_map<uint64_t, LogEntry> entries_;
  std::vector<uint64_t> sequences_;
  std::unordered_map<uint32_t, std::vector<uint64_t>> keys_;
  std::vector<Attributes> attributes_;
  struct Kill {
    Time time;
    uint64_t line;
  };
  std::unordered_map<uint32_t, Kill> kills_;
};

}  // namespace courant::history

#endif  // COURANT_TESTS_HISTORY_LOG_TABLE_H_
