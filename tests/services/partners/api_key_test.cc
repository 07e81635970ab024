#include "services/partners/api_key.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace courant {
namespace {

// Made by another program (Python: zlib.crc32 and six digits of base 62).
constexpr char kKnown[] =
    "cour_live_k3f9q0m1x7zr_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8_";

ApiKeyText Known() {
  return {"live", "k3f9q0m1x7zr",
          "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"};
}

TEST(ApiKeyTest, IsReadAsItIsWritten) {
  const std::string text = FormatApiKey(Known());
  EXPECT_EQ(text, std::string(kKnown) + "1EiWPr");
  ASSERT_TRUE(ParseApiKey(text).has_value());
  EXPECT_EQ(*ParseApiKey(text), Known());
}

TEST(ApiKeyTest, ASecretMayHaveWhatSeparatesParts) {
  ApiKeyText key = Known();
  key.secret = std::string(42, '_') + "8";
  EXPECT_EQ(ParseApiKey(FormatApiKey(key)), key);
}

TEST(ApiKeyTest, EverySlipIsNoticed) {
  const std::string text = FormatApiKey(Known());
  for (size_t i = 0; i < text.size(); ++i) {
    for (int c = 0; c < 256; ++c) {
      std::string wrong = text;
      wrong[i] = static_cast<char>(c);
      EXPECT_EQ(ParseApiKey(wrong).has_value(), wrong == text) << wrong;
    }
    std::string shorter = text;
    shorter.erase(i, 1);
    EXPECT_FALSE(ParseApiKey(shorter).has_value());
    std::string longer = text;
    longer.insert(i, 1, 'A');
    EXPECT_FALSE(ParseApiKey(longer).has_value());
    if (i + 1 < text.size() && text[i] != text[i + 1]) {
      std::string swapped = text;
      std::swap(swapped[i], swapped[i + 1]);
      EXPECT_FALSE(ParseApiKey(swapped).has_value());
    }
  }
}

TEST(ApiKeyTest, OtherFormsAreNone) {
  for (ApiKeyText wrong :
       {ApiKeyText{"", Known().id, Known().secret},
        ApiKeyText{"LIVE", Known().id, Known().secret},
        ApiKeyText{std::string(17, 'a'), Known().id, Known().secret},
        ApiKeyText{"live", "K3F9Q0M1X7ZR", Known().secret},
        // No 32 bytes have this text: bits are left over.
        ApiKeyText{"live", Known().id, std::string(43, 'B')}}) {
    EXPECT_FALSE(ParseApiKey(FormatApiKey(wrong)).has_value())
        << wrong.environment << " " << wrong.id;
  }
  EXPECT_FALSE(ParseApiKey("").has_value());
  EXPECT_FALSE(ParseApiKey(std::string(1 << 20, 'a')).has_value());
}

TEST(ApiKeyTest, IdsAreDrawnEvenly) {
  EXPECT_FALSE(ApiKeyIdFrom("").has_value());
  EXPECT_FALSE(ApiKeyIdFrom(std::string(100, '\xff')).has_value());
  std::mt19937_64 random(7);
  std::map<char, int> seen;
  constexpr int kIds = 30'000;
  for (int i = 0; i < kIds; ++i) {
    std::string bytes(64, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    const auto id = ApiKeyIdFrom(bytes);
    ASSERT_TRUE(id.has_value());
    for (const char c : *id) ++seen[c];
  }
  EXPECT_EQ(seen.size(), 36u);
  for (const auto& [letter, count] : seen) {
    EXPECT_NEAR(count, kIds * 12 / 36, kIds * 12 / 36 / 20) << letter;
  }
}

}  // namespace
}  // namespace courant
