#include "services/cli/audit_command.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/audit/chain/audit_verifier.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr int kAuditLabelWidth = 14;

bool IsHeadHash(absl::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
                  (c >= 'a' && c <= 'f');
         });
}

absl::Status ReadAuditFile(Context& context, const std::string& name,
                           AuditVerifier& verifier) {
  if (name == "-") return verifier.Read("standard input", context.console.in);
  std::ifstream file(name, std::ios::binary);
  // A folder opens, and reads as nothing.
  if (!file.is_open() || (file.peek() == EOF && file.bad())) {
    return absl::UnknownError(
        absl::StrCat("cannot read ", OneLine(name), ": ", strerror(errno)));
  }
  file.clear();
  return verifier.Read(OneLine(name), file);
}

// Times and hashes are of a form that was checked, and need no escaping.
std::string SummaryJson(const AuditSummary& seen) {
  std::string json = absl::StrCat(
      "{\"records\":", seen.records, ",\"firstNumber\":", seen.first_number,
      ",\"firstPrev\":\"", seen.first_prev, "\",\"firstTime\":\"",
      seen.first_time, "\",\"lastNumber\":", seen.last.number,
      ",\"lastTime\":\"", seen.last_time, "\",\"lastHash\":\"", seen.last.hash,
      "\",\"torn\":", seen.torn);
  if (seen.after_head) {
    absl::StrAppend(&json, ",\"afterHead\":", *seen.after_head);
  }
  return absl::StrCat(json, "}\n");
}

void PrintSummary(const AuditSummary& seen, Console& console) {
  std::vector<std::pair<const char*, std::string>> facts = {
      {"chain", "OK"},
      {"records", absl::StrCat(seen.records)},
      {"first", OneLine(seen.first_time)},
      {"last", OneLine(seen.last_time)},
      {"last hash", seen.last.hash}};
  if (seen.first_number > 1) {
    facts.emplace_back("begins at", absl::StrCat("record ", seen.first_number,
                                                 ", after ", seen.first_prev));
  }
  if (seen.torn > 0) {
    facts.emplace_back("torn",
                       absl::StrCat(seen.torn,
                                    " (half a line that a crash has left, "
                                    "and the next record tells)"));
  }
  if (seen.after_head) {
    facts.emplace_back("after head", absl::StrCat(*seen.after_head));
  }
  for (const auto& [label, value] : facts) {
    console.out << PadToWidth(label, kAuditLabelWidth) << value << '\n';
  }
}

absl::Status RunAuditVerify(Context& context) {
  const std::string head = context.arguments.Get("head");
  if (context.arguments.Has("head") && !IsHeadHash(head)) {
    return UsageError(
        "--head takes a hash as this command prints it, 64 digits of 0-9 and "
        "a-f");
  }
  AuditVerifier verifier(head);
  for (const std::string& name : context.arguments.operands()) {
    COURANT_RETURN_IF_ERROR(ReadAuditFile(context, name, verifier));
  }
  COURANT_RETURN_IF_ERROR(verifier.Finish());
  const AuditSummary& seen = verifier.summary();
  if (seen.records == 0) {
    return absl::DataLossError("there is not one record");
  }
  if (context.output == OutputFormat::kJson) {
    context.console.out << SummaryJson(seen);
  } else {
    PrintSummary(seen, context.console);
  }
  return absl::OkStatus();
}

}  // namespace

Command AuditVerifyCommand() {
  return {
      "audit",
      "verify",
      "Check that nothing was changed in an audit log",
      "courant audit verify var.audit.jsonl.* var.audit.jsonl",
      {"FILE", "The files of the log, the oldest first",
       Operand::Use::kRepeated},
      {{"head", "HASH",
        "A hash printed before; fails if its record is not there any more"}},
      false,
      RunAuditVerify};
}

}  // namespace courant
