#ifndef COURANT_SERVICES_AUDIT_CHAIN_AUDIT_VERIFIER_H_
#define COURANT_SERVICES_AUDIT_CHAIN_AUDIT_VERIFIER_H_

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/audit/chain/audit_record.h"

namespace courant {

// What was seen of a chain that has no fault.
struct AuditSummary {
  int64_t records = 0;
  // Of the first record: 1 and zeros when it is the first there ever was. If
  // not, older files are missing, and who has their last hash compares it.
  int64_t first_number = 0;
  std::string first_prev;
  std::string first_time;
  // Of the last one.
  std::string last_time;
  AuditLink last;
  // Places where a crash has left half a line, which the next record says.
  int64_t torn = 0;
  // Records after the one that was looked for; nothing was, or it is not there.
  std::optional<int64_t> after_head;
};

// Follows the chain of an audit log through its files, a line at a time, and
// finds the first place where it was changed. It needs no more memory for a
// longer log. Not thread-safe.
//
// What no chain can show by itself is that its end was cut off: for that
// `head`, a hash that was seen before, must still be in it. And whoever may
// write the file can make a whole new chain: so that somebody has a hash of the
// old one elsewhere.
class AuditVerifier {
 public:
  // `head`: 64 hex digits, or empty.
  explicit AuditVerifier(std::string head) : head_(std::move(head)) {}

  // Reads a file to its end; `name` is what errors call it. Files in the order
  // in which they were written.
  //   DATA_LOSS  "NAME:LINE: what is wrong", a line that was changed, or the
  //              first behind a place where lines are missing
  //   UNKNOWN    it could not be read to its end
  absl::Status Read(const std::string& name, std::istream& in);

  // After all files.
  //   DATA_LOSS    the last line is cut short, or the head is not there
  absl::Status Finish() const;

  const AuditSummary& summary() const { return summary_; }

 private:
  // Takes one line, without its line break.
  absl::Status Take(absl::string_view line);
  absl::Status CheckOrder(const AuditLineParts& parts) const;
  // A line that is no record, or not a whole one: a fault, unless the next one
  // says that it was torn.
  absl::Status Doubt(absl::string_view line, absl::string_view why);
  absl::Status At(int64_t line, absl::string_view what) const;

  const std::string head_;
  AuditSummary summary_;
  std::string file_;
  int64_t line_ = 0;
  // Why the last lines are in doubt, and what they are; OK: none is.
  absl::Status doubt_;
  std::string doubtful_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIT_CHAIN_AUDIT_VERIFIER_H_
