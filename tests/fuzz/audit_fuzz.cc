#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "services/audit/chain/audit_record.h"
#include "services/audit/chain/audit_verifier.h"

// Any file is a chain, or is refused by its line; and whatever somebody puts
// into the texts of a record, it is one line of ASCII that is read again, and
// has no key in it.
namespace courant {
namespace {

void Check(bool promise) {
  if (!promise) std::abort();
}

void CheckFile(absl::string_view input) {
  std::istringstream in{std::string(input)};
  AuditVerifier verifier("");
  absl::Status end = verifier.Read("fuzz", in);
  if (end.ok()) end = verifier.Finish();
  Check(end.ok() || absl::StartsWith(end.message(), "fuzz:"));
  const AuditSummary& seen = verifier.summary();
  // Each takes at least two hashes.
  Check(seen.records >= 0 &&
        static_cast<size_t>(seen.records) <= input.size() / 128);
}

void CheckRecord(absl::string_view input) {
  const std::string text(input);
  AuditLink after;
  std::string line = AuditLine({.event = "call",
                                .who = text,
                                .key = text,
                                .peer = text,
                                .method = text,
                                .resource = text,
                                .reason = text,
                                .request_id = text},
                               {}, &after);
  Check(line.size() <= kMaxAuditLine && line.back() == '\n');
  line.pop_back();
  Check(std::all_of(line.begin(), line.end(),
                    [](char c) { return c >= 0x20 && c < 0x7f; }));
  Check(!absl::StrContains(absl::AsciiStrToLower(line), "cour_"));
  const std::optional<AuditLineParts> parts = ReadAuditLine(line);
  Check(parts && parts->is_whole && parts->link() == after &&
        parts->event == "call");
}

}  // namespace
}  // namespace courant

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  courant::CheckFile(input);
  courant::CheckRecord(input);
  return 0;
}
