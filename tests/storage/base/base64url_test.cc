#include "storage/base/base64url.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace courant {
namespace {

using ::testing::Optional;

TEST(Base64UrlTest, EncodesTheVectorsOfTheStandardWithoutPadding) {
  EXPECT_EQ(Base64UrlEncode(""), "");
  EXPECT_EQ(Base64UrlEncode("f"), "Zg");
  EXPECT_EQ(Base64UrlEncode("fo"), "Zm8");
  EXPECT_EQ(Base64UrlEncode("foo"), "Zm9v");
  EXPECT_EQ(Base64UrlEncode("foobar"), "Zm9vYmFy");
}

TEST(Base64UrlTest, UsesTheAlphabetThatNeedsNoEscapingInAUrl) {
  EXPECT_EQ(Base64UrlEncode("\xfb\xff\xfe"), "-__-");
  EXPECT_THAT(Base64UrlDecode("-__-"), Optional(std::string("\xfb\xff\xfe")));
}

TEST(Base64UrlTest, DecodesWhatItEncodedForEveryByteAndLength) {
  std::string bytes;
  for (int length = 0; length <= 256; ++length) {
    EXPECT_THAT(Base64UrlDecode(Base64UrlEncode(bytes)), Optional(bytes));
    bytes.push_back(static_cast<char>(255 - length));
  }
}

struct RefusedCase {
  const char* name;
  std::string text;
};

class Base64UrlRefusalTest : public testing::TestWithParam<RefusedCase> {};

TEST_P(Base64UrlRefusalTest, RefusesASecondSpelling) {
  EXPECT_EQ(Base64UrlDecode(GetParam().text), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Spellings, Base64UrlRefusalTest,
                         testing::ValuesIn<RefusedCase>({
                             {"TrailingBitsAfterOneByte", "Zh"},
                             {"TrailingBitsAfterTwoBytes", "Zm9"},
                             {"Padding", "Zg=="},
                             {"PaddingWithDots", "Zg.."},
                             {"StandardAlphabet", "+//+"},
                             {"LeadingSpace", " Zm9v"},
                             {"LineBreakInside", "Zm\n9v"},
                             {"TrailingNewline", "Zm9v\n"},
                             {"OneCharacterAlone", "Z"},
                             {"OneCharacterTooMany", "Zm9vZ"},
                             {"OutsideOfTheAlphabet", "Zm9!"},
                             {"NulByte", std::string("Zm9v\0", 5)},
                             {"NotAscii", "Zm9\xc3\xa9"},
                         }),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace courant
