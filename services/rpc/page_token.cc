#include "services/rpc/page_token.h"

#include <cassert>
#include <optional>

#include "storage/errors/reason.h"

namespace courant {
namespace {

constexpr char kVersion = 1;
constexpr size_t kListOffset = 1;
constexpr size_t kScopeOffset = 2;
constexpr size_t kLastKeyOffset = 10;

absl::Status Invalid(absl::string_view what) {
  return MakeFieldError(v1::PAGE_TOKEN_INVALID,
                        {{"page_token", std::string(what)}});
}

}  // namespace

std::string MintPageToken(const TokenKey& key, const PageToken& token) {
  assert(token.last_key.size() <= kMaxLastKeyBytes);
  std::string payload = {kVersion, static_cast<char>(token.list)};
  AppendUint64(token.scope, &payload);
  payload += token.last_key;
  return key.Seal(TokenPurpose::kPage, payload);
}

absl::StatusOr<std::string> OpenPageToken(const TokenKey& key, PagedList list,
                                          uint64_t scope,
                                          absl::string_view text) {
  const auto payload = key.Open(TokenPurpose::kPage, text);
  if (!payload || payload->size() < kLastKeyOffset ||
      payload->size() > kLastKeyOffset + kMaxLastKeyBytes) {
    return Invalid(
        "is damaged or no page token of this server; use next_page_token as "
        "received, or none to begin again");
  }
  if ((*payload)[0] != kVersion) {
    return Invalid("is of another version of this server; begin again");
  }
  if ((*payload)[kListOffset] != static_cast<char>(list)) {
    return Invalid("is of another list; begin again without it");
  }
  if (Uint64At(absl::string_view(*payload).substr(kScopeOffset)) != scope) {
    return Invalid(
        "is of a list with another filter or parent; send what it was given "
        "for, or begin again without it");
  }
  return payload->substr(kLastKeyOffset);
}

}  // namespace courant
