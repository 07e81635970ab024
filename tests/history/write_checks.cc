#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/history/checks.h"

namespace courant::history {
namespace {

// All calls that are the same write: those of one request id.
struct Attempt {
  Time begin = kNever;
  uint64_t line = 0;               // of the first
  const Call* answered = nullptr;  // the first that went well
  bool unknown = false;            // one of them has no answer that tells
  uint32_t key = 0;
};

// What a write was answered: one version.
const Version* AnswerOf(const Call& call) {
  return call.versions.size() == 1 ? &call.versions.front() : nullptr;
}

// The server makes these by itself, or may.
bool MayBeTheServers(absl::string_view kind) {
  static constexpr std::array<absl::string_view, 4> kKinds = {
      "EMBARGO_RELEASED", "EXPIRED", "RIGHTS_GRANTED", "RIGHTS_REVOKED"};
  return absl::StartsWith(kind, "TRANSLATION_") ||
         std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

class WriteChecker {
 public:
  WriteChecker(const History& history, const LogTable& log, Findings& findings)
      : history_(history), log_(log), findings_(findings) {}

  void Run() {
    CollectAttempts();
    for (const Attempt& attempt : attempts_) {
      if (attempt.answered != nullptr) CheckAnswer(attempt);
    }
    CheckDurable();
    CheckRealTime();
    CheckRefused();
    CheckPhantoms();
  }

 private:
  const std::string& Name(uint32_t id) const { return history_.names.Text(id); }

  void CollectAttempts() {
    std::unordered_map<uint32_t, size_t> by_request;
    for (const Call& call : history_.calls) {
      if (!call.writes) continue;
      size_t index = attempts_.size();
      if (call.request_id != 0) {
        index = by_request.try_emplace(call.request_id, index).first->second;
      }
      if (index == attempts_.size()) {
        attempts_.push_back({.line = call.line, .key = call.key});
      }
      Attempt& attempt = attempts_[index];
      attempt.begin = std::min(attempt.begin, call.begin);
      if (call.ok()) {
        CheckRepeat(call, attempt);
      } else if (!IsDefinite(Name(call.code))) {
        attempt.unknown = true;
      } else if (attempt.answered != nullptr &&
                 attempt.answered->end < call.begin) {
        findings_.Add("C5", {call.end_line, attempt.answered->end_line},
                      absl::StrCat("request ", Name(call.request_id),
                                   " was done, and refused when it was asked "
                                   "again: ",
                                   Name(call.code)));
      }
    }
  }

  // C5: whoever asks again gets what was answered first.
  void CheckRepeat(const Call& call, Attempt& attempt) {
    if (attempt.answered == nullptr) {
      attempt.answered = &call;
      return;
    }
    const Version* first = AnswerOf(*attempt.answered);
    const Version* again = AnswerOf(call);
    // After a kill the stub is in the place of both.
    if (first == nullptr || again == nullptr || first->gone() ||
        again->gone()) {
      return;
    }
    if (first->sequence != again->sequence || first->digest != again->digest) {
      findings_.Add("C5", {call.end_line, attempt.answered->end_line},
                    absl::StrCat("request ", Name(call.request_id),
                                 " was answered with change ", first->sequence,
                                 " and then with change ", again->sequence));
    }
  }

  // C9 and C13: the answer is about what was asked, and later than it.
  void CheckAnswer(const Attempt& attempt) {
    const Call& call = *attempt.answered;
    const Version* answer = AnswerOf(call);
    if (answer == nullptr || answer->gone()) return;
    if (call.key != 0 && call.key != answer->key) {
      findings_.Add("C9", {call.end_line, call.line},
                    absl::StrCat("a write of ", Name(call.key),
                                 " was answered with ", Name(answer->key)));
    }
    if (call.words != 0 && answer->words != 0 && call.words != answer->words) {
      findings_.Add(
          "C9", {call.end_line, call.line},
          absl::StrCat("the answer, revision ", answer->revision, " of ",
                       Name(answer->key), ", has other words than were sent"));
    }
  }

  // The stream that saw the whole log after the end of all writing.
  const Stream* FindReplay() const {
    for (const Stream& stream : history_.streams) {
      if (stream.begin < history_.final_time || stream.filter != 0 ||
          stream.outside || stream.start != Stream::Start::kEarliest) {
        continue;
      }
      for (const Message& message : stream.messages) {
        if (message.sequence >= history_.final_tail) return &stream;
      }
    }
    return nullptr;
  }

  // C1, and that the log has no holes: C2.
  void CheckDurable() {
    const Stream* replay = FindReplay();
    if (replay == nullptr) {
      findings_.CannotTell(
          "C1",
          "no unfiltered stream from the earliest change to the tail was "
          "opened after \"final\"");
      return;
    }
    std::unordered_map<uint64_t, const Version*> log;
    std::unordered_map<uint64_t, uint64_t> lines;
    uint64_t expected = 1;
    for (const Message& message : replay->messages) {
      for (const Version& version : message.changes) {
        log[version.sequence] = &version;
        lines[version.sequence] = message.line;
        if (version.sequence != expected) {
          findings_.Add(
              "C2", {message.line, replay->line},
              absl::StrCat("the log goes on with change ", version.sequence,
                           " where change ", expected, " should be"));
        }
        expected = version.sequence + 1;
      }
    }
    for (const Attempt& attempt : attempts_) {
      if (attempt.answered == nullptr) continue;
      const Version* answer = AnswerOf(*attempt.answered);
      if (answer == nullptr || answer->sequence == 0) continue;
      const auto found = log.find(answer->sequence);
      if (found == log.end()) {
        findings_.Add("C1", {attempt.answered->end_line, replay->line},
                      absl::StrCat("change ", answer->sequence,
                                   " was acknowledged and is not in the log"));
        continue;
      }
      const Version& kept = *found->second;
      if (kept.key != answer->key || kept.revision != answer->revision ||
          (!kept.gone() && !answer->gone() && kept.digest != answer->digest)) {
        findings_.Add(
            "C1", {attempt.answered->end_line, lines[answer->sequence]},
            absl::StrCat("change ", answer->sequence, " was acknowledged as ",
                         "revision ", answer->revision, " of ",
                         Name(answer->key), ", and the log has revision ",
                         kept.revision, " of ", Name(kept.key),
                         " or another content there"));
      }
    }
  }

  // Whether an answer is of something that others knew before it was asked
  // for: a write that changes nothing is answered with what is there.
  bool ChangedNothing(const Attempt& attempt, const Version& answer) const {
    const LogEntry* entry = log_.Find(answer.sequence);
    return entry != nullptr && entry->known < attempt.begin;
  }

  // C3: what began after something was known comes after it.
  void CheckRealTime() {
    struct Known {
      Time time;
      uint64_t sequence;
      uint64_t line;
    };
    std::vector<Known> known;
    for (const uint64_t sequence : log_.sequences()) {
      const LogEntry& entry = *log_.Find(sequence);
      known.push_back({entry.known, sequence, entry.line});
    }
    std::sort(known.begin(), known.end(),
              [](const Known& a, const Known& b) { return a.time < b.time; });
    std::vector<const Attempt*> sorted;
    for (const Attempt& attempt : attempts_) {
      if (attempt.answered != nullptr) sorted.push_back(&attempt);
    }
    std::sort(
        sorted.begin(), sorted.end(),
        [](const Attempt* a, const Attempt* b) { return a->begin < b->begin; });
    size_t passed = 0;
    Known newest{0, 0, 0};
    for (const Attempt* attempt : sorted) {
      for (; passed < known.size() && known[passed].time < attempt->begin;
           ++passed) {
        if (known[passed].sequence > newest.sequence) newest = known[passed];
      }
      const Version* answer = AnswerOf(*attempt->answered);
      if (answer == nullptr || answer->sequence == 0 || answer->gone() ||
          answer->sequence > newest.sequence ||
          ChangedNothing(*attempt, *answer)) {
        continue;
      }
      findings_.Add(
          "C3", {attempt->answered->end_line, newest.line},
          absl::StrCat("change ", answer->sequence, " was begun when change ",
                       newest.sequence, " was known"));
    }
  }

  // C13: what was refused is nowhere.
  void CheckRefused() {
    // (key, words) of what may be there, and of what may not.
    std::map<std::pair<uint32_t, uint64_t>, uint64_t> refused;
    std::unordered_set<uint64_t> possible;
    for (const Call& call : history_.calls) {
      if (!call.writes || call.words == 0) continue;
      if (call.ok() || !IsDefinite(Name(call.code))) {
        possible.insert(call.words);
      } else if (call.key != 0) {
        refused.emplace(std::make_pair(call.key, call.words), call.end_line);
      }
    }
    for (const uint64_t sequence : log_.sequences()) {
      const LogEntry& entry = *log_.Find(sequence);
      const auto found = refused.find({entry.version.key, entry.version.words});
      if (found == refused.end() || possible.contains(entry.version.words)) {
        continue;
      }
      findings_.Add("C13", {entry.line, found->second},
                    absl::StrCat("change ", sequence, " has the words of a ",
                                 "write that was refused"));
    }
  }

  // C13: each change was asked for, and by one write alone; none is seen before
  // it was asked for.
  void CheckPhantoms() {
    std::unordered_map<uint64_t, const Attempt*> made;
    std::unordered_map<uint32_t, std::vector<const Attempt*>> unknown;
    for (const Attempt& attempt : attempts_) {
      if (attempt.answered != nullptr) {
        const Version* answer = AnswerOf(*attempt.answered);
        if (answer == nullptr) continue;
        // A kill in the same commit is what it was answered with.
        if (answer->gone()) unknown[attempt.key].push_back(&attempt);
        const Attempt*& maker = made[answer->sequence];
        if (maker == nullptr || attempt.begin < maker->begin) {
          maker = &attempt;
        }
      } else if (attempt.unknown) {
        unknown[attempt.key].push_back(&attempt);
      }
    }
    for (const uint64_t sequence : log_.sequences()) {
      const LogEntry& entry = *log_.Find(sequence);
      if (const auto maker = made.find(sequence); maker != made.end()) {
        if (entry.known < maker->second->begin) {
          findings_.Add("C13", {entry.line, maker->second->line},
                        absl::StrCat("change ", sequence,
                                     " was seen before it was asked for"));
        }
        continue;
      }
      if (!history_.complete || MayBeTheServers(Name(entry.version.kind)) ||
          entry.version.kind == 0) {
        continue;
      }
      if (!TakeUnknown(unknown[entry.version.key], entry) &&
          !(entry.version.revision == 1 && TakeUnknown(unknown[0], entry))) {
        findings_.Add("C13", {entry.line},
                      absl::StrCat("nobody asked for change ", sequence,
                                   ", revision ", entry.version.revision,
                                   " of ", Name(entry.version.key)));
      }
    }
  }

  // Uses up one write of unknown outcome that may have made `entry`.
  static bool TakeUnknown(std::vector<const Attempt*>& unknown,
                          const LogEntry& entry) {
    const auto found = std::find_if(
        unknown.begin(), unknown.end(),
        [&](const Attempt* attempt) { return attempt->begin <= entry.known; });
    if (found == unknown.end()) return false;
    unknown.erase(found);
    return true;
  }

  const History& history_;
  const LogTable& log_;
  Findings& findings_;
  std::vector<Attempt> attempts_;
};

}  // namespace

bool IsDefinite(absl::string_view code) {
  static constexpr std::array<absl::string_view, 9> kDefinite = {
      "INVALID_ARGUMENT",  "NOT_FOUND",           "ALREADY_EXISTS",
      "PERMISSION_DENIED", "FAILED_PRECONDITION", "OUT_OF_RANGE",
      "UNIMPLEMENTED",     "UNAUTHENTICATED",     "ABORTED/ETAG_MISMATCH"};
  return std::any_of(
      kDefinite.begin(), kDefinite.end(),
      [code](absl::string_view word) { return absl::StartsWith(code, word); });
}

void CheckWrites(const History& history, const LogTable& log,
                 Findings& findings) {
  WriteChecker(history, log, findings).Run();
}

}  // namespace courant::history
