#include <dlfcn.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "google/protobuf/stubs/common.h"
#include "google/protobuf/wrappers.pb.h"
#include "gtest/gtest.h"

namespace courant {
namespace {

using Check = bool (*)(const char*, int);

// IsStructurallyValidUTF8(const char*, int) as the linker knows it.
constexpr char kSymbol[] =
    "_ZN6google8protobuf8internal23IsStructurallyValidUTF8EPKci";

// Protobuf's own check, which stands behind ours.
Check Theirs() {
  static const auto check = reinterpret_cast<Check>(dlsym(RTLD_NEXT, kSymbol));
  return check;
}

bool Ours(const std::string& text) {
  return google::protobuf::internal::IsStructurallyValidUTF8(
      text.data(), static_cast<int>(text.size()));
}

void ExpectSame(const std::string& text) {
  ASSERT_EQ(Ours(text), Theirs()(text.data(), static_cast<int>(text.size())))
      << absl::CHexEscape(text);
}

// What begins, ends or breaks a character, and plain ones.
const std::vector<std::string>& Pieces() {
  static const auto& pieces = *new std::vector<std::string>{
      "",
      "a",
      std::string(1, '\0'),
      "\x7f",
      "\x80",  // continuation without a beginning
      "\xbf",
      "\xc0\x80",          // overlong
      "\xc1\xbf",          // overlong
      "\xc2\x80",          // the first of two bytes
      "\xdf\xbf",          // the last
      "\xc2",              // cut short
      "\xe0\x9f\xbf",      // overlong
      "\xe0\xa0\x80",      // the first of three bytes
      "\xed\x9f\xbf",      // before the surrogates
      "\xed\xa0\x80",      // a surrogate
      "\xed\xbf\xbf",      // a surrogate
      "\xee\x80\x80",      // after them
      "\xef\xbf\xbd",      // the replacement character
      "\xef\xbf\xbf",      // no character, but well formed
      "\xe2\x82",          // cut short
      "\xf0\x8f\xbf\xbf",  // overlong
      "\xf0\x90\x80\x80",  // the first of four bytes
      "\xf4\x8f\xbf\xbf",  // the last code point
      "\xf4\x90\x80\x80",  // beyond it
      "\xf5\x80\x80\x80",
      "\xf0\x9f\x92",  // cut short
      "\xfe",
      "\xff",
      "한",
      "é",
      "💚",
  };
  return pieces;
}

TEST(FastUtf8Test, IsWhatTheLibraryCalls) {
  ASSERT_NE(Theirs(), nullptr);
  EXPECT_NE(reinterpret_cast<Check>(dlsym(RTLD_DEFAULT, kSymbol)), Theirs())
      << "the library keeps its own check: right, but slow";
  google::protobuf::StringValue value;
  EXPECT_FALSE(value.ParseFromString("\x0a\x01\xff"));
  EXPECT_TRUE(value.ParseFromString("\x0a\x02\xc3\xa9"));
}

// The vector code looks at 16, 32 or 64 bytes at a time: every piece is tried
// at every place around those borders.
TEST(FastUtf8Test, AgreesAboutEveryPieceAtEveryPlace) {
  for (const std::string& piece : Pieces()) {
    for (const std::string& next : Pieces()) {
      for (size_t before = 0; before <= 66; ++before) {
        ExpectSame(std::string(before, 'x') + piece + next);
        ExpectSame(std::string(before, 'x') + piece + next + "end");
      }
    }
  }
}

TEST(FastUtf8Test, AgreesAboutRandomTexts) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  const auto below = [&random](size_t end) {
    return std::uniform_int_distribution<size_t>(0, end - 1)(random);
  };
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (size_t i = below(60); i > 0; --i) {
      text += Pieces()[below(Pieces().size())];
    }
    ExpectSame(text);
    // Mostly right: long texts with one broken byte.
    std::string good;
    while (good.size() < 200) good += below(2) == 0 ? "é한" : "ab💚";
    ExpectSame(good);
    good[below(good.size())] = static_cast<char>(below(256));
    ExpectSame(good);
  }
}

}  // namespace
}  // namespace courant
