#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "services/distribution/resume_token.h"
#include "storage/errors/reason.h"

// Two halves: any text is refused as RESUME_TOKEN_INVALID, and a token whose
// MAC is right, whatever is in it, is either refused so or gives back what was
// minted. The second half reaches what no forger can.
namespace courant {
namespace {

void Check(bool promise) {
  if (!promise) std::abort();
}

// What Open accepts, Mint would have made.
void TryText(const TokenKey& key, const LogId& log_id, absl::string_view text) {
  const auto token = OpenResumeToken(key, log_id, text, "resume_token");
  if (!token.ok()) {
    Check(ReasonOf(token.status()) == v1::RESUME_TOKEN_INVALID);
    return;
  }
  Check(token->log_id == log_id);
  Check(MintResumeToken(key, *token) == text);
}

}  // namespace
}  // namespace courant

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto& key = *new courant::TokenKey(
      *courant::TokenKey::FromSecret(std::string(32, 'k')));
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  courant::LogId log_id = {};
  courant::TryText(key, log_id, input);
  if (size >= 18) log_id = courant::LogIdFrom(input.substr(2, 16));
  courant::TryText(key, log_id,
                   key.Seal(courant::TokenPurpose::kResume, input));
  return 0;
}
