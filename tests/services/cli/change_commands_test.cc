#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/base/mutex.h"
#include "storage/errors/reason.h"
#include "tests/services/cli/canned_server.h"
#include "tests/services/cli/cli_run.h"

namespace courant {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kLogId[] = "0123456789abcdef0123456789abcdef";

v1::Change MakeChange(int64_t sequence) {
  v1::Change change;
  change.set_name(absl::StrCat("changes/", sequence));
  change.set_sequence(sequence);
  change.mutable_commit_time()->set_seconds(1795455943);
  change.set_kind(v1::Change::PUBLISHED);
  change.set_resource("articles/rail");
  v1::Article& article = *change.mutable_article();
  article.set_language("ko");
  article.add_sections()->set_code("news");
  article.mutable_headline()->set_value("이 회담은 재개되었다");
  return change;
}

v1::SubscribeChangesResponse Started(int64_t after) {
  v1::SubscribeChangesResponse message;
  message.mutable_started()->set_log_id(kLogId);
  message.mutable_started()->set_resume_after_sequence(after);
  message.mutable_started()->set_resume_token(absl::StrCat("token-", after));
  return message;
}

// The changes in (after, sequence].
v1::SubscribeChangesResponse Batch(int64_t after, int64_t sequence) {
  v1::SubscribeChangesResponse message;
  v1::ChangeBatch& batch = *message.mutable_batch();
  batch.set_after_sequence(after);
  batch.set_sequence(sequence);
  batch.set_resume_token(absl::StrCat("token-", sequence));
  for (int64_t i = after + 1; i <= sequence; ++i) {
    *batch.add_changes() = MakeChange(i);
  }
  return message;
}

v1::SubscribeChangesResponse Progress(int64_t after, int64_t sequence) {
  v1::SubscribeChangesResponse message;
  message.mutable_progress()->set_after_sequence(after);
  message.mutable_progress()->set_sequence(sequence);
  message.mutable_progress()->set_resume_token(
      absl::StrCat("token-", sequence));
  return message;
}

// A stream that says the next script each time it is opened and ends as that
// one says; the last stays open until the client leaves.
class ScriptedStream {
 public:
  struct Script {
    std::vector<v1::SubscribeChangesResponse> messages;
    absl::Status end;
  };

  explicit ScriptedStream(std::vector<Script> scripts)
      : scripts_(std::move(scripts)) {}

  CannedAnswers Answers() {
    CannedAnswers answers;
    answers.subscribe_changes = [this](const auto& request, const auto& write) {
      return Serve(request, write);
    };
    return answers;
  }

  // Returns when it was opened `count` times, or after 10 s.
  void WaitForRequests(size_t count) {
    const absl::Time deadline = absl::Now() + absl::Seconds(10);
    MutexLock lock(mu_);
    while (requests_.size() < count && absl::Now() < deadline) {
      opened_.WaitFor(mu_, deadline - absl::Now());
    }
    EXPECT_GE(requests_.size(), count);
  }

  std::vector<v1::SubscribeChangesRequest> requests() {
    MutexLock lock(mu_);
    return requests_;
  }

 private:
  absl::Status Serve(const v1::SubscribeChangesRequest& request,
                     const WriteMessage& write) {
    Script script;
    bool last;
    {
      MutexLock lock(mu_);
      const size_t index = std::min(requests_.size(), scripts_.size() - 1);
      last = index + 1 == scripts_.size();
      script = scripts_[index];
      requests_.push_back(request);
      opened_.SignalAll();
    }
    int64_t position = 0;
    for (const v1::SubscribeChangesResponse& message : script.messages) {
      if (!write(message)) return absl::OkStatus();
      position = message.has_batch() ? message.batch().sequence()
                 : message.has_started()
                     ? message.started().resume_after_sequence()
                     : message.progress().sequence();
    }
    // Says that nothing happens, as the server does, until the client leaves.
    while (last && script.end.ok() && write(Progress(position, position))) {
    }
    return script.end;
  }

  Mutex mu_;
  CondVar opened_;
  std::vector<Script> scripts_ ABSL_GUARDED_BY(mu_);
  std::vector<v1::SubscribeChangesRequest> requests_ ABSL_GUARDED_BY(mu_);
};

TEST(ChangeListTest, BeginsAtTheEarliestAndFollowsAllPages) {
  Mutex mu;
  std::vector<v1::ListChangesRequest> requests;
  CannedServer server({.list_changes = [&](const auto& request) {
    MutexLock lock(mu);
    requests.push_back(request);
    v1::ListChangesResponse page;
    const int64_t first = request.page_token().empty() ? 1 : 3;
    *page.add_changes() = MakeChange(first);
    *page.add_changes() = MakeChange(first + 1);
    if (first == 1) page.set_next_page_token("p2");
    page.set_resume_token("r");
    return page;
  }});
  const CliResult result = RunCliAt(
      server.address(), {"change", "list", "--filter", "section=news"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(LinesOf(result.out), SizeIs(4));
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(requests[0].start_from(), v1::EARLIEST_RETAINED);
  EXPECT_EQ(requests[0].filter(), "section=news");
  EXPECT_EQ(requests[1].page_token(), "p2");
  EXPECT_EQ(requests[1].filter(), "section=news");
}

TEST(ChangeListTest, JsonIsAChangeALine) {
  CannedServer server({.list_changes = [&](const auto&) {
    v1::ListChangesResponse page;
    *page.add_changes() = MakeChange(1);
    return page;
  }});
  const CliResult result =
      RunCliAt(server.address(), {"change", "list", "-o", "json"});
  EXPECT_THAT(result.out, StartsWith("{\"name\":\"changes/1\",\"sequence\":"));
  EXPECT_THAT(LinesOf(result.out), SizeIs(1));
}

TEST(ChangeListTest, AfterASequenceItReadsUpToTheTail) {
  ScriptedStream stream({{{Started(2), Batch(2, 4), Batch(4, 5)}, {}}});
  CannedAnswers answers = stream.Answers();
  answers.log_status = [](const auto&) {
    v1::ChangeLogStatus log;
    log.set_tail_sequence(5);
    return log;
  };
  CannedServer server(answers);
  const CliResult result =
      RunCliAt(server.address(), {"change", "list", "--from", "2"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(LinesOf(result.out), SizeIs(3));
  EXPECT_EQ(stream.requests().front().resume_after_sequence(), 2);
  EXPECT_EQ(stream.requests().front().end_sequence(), 5);
  EXPECT_THAT(RunCliAt(server.address(), {"change", "list", "--from", "5"}).out,
              IsEmpty());
}

TEST(ChangeGetTest, TakesASequence) {
  CannedServer server({.get_change = [&](const auto& request) {
    return request.name() == "changes/17"
               ? absl::StatusOr<v1::Change>(MakeChange(17))
               : absl::NotFoundError(request.name());
  }});
  EXPECT_THAT(RunCliAt(server.address(), {"change", "get", "17"}).out,
              HasSubstr("    17  PUBLISHED"));
}

// Articles with sequences of their own come first, then one of them changes.
std::vector<v1::SubscribeChangesResponse> SnapshotOfTwo() {
  v1::SubscribeChangesResponse started = Started(9);
  started.mutable_started()->set_in_snapshot(true);
  v1::SubscribeChangesResponse articles = Batch(9, 10);
  articles.mutable_batch()->set_resume_token("token-10-rail");
  for (const int64_t sequence : {7, 2}) {
    v1::Change& article = *articles.mutable_batch()->add_changes();
    article = MakeChange(sequence);
    article.set_disposition(v1::Change::SNAPSHOT);
  }
  return {started, articles};
}

TEST(ChangeTailTest, ShowsTheArticlesOfASnapshotAndThenTheChanges) {
  std::vector<v1::SubscribeChangesResponse> messages = SnapshotOfTwo();
  v1::SnapshotComplete& complete =
      *messages.emplace_back().mutable_snapshot_complete();
  complete.set_after_sequence(10);
  complete.set_sequence(11);
  complete.set_resume_token("token-11");
  complete.set_resource_count(2);
  messages.push_back(Batch(11, 12));
  ScriptedStream stream({{messages, {}}});
  CannedServer server(stream.Answers());
  const CliResult result =
      RunCliAt(server.address(),
               {"change", "tail", "--from", "snapshot", "--count", "4"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(stream.requests().front().start_from(), v1::SNAPSHOT_THEN_LIVE);
  EXPECT_THAT(LinesOf(result.out),
              ElementsAre(HasSubstr("    10  "), HasSubstr("     7  "),
                          HasSubstr("     2  "), HasSubstr("    12  ")));
  EXPECT_THAT(result.err, HasSubstr("as of change 11, 2 that may be used"));
}

TEST(ChangeTailTest, ComesBackIntoTheMiddleOfASnapshot) {
  v1::SubscribeChangesResponse again = Started(10);
  again.mutable_started()->set_in_snapshot(true);
  ScriptedStream stream({{SnapshotOfTwo(), absl::UnavailableError("")},
                         {{again, Batch(10, 11)}, {}}});
  CannedServer server(stream.Answers());
  StopSource stop;
  CliSetting setting;
  setting.address = server.address();
  setting.stop = &stop;
  int lines = 0;
  setting.on_output = [&] {
    if (++lines == 2) stop.Request();
  };
  const CliResult result =
      RunCli({"change", "tail", "--from", "snapshot"}, setting);
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(stream.requests().at(1).resume_token(), "token-10-rail");
  EXPECT_THAT(LinesOf(result.out), SizeIs(4));
  // A sequence alone does not say how far a snapshot was.
  EXPECT_THAT(result.err, HasSubstr("go on with: --from token-1"));
}

struct StartCase {
  const char* from;
  v1::SubscribeChangesRequest::StartCase start;
};

TEST(ChangeTailTest, BeginsWhereItIsTold) {
  for (const StartCase& row : std::vector<StartCase>{
           {"earliest", v1::SubscribeChangesRequest::kStartFrom},
           {"latest", v1::SubscribeChangesRequest::kStartFrom},
           {"snapshot", v1::SubscribeChangesRequest::kStartFrom},
           {"7", v1::SubscribeChangesRequest::kResumeAfterSequence},
           {"AbC_-token", v1::SubscribeChangesRequest::kResumeToken}}) {
    ScriptedStream stream({{{Started(7), Batch(7, 8)}, {}}});
    CannedServer server(stream.Answers());
    const CliResult result =
        RunCliAt(server.address(),
                 {"change", "tail", "--from", row.from, "--count", "1"});
    EXPECT_EQ(result.code, kExitOk) << result.err;
    EXPECT_EQ(stream.requests().front().start_case(), row.start) << row.from;
  }
}

TEST(ChangeTailTest, BeginsAtTheLatestByDefault) {
  ScriptedStream stream({{{Started(7), Batch(7, 8)}, {}}});
  CannedServer server(stream.Answers());
  RunCliAt(server.address(), {"change", "tail", "--count", "1"});
  EXPECT_EQ(stream.requests().front().start_from(), v1::LATEST);
}

TEST(ChangeTailTest, EndsAfterCountChangesAlsoWithinAMessage) {
  ScriptedStream stream({{{Started(0), Batch(0, 2), Batch(2, 9)}, {}}});
  CannedServer server(stream.Answers());
  const CliResult result =
      RunCliAt(server.address(),
               {"change", "tail", "--from", "earliest", "--count", "5"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(LinesOf(result.out), SizeIs(5));
  EXPECT_THAT(result.err, IsEmpty());
}

TEST(ChangeTailTest, GoesOnFromTheLastTokenAfterTheServerWasAway) {
  ScriptedStream stream(
      {{{Started(0), Batch(0, 3)}, MakeError(v1::NODE_DRAINING, "stopping")},
       {{}, absl::UnavailableError("")},
       {{}, absl::UnavailableError("")},
       {{Started(3), Progress(3, 4), Batch(4, 6)}, {}}});
  CannedServer server(stream.Answers());
  const CliResult result =
      RunCliAt(server.address(), {"change", "tail", "--from", "earliest",
                                  "--filter", "section=news", "--count", "5"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(LinesOf(result.out), SizeIs(5));
  const std::vector<v1::SubscribeChangesRequest> requests = stream.requests();
  ASSERT_THAT(requests, SizeIs(4));
  for (size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(requests[i].resume_token(), "token-3");
    EXPECT_EQ(requests[i].filter(), "section=news");
  }
  // Once that it waits, once that it is back.
  EXPECT_THAT(LinesOf(result.err), ElementsAre(AllOf(HasSubstr("waiting for"),
                                                     HasSubstr("stopping")),
                                               HasSubstr("is back")));
}

TEST(ChangeTailTest, GoesOnAfterTheConnectionBroke) {
  CannedAnswers answers;
  answers.subscribe_changes = [](const auto& request, const auto& write) {
    const int64_t after = request.resume_token() == "token-3" ? 3 : 0;
    if (!write(Started(after)) || !write(Batch(after, after + 3))) {
      return absl::OkStatus();
    }
    while (write(Progress(after + 3, after + 3))) {
    }
    return absl::OkStatus();
  };
  CannedServer server(answers);
  bool restarted = false;
  CliSetting setting;
  setting.address = server.address();
  setting.on_output = [&] {
    if (std::exchange(restarted, true)) return;
    server.Stop();
    server.Start();
  };
  const CliResult result =
      RunCli({"change", "tail", "--from", "earliest", "--count", "6"}, setting);
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(LinesOf(result.out), SizeIs(6));
  EXPECT_THAT(LinesOf(result.err),
              ElementsAre(HasSubstr("waiting for"), HasSubstr("is back")));
}

TEST(ChangeTailTest, ComesBackWhenTheServerAskedItTo) {
  v1::SubscribeChangesResponse drain;
  drain.mutable_drain()->set_after_sequence(3);
  drain.mutable_drain()->set_resume_token("token-3");
  drain.mutable_drain()->mutable_reconnect_after()->set_nanos(400'000'000);
  ScriptedStream stream(
      {{{Started(0), Batch(0, 3), drain}, MakeError(v1::NODE_DRAINING, "x")},
       {{Started(3), Batch(3, 4)}, {}}});
  CannedServer server(stream.Answers());
  const absl::Time begin = absl::Now();
  const CliResult result =
      RunCliAt(server.address(),
               {"change", "tail", "--from", "earliest", "--count", "4"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_GE(absl::Now() - begin, absl::Milliseconds(400));
}

// Ends a stream for good, so that a fault that is not noticed fails the test
// and does not hang it.
absl::Status EndOfScript() {
  return MakeError(v1::RESUME_TOKEN_EXPIRED, "the script has ended");
}

struct BrokenCase {
  const char* name;
  std::vector<v1::SubscribeChangesResponse> messages;
  const char* message;
};

class BrokenStreamTest : public testing::TestWithParam<BrokenCase> {};

TEST_P(BrokenStreamTest, FailsLoudly) {
  ScriptedStream stream({{GetParam().messages, EndOfScript()}});
  CannedServer server(stream.Answers());
  const CliResult result =
      RunCliAt(server.address(), {"change", "tail", "--from", "1"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err, HasSubstr(GetParam().message));
  EXPECT_THAT(stream.requests(), SizeIs(1));
}

v1::SubscribeChangesResponse WithChange(v1::SubscribeChangesResponse message,
                                        int64_t sequence) {
  *message.mutable_batch()->add_changes() = MakeChange(sequence);
  return message;
}

INSTANTIATE_TEST_SUITE_P(
    Streams, BrokenStreamTest,
    testing::ValuesIn<BrokenCase>({
        {"ABatchIsMissing", {Started(1), Batch(1, 2), Batch(3, 4)}, "gap"},
        {"ABatchComesTwice", {Started(1), Batch(1, 2), Batch(1, 2)}, "repeat"},
        {"AProgressIsMissing", {Started(1), Progress(3, 4)}, "gap"},
        {"ItBeginsElsewhere", {Started(5)}, "gap"},
        {"AChangeComesTwice",
         {Started(1), WithChange(Batch(1, 2), 2)},
         "out of order"},
        {"AChangeIsBeyondItsMessage",
         {Started(1), WithChange(Batch(1, 2), 9)},
         "out of order"},
        {"ItDoesNotSayWhereItBegins", {Batch(1, 2)}, "did not begin"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(ChangeTailTest, AGapAfterAReconnectFailsLoudly) {
  ScriptedStream stream(
      {{{Started(1), Batch(1, 2)}, absl::UnavailableError("")},
       {{Started(3), Batch(3, 4)}, EndOfScript()}});
  CannedServer server(stream.Answers());
  const CliResult result =
      RunCliAt(server.address(), {"change", "tail", "--from", "1"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err, HasSubstr("gap in the stream: it continues from "
                                    "change 3 but 2 was the last one"));
  EXPECT_THAT(result.err, HasSubstr("--from 2"));
}

TEST(ChangeTailTest, AnotherLogAfterAReconnectFailsLoudly) {
  v1::SubscribeChangesResponse other = Started(2);
  other.mutable_started()->set_log_id("another");
  ScriptedStream stream(
      {{{Started(1), Batch(1, 2)}, absl::UnavailableError("")},
       {{other}, EndOfScript()}});
  CannedServer server(stream.Answers());
  const CliResult result =
      RunCliAt(server.address(), {"change", "tail", "--from", "1"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err, HasSubstr("another log"));
}

TEST(ChangeTailTest, ALostHistoryIsNotWaitedFor) {
  ScriptedStream stream(
      {{{},
        MakeError(v1::RESUME_TOKEN_EXPIRED, "history was trimmed",
                  {{"floor_sequence", "40"}})}});
  CannedServer server(stream.Answers());
  const CliResult result =
      RunCliAt(server.address(), {"change", "tail", "--from", "1"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_EQ(result.err,
            "courant: history was trimmed [RESUME_TOKEN_EXPIRED]\n"
            "  floor_sequence: 40\n");
}

TEST(ChangeTailTest, AServerThatWasNeverThereIsAnError) {
  const CliResult result = RunCli({"change", "tail"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err, HasSubstr("no server answers at 127.0.0.1:1"));
}

TEST(ChangeTailTest, AStopIsAGoodEndAndSaysHowToGoOn) {
  ScriptedStream stream({{{Started(0), Batch(0, 3)}, {}}});
  CannedServer server(stream.Answers());
  StopSource stop;
  CliSetting setting;
  setting.address = server.address();
  setting.stop = &stop;
  setting.on_output = [&] { stop.Request(); };
  const CliResult result = RunCli({"change", "tail"}, setting);
  EXPECT_EQ(result.code, kExitOk);
  EXPECT_THAT(LinesOf(result.out), SizeIs(3));
  EXPECT_EQ(result.err, "courant: stopped; go on with: --from 3\n");
}

TEST(ChangeTailTest, AStopEndsTheWaitForAServer) {
  ScriptedStream stream({{{Started(0)}, absl::UnavailableError("")},
                         {{}, absl::UnavailableError("")}});
  CannedServer server(stream.Answers());
  StopSource stop;
  std::thread user([&] {
    stream.WaitForRequests(2);
    EXPECT_TRUE(stop.Request());
  });
  CliSetting setting;
  setting.address = server.address();
  setting.stop = &stop;
  EXPECT_EQ(RunCli({"change", "tail"}, setting).code, kExitOk);
  user.join();
}

}  // namespace
}  // namespace courant
