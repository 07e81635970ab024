#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "services/rpc/page_token.h"
#include "storage/errors/reason.h"

// Two halves: any text is refused as PAGE_TOKEN_INVALID, and a token whose MAC
// is right, whatever is in it, is either refused so or gives back what was
// minted. The second half reaches what no forger can.
namespace courant {
namespace {

void Check(bool promise) {
  if (!promise) std::abort();
}

// What Open accepts, Mint would have made.
void TryText(const TokenKey& key, absl::string_view text, uint64_t scope) {
  const auto last_key = OpenPageToken(key, PagedList::kArticles, scope, text);
  if (!last_key.ok()) {
    Check(ReasonOf(last_key.status()) == v1::PAGE_TOKEN_INVALID);
    return;
  }
  Check(MintPageToken(key, {PagedList::kArticles, scope, *last_key}) == text);
}

}  // namespace
}  // namespace courant

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto& key = *new courant::TokenKey(
      *courant::TokenKey::FromSecret(std::string(32, 'k')));
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  courant::TryText(key, input, 0);
  const uint64_t scope = size < 10 ? 0 : courant::Uint64At(input.substr(2, 8));
  courant::TryText(key, key.Seal(courant::TokenPurpose::kPage, input), scope);
  return 0;
}
