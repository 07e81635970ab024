#include "services/trace/trace_context.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

// The examples of the specification, and what it says is none.

namespace courant {
namespace {

constexpr char kTrace[] = "0af7651916cd43dd8448eb211c80319c";
constexpr char kSpan[] = "b7ad6b7169203331";
constexpr char kExample[] =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

std::string Text(absl::string_view version, absl::string_view trace,
                 absl::string_view span, absl::string_view rest) {
  return absl::StrCat(version, "-", trace, "-", span, "-", rest);
}

TEST(TraceContextTest, ReadsAndWritesTheExamples) {
  for (const char* text :
       {kExample, "00-0af7651916cd43dd8448eb211c80319c-b9c7c989f97918e1-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"}) {
    const auto trace = ParseTraceparent(text);
    ASSERT_TRUE(trace) << text;
    EXPECT_EQ(FormatTraceparent(*trace), text);
  }
  const auto trace = ParseTraceparent(kExample);
  EXPECT_EQ(ToHex(trace->trace_id), kTrace);
  EXPECT_EQ(ToHex(trace->span_id), kSpan);
  EXPECT_TRUE(trace->sampled);
}

TEST(TraceContextTest, KnowsOneFlagAndDropsOthers) {
  for (const char* flags : {"02", "80", "fe", "00"}) {
    const auto trace = ParseTraceparent(Text("00", kTrace, kSpan, flags));
    ASSERT_TRUE(trace) << flags;
    EXPECT_FALSE(trace->sampled) << flags;
    EXPECT_EQ(FormatTraceparent(*trace), Text("00", kTrace, kSpan, "00"));
  }
  for (const char* flags : {"03", "09", "ff"}) {
    const auto trace = ParseTraceparent(Text("00", kTrace, kSpan, flags));
    ASSERT_TRUE(trace) << flags;
    EXPECT_EQ(FormatTraceparent(*trace), kExample);
  }
}

TEST(TraceContextTest, TakesWhatItKnowsOfHigherVersions) {
  for (const std::string& text :
       {Text("01", kTrace, kSpan, "01"), Text("cc", kTrace, kSpan, "01"),
        Text("fe", kTrace, kSpan, "01-"),
        Text("cc", kTrace, kSpan, "01-what-the-future-will-be-like"),
        Text("01", kTrace, kSpan,
             absl::StrCat("01-",
                          std::string(kMaxTraceparentBytes - 56, 'X')))}) {
    const auto trace = ParseTraceparent(text);
    ASSERT_TRUE(trace) << text;
    EXPECT_EQ(FormatTraceparent(*trace), kExample);
  }
}

TEST(TraceContextTest, RefusesAllElse) {
  const std::string zeros(32, '0');
  for (const std::string& text : {
           std::string(),
           std::string("-"),
           // An id that is none.
           Text("00", zeros, kSpan, "01"),
           Text("00", kTrace, zeros.substr(16), "01"),
           Text("01", zeros, kSpan, "01-more"),
           // A version that is none, or not a number.
           Text("ff", kTrace, kSpan, "01"),
           Text("0.", kTrace, kSpan, "01"),
           Text(".0", kTrace, kSpan, "01"),
           Text("0", kTrace, kSpan, "01"),
           Text("000", kTrace, kSpan, "01"),
           // More than version 00 has, and what is no end of a higher one.
           Text("00", kTrace, kSpan, "01-"),
           Text("00", kTrace, kSpan, "01-more"),
           Text("00", kTrace, kSpan, "01 "),
           Text("cc", kTrace, kSpan, "01.more"),
           Text("cc", kTrace, kSpan, "012"),
           Text("01", kTrace, kSpan,
                absl::StrCat("01-",
                             std::string(kMaxTraceparentBytes - 55, 'X'))),
           // Too short, too long, not in lower case, not hex.
           Text("00", "12345678901234567890123456789012", "123456789012345",
                "01"),
           Text("00", "123456789012345678901234567890123", "1234567890123456",
                "01"),
           Text("00", "1234567890123456789012345678901", "12345678901234567",
                "01"),
           Text("00", "0AF7651916CD43DD8448EB211C80319C", kSpan, "01"),
           Text("00", kTrace, "B7AD6B7169203331", "01"),
           Text("00", kTrace, kSpan, "0A"),
           Text("00", "0af7651916cd43dd8448eb211c80319.", kSpan, "01"),
           Text("00", kTrace, "b7ad6b716920333.", "01"),
           Text("00", kTrace, kSpan, ".1"),
           Text("00", kTrace, kSpan, "1"),
           Text("00", kTrace, kSpan, ""),
           // Other things between the parts.
           absl::StrCat("00_", kTrace, "-", kSpan, "-01"),
           absl::StrCat("00-", kTrace, "_", kSpan, "-01"),
           absl::StrCat("00-", kTrace, "-", kSpan, "_01"),
           absl::StrCat(" ", kExample),
           absl::StrCat(kExample, "\n"),
           absl::StrCat(kExample, ",", kExample),
           // What would like to be a line of its own.
           Text("00", "0af7651916cd43dd8448eb21\n{\"a\":1}", kSpan, "01"),
           std::string(55, '\0'),
           std::string(55, '\xff'),
       }) {
    EXPECT_FALSE(ParseTraceparent(text)) << text;
  }
}

TEST(TraceContextTest, TakesEachByteSeriously) {
  const std::string right = kExample;
  for (size_t at = 0; at < right.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = right;
      text[at] = static_cast<char>(byte);
      const auto trace = ParseTraceparent(text);
      if (!trace) continue;
      // What was read is what would be written, but for version and flags.
      EXPECT_EQ(FormatTraceparent(*trace).substr(3, 49), text.substr(3, 49));
    }
  }
}

}  // namespace
}  // namespace courant
