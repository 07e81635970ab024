#include "tests/history/log_table.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

namespace courant::history {
namespace {

// The state that a change of this kind leaves, when nobody saw it; empty for
// kinds that do not tell.
absl::string_view StateAfter(absl::string_view kind) {
  if (kind == "HELD") return "WITHHELD";
  if (kind == "WITHDRAWN" || kind == "KILLED" || kind == "EXPIRED") return kind;
  return "";
}

}  // namespace

LogTable::LogTable(const History& history, Findings& findings)
    : history_(history), findings_(findings), attributes_(history.attributes) {
  AddAll();
  Link();
  CheckOrder();
}

const LogEntry* LogTable::Find(uint64_t sequence) const {
  const auto found = entries_.find(sequence);
  return found == entries_.end() ? nullptr : &found->second;
}

const std::vector<uint64_t>& LogTable::SequencesOf(uint32_t key) const {
  static const auto& none = *new std::vector<uint64_t>();
  const auto found = keys_.find(key);
  return found == keys_.end() ? none : found->second;
}

bool LogTable::IsStop(const LogEntry& entry) const {
  const std::string& kind = history_.names.Text(entry.version.kind);
  // Asked of what is stopped already, a kill says once more that it is.
  return kind == "KILL_REQUESTED" || !StateAfter(kind).empty();
}

Time LogTable::KilledAt(uint32_t key) const {
  const auto found = kills_.find(key);
  return found == kills_.end() ? kNever : found->second.time;
}

uint64_t LogTable::KillLine(uint32_t key) const {
  const auto found = kills_.find(key);
  return found == kills_.end() ? 0 : found->second.line;
}

void LogTable::AddAll() {
  for (const Stream& stream : history_.streams) {
    for (const Message& message : stream.messages) {
      for (const Version& version : message.changes) {
        const bool full =
            !stream.conflated &&
            history_.names.Text(version.disposition) != "SNAPSHOT";
        Add(version, {message.line, message.time, full, stream.outside});
      }
    }
  }
  for (const Call& call : history_.calls) {
    for (const Version& version : call.versions) {
      Add(version, {call.end_line, call.end, false, call.outside});
    }
  }
}

void LogTable::Add(const Version& version, const Sight& sight) {
  NoteKill(version, sight);
  if (version.sequence == 0) return;
  const auto [it, is_new] = entries_.try_emplace(version.sequence);
  LogEntry& entry = it->second;
  if (is_new) {
    entry.version.sequence = version.sequence;
    entry.version.key = version.key;
    entry.version.revision = version.revision;
    entry.line = sight.line;
    sequences_.push_back(version.sequence);
    keys_[version.key].push_back(version.sequence);
  } else if (entry.version.key != version.key ||
             entry.version.revision != version.revision) {
    const Names& names = history_.names;
    findings_.Add(
        "C2", {sight.line, entry.line},
        absl::StrCat("change ", version.sequence, " is revision ",
                     version.revision, " of ", names.Text(version.key),
                     "; before, it was revision ", entry.version.revision,
                     " of ", names.Text(entry.version.key)));
    return;
  }
  Merge(version, sight, entry);
}

void LogTable::Merge(const Version& version, const Sight& sight,
                     LogEntry& entry) {
  Version& merged = entry.version;
  if (sight.time < entry.known) {
    entry.known = sight.time;
    entry.line = sight.line;
  }
  const auto differ = [&](absl::string_view what) {
    findings_.Add("C2", {sight.line, entry.line},
                  absl::StrCat("change ", version.sequence, " has another ",
                               what, " here than there"));
  };
  if (!sight.foreign) {
    if (merged.gone()) {
      merged.digest = version.digest;
    } else if (!version.gone() && merged.digest != version.digest) {
      differ("content");
    }
    if (merged.words == 0) merged.words = version.words;
    // What a kill left of a revision is as the kill made it.
    if (merged.attributes == 0 && !version.gone()) {
      merged.attributes = version.attributes;
    }
    if (merged.state == 0) merged.state = version.state;
  }
  if (!sight.in_change) return;
  if (merged.kind == 0) {
    merged.kind = version.kind;
    merged.previous = version.previous;
    merged.more = version.more;
    merged.time_us = version.time_us;
    return;
  }
  if (merged.kind != version.kind) differ("kind");
  if (merged.previous != version.previous) differ("revision before");
  if (merged.more != version.more) differ("end of its commit");
  if (merged.time_us != version.time_us) differ("time");
}

void LogTable::NoteKill(const Version& version, const Sight& sight) {
  const std::string& kind = history_.names.Text(version.kind);
  const std::string& state = attributes_[version.attributes].state;
  if (kind != "KILLED" && (kind.empty() ? state != "KILLED" : true)) return;
  const auto [it, is_new] =
      kills_.try_emplace(version.key, Kill{sight.time, sight.line});
  if (!is_new && sight.time < it->second.time) {
    it->second = {sight.time, sight.line};
  }
}

void LogTable::Link() {
  std::sort(sequences_.begin(), sequences_.end());
  for (auto& [key, sequences] : keys_) {
    std::sort(sequences.begin(), sequences.end());
    const LogEntry* before = nullptr;
    for (const uint64_t sequence : sequences) {
      LogEntry& entry = entries_[sequence];
      const uint32_t revision = entry.version.revision;
      if (before != nullptr) {
        entry.before = before->version.sequence;
        entry.before_unknown = before->version.revision + 1 != revision;
        if (revision <= before->version.revision) {
          findings_.Add(
              "C2", {entry.line, before->line},
              absl::StrCat("change ", sequence, " is revision ", revision,
                           " of ", history_.names.Text(key), ", and change ",
                           before->version.sequence, " before it is revision ",
                           before->version.revision));
        }
      } else {
        entry.before_unknown = revision > 1;
      }
      entry.attributes = AttributesAfter(
          entry,
          before == nullptr || entry.before_unknown ? 0 : before->attributes);
      if (entry.version.kind != 0 && entry.version.previous + 1 != revision) {
        findings_.Add(
            "C2", {entry.line},
            absl::StrCat("change ", sequence, " makes revision ", revision,
                         " of revision ", entry.version.previous));
      }
      before = &entry;
    }
  }
}

uint32_t LogTable::AttributesAfter(const LogEntry& entry, uint32_t before) {
  if (entry.version.attributes != 0) return entry.version.attributes;
  const absl::string_view state =
      StateAfter(history_.names.Text(entry.version.kind));
  if (before == 0 || state.empty()) return 0;
  Attributes after = attributes_[before];
  after.state = std::string(state);
  attributes_.push_back(std::move(after));
  return static_cast<uint32_t>(attributes_.size() - 1);
}

void LogTable::CheckOrder() {
  const LogEntry* before = nullptr;
  for (const uint64_t sequence : sequences_) {
    const LogEntry& entry = entries_[sequence];
    if (entry.version.time_us == 0) continue;
    if (before != nullptr && entry.version.time_us < before->version.time_us) {
      findings_.Add("C2", {entry.line, before->line},
                    absl::StrCat("change ", sequence,
                                 " was committed earlier than change ",
                                 before->version.sequence));
    }
    if (before != nullptr && before->version.more &&
        before->version.sequence + 1 == sequence &&
        entry.version.time_us != before->version.time_us) {
      findings_.Add("C2", {entry.line, before->line},
                    absl::StrCat("change ", before->version.sequence,
                                 " says that its commit goes on, and change ",
                                 sequence, " is of another one"));
    }
    before = &entry;
  }
}

}  // namespace courant::history
