#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/history/checks.h"
#include "tests/history/filter_oracle.h"

namespace courant::history {
namespace {

bool IsStopped(const Attributes& attributes) {
  return attributes.state == "WITHHELD" || attributes.state == "WITHDRAWN" ||
         attributes.state == "EXPIRED" || attributes.state == "KILLED";
}

class StateChecker {
 public:
  StateChecker(const History& history, const LogTable& log, Findings& findings)
      : history_(history), log_(log), findings_(findings) {}

  // Each list of articles that was begun after the end, page by page.
  void CheckLists() {
    std::unordered_map<uint32_t, const Call*> by_page;
    for (const Call& call : history_.calls) {
      if (IsList(call) && call.page_in != 0) by_page[call.page_in] = &call;
    }
    for (const Call& call : history_.calls) {
      if (!IsList(call) || call.page_in != 0) continue;
      std::vector<Version> listed;
      const Call* page = &call;
      while (true) {
        listed.insert(listed.end(), page->versions.begin(),
                      page->versions.end());
        if (page->page_out == 0) break;
        const auto next = by_page.find(page->page_out);
        // Nobody asked for the rest.
        if (next == by_page.end() || !next->second->ok()) return;
        page = next->second;
      }
      Compare(call.filter, history_.final_tail, listed, call.end_line,
              "the list", What::kAll);
    }
  }

  // Each snapshot that came to its end, also over several streams.
  void CheckSnapshots() {
    for (const Stream& stream : history_.streams) {
      if (stream.start == Stream::Start::kToken) cuts_[stream.token];
    }
    for (const Stream& stream : history_.streams) {
      if (!stream.outside) CheckSnapshot(stream);
    }
  }

 private:
  enum class What { kAll, kUsable };

  bool IsList(const Call& call) const {
    return history_.names.Text(call.method) == "ListArticles" && call.ok() &&
           !call.outside && call.begin >= history_.final_time;
  }

  // What `filter` takes of the state after `sequence`: to each resource the
  // change that made it what it is. Marks in `untold` what nobody can say.
  std::map<uint32_t, uint64_t> StateAt(const FilterOracle& filter,
                                       uint64_t sequence, What wanted,
                                       std::map<uint32_t, uint64_t>& untold) {
    std::map<uint32_t, uint64_t> state;
    for (const auto& [key, sequences] : log_.keys()) {
      const auto after =
          std::upper_bound(sequences.begin(), sequences.end(), sequence);
      if (after == sequences.begin()) continue;
      const LogEntry& entry = *log_.Find(*(after - 1));
      if (entry.attributes == 0) {
        untold[key] = entry.version.sequence;
      } else if (wanted == What::kUsable &&
                 IsStopped(log_.AttributesAt(entry.attributes))) {
        continue;
      } else if (filter.Matches(log_.AttributesAt(entry.attributes))) {
        state[key] = entry.version.sequence;
      }
    }
    return state;
  }

  // What a client holds that applies everything in the order of arrival must
  // be, when the snapshot is whole, what may be used of the state.
  void CheckSnapshot(const Stream& stream) {
    if (stream.messages.empty() || !stream.messages.front().in_snapshot) {
      return;
    }
    std::map<uint32_t, Version> held;
    if (stream.start == Stream::Start::kToken) {
      // Nobody can say what pages came to.
      if (!cuts_[stream.token]) return;
      held = *cuts_[stream.token];
    }
    for (const Message& message : stream.messages) {
      for (const Version& version : message.changes) {
        if (version.gone()) {
          held.erase(version.key);
        } else {
          held[version.key] = version;
        }
      }
      if (message.kind == Message::Kind::kSnapshotComplete) {
        if (message.count != held.size()) {
          findings_.Add(
              "C10", {message.line, stream.line},
              absl::StrCat("the snapshot came to ", held.size(),
                           " resources and says that it has ", message.count));
        }
        std::vector<Version> given;
        for (const auto& [key, version] : held) given.push_back(version);
        Compare(stream.filter, message.sequence, given, message.line,
                "the snapshot", What::kUsable);
        return;
      }
      const auto cut = cuts_.find(message.token);
      if (cut != cuts_.end()) cut->second = held;
    }
  }

  void Compare(uint32_t filter, uint64_t sequence,
               const std::vector<Version>& given, uint64_t line,
               absl::string_view what, What wanted) {
    const absl::StatusOr<FilterOracle> oracle =
        FilterOracle::Parse(history_.names.Text(filter));
    if (!oracle.ok()) {
      findings_.CannotTell("C10", std::string(oracle.status().message()));
      return;
    }
    std::map<uint32_t, uint64_t> untold;
    std::map<uint32_t, uint64_t> expected =
        StateAt(*oracle, sequence, wanted, untold);
    for (const Version& version : given) {
      const std::string& name = history_.names.Text(version.key);
      if (untold.contains(version.key)) continue;
      const auto found = expected.find(version.key);
      if (found == expected.end()) {
        findings_.Add("C10", {line},
                      absl::StrCat(what, " has ", name,
                                   ", which does not match or is there twice"));
        continue;
      }
      if (found->second != version.sequence) {
        findings_.Add("C10", {line, log_.Find(found->second)->line},
                      absl::StrCat(what, " has ", name, " as of change ",
                                   version.sequence, "; the log says change ",
                                   found->second));
      }
      expected.erase(found);
    }
    for (const auto& [key, missing] : expected) {
      findings_.Add("C10", {line, log_.Find(missing)->line},
                    absl::StrCat(what, " lacks ", history_.names.Text(key),
                                 " as of change ", missing));
    }
  }

  const History& history_;
  const LogTable& log_;
  Findings& findings_;
  // By each token that somebody came back with: what was held by then.
  std::unordered_map<uint32_t, std::optional<std::map<uint32_t, Version>>>
      cuts_;
};

}  // namespace

void CheckState(const History& history, const LogTable& log,
                Findings& findings) {
  StateChecker checker(history, log, findings);
  checker.CheckLists();
  checker.CheckSnapshots();
}

void CheckProgress(const History& history, Findings& findings) {
  for (const Call& call : history.calls) {
    if (call.end_line != 0) continue;
    findings.Add(
        "C12", {call.line},
        absl::StrCat(history.names.Text(call.method), " was never answered"));
  }
  if (history.final_line == 0) return;
  for (const Stream& stream : history.streams) {
    uint64_t position = 0;
    bool over = false;
    for (const Message& message : stream.messages) {
      position = std::max(position, message.sequence);
      over = over ||
             (message.kind == Message::Kind::kEnd &&
              message.time < history.final_time) ||
             message.kind == Message::Kind::kPage;
    }
    const uint64_t goal =
        stream.end_sequence == 0
            ? history.final_tail
            : std::min(stream.end_sequence, history.final_tail);
    // What was refused has an end with a code, and no more.
    const bool refused = stream.messages.size() == 1 &&
                         stream.messages.front().kind == Message::Kind::kEnd &&
                         stream.messages.front().code != 0;
    // Whoever began after the end and left has seen what it wanted.
    const bool left = stream.cut && stream.begin > history.final_time;
    if (over || refused || left || position >= goal) continue;
    findings.Add("C12", {stream.line, history.final_line},
                 absl::StrCat("the stream came to change ", position,
                              " and not to change ", goal));
  }
}

Findings CheckHistory(const History& history) {
  Findings findings;
  const LogTable log(history, findings);
  CheckWrites(history, log, findings);
  CheckReads(history, log, findings);
  CheckStreams(history, log, findings);
  CheckState(history, log, findings);
  CheckProgress(history, findings);
  return findings;
}

}  // namespace courant::history
