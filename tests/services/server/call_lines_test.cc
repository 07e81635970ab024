#include "services/server/call_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"

namespace courant {
namespace {

using config::v1::Log;
using testing::HasSubstr;
using testing::Not;

constexpr char kCaller[] =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

// What is written to stderr while `run` runs, line by line.
template <typename Run>
std::vector<nlohmann::json> Written(const Run& run) {
  testing::internal::CaptureStderr();
  run();
  const std::string text = testing::internal::GetCapturedStderr();
  std::vector<nlohmann::json> lines;
  for (const absl::string_view line :
       absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    lines.push_back(nlohmann::json::parse(line.begin(), line.end(), nullptr,
                                          /*allow_exceptions=*/false));
    EXPECT_TRUE(lines.back().is_object()) << line;
  }
  return lines;
}

EndedCall ACall(absl::StatusCode code, absl::Duration took) {
  return {.method = "courant.v1.ArticleService/GetArticle",
          .code = code,
          .took = took,
          .span = SpanFrom(kCaller),
          .who = "desk/kim",
          .peer = "ipv4:127.0.0.1:7"};
}

// Tells `log` as services do.
void Tell(CallLog& log, const EndedCall& call) {
  if (log.Wants(call.code, call.took)) log.Ended(call);
}

TEST(JsonLogTest, EveryLineHasATraceTheProcessOrTheCall) {
  const Span process = NewTrace();
  const JsonLog log(LogLevel::kInfo, process);
  const Span call = SpanFrom(kCaller);
  const auto lines = Written([&] {
    log.Write(LogLevel::kInfo, "ready");
    {
      const SpanScope scope(call);
      log.Write(LogLevel::kInfo, "within");
    }
    log.Write(LogLevel::kInfo, "stopped");
  });
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0]["trace_id"], ToHex(process.context.trace_id));
  EXPECT_EQ(lines[0]["span_id"], ToHex(process.context.span_id));
  EXPECT_EQ(lines[1]["trace_id"], "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(lines[1]["span_id"], ToHex(call.context.span_id));
  EXPECT_EQ(lines[2]["trace_id"], lines[0]["trace_id"]);
}

TEST(JsonLogTest, WhatIsNotPlainIsEscaped) {
  const JsonLog log(LogLevel::kInfo);
  testing::internal::CaptureStderr();
  log.Write(
      LogLevel::kInfo, "event",
      {{"why", std::string("a\n{\"event\":\"no\"}\x1b[2J\x7f\xc2\x9b\xff")},
       {"count", int64_t{-3}},
       {"dur_s", 0.25}});
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  for (const char c : text.substr(0, text.size() - 1)) {
    EXPECT_TRUE(c >= ' ' && c < '\x7f') << static_cast<int>(c);
  }
  EXPECT_THAT(text, HasSubstr("\"count\":-3,\"dur_s\":0.25"));
}

TEST(CallLinesTest, WritesWhatALineIsAskedFor) {
  struct Row {
    Log::Calls which;
    size_t lines;
  };
  for (const Row row : {Row{Log::CALLS_OFF, 0}, Row{Log::CALLS_ERRORS, 1},
                        Row{Log::CALLS_SLOW, 2}, Row{Log::CALLS_ALL, 4}}) {
    const JsonLog log(LogLevel::kInfo);
    const auto lines = Written([&] {
      CallLines calls(&log, row.which);
      if (row.which == Log::CALLS_OFF) {
        EXPECT_EQ(calls.house(), nullptr);
        EXPECT_EQ(calls.partners(), nullptr);
        return;
      }
      const absl::Duration quick = absl::Milliseconds(999);
      Tell(*calls.house(), ACall(absl::StatusCode::kOk, quick));
      Tell(*calls.house(), ACall(absl::StatusCode::kOk, absl::Seconds(1)));
      Tell(*calls.house(), ACall(absl::StatusCode::kCancelled, quick));
      Tell(*calls.partners(), ACall(absl::StatusCode::kNotFound, quick));
    });
    EXPECT_EQ(lines.size(), row.lines) << Log::Calls_Name(row.which);
  }
  // Without a log there is nothing to do.
  CallLines none(nullptr, Log::CALLS_ALL);
  EXPECT_EQ(none.house(), nullptr);
}

TEST(CallLinesTest, ALineSaysWhoseWhatAndHow) {
  const JsonLog log(LogLevel::kInfo);
  EndedCall call = ACall(absl::StatusCode::kInternal, absl::Milliseconds(250));
  call.reason = "OUTCOME";
  call.messages = 7;
  const std::string span_id = ToHex(call.span.context.span_id);
  const auto lines = Written([&] {
    CallLines calls(&log, Log::CALLS_ERRORS);
    Tell(*calls.house(), call);
    call.code = absl::StatusCode::kUnavailable;
    call.who = "partners/daily";
    Tell(*calls.partners(), call);
    call.code = absl::StatusCode::kNotFound;
    call.span = NewTrace();
    Tell(*calls.partners(), call);
  });
  ASSERT_EQ(lines.size(), 3u);
  nlohmann::json house = lines[0];
  house.erase("ts");
  EXPECT_EQ(house,
            nlohmann::json({{"level", "error"},
                            {"event", "call"},
                            {"trace_id", "0af7651916cd43dd8448eb211c80319c"},
                            {"span_id", span_id},
                            {"listener", "internal"},
                            {"method", call.method.data()},
                            {"code", "Internal"},
                            {"reason", "OUTCOME"},
                            {"dur_s", 0.25},
                            {"messages", 7},
                            {"actor", "desk/kim"},
                            {"peer", "ipv4:127.0.0.1:7"},
                            {"parent_span_id", "b7ad6b7169203331"}}));
  EXPECT_EQ(lines[1]["level"], "warning");
  EXPECT_EQ(lines[1]["principal"], "partners/daily");
  EXPECT_EQ(lines[2]["level"], "info");
  // The first of its trace.
  EXPECT_FALSE(lines[2].contains("parent_span_id"));
}

TEST(CallLinesTest, WhatCallersSayIsMadeHarmless) {
  const JsonLog log(LogLevel::kInfo);
  const std::string key = "cour_test_0123456789abcdef";
  const std::vector<std::string> hostile = {
      "kim\"}\n{\"event\":\"forged\"", "\x1b[2J\x80\xff", key, "desk/" + key,
      std::string(100'000, 'x'),       "김/데스크"};
  const auto lines = Written([&] {
    CallLines calls(&log, Log::CALLS_ERRORS);
    for (const std::string& who : hostile) {
      EndedCall call = ACall(absl::StatusCode::kNotFound, {});
      call.who = who;
      Tell(*calls.house(), call);
    }
  });
  ASSERT_EQ(lines.size(), hostile.size());
  for (const nlohmann::json& line : lines) {
    EXPECT_EQ(line["event"], "call");
    EXPECT_LE(line["actor"].get<std::string>().size(), 512u);
    EXPECT_THAT(line.dump(), Not(HasSubstr("cour_test_")));
  }
  EXPECT_EQ(lines[0]["actor"], hostile[0]);
  EXPECT_EQ(lines[5]["actor"], hostile[5]);
}

TEST(CallLinesTest, AFloodIsCountedInsteadAndHidesNothingElse) {
  const JsonLog log(LogLevel::kInfo);
  constexpr int kFlood = 5000;
  const auto lines = Written([&] {
    CallLines calls(&log, Log::CALLS_ERRORS);
    for (int i = 0; i < kFlood; ++i) {
      Tell(*calls.partners(), ACall(absl::StatusCode::kUnauthenticated, {}));
    }
    Tell(*calls.partners(), ACall(absl::StatusCode::kInternal, {}));
    Tell(*calls.house(), ACall(absl::StatusCode::kUnauthenticated, {}));
  });
  int64_t written = 0;
  int64_t left_out = 0;
  int others = 0;
  for (const nlohmann::json& line : lines) {
    EXPECT_EQ(line["trace_id"].get<std::string>().size(), 32u);
    if (line["event"] == "calls_left_out") {
      EXPECT_EQ(line["listener"], "partner");
      EXPECT_EQ(line["code"], "Unauthenticated");
      left_out += line["count"].get<int64_t>();
    } else if (line["listener"] == "partner" &&
               line["code"] == "Unauthenticated") {
      ++written;
    } else {
      ++others;
    }
  }
  EXPECT_EQ(written + left_out, kFlood);
  EXPECT_GE(written, 200);
  EXPECT_LT(written, kFlood / 2);
  EXPECT_EQ(others, 2);
}

}  // namespace
}  // namespace courant
