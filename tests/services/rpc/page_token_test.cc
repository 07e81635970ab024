#include "services/rpc/page_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "storage/errors/reason.h"
#include "tests/services/rpc/token_mutator.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t kScope = 0x0123456789abcdef;

TokenKey TestKey(char first = 0) {
  std::string secret(TokenKey::kSecretBytes, '\0');
  std::iota(secret.begin(), secret.end(), first);
  return *TokenKey::FromSecret(secret);
}

// A token of ListArticles.
std::string Mint(const TokenKey& key, absl::string_view last_key) {
  return MintPageToken(key,
                       {PagedList::kArticles, kScope, std::string(last_key)});
}

void ExpectInvalid(const absl::Status& status, absl::string_view why) {
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr(std::string(why))));
  EXPECT_EQ(ReasonOf(status), v1::PAGE_TOKEN_INVALID);
  ASSERT_TRUE(BadRequestOf(status));
  EXPECT_EQ(BadRequestOf(status)->field_violations(0).field(), "page_token");
}

// Computed with another implementation of HMAC-SHA-256.
TEST(PageTokenTest, FormatIsForEver) {
  EXPECT_EQ(Mint(TestKey(), absl::string_view("last\0key", 8)),
            "AQEBI0VniavN72xhc3QAa2V5H8arU4Fll_6ka3-ueU2LvA");
}

TEST(PageTokenTest, GivesTheLastKeyBack) {
  const TokenKey key = TestKey();
  for (const size_t size : {0, 1, 17, 200}) {
    const std::string last_key(size, '\xfe');
    EXPECT_THAT(
        OpenPageToken(key, PagedList::kArticles, kScope, Mint(key, last_key)),
        IsOkAndHolds(last_key));
  }
}

TEST(PageTokenTest, IsGoodForItsListAlone) {
  const TokenKey key = TestKey();
  ExpectInvalid(
      OpenPageToken(key, PagedList::kRevisions, kScope, Mint(key, "k"))
          .status(),
      "of another list");
}

TEST(PageTokenTest, IsGoodForItsFilterAlone) {
  const TokenKey key = TestKey();
  ExpectInvalid(
      OpenPageToken(key, PagedList::kArticles, kScope + 1, Mint(key, "k"))
          .status(),
      "another filter");
}

TEST(PageTokenTest, IsGoodForItsServerAlone) {
  ExpectInvalid(OpenPageToken(TestKey(), PagedList::kArticles, kScope,
                              Mint(TestKey(1), "k"))
                    .status(),
                "next_page_token as received");
}

TEST(PageTokenTest, OtherTokensAreRefused) {
  const TokenKey key = TestKey();
  const std::string payload = *UntrustedPayload(Mint(key, "k"));
  for (const std::string& text :
       {std::string(), std::string("token"), std::string(2000, 'A'),
        Mint(key, "k") + "=",
        // Another purpose, a version to come, too short, too long.
        key.Seal(TokenPurpose::kResume, payload),
        key.Seal(TokenPurpose::kPage, "\x02" + payload.substr(1)),
        key.Seal(TokenPurpose::kPage, payload.substr(0, 9)),
        key.Seal(TokenPurpose::kPage, payload + std::string(200, 'x'))}) {
    ExpectInvalid(
        OpenPageToken(key, PagedList::kArticles, kScope, text).status(),
        "page_token");
  }
}

TEST(PageTokenTest, NoMutationOfTokensIsOne) {
  const TokenKey key = TestKey();
  std::vector<std::string> tokens;
  for (const char* last_key :
       {"", "a", "articles/summit", "\x01\x02\x03\x04"}) {
    tokens.push_back(Mint(key, last_key));
  }
  TokenMutator mutator(tokens, MutationSeed());
  for (int i = 0; i < WantedMutations(); ++i) {
    const std::string text = mutator.Next();
    ASSERT_FALSE(OpenPageToken(key, PagedList::kArticles, kScope, text).ok())
        << "mutation " << i << ": " << text;
  }
}

}  // namespace
}  // namespace courant
