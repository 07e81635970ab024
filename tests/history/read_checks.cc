#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/history/checks.h"

namespace courant::history {
namespace {

// Since `time` somebody knew of the change `sequence`.
struct Knowledge {
  Time time;
  uint64_t sequence;
  uint64_t line;
};

// What was known of each resource, by when. A server answers from what it has
// applied, and nobody knows of a change before that.
class KnowledgeTable {
 public:
  explicit KnowledgeTable(const LogTable& log) {
    for (const uint64_t sequence : log.sequences()) {
      const LogEntry& entry = *log.Find(sequence);
      by_key_[entry.version.key].push_back({entry.known, sequence, entry.line});
    }
    for (auto& [key, known] : by_key_) {
      std::sort(known.begin(), known.end(),
                [](const Knowledge& a, const Knowledge& b) {
                  return a.time < b.time;
                });
      // Of each time, the newest that was known by then.
      for (size_t i = 1; i < known.size(); ++i) {
        if (known[i].sequence > known[i - 1].sequence) continue;
        known[i].sequence = known[i - 1].sequence;
        known[i].line = known[i - 1].line;
      }
    }
  }

  // The newest change of `key` that was known before `time`; null if none was.
  const Knowledge* Before(uint32_t key, Time time) const {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    const std::vector<Knowledge>& known = found->second;
    const auto after = std::partition_point(
        known.begin(), known.end(),
        [time](const Knowledge& one) { return one.time < time; });
    return after == known.begin() ? nullptr : &*(after - 1);
  }

 private:
  std::unordered_map<uint32_t, std::vector<Knowledge>> by_key_;
};

class ReadChecker {
 public:
  ReadChecker(const History& history, const LogTable& log, Findings& findings)
      : history_(history), log_(log), findings_(findings), known_(log) {
    // When each change was first asked for.
    for (const Call& call : history_.calls) {
      if (!call.writes || call.versions.size() != 1) continue;
      const uint64_t sequence = call.versions.front().sequence;
      const auto [it, is_new] = asked_.try_emplace(sequence, &call);
      if (!is_new && call.begin < it->second->begin) it->second = &call;
    }
    // A retry is answered with what an attempt before it has made.
    std::unordered_map<uint32_t, const Call*> first;
    for (const Call& call : history_.calls) {
      if (!call.writes || call.request_id == 0) continue;
      first.try_emplace(call.request_id, &call);
      for (const Version& version : call.versions) {
        const Call*& asked = asked_[version.sequence];
        const Call* begun = first[call.request_id];
        if (begun->begin < asked->begin) asked = begun;
      }
    }
  }

  void Run() {
    for (const Call& call : history_.calls) {
      CheckNotKilled(call);
      if (call.writes || call.outside) continue;
      const absl::string_view method = history_.names.Text(call.method);
      // An old revision is old.
      if (absl::StrContains(method, "Revision")) continue;
      for (const Version& version : call.versions) CheckRead(call, version);
      if (absl::StartsWith(history_.names.Text(call.code), "NOT_FOUND")) {
        CheckMissing(call);
      }
    }
  }

 private:
  // C4: not older than what was known when it began, or than it asked for, and
  // not newer than what was asked for when it ended.
  void CheckRead(const Call& call, const Version& version) {
    if (version.sequence == 0) return;
    const std::string& name = history_.names.Text(version.key);
    const Knowledge* known = known_.Before(version.key, call.begin);
    if (known != nullptr && version.sequence < known->sequence) {
      findings_.Add(
          "C4", {call.end_line, known->line},
          absl::StrCat("read ", name, " as of change ", version.sequence,
                       " when change ", known->sequence, " was known"));
    }
    const uint64_t wanted = NewestUpTo(version.key, call.minimum);
    if (version.sequence < wanted) {
      findings_.Add(
          "C4", {call.end_line, call.line},
          absl::StrCat("read ", name, " as of change ", version.sequence,
                       ", and wanted what includes ", "change ", wanted));
    }
    const auto asked = asked_.find(version.sequence);
    if (asked != asked_.end() && asked->second->begin > call.end) {
      findings_.Add(
          "C4", {call.end_line, asked->second->line},
          absl::StrCat("read ", name, " as of change ", version.sequence,
                       ", which was asked for later"));
    }
  }

  void CheckMissing(const Call& call) {
    const Knowledge* known = known_.Before(call.key, call.begin);
    if (known == nullptr) return;
    findings_.Add("C4", {call.end_line, known->line},
                  absl::StrCat("there is no ", history_.names.Text(call.key),
                               ", says the answer; change ", known->sequence,
                               " of it was known"));
  }

  // C9: what was killed has no text, in no call that began after that.
  void CheckNotKilled(const Call& call) {
    for (const Version& version : call.versions) {
      if (version.gone() || call.begin <= log_.KilledAt(version.key)) continue;
      findings_.Add(
          "C9", {call.end_line, log_.KillLine(version.key)},
          absl::StrCat("the text of revision ", version.revision, " of ",
                       history_.names.Text(version.key), ", which was killed"));
    }
  }

  // The newest change of `key` that is not after `sequence`; 0 if none.
  uint64_t NewestUpTo(uint32_t key, uint64_t sequence) const {
    const std::vector<uint64_t>& all = log_.SequencesOf(key);
    const auto after = std::upper_bound(all.begin(), all.end(), sequence);
    return after == all.begin() ? 0 : *(after - 1);
  }

  const History& history_;
  const LogTable& log_;
  Findings& findings_;
  const KnowledgeTable known_;
  std::unordered_map<uint64_t, const Call*> asked_;
};

}  // namespace

void CheckReads(const History& history, const LogTable& log,
                Findings& findings) {
  ReadChecker(history, log, findings).Run();
}

}  // namespace courant::history
