#include "services/audit/chain/audit_record.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/audit/chain/audit_text.h"

namespace courant {
namespace {

constexpr size_t kHashChars = 64;
constexpr absl::string_view kBeforePrev = ",\"prev\":\"";
constexpr absl::string_view kBeforeHash = "\",\"hash\":\"";
constexpr absl::string_view kEnd = "\"}";
// Of `2026-11-30T16:50:00.123456+00:00`.
constexpr size_t kTimeChars = 32;

std::string Sha256Hex(absl::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         digest.data());
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(digest.data()), digest.size()));
}

void AppendText(absl::string_view key, absl::string_view text,
                std::string* line) {
  if (text.empty()) return;
  absl::StrAppend(line, ",\"", key, "\":\"", AuditText(text), "\"");
}

void AppendName(absl::string_view key, absl::string_view name,
                std::string* line) {
  if (name.empty()) return;
  absl::StrAppend(line, ",\"", key, "\":\"", AuditName(name), "\"");
}

void AppendNumber(absl::string_view key, int64_t number, std::string* line) {
  if (number == 0) return;
  absl::StrAppend(line, ",\"", key, "\":", number);
}

bool IsHash(absl::string_view text) {
  return text.size() == kHashChars &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
                  (c >= 'a' && c <= 'f');
         });
}

// Takes `size` bytes off the end of `*text`, if it has so many.
bool ConsumeEnd(absl::string_view* text, size_t size, absl::string_view* end) {
  if (text->size() < size) return false;
  *end = text->substr(text->size() - size);
  text->remove_suffix(size);
  return true;
}

}  // namespace

std::string AuditLine(const AuditRecord& record, const AuditLink& before,
                      AuditLink* after) {
  std::string line =
      absl::StrCat("{\"n\":", before.number + 1, ",\"time\":\"",
                   absl::FormatTime("%Y-%m-%dT%H:%M:%E6S+00:00", record.time,
                                    absl::UTCTimeZone()),
                   "\",\"event\":\"", AuditText(record.event), "\"");
  AppendText("listener", record.listener, &line);
  AppendText("who", record.who, &line);
  AppendName("key", record.key, &line);
  AppendText("peer", record.peer, &line);
  AppendText("method", record.method, &line);
  AppendName("resource", record.resource, &line);
  AppendNumber("revision", record.revision, &line);
  AppendNumber("sequence", record.sequence, &line);
  AppendText("code", record.code, &line);
  AppendText("reason", record.reason, &line);
  AppendText("request_id", record.request_id, &line);
  AppendText("trace_id", record.trace_id, &line);
  AppendNumber("count", record.count, &line);
  absl::StrAppend(&line, record.torn, kBeforePrev, before.hash);
  // The quotation mark before it is of what is hashed.
  line.push_back('"');
  const std::string hash = Sha256Hex(line);
  absl::StrAppend(&line, kBeforeHash.substr(1), hash, kEnd, "\n");
  *after = {before.number + 1, hash};
  return line;
}

std::optional<AuditLineParts> ReadAuditLine(absl::string_view line) {
  AuditLineParts parts;
  absl::string_view rest = line;
  if (!absl::ConsumeSuffix(&rest, kEnd) ||
      !ConsumeEnd(&rest, kHashChars, &parts.hash) || !IsHash(parts.hash) ||
      !absl::ConsumeSuffix(&rest, kBeforeHash) ||
      !ConsumeEnd(&rest, kHashChars, &parts.prev) || !IsHash(parts.prev) ||
      !absl::ConsumeSuffix(&rest, kBeforePrev) ||
      !absl::ConsumePrefix(&rest, "{\"n\":")) {
    return std::nullopt;
  }
  const absl::string_view digits = rest.substr(0, rest.find(','));
  // Only as it is written: no sign, no zeros before it.
  if (!absl::SimpleAtoi(digits, &parts.number) || parts.number < 1 ||
      parts.number == std::numeric_limits<int64_t>::max() ||
      absl::StrCat(parts.number) != digits) {
    return std::nullopt;
  }
  rest.remove_prefix(digits.size());
  if (!absl::ConsumePrefix(&rest, ",\"time\":\"") || rest.size() < kTimeChars) {
    return std::nullopt;
  }
  parts.time = rest.substr(0, kTimeChars);
  rest.remove_prefix(kTimeChars);
  if (!absl::ConsumePrefix(&rest, "\",\"event\":\"")) return std::nullopt;
  parts.event = rest.substr(0, rest.find('"'));
  rest.remove_prefix(parts.event.size());
  if (!absl::ConsumePrefix(&rest, "\"")) return std::nullopt;
  parts.facts = rest;
  const size_t hashed =
      line.size() - kEnd.size() - kHashChars - kBeforeHash.size() + 1;
  parts.is_whole = Sha256Hex(line.substr(0, hashed)) == parts.hash;
  return parts;
}

std::string TornFacts(absl::string_view bytes) {
  return absl::StrCat(",\"bytes\":", bytes.size(), ",\"sha256\":\"",
                      Sha256Hex(bytes), "\"");
}

}  // namespace courant
