#include "services/rpc/token_mac.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "storage/base/base64url.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

// The bytes 0, 1, 2 ...
TokenKey KeyFrom(char first = 0) {
  std::string secret(TokenKey::kSecretBytes, '\0');
  std::iota(secret.begin(), secret.end(), first);
  return *TokenKey::FromSecret(secret);
}

TEST(TokenMacTest, WantsThirtyTwoSecretBytes) {
  EXPECT_THAT(TokenKey::FromSecret(std::string(32, 'x')), IsOk());
  EXPECT_THAT(TokenKey::FromSecret(std::string(31, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(TokenKey::FromSecret(""),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

// Computed with another implementation of HMAC-SHA-256.
TEST(TokenMacTest, FormatIsForEver) {
  EXPECT_EQ(KeyFrom().Seal(TokenPurpose::kResume, ""),
            "m0yBIKSCOpX0fN4XokT0UA");
  EXPECT_EQ(KeyFrom().Seal(TokenPurpose::kPage, "abc"),
            "YWJj_c81CCdXzpmjSPWxKhV38Q");
}

TEST(TokenMacTest, OpensWhatItSealed) {
  const TokenKey key = KeyFrom();
  for (const size_t size : {0, 1, 2, 3, 50, 700}) {
    const std::string payload(size, '\xf0');
    EXPECT_EQ(
        key.Open(TokenPurpose::kPage, key.Seal(TokenPurpose::kPage, payload)),
        payload);
  }
}

TEST(TokenMacTest, OpensNothingOfAnotherPurpose) {
  const TokenKey key = KeyFrom();
  EXPECT_EQ(
      key.Open(TokenPurpose::kResume, key.Seal(TokenPurpose::kPage, "payload")),
      std::nullopt);
}

TEST(TokenMacTest, OpensNothingOfAnotherKey) {
  EXPECT_EQ(KeyFrom().Open(TokenPurpose::kPage,
                           KeyFrom(1).Seal(TokenPurpose::kPage, "payload")),
            std::nullopt);
}

TEST(TokenMacTest, OpensNothingThatIsNoToken) {
  const TokenKey key = KeyFrom();
  for (const std::string& text :
       {std::string(), std::string("AAAA"), std::string(22, 'A'),
        std::string("not base64!"), std::string(1 << 20, 'A')}) {
    EXPECT_EQ(key.Open(TokenPurpose::kPage, text), std::nullopt);
  }
}

TEST(TokenMacTest, LooksAtNoMoreThanAKibibyte) {
  const TokenKey key = KeyFrom();
  // 1,024 characters hold 768 bytes.
  const std::string longest(768 - 16, 'x');
  EXPECT_NE(
      key.Open(TokenPurpose::kPage, key.Seal(TokenPurpose::kPage, longest)),
      std::nullopt);
  EXPECT_EQ(key.Open(TokenPurpose::kPage,
                     key.Seal(TokenPurpose::kPage, longest + "x")),
            std::nullopt);
}

TEST(TokenMacTest, SaysWhatATokenWouldHoldIfItCouldBeTrusted) {
  EXPECT_EQ(UntrustedPayload(KeyFrom().Seal(TokenPurpose::kPage, "abc")),
            "abc");
  EXPECT_EQ(UntrustedPayload(Base64UrlEncode("abc" + std::string(16, '?'))),
            "abc");
  EXPECT_EQ(UntrustedPayload(Base64UrlEncode("short")), std::nullopt);
  EXPECT_EQ(UntrustedPayload("?"), std::nullopt);
}

TEST(TokenMacTest, NumbersAreBigEndian) {
  std::string payload;
  AppendUint64(0x0102030405060708u, &payload);
  EXPECT_EQ(payload, "\x01\x02\x03\x04\x05\x06\x07\x08");
  for (const uint64_t number : {uint64_t{0}, uint64_t{255}, ~uint64_t{0}}) {
    std::string bytes;
    AppendUint64(number, &bytes);
    EXPECT_EQ(Uint64At(bytes + "more"), number);
  }
}

TEST(TokenMacTest, ManyThreadsShareAKey) {
  const TokenKey key = KeyFrom();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&key, t] {
      for (int i = 0; i < 500; ++i) {
        const std::string payload = std::to_string(t * 1000 + i);
        const std::string token = key.Seal(TokenPurpose::kPage, payload);
        EXPECT_EQ(key.Open(TokenPurpose::kPage, token), payload);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace courant
