#include "services/distribution/resume_token.h"

#include <algorithm>
#include <cassert>
#include <optional>

#include "absl/strings/str_cat.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

// Versions: whether there is a snapshot key, and whether there is a rights key.
constexpr char kVersion = 1;
constexpr char kSnapshotVersion = 2;
constexpr char kRightsVersion = 3;
constexpr char kRightsInSnapshotVersion = 4;
constexpr char kKeyId = 1;
constexpr size_t kLogIdOffset = 2;
constexpr size_t kEpochOffset = 18;
constexpr size_t kSequenceOffset = 26;
constexpr size_t kDigestOffset = 34;
constexpr size_t kFilterOffset = 42;
constexpr size_t kPayloadBytes = 50;
// The longest id of an article.
constexpr size_t kMaxKeyBytes = 64;
constexpr size_t kMaxPayloadBytes = kPayloadBytes + 1 + 2 * kMaxKeyBytes;

absl::Status Invalid(absl::string_view field, absl::string_view what) {
  return MakeFieldError(v1::RESUME_TOKEN_INVALID,
                        {{std::string(field), std::string(what)}});
}

absl::string_view LogIdIn(absl::string_view payload) {
  return payload.substr(kLogIdOffset, kEpochOffset - kLogIdOffset);
}

template <typename Array>
Array FirstBytes(absl::string_view bytes) {
  Array first = {};
  assert(bytes.size() >= first.size());
  std::copy_n(bytes.begin(), std::min(bytes.size(), first.size()),
              first.begin());
  return first;
}

char VersionOf(const LogPosition& position) {
  if (position.rights_key) {
    return position.snapshot_key ? kRightsInSnapshotVersion : kRightsVersion;
  }
  return position.snapshot_key ? kSnapshotVersion : kVersion;
}

// The keys in what is behind the fixed part of a payload of `version`, put into
// `position`. False when it is not of that version.
bool ReadKeys(char version, absl::string_view rest, LogPosition* position) {
  if (version == kRightsVersion || version == kRightsInSnapshotVersion) {
    if (rest.empty()) return false;
    const size_t size = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    if (size > kMaxKeyBytes || size > rest.size()) return false;
    position->rights_key = std::string(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  if (version == kSnapshotVersion || version == kRightsInSnapshotVersion) {
    if (rest.size() > kMaxKeyBytes) return false;
    position->snapshot_key = std::string(rest);
    return true;
  }
  return rest.empty() && (version == kVersion || version == kRightsVersion);
}

// Whether `payload` is of a version that this program knows.
bool IsKnown(absl::string_view payload) {
  LogPosition keys;
  return payload.size() >= kPayloadBytes && payload[1] == kKeyId &&
         ReadKeys(payload[0], payload.substr(kPayloadBytes), &keys);
}

// Why a token with a wrong MAC is refused, as far as its bytes tell. Another
// log has another key, so its tokens look forged here; but the log's name in
// them is no secret.
absl::string_view WhyRefused(const LogId& log_id, absl::string_view text) {
  const auto payload = UntrustedPayload(text);
  if (!payload || payload->size() < kPayloadBytes ||
      payload->size() > kMaxPayloadBytes) {
    return "is damaged or no resume token; use it as received";
  }
  if (!IsKnown(*payload)) {
    return "is damaged, or of a version of the server that this one does not "
           "know";
  }
  if (LogIdIn(*payload) != absl::string_view(log_id.data(), log_id.size())) {
    return "is of another log, or damaged; use a token of this wire, or start "
           "anew";
  }
  return "was not made by this wire; use it as received";
}

// Of the keys of a position: none is behind all.
bool IsKeyFurther(const std::optional<std::string>& a,
                  const std::optional<std::string>& b) {
  if (!a || !b) return !a && b.has_value();
  return *a > *b;
}

}  // namespace

DigestPrefix PrefixOf(absl::string_view digest) {
  return FirstBytes<DigestPrefix>(digest);
}

LogId LogIdFrom(absl::string_view bytes) { return FirstBytes<LogId>(bytes); }

bool IsFurther(const LogPosition& a, const LogPosition& b) {
  if (a.sequence != b.sequence) return a.sequence > b.sequence;
  if (a.rights_key != b.rights_key) {
    return IsKeyFurther(a.rights_key, b.rights_key);
  }
  return IsKeyFurther(a.snapshot_key, b.snapshot_key);
}

std::string MintResumeToken(const TokenKey& key, const ResumeToken& token) {
  const LogPosition& position = token.position;
  std::string payload;
  payload.reserve(kMaxPayloadBytes);
  payload.push_back(VersionOf(position));
  payload.push_back(kKeyId);
  payload.append(token.log_id.data(), token.log_id.size());
  AppendUint64(position.epoch.value(), &payload);
  AppendUint64(position.sequence.value(), &payload);
  payload.append(position.digest.data(), position.digest.size());
  AppendUint64(token.filter_fingerprint, &payload);
  if (position.rights_key) {
    payload.push_back(static_cast<char>(position.rights_key->size()));
    payload.append(*position.rights_key);
  }
  if (position.snapshot_key) payload.append(*position.snapshot_key);
  return key.Seal(TokenPurpose::kResume, payload);
}

absl::StatusOr<ResumeToken> OpenResumeToken(const TokenKey& key,
                                            const LogId& log_id,
                                            absl::string_view text,
                                            absl::string_view field) {
  const auto sealed = key.Open(TokenPurpose::kResume, text);
  if (!sealed) return Invalid(field, WhyRefused(log_id, text));
  const absl::string_view payload = *sealed;
  // The key also made tokens for other versions and, after a copy of the
  // database was taken for a new wire, for other logs.
  if (!IsKnown(payload) ||
      LogIdIn(payload) != absl::string_view(log_id.data(), log_id.size())) {
    return Invalid(field, WhyRefused(log_id, text));
  }
  ResumeToken token;
  token.log_id = log_id;
  token.position.epoch = Epoch(Uint64At(payload.substr(kEpochOffset)));
  token.position.sequence = Sequence(Uint64At(payload.substr(kSequenceOffset)));
  token.position.digest = PrefixOf(payload.substr(kDigestOffset));
  token.filter_fingerprint = Uint64At(payload.substr(kFilterOffset));
  ReadKeys(payload[0], payload.substr(kPayloadBytes), &token.position);
  return token;
}

absl::Status CheckTokenFilter(const ResumeToken& token, const Filter& filter,
                              absl::string_view field) {
  if (token.filter_fingerprint == filter.fingerprint()) {
    return absl::OkStatus();
  }
  const std::string asked = filter.matches_everything()
                                ? "no filter"
                                : absl::StrCat("`", filter.canonical(), "`");
  return MakeFieldError(
      v1::FILTER_MISMATCH,
      {{std::string(field),
        absl::StrCat("was given for another filter than that of this request, ",
                     asked, "; send the filter of the token, or start anew")}},
      {{"filter", filter.canonical()}});
}

}  // namespace courant
