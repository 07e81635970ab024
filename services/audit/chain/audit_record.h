#ifndef COURANT_SERVICES_AUDIT_CHAIN_AUDIT_RECORD_H_
#define COURANT_SERVICES_AUDIT_CHAIN_AUDIT_RECORD_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace courant {

// What one line of the audit log says: names and codes, never what somebody
// wrote. A field that is empty or 0 is left out of the line. A value.
struct AuditRecord {
  // When it was written down.
  absl::Time time;
  // What happened, a word of the program: "call", "login_refused" and so on;
  // services/audit/README.md has the list.
  absl::string_view event;
  // At which door: "internal" or "partner".
  absl::string_view listener;
  // Who: `partners/{partner}` where that was shown; in the house what the
  // caller says of itself.
  std::string who;
  // By which key: `partners/{partner}/keys/{key}`, or of one that nobody has
  // what is called its id.
  std::string key;
  // From where, as gRPC says it: "ipv4:127.0.0.1:40512".
  std::string peer;
  // Which method: "courant.v1.ArticleService/KillArticle".
  std::string method;
  // The name of what it was about.
  std::string resource;
  // What became of it: the revision, and the position of the change.
  int64_t revision = 0;
  int64_t sequence = 0;
  // The outcome, "OK" or the name of an error as gRPC has it, and the reason of
  // error.proto, or another constant word.
  absl::string_view code;
  std::string reason;
  // The `request_id` of the caller.
  std::string request_id;
  // The id of the trace that it is a part of, 32 of [0-9a-f].
  std::string trace_id;
  // How many: see the event.
  int64_t count = 0;
  // Of bytes that are kept but are no record; see TornFacts().
  std::string torn;
};

// A position in the chain: how many records there were, and the hash of the
// last of them. The default is the beginning.
struct AuditLink {
  int64_t number = 0;
  // 64 digits of [0-9a-f].
  std::string hash = std::string(64, '0');

  friend bool operator==(const AuditLink&, const AuditLink&) = default;
};

// Longest line in bytes, with its line break. Texts are cut before it comes to
// that, so no record is longer.
inline constexpr size_t kMaxAuditLine = 8192;

// The line of `record`, which follows `before`: one JSON object in ASCII, with
// the line break. `*after` becomes its own position. Names are written if they
// look like names, and "(not a name)" if not, since somebody may have put a
// sentence there; other texts are cut at 128 bytes, what is not printable ASCII
// is escaped, and an API key within one is removed.
//
//   {"n":7,"time":"2026-11-30T16:50:00.123456+00:00","event":"call", ...,
//    "prev":"HASH OF LINE 6","hash":"HASH"}
//
// The hash is SHA-256, in hex, of all that stands before `,"hash"`.
// Thread-safe.
std::string AuditLine(const AuditRecord& record, const AuditLink& before,
                      AuditLink* after);

// What a line says of itself, as far as the chain goes. The texts are parts of
// the line.
struct AuditLineParts {
  int64_t number = 0;
  absl::string_view time;
  absl::string_view event;
  // What stands between the event and `prev`, with the comma before it.
  absl::string_view facts;
  absl::string_view prev;
  absl::string_view hash;
  // Whether that is the hash of what it says.
  bool is_whole = false;

  AuditLink link() const { return {number, std::string(hash)}; }
};

// Takes `line`, without its line break, apart. Nothing: it has not the form of
// a record. Reads what AuditLine() writes and no other spelling of it.
// Thread-safe.
std::optional<AuditLineParts> ReadAuditLine(absl::string_view line);

// What is said, as AuditRecord::torn, of `bytes` that a crash has left half
// written: how many there are, and their SHA-256. They stay where they are, end
// with a line break, and the next record says this of them: so that nobody can
// call torn later what was a record.
std::string TornFacts(absl::string_view bytes);

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIT_CHAIN_AUDIT_RECORD_H_
