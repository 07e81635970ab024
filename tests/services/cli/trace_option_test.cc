#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/trace/trace_context.h"
#include "storage/errors/reason.h"
#include "tests/services/cli/canned_server.h"
#include "tests/services/cli/cli_run.h"

// What the tool says of the trace that its calls are in.

namespace courant {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kGivenTrace[] = "0af7651916cd43dd8448eb211c80319c";

// Of the calls of one run, all in one trace, each of them itself.
std::string TheTraceOf(const std::vector<std::string>& traceparents) {
  EXPECT_THAT(traceparents, Not(IsEmpty()));
  std::string id;
  for (size_t i = 0; i < traceparents.size(); ++i) {
    const auto trace = ParseTraceparent(traceparents[i]);
    EXPECT_TRUE(trace.has_value()) << traceparents[i];
    if (!trace) return "";
    if (i > 0) {
      EXPECT_EQ(ToHex(trace->trace_id), id);
      EXPECT_NE(traceparents[i], traceparents[i - 1]);
    }
    id = ToHex(trace->trace_id);
  }
  return id;
}

TEST(TraceOptionTest, PrintsTheTraceThatItsCallsAreIn) {
  CannedServer server({.list_articles = [](const auto&) {
    return v1::ListArticlesResponse();
  }});
  const CliResult quiet = RunCliAt(server.address(), {"article", "list"});
  EXPECT_EQ(quiet.code, kExitOk) << quiet.err;
  EXPECT_THAT(quiet.err, IsEmpty());
  const std::string first = TheTraceOf(server.traceparents());
  const CliResult told =
      RunCliAt(server.address(), {"article", "list", "--trace"});
  EXPECT_EQ(told.out, quiet.out);
  const std::string second = TheTraceOf({server.traceparents().back()});
  EXPECT_EQ(told.err, "trace: " + second + "\n");
  EXPECT_NE(first, second);
}

TEST(TraceOptionTest, GoesOnWithTheTraceOfItsCaller) {
  CannedServer server({.list_articles = [](const auto&) {
    return v1::ListArticlesResponse();
  }});
  CliSetting setting{.address = server.address()};
  setting.traceparent =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  RunCli({"article", "list"}, setting);
  EXPECT_EQ(TheTraceOf(server.traceparents()), kGivenTrace);
  // What is no trace begins one, and is sent to nobody.
  setting.traceparent = "soup\nsoup";
  RunCli({"article", "list"}, setting);
  EXPECT_NE(TheTraceOf({server.traceparents().back()}), kGivenTrace);
}

TEST(TraceOptionTest, EveryTryIsInTheSameTraceAndAnErrorNamesIt) {
  CannedServer server({.get_article = [](const auto&) {
    return WithRequestId(MakeError(v1::TOO_MANY_REQUESTS, "later"),
                         kGivenTrace);
  }});
  const CliResult result =
      RunCliAt(server.address(), {"article", "get", "rail"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err,
              HasSubstr("[TOO_MANY_REQUESTS]\n  trace: 0af7651916cd43dd8448eb2"
                        "11c80319c\n"));
  EXPECT_EQ(server.traceparents().size(), 2u);
  TheTraceOf(server.traceparents());
}

TEST(TraceOptionTest, WhereNoServerAnswersThereIsNoneToLookFor) {
  EXPECT_THAT(RunCli({"article", "list"}).err, Not(HasSubstr("trace: ")));
}

}  // namespace
}  // namespace courant
