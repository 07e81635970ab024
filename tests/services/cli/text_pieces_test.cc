// The small pieces that everything printed is made of.

#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/cli/backoff.h"
#include "services/cli/json_text.h"
#include "services/cli/progress_bar.h"
#include "services/cli/request_id.h"
#include "services/cli/stop_source.h"
#include "services/cli/table.h"
#include "services/cli/terminal.h"
#include "services/cli/time_text.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

google::protobuf::Timestamp At(int64_t seconds, int nanos = 0) {
  google::protobuf::Timestamp time;
  time.set_seconds(seconds);
  time.set_nanos(nanos);
  return time;
}

TEST(TimeTextTest, IsUtcToTheSecondRoundedDown) {
  EXPECT_EQ(TimeText(At(1795455943, 999'999'999)), "2026-11-23T17:45:43Z");
  EXPECT_EQ(TimeText({}), "");
}

TEST(TimeTextTest, IsExactForPrograms) {
  EXPECT_EQ(ExactTimeText(At(1795455943, 250'000'000)),
            "2026-11-23T17:45:43.25Z");
  EXPECT_EQ(ExactTimeText(At(1795455943, 1)), "2026-11-23T17:45:43.000000001Z");
  EXPECT_EQ(ExactTimeText(At(1795455943)), "2026-11-23T17:45:43Z");
  EXPECT_EQ(ExactTimeText({}), "");
}

TEST(TimeTextTest, ShowsNoMoreThanIsKnown) {
  EXPECT_EQ(TimeText(At(1527897600), v1::DAY), "2018-06-02");
  EXPECT_EQ(TimeText(At(1527897600), v1::MONTH), "2018-06");
  EXPECT_EQ(TimeText(At(1527897600), v1::YEAR), "2018");
}

TEST(ReadTimeTest, TakesATimeWithAnOffsetOrADay) {
  EXPECT_THAT(ReadTime("2026-11-24T02:45:43+09:00"),
              IsOkAndHolds("2026-11-23T17:45:43Z"));
  EXPECT_THAT(ReadTime("2026-11-23"), IsOkAndHolds("2026-11-23T00:00:00Z"));
  EXPECT_THAT(ReadTime("2026-11-23T17:45:43.25Z"),
              IsOkAndHolds("2026-11-23T17:45:43.25Z"));
}

TEST(ReadTimeTest, RefusesAnythingElse) {
  for (const char* text : {"", "yesterday", "2026-13-01", "2026-11-23T17:45"}) {
    EXPECT_THAT(ReadTime(text), StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr("2026-11-23T17:45:43Z")))
        << text;
  }
}

// 2026-03-01T22:00:00.25Z.
const absl::Time kNow =
    absl::FromUnixSeconds(1772402400) + absl::Milliseconds(250);

TEST(ReadMomentTest, TakesATimeWithItsOffset) {
  for (const char* text :
       {"2026-03-02T15:10:00+09:00", "2026-03-02T15:10+09:00",
        "2026-03-02 15:10+09:00", "2026-03-02 15:10:00+0900",
        "2026-03-02 06:10Z", "2026-03-02T06:10:00.000Z",
        "2026-03-01 21:10-09:00"}) {
    const auto time = ReadMoment(text, kNow);
    ASSERT_THAT(time, IsOk()) << text;
    EXPECT_EQ(TimeText(*time), "2026-03-02T06:10:00Z") << text;
  }
}

TEST(ReadMomentTest, KeepsPartsOfASecond) {
  COURANT_ASSERT_OK_AND_ASSIGN(const auto time,
                               ReadMoment("2026-03-02T06:10:00.25Z", kNow));
  EXPECT_EQ(time.nanos(), 250'000'000);
}

TEST(ReadMomentTest, CountsFromNowUpToAWholeSecond) {
  for (const auto& [text, expected] :
       {std::pair("+2h", "2026-03-02T00:00:01Z"),
        std::pair("+30m", "2026-03-01T22:30:01Z"),
        std::pair("+1h30m", "2026-03-01T23:30:01Z"),
        std::pair("+0.5h", "2026-03-01T22:30:01Z")}) {
    COURANT_ASSERT_OK_AND_ASSIGN(const auto time, ReadMoment(text, kNow));
    EXPECT_EQ(TimeText(time), expected) << text;
    EXPECT_EQ(time.nanos(), 0) << text;
  }
}

TEST(ReadMomentTest, ATimeOfNobodysClockIsRefusedWithTheRepair) {
  for (const char* text :
       {"2026-03-02T15:10:00", "2026-03-02 15:10", "2026-03-02T15:10"}) {
    EXPECT_THAT(
        ReadMoment(text, kNow),
        StatusIs(absl::StatusCode::kInvalidArgument,
                 testing::AllOf(HasSubstr("does not say its offset from UTC"),
                                HasSubstr(std::string(text) + "+09:00"))))
        << text;
  }
}

TEST(ReadMomentTest, RefusesAnythingElse) {
  for (const char* text :
       {"", "+", "+h", "2h", "+-2h", "-2h", "+2", "now", "2026-03-02",
        "infinite-future", "+infinite", "2026-13-02T15:10Z", "+9000000h",
        "2026-03-02T25:10Z", "99999-03-02T15:10Z", "1066-03-02T15:10Z"}) {
    EXPECT_THAT(ReadMoment(text, kNow),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << text;
  }
}

TEST(TableTest, AlignsByDisplayWidth) {
  Table table({"NAME", "HEADLINE"});
  table.Add({"붕괴", "one"});
  table.Add({"a", "two"});
  std::ostringstream out;
  table.Print(out, 0);
  EXPECT_EQ(out.str(), "NAME  HEADLINE\n붕괴  one\na     two\n");
}

TEST(TableTest, HeadingsStandOnceAboveAllPages) {
  Table table({"NAME", "HEADLINE"});
  std::ostringstream out;
  table.Print(out, 0);
  EXPECT_EQ(out.str(), "");
  table.Add({"article-1", "one"});
  table.Print(out, 0);
  table.Add({"a", "two"});
  table.Print(out, 0);
  EXPECT_EQ(out.str(), "NAME       HEADLINE\narticle-1  one\na          two\n");
}

TEST(TableTest, CutsTheLastColumnToTheScreen) {
  Table table({"N", "HEADLINE"});
  table.Add({"a", "이 회담은 재개되었다"});
  std::ostringstream out;
  table.Print(out, 18);
  EXPECT_EQ(out.str(), "N  HEADLINE\na  이 회담은 재개…\n");
}

// The room behind a cell is not painted, and colour moves no column.
TEST(TableTest, CellsAreInTheirStyleWhereThereIsColour) {
  const auto printed = [](const Terminal& terminal) {
    Table table({"A", "RISK", "LAST"});
    table.Add({"붕괴", "yes", "이 회담은 재개되었다"}, {"", "31", "32"});
    table.Add({"b", "no", "x"});
    std::ostringstream out;
    table.Print(out, terminal);
    return out.str();
  };
  EXPECT_EQ(printed(Terminal::None()),
            "A     RISK  LAST\n"
            "붕괴  yes   이 회담은 재개되었다\n"
            "b     no    x\n");
  EXPECT_EQ(printed(Terminal::Screen(26, Terminal::Colour::kOn)),
            "A     RISK  LAST\n"
            "붕괴  \x1b[31myes\x1b[0m   \x1b[32m이 회담은 재…\x1b[0m\n"
            "b     no    x\n");
}

TEST(TerminalTest, AFileIsNotPaintedOn) {
  EXPECT_EQ(Terminal::None().Paint("31", "KILLED"), "KILLED");
  EXPECT_EQ(Terminal::Screen(80, Terminal::Colour::kOff).Paint("31", "a"), "a");
  EXPECT_EQ(Terminal::Screen(80, Terminal::Colour::kOn).Paint("31", "a"),
            "\x1b[31ma\x1b[0m");
}

TEST(ProgressBarTest, AFileSeesNothingOfIt) {
  std::ostringstream out;
  {
    ProgressBar bar(out, Terminal::None());
    bar.Show(1, 2, "half");
  }
  EXPECT_EQ(out.str(), "");
}

TEST(ProgressBarTest, AScreenSeesHowFarItIsAndIsLeftClean) {
  std::ostringstream out;
  {
    ProgressBar bar(out, Terminal::Screen(80, Terminal::Colour::kOff));
    bar.Show(1, 2, "85 new");
    EXPECT_THAT(out.str(),
                HasSubstr("[############............]  50 %  85 new"));
  }
  EXPECT_THAT(out.str(), testing::EndsWith("\r\x1b[K"));
}

TEST(ProgressBarTest, DrawsAtMostTenTimesASecond) {
  std::ostringstream out;
  ProgressBar bar(out, Terminal::Screen(80, Terminal::Colour::kOff));
  for (int i = 0; i < 1000; ++i) {
    bar.Show(i, 1000, "x");
    bar.Hide();
  }
  EXPECT_LT(out.str().size(), 1000u);
}

TEST(JsonLineTest, IsOneLineWithSortedMaps) {
  v1::Article article;
  article.set_name("articles/a");
  article.set_revision(2);
  article.mutable_headline()->set_value("a\nb 붕괴");
  for (const char* key : {"c", "a", "d", "b"}) {
    (*article.mutable_provenance()->mutable_unmapped())[key] = "x";
  }
  EXPECT_EQ(JsonLine(article),
            R"({"name":"articles/a","revision":"2",)"
            R"("headline":{"value":"a\nb 붕괴"},)"
            R"("provenance":{"unmapped":{"a":"x","b":"x","c":"x","d":"x"}}})");
}

TEST(RequestIdTest, IsARandomUuid) {
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    const std::string id = NewRequestId();
    EXPECT_THAT(id, MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-"
                                 "[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 100u);
}

TEST(BackoffTest, DoublesUpToTheLimitWithJitter) {
  Backoff backoff(absl::Milliseconds(100), absl::Seconds(1));
  for (const int nominal : {100, 200, 400, 800, 1000, 1000}) {
    const absl::Duration wait = backoff.Next();
    EXPECT_GE(wait, absl::Milliseconds(nominal) * 0.75);
    EXPECT_LE(wait,
              std::min(absl::Milliseconds(nominal) * 1.25, absl::Seconds(1)));
  }
  backoff.Reset();
  EXPECT_LE(backoff.Next(), absl::Milliseconds(125));
}

TEST(StopSourceTest, TellsWhetherAnybodyListens) {
  StopSource stop;
  EXPECT_FALSE(stop.requested());
  EXPECT_FALSE(stop.Request());
  const StopListener listener(stop);
  EXPECT_TRUE(stop.Request());
  EXPECT_TRUE(stop.requested());
}

TEST(StopSourceTest, AListenerIsCalledOnceEvenWhenItComesLate) {
  StopSource stop;
  int early = 0;
  const StopListener first(stop, [&] { ++early; });
  stop.Request();
  stop.Request();
  EXPECT_EQ(early, 1);
  int late = 0;
  const StopListener second(stop, [&] { ++late; });
  EXPECT_EQ(late, 1);
}

TEST(StopSourceTest, AStopEndsAWait) {
  StopSource stop;
  EXPECT_FALSE(stop.WaitFor(absl::Milliseconds(1)));
  stop.Request();
  EXPECT_TRUE(stop.WaitFor(absl::Hours(1)));
}

}  // namespace
}  // namespace courant
