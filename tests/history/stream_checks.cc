#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/history/checks.h"
#include "tests/history/expectation.h"

namespace courant::history {
namespace {

// What a token stands for.
struct Place {
  uint64_t sequence = 0;
  uint64_t line = 0;
  uint32_t canonical = 0;
  // Where a page ends is not told: nothing that matches is between.
  bool exact = true;
  bool in_snapshot = false;
  bool of_snapshot_page = false;  // and what it stands for is not told
  bool any_filter = false;        // for which one it was given is not told
};

// What a stream of changes has come to.
struct Walk {
  const Stream* stream = nullptr;
  Expectation* expected = nullptr;  // null: nobody can say
  uint64_t position = 0;   // what the client knows about; of what it continues
  uint64_t complete = 0;   // everything up to here was looked at
  uint64_t delivered = 0;  // newest change
  uint64_t line = 0;       // of the message before
  uint32_t canonical = 0;
  bool in_snapshot = false;
  std::unordered_set<uint32_t> killed;
};

// Errors that say that a token is wrong.
bool RefusesToken(absl::string_view code) {
  return absl::StartsWith(code, "INVALID_ARGUMENT") ||
         absl::StartsWith(code, "FAILED_PRECONDITION") ||
         absl::EndsWith(code, "/NODE_BEHIND_TOKEN");
}

class StreamChecker {
 public:
  StreamChecker(const History& history, const LogTable& log, Findings& findings)
      : history_(history), log_(log), findings_(findings) {
    for (const Fault& fault : history.faults) {
      restored_ = restored_ || fault.name == "restore";
    }
    for (const GivenToken& token : history.tokens) {
      places_[token.token] = {.sequence = token.sequence, .line = token.line};
    }
    for (const uint64_t sequence : log.sequences()) {
      known_.emplace_back(log.Find(sequence)->known, sequence);
    }
    std::sort(known_.begin(), known_.end());
    for (size_t i = 1; i < known_.size(); ++i) {
      known_[i].second = std::max(known_[i].second, known_[i - 1].second);
    }
  }

  void Run() {
    for (const Stream& stream : history_.streams) {
      Walk walk{.stream = &stream, .line = stream.line};
      if (!stream.outside && !stream.conflated) {
        walk.expected = ExpectationFor(stream.filter);
      }
      for (const Message& message : stream.messages) {
        Take(walk, message);
        if (message.kind != Message::Kind::kEnd) walk.line = message.line;
      }
    }
  }

 private:
  const std::string& Name(uint32_t id) const { return history_.names.Text(id); }

  Expectation* ExpectationFor(uint32_t filter) {
    const auto found = expectations_.find(filter);
    if (found != expectations_.end()) return &found->second;
    absl::StatusOr<Expectation> made = Expectation::For(Name(filter), log_);
    if (!made.ok()) {
      // A server refuses it as well, or it is about times.
      findings_.CannotTell("C6", std::string(made.status().message()));
      return nullptr;
    }
    return &expectations_.emplace(filter, *std::move(made)).first->second;
  }

  // The newest change that anybody knew of before `time`.
  uint64_t KnownBefore(Time time) const {
    const auto after = std::partition_point(
        known_.begin(), known_.end(),
        [time](const auto& known) { return known.first < time; });
    return after == known_.begin() ? 0 : (after - 1)->second;
  }

  const Place* PlaceOf(uint32_t token) const {
    const auto found = places_.find(token);
    return found == places_.end() ? nullptr : &found->second;
  }

  void Take(Walk& walk, const Message& message) {
    switch (message.kind) {
      case Message::Kind::kStarted:
        TakeStarted(walk, message);
        break;
      case Message::Kind::kBatch:
      case Message::Kind::kProgress:
        TakeStep(walk, message);
        break;
      case Message::Kind::kSnapshotComplete:
        CheckJoins(walk, message, message.after);
        walk.in_snapshot = false;
        walk.position = walk.complete = walk.delivered = message.sequence;
        break;
      case Message::Kind::kDrain:
        CheckJoins(walk, message, message.sequence);
        break;
      case Message::Kind::kPage:
        TakePage(walk, message);
        break;
      case Message::Kind::kEnd:
        TakeEnd(walk, message);
        return;
    }
    if (message.tail != 0 && message.sequence > message.tail) {
      findings_.Add("C7", {message.line},
                    absl::StrCat("is at change ", message.sequence,
                                 ", beyond the tail, ", message.tail));
    }
    Remember(walk, message);
  }

  void Remember(const Walk& walk, const Message& message) {
    if (message.token == 0) return;
    const bool page = message.kind == Message::Kind::kPage;
    places_[message.token] = {.sequence = walk.position,
                              .line = message.line,
                              .canonical = walk.canonical,
                              .exact = !page,
                              .in_snapshot = walk.in_snapshot,
                              .of_snapshot_page = page && walk.in_snapshot,
                              .any_filter = page};
  }

  void TakeStarted(Walk& walk, const Message& message) {
    const Stream& stream = *walk.stream;
    CheckIdentity(message);
    walk.canonical = message.canonical;
    walk.in_snapshot = message.in_snapshot;
    walk.position = walk.complete = walk.delivered = message.sequence;
    switch (stream.start) {
      case Stream::Start::kToken:
        ResumeAt(walk, message);
        break;
      case Stream::Start::kAfter:
        if (message.sequence != stream.after) {
          findings_.Add("C6", {message.line, stream.line},
                        absl::StrCat("begins after change ", message.sequence,
                                     " and not after change ", stream.after));
        }
        break;
      case Stream::Start::kLatest:
        if (const uint64_t known = KnownBefore(stream.begin);
            message.sequence < known) {
          findings_.Add("C6", {message.line, stream.line},
                        absl::StrCat("begins after change ", message.sequence,
                                     " when change ", known, " was known"));
        }
        break;
      case Stream::Start::kEarliest:
        // What was trimmed is not there; nothing is trimmed unless it is said.
        if (message.sequence != 0 && history_.complete) {
          findings_.Add("C6", {message.line, stream.line},
                        absl::StrCat("begins after change ", message.sequence,
                                     " and not at the first"));
        }
        break;
      case Stream::Start::kSnapshot:
        break;
    }
  }

  // C6: a stream goes on where its token was given.
  void ResumeAt(Walk& walk, const Message& message) {
    const Place* place = PlaceOf(walk.stream->token);
    if (place == nullptr) {
      if (history_.complete) {
        findings_.Add("C6", {message.line, walk.stream->line},
                      "a token that nobody was given was taken");
      }
      return;
    }
    if (!place->any_filter && place->canonical != walk.canonical) {
      findings_.Add(
          "C6", {message.line, place->line},
          absl::StrCat("a token for the filter `", Name(place->canonical),
                       "` was taken for `", Name(walk.canonical), "`"));
      return;
    }
    if (place->of_snapshot_page) return;
    if (place->exact ? message.sequence != place->sequence
                     : message.sequence < place->sequence) {
      findings_.Add(
          "C6", {message.line, place->line},
          absl::StrCat("goes on after change ", message.sequence,
                       "; its token was given after change ", place->sequence));
      return;
    }
    if (walk.in_snapshot) return;
    // Nothing that matches may be between the two.
    walk.complete = place->sequence;
    Cover(walk, message, message.sequence);
  }

  // C7: a message continues where the one before ended.
  void CheckJoins(Walk& walk, const Message& message, uint64_t after) {
    if (after == walk.position) return;
    findings_.Add(
        "C7", {message.line, walk.line},
        absl::StrCat("continues from change ", after,
                     "; the message before ended at change ", walk.position));
    // What is between was reported; go on from here.
    walk.position = after;
    walk.complete = std::max(walk.complete, after);
    walk.delivered = std::max(walk.delivered, after);
  }

  void TakeStep(Walk& walk, const Message& message) {
    CheckTexts(walk, message);
    CheckJoins(walk, message, message.after);
    if (walk.in_snapshot) {
      // What is in it, and in which order, is for C10 to say.
      walk.position = message.sequence;
      return;
    }
    if (message.sequence < message.after) {
      findings_.Add("C7", {message.line},
                    absl::StrCat("goes back from change ", message.after,
                                 " to change ", message.sequence));
    }
    CheckSequences(walk, message, message.sequence);
    Cover(walk, message, message.sequence);
    walk.position = message.sequence;
  }

  void TakePage(Walk& walk, const Message& message) {
    const Stream& stream = *walk.stream;
    if (stream.start == Stream::Start::kToken) {
      const Place* place = PlaceOf(stream.token);
      if (place == nullptr) {
        if (history_.complete) {
          findings_.Add("C6", {message.line, stream.line},
                        "a token that nobody was given was taken");
        }
        return;
      }
      walk.position = place->sequence;
      walk.in_snapshot = place->in_snapshot;
    } else if (stream.start == Stream::Start::kLatest) {
      walk.position = KnownBefore(stream.begin);
    }
    walk.complete = walk.delivered = walk.position;
    CheckTexts(walk, message);
    walk.in_snapshot =
        walk.in_snapshot || stream.start == Stream::Start::kSnapshot ||
        (!message.changes.empty() &&
         Name(message.changes.front().disposition) == "SNAPSHOT");
    if (walk.in_snapshot) return;
    CheckSequences(walk, message, std::numeric_limits<uint64_t>::max());
    uint64_t end = walk.position;
    if (!message.changes.empty()) {
      end = std::max(end, message.changes.back().sequence);
    }
    if (message.at_tail) end = std::max(end, KnownBefore(stream.begin));
    Cover(walk, message, end);
    walk.position = end;
  }

  void TakeEnd(const Walk& walk, const Message& message) {
    const Stream& stream = *walk.stream;
    if (stream.start != Stream::Start::kToken || stream.messages.size() > 1 ||
        restored_ || !RefusesToken(Name(message.code))) {
      return;
    }
    const Place* place = PlaceOf(stream.token);
    // Whether the filter is that of the token is not told here.
    if (place == nullptr ||
        absl::EndsWith(Name(message.code), "/FILTER_MISMATCH") ||
        absl::EndsWith(Name(message.code), "/FILTER_INVALID")) {
      return;
    }
    findings_.Add("C6", {message.line, place->line},
                  absl::StrCat("a token given after change ", place->sequence,
                               " was refused: ", Name(message.code)));
  }

  // C6: in order, none twice, none outside of what the message says it covers.
  void CheckSequences(Walk& walk, const Message& message, uint64_t end) {
    for (const Version& version : message.changes) {
      if (version.sequence <= walk.delivered) {
        findings_.Add("C6", {message.line, walk.line},
                      absl::StrCat("change ", version.sequence,
                                   " comes after change ", walk.delivered));
      }
      if (version.sequence > end) {
        findings_.Add("C7", {message.line},
                      absl::StrCat("has change ", version.sequence,
                                   " and says that it ends at change ", end));
      }
      walk.delivered = std::max(walk.delivered, version.sequence);
    }
  }

  // C6: from where the walk is complete to `end`, the message has what matches,
  // and says what it means.
  void Cover(Walk& walk, const Message& message, uint64_t end) {
    const uint64_t begin = walk.complete;
    walk.complete = std::max(walk.complete, end);
    if (walk.expected == nullptr) return;
    std::map<uint64_t, const Version*> given;
    for (const Version& version : message.changes) {
      given.emplace(version.sequence, &version);
    }
    const std::vector<uint64_t>& all = log_.sequences();
    for (auto it = std::upper_bound(all.begin(), all.end(), begin);
         it != all.end() && *it <= end; ++it) {
      const LogEntry& entry = *log_.Find(*it);
      const auto found = given.find(*it);
      const absl::string_view is = found == given.end()
                                       ? absl::string_view()
                                       : Name(found->second->disposition);
      const absl::string_view should = walk.expected->Of(entry);
      if (is == should || should == "?") continue;
      // Also whoever had an earlier revision may be told that it is stopped.
      if (should.empty() && is == "LEFT" && log_.IsStop(entry)) continue;
      const auto words = [](absl::string_view disposition) {
        return disposition.empty() ? absl::string_view("not told")
                                   : disposition;
      };
      findings_.Add(
          "C6", {message.line, entry.line},
          absl::StrCat("change ", *it, " of ", Name(entry.version.key), " is ",
                       words(is), " under `", Name(walk.stream->filter),
                       "` and should be ", words(should)));
    }
  }

  // C9: no text of what was killed, and text where there should be one.
  void CheckTexts(Walk& walk, const Message& message) {
    for (const Version& version : message.changes) {
      const std::string& kind = Name(version.kind);
      if (kind == "KILLED") walk.killed.insert(version.key);
      const Time killed = log_.KilledAt(version.key);
      if (!version.gone()) {
        if (walk.stream->begin > killed || walk.killed.contains(version.key)) {
          findings_.Add(
              "C9", {message.line, log_.KillLine(version.key)},
              absl::StrCat("the text of ", Name(version.key), " as of change ",
                           version.sequence, ", which was killed"));
        }
      } else if (killed == kNever && !walk.stream->outside &&
                 version.state == 0 && Name(version.disposition) != "LEFT") {
        findings_.Add("C9", {message.line},
                      absl::StrCat("change ", version.sequence, " of ",
                                   Name(version.key), " has no text"));
      }
    }
  }

  // C11: one log, and an epoch that grows by a restore alone.
  void CheckIdentity(const Message& message) {
    if (identity_ == nullptr) {
      identity_ = &message;
      return;
    }
    const bool same_log = message.log == identity_->log;
    const bool good_epoch = restored_ ? message.epoch >= identity_->epoch
                                      : message.epoch == identity_->epoch;
    if (same_log && good_epoch) return;
    findings_.Add(
        "C11", {message.line, identity_->line},
        absl::StrCat("log ", Name(message.log), " in epoch ", message.epoch,
                     ", and before log ", Name(identity_->log), " in epoch ",
                     identity_->epoch));
  }

  const History& history_;
  const LogTable& log_;
  Findings& findings_;
  bool restored_ = false;
  const Message* identity_ = nullptr;
  std::vector<std::pair<Time, uint64_t>> known_;
  std::unordered_map<uint32_t, Place> places_;
  std::unordered_map<uint32_t, Expectation> expectations_;
};

}  // namespace

void CheckStreams(const History& history, const LogTable& log,
                  Findings& findings) {
  StreamChecker(history, log, findings).Run();
}

}  // namespace courant::history
