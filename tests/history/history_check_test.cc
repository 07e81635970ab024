#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/history/checks.h"
#include "tests/history/history_reader.h"

namespace courant::history {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What the checker says of these lines, which are numbered from 2: each gets
// its number as its time, and a line that begins the history goes before them.
Findings Check(const std::vector<std::string>& lines,
               absl::string_view begin =
                   R"({"k":"begin","t":1,"format":1,"complete":true})") {
  std::string text(begin);
  for (size_t i = 0; i < lines.size(); ++i) {
    absl::StrAppend(&text, "\n{\"t\":", i + 2, ",", lines[i].substr(1));
  }
  std::istringstream in(text);
  const absl::StatusOr<History> history = ReadHistory(in);
  EXPECT_TRUE(history.ok()) << history.status().message();
  return history.ok() ? CheckHistory(*history) : Findings();
}

// "C6" and so on, for each finding, with its lines: "C6:4,3".
std::vector<std::string> Found(const Findings& findings) {
  std::vector<std::string> found;
  for (const Finding& finding : findings.kept()) {
    std::string text = finding.check;
    char separator = ':';
    for (const uint64_t line : finding.lines) {
      absl::StrAppend(&text, std::string(1, separator), line);
      separator = ',';
    }
    found.push_back(text);
  }
  return found;
}

std::string Attrs(absl::string_view section,
                  absl::string_view state = "PUBLISHED") {
  return absl::StrCat(R"("attrs":{"sections":[")", section, R"("],"state":")",
                      state, R"("})");
}

// A version, with a digest that goes with its sequence.
std::string Version(int sequence, absl::string_view key, int revision,
                    absl::string_view more) {
  return absl::StrCat(R"({"seq":)", sequence, R"(,"key":")", key, R"(","rev":)",
                      revision, more.empty() ? "" : ",", more, "}");
}

std::string Digest(int of) {
  return absl::StrCat(R"("digest":")", absl::Hex(of + 1, absl::kZeroPad16),
                      R"(")");
}

// A change as a stream has it.
std::string Change(int sequence, absl::string_view key, int revision,
                   absl::string_view disposition,
                   absl::string_view section = "sport") {
  return Version(
      sequence, key, revision,
      absl::StrCat(R"("kind":"UPDATED","prev":)", revision - 1, R"(,"time":)",
                   sequence, R"(,"disposition":")", disposition, R"(",)",
                   disposition == "LEFT"
                       ? std::string(R"("state":"PUBLISHED")")
                       : absl::StrCat(Digest(sequence), ",", Attrs(section))));
}

std::string Write(int op, absl::string_view key, absl::string_view more = "") {
  return absl::StrCat(
      R"({"k":"call","writes":true,"method":"UpdateArticle","op":)", op,
      R"(,"key":")", key, R"(")", more, "}");
}

std::string Read(int op, absl::string_view key, absl::string_view more = "") {
  return absl::StrCat(R"({"k":"call","method":"GetArticle","op":)", op,
                      R"(,"key":")", key, R"(")", more, "}");
}

std::string Answer(int op, const std::string& version) {
  return absl::StrCat(R"({"k":"answer","op":)", op, R"(,"versions":[)", version,
                      "]}");
}

std::string Answer(int op, int sequence, absl::string_view key, int revision,
                   absl::string_view section = "sport") {
  return Answer(op,
                Version(sequence, key, revision,
                        absl::StrCat(Digest(sequence), ",", Attrs(section))));
}

std::string Error(int op, absl::string_view code) {
  return absl::StrCat(R"({"k":"error","op":)", op, R"(,"code":")", code, "\"}");
}

std::string Open(int op, absl::string_view start = R"("start":"earliest")",
                 absl::string_view filter = "") {
  return absl::StrCat(R"({"k":"open","op":)", op, ",", start, R"(,"filter":")",
                      filter, "\"}");
}

std::string Started(int op, int sequence, absl::string_view token = "s",
                    int epoch = 1) {
  return absl::StrCat(R"({"k":"started","log":"l","epoch":)", epoch,
                      R"(,"op":)", op, R"(,"seq":)", sequence, R"(,"token":")",
                      token, "\"}");
}

std::string Batch(int op, int after, int sequence, absl::string_view token,
                  const std::string& changes) {
  return absl::StrCat(R"({"k":"batch","op":)", op, R"(,"after":)", after,
                      R"(,"seq":)", sequence, R"(,"token":")", token,
                      R"(","changes":[)", changes, "]}");
}

std::string Progress(int op, int after, int sequence,
                     absl::string_view token = "p") {
  return absl::StrCat(R"({"k":"progress","op":)", op, R"(,"after":)", after,
                      R"(,"seq":)", sequence, R"(,"token":")", token, "\"}");
}

std::string End(int op, absl::string_view more = R"("cut":true)") {
  return absl::StrCat(R"({"k":"end","op":)", op, ",", more, "}");
}

std::string Final(int tail) {
  return absl::StrCat(R"({"k":"final","tail":)", tail, "}");
}

// Two articles that somebody wrote, a (twice) and b, which a stream without a
// filter has seen: the log of most tests. Lines 2 to 7, and 8 and 9.
std::vector<std::string> Written() {
  return {Write(1, "a"),
          Answer(1, 1, "a", 1),
          Write(2, "b"),
          Answer(2, 2, "b", 1, "news"),
          Write(3, "a"),
          Answer(3, 3, "a", 2, "news"),
          Open(4),
          Started(4, 0),
          Batch(4, 0, 3, "t3",
                Change(1, "a", 1, "ENTERED") + "," +
                    Change(2, "b", 1, "ENTERED", "news") + "," +
                    Change(3, "a", 2, "CHANGED", "news"))};
}

// Those lines and these.
std::vector<std::string> WrittenAnd(const std::vector<std::string>& more) {
  std::vector<std::string> lines = Written();
  lines.insert(lines.end(), more.begin(), more.end());
  return lines;
}

TEST(HistoryCheckTest, NothingIsFoundWhereNothingIs) {
  EXPECT_THAT(Check({}).ToText(),
              "C1 could not be told: no unfiltered stream "
              "from the earliest change to the tail was "
              "opened after \"final\"\n");
  EXPECT_THAT(Found(Check(Written())), IsEmpty());
}

TEST(HistoryCheckTest, C1AcknowledgedAndNotThere) {
  const auto replay = [](const std::string& changes) {
    return WrittenAnd({Final(3), End(4), Open(5), Started(5, 0, "r"),
                       Batch(5, 0, 3, "u3", changes), End(5)});
  };
  const std::string all = Change(1, "a", 1, "ENTERED") + "," +
                          Change(2, "b", 1, "ENTERED", "news") + "," +
                          Change(3, "a", 2, "CHANGED", "news");
  EXPECT_THAT(Found(Check(replay(all))), IsEmpty());
  // Also not told to a stream, and a hole.
  EXPECT_THAT(Found(Check(replay(Change(1, "a", 1, "ENTERED") + "," +
                                 Change(3, "a", 2, "CHANGED", "news")))),
              ElementsAre("C2:15,13", "C1:5,13", "C6:15,5"));
}

TEST(HistoryCheckTest, C2OneSequenceIsOneChange) {
  EXPECT_THAT(Found(Check(WrittenAnd({Read(5, "c"), Answer(5, 3, "c", 1)}))),
              ElementsAre("C2:12,7"));
  // Another content: that of change 8.
  EXPECT_THAT(
      Found(Check(WrittenAnd(
          {Read(5, "a"),
           Answer(5, Version(3, "a", 2, Digest(8) + "," + Attrs("news")))}))),
      ElementsAre("C2:12,7"));
}

TEST(HistoryCheckTest, C3WhatBeginsLaterComesLater) {
  // Change 4 is answered, and then change 3 is made.
  EXPECT_THAT(Found(Check({Write(1, "a"), Answer(1, 2, "a", 1), Write(2, "b"),
                           Answer(2, 1, "b", 1)})),
              ElementsAre("C3:5,3"));
  // At the same time: either order.
  EXPECT_THAT(Found(Check({Write(1, "a"), Write(2, "b"), Answer(1, 2, "a", 1),
                           Answer(2, 1, "b", 1)})),
              IsEmpty());
  // It changed nothing, and was answered with what was there.
  EXPECT_THAT(
      Found(Check(WrittenAnd({Write(5, "b"), Answer(5, 2, "b", 1, "news")}))),
      IsEmpty());
}

TEST(HistoryCheckTest, C4ReadsOfThePastAndOfTheFuture) {
  EXPECT_THAT(Found(Check(WrittenAnd({Read(5, "a"), Answer(5, 1, "a", 1)}))),
              ElementsAre("C4:12,7"));
  EXPECT_THAT(
      Found(Check(WrittenAnd({Read(5, "a"), Answer(5, 3, "a", 2, "news")}))),
      IsEmpty());
  EXPECT_THAT(Found(Check(WrittenAnd({Read(5, "a"), Error(5, "NOT_FOUND")}))),
              ElementsAre("C4:12,7"));
  EXPECT_THAT(Found(Check(WrittenAnd({Read(5, "c"), Error(5, "NOT_FOUND")}))),
              IsEmpty());
  // Begun before change 3 was known; it wanted it.
  std::vector<std::string> lines = Written();
  lines.insert(lines.begin() + 4, Read(5, "a", R"(,"min":3)"));
  lines.push_back(Answer(5, 1, "a", 1));
  EXPECT_THAT(Found(Check(lines)), ElementsAre("C4:12,6"));
}

TEST(HistoryCheckTest, C5OneRequestIsDoneOnce) {
  const std::string id = R"(,"request_id":"r")";
  EXPECT_THAT(Found(Check({Write(1, "a", id), Answer(1, 1, "a", 1),
                           Write(2, "a", id), Answer(2, 1, "a", 1)})),
              IsEmpty());
  EXPECT_THAT(Found(Check({Write(1, "a", id), Answer(1, 1, "a", 1),
                           Write(2, "a", id), Answer(2, 2, "a", 2)})),
              ElementsAre("C5:5,3"));
  EXPECT_THAT(Found(Check({Write(1, "a", id), Answer(1, 1, "a", 1),
                           Write(2, "a", id), Error(2, "ALREADY_EXISTS")})),
              ElementsAre("C5:5,3"));
}

TEST(HistoryCheckTest, C6StreamsUnderAFilter) {
  const auto with = [](const std::string& changes) {
    return Found(Check(
        WrittenAnd({Open(5, R"("start":"earliest")", "section=sport"),
                    Started(5, 0, "f0"), Batch(5, 0, 3, "f3", changes)})));
  };
  const std::string entered = Change(1, "a", 1, "ENTERED");
  const std::string left = Change(3, "a", 2, "LEFT", "news");
  EXPECT_THAT(with(entered + "," + left), IsEmpty());
  EXPECT_THAT(with(entered), ElementsAre("C6:13,7")) << "it left";
  EXPECT_THAT(with(left), ElementsAre("C6:13,3")) << "one is missing";
  EXPECT_THAT(with(entered + "," + entered + "," + left),
              ElementsAre("C6:13,12"))
      << "twice";
  EXPECT_THAT(with(left + "," + entered), ElementsAre("C6:13,12")) << "order";
  EXPECT_THAT(
      with(entered + "," + Change(2, "b", 1, "ENTERED", "news") + "," + left),
      ElementsAre("C6:13,5"))
      << "not its own";
  EXPECT_THAT(with(entered + "," + Change(3, "a", 2, "CHANGED", "news")),
              ElementsAre("C6:13,7"))
      << "another disposition";
}

TEST(HistoryCheckTest, C6ResumesWhereTheTokenWasGiven) {
  const auto resume = [](absl::string_view token,
                         const std::vector<std::string>& more) {
    std::vector<std::string> lines = {
        Open(5, absl::StrCat(R"("start":"token","token":")", token, "\""))};
    lines.insert(lines.end(), more.begin(), more.end());
    return Found(Check(WrittenAnd(lines)));
  };
  EXPECT_THAT(resume("t3", {Started(5, 3, "t3"), Progress(5, 3, 3, "t3")}),
              IsEmpty());
  EXPECT_THAT(resume("t3", {Started(5, 2, "x")}), ElementsAre("C6:12,10"));
  EXPECT_THAT(resume("s", {Started(5, 1, "x")}), ElementsAre("C6:12,9"));
  EXPECT_THAT(resume("t3", {End(5, R"("code":"INVALID_ARGUMENT/X")")}),
              ElementsAre("C6:12,10"));
  EXPECT_THAT(resume("forged", {Started(5, 3, "x")}), ElementsAre("C6:12,11"));
  EXPECT_THAT(resume("forged", {End(5, R"("code":"INVALID_ARGUMENT/X")")}),
              IsEmpty());
}

TEST(HistoryCheckTest, C6PagesAndTheirTokens) {
  const auto pages = [](const std::string& first, int then) {
    return Found(Check(WrittenAnd(
        {Open(5),
         absl::StrCat(R"({"k":"page","op":5,"token":"g","changes":[)", first,
                      "]}"),
         End(5, R"("cut":false)"), Open(6, R"("start":"token","token":"g")"),
         Started(6, then, "h")})));
  };
  const std::string one = Change(1, "a", 1, "ENTERED");
  EXPECT_THAT(pages(one, 1), IsEmpty());
  EXPECT_THAT(pages(one, 2), ElementsAre("C6:15,5")) << "change 2 is missing";
  EXPECT_THAT(pages(Change(2, "b", 1, "ENTERED", "news"), 2),
              ElementsAre("C6:12,3"));
}

TEST(HistoryCheckTest, C7MessagesJoin) {
  EXPECT_THAT(Found(Check(WrittenAnd({Progress(4, 3, 3)}))), IsEmpty());
  EXPECT_THAT(Found(Check(WrittenAnd({Progress(4, 2, 3)}))),
              ElementsAre("C7:11,10"));
  // A progress that was lost.
  EXPECT_THAT(Found(Check(WrittenAnd({Progress(4, 5, 5)}))),
              ElementsAre("C7:11,10"));
  EXPECT_THAT(Found(Check({Write(1, "a"), Open(4), Started(4, 0),
                           Batch(4, 0, 0, "t0", Change(1, "a", 1, "ENTERED")),
                           Answer(1, 1, "a", 1)})),
              ElementsAre("C7:5"));
}

TEST(HistoryCheckTest, C9KilledAndLost) {
  const std::string kill = Version(
      4, "a", 3, R"("kind":"KILLED","prev":2,"time":4,"disposition":"LEFT")");
  const std::string answer =
      Answer(5, Version(4, "a", 3, Attrs("news", "KILLED")));
  const std::vector<std::string> killed = {Write(5, "a"), answer,
                                           Batch(4, 3, 4, "t4", kill)};
  const auto after = [&](const std::vector<std::string>& more) {
    std::vector<std::string> lines = killed;
    lines.insert(lines.end(), more.begin(), more.end());
    return Found(Check(WrittenAnd(lines)));
  };
  // The filter is empty: what was killed has not left it.
  EXPECT_THAT(after({}), ElementsAre("C6:13,12"));
  const std::vector<std::string> revisions = {
      R"({"k":"call","method":"GetArticleRevision","op":6,"key":"a"})"};
  EXPECT_THAT(after({revisions[0], Answer(6, Version(1, "a", 1, ""))}),
              ElementsAre("C6:13,12"));
  EXPECT_THAT(after({revisions[0], Answer(6, 1, "a", 1)}),
              ElementsAre("C9:15,12", "C6:13,12"));
  // Without a kill, what has no text has lost it.
  EXPECT_THAT(
      Found(Check({Write(1, "a"), Answer(1, 1, "a", 1), Open(4), Started(4, 0),
                   Batch(4, 0, 1, "t1",
                         Version(1, "a", 1,
                                 R"("kind":"UPDATED","time":1,)"
                                 R"("disposition":"ENTERED")"))})),
      ElementsAre("C9:6"));
}

TEST(HistoryCheckTest, C9AnswersAreOfWhatWasAsked) {
  EXPECT_THAT(Found(Check({Write(1, "a"), Answer(1, 1, "b", 1)})),
              ElementsAre("C9:3,2"));
  const auto words = [](int of) {
    return absl::StrCat(R"("words":")", absl::Hex(of, absl::kZeroPad16), "\"");
  };
  EXPECT_THAT(Found(Check({Write(1, "a", "," + words(7)),
                           Answer(1, Version(1, "a", 1, words(8)))})),
              IsEmpty())
      << "without a digest it is what a kill left";
  EXPECT_THAT(
      Found(Check({Write(1, "a", "," + words(7)),
                   Answer(1, Version(1, "a", 1, words(8) + "," + Digest(1)))})),
      ElementsAre("C9:3,2"));
}

TEST(HistoryCheckTest, C10ListsAreWhatTheLogComesTo) {
  const auto list = [](absl::string_view filter, const std::string& versions) {
    return Found(Check(WrittenAnd(
        {Final(3),
         absl::StrCat(R"({"k":"call","method":"ListArticles","op":5,)",
                      R"("filter":")", filter, "\"}"),
         Answer(5, versions)})));
  };
  const std::string a = Version(3, "a", 2, Digest(3) + "," + Attrs("news"));
  const std::string b = Version(2, "b", 1, Digest(2) + "," + Attrs("news"));
  EXPECT_THAT(list("", a + "," + b), IsEmpty());
  EXPECT_THAT(list("section=news", a + "," + b), IsEmpty());
  EXPECT_THAT(list("section=news", a), ElementsAre("C10:13,5"));
  EXPECT_THAT(list("section=sport", ""), IsEmpty());
  EXPECT_THAT(list("section=sport", b), ElementsAre("C10:13"));
  EXPECT_THAT(list("", a + "," + b + "," + b), ElementsAre("C10:13"));
}

TEST(HistoryCheckTest, C10SnapshotsAlsoOverTwoStreams) {
  const auto snapshot = [](const std::string& second, int count) {
    const auto started = [](int op, absl::string_view token) {
      return absl::StrCat(R"({"in_snapshot":true,)",
                          Started(op, 3, token).substr(1));
    };
    const std::string first = Version(
        3, "a", 2,
        R"("disposition":"SNAPSHOT",)" + Digest(3) + "," + Attrs("news"));
    return Found(Check(
        WrittenAnd({Open(5, R"("start":"snapshot")"), started(5, "n0"),
                    Batch(5, 3, 3, "n1", first), End(5),
                    Open(6, R"("start":"token","token":"n1")"),
                    started(6, "n1"), Batch(6, 3, 3, "n3", second),
                    absl::StrCat(R"({"k":"snapshot_complete","op":6,"after":3,)"
                                 R"("seq":3,)",
                                 R"("token":"n4","count":)", count, "}"),
                    Progress(6, 3, 3)})));
  };
  const std::string b =
      Version(2, "b", 1,
              R"("disposition":"SNAPSHOT",)" + Digest(2) + "," + Attrs("news"));
  EXPECT_THAT(snapshot(b, 2), IsEmpty());
  EXPECT_THAT(snapshot(b, 3), ElementsAre("C10:18,15"));
  EXPECT_THAT(snapshot("", 1), ElementsAre("C10:18,5"));
}

TEST(HistoryCheckTest, C11OneLogAndOneEpoch) {
  EXPECT_THAT(Found(Check(WrittenAnd({Open(5), Started(5, 0, "s", 2)}))),
              ElementsAre("C11:12,9"));
  EXPECT_THAT(Found(Check(WrittenAnd({R"({"k":"fault","name":"restore"})",
                                      Open(5), Started(5, 0, "s", 2)}))),
              IsEmpty());
}

TEST(HistoryCheckTest, C12EverybodyComesToTheEnd) {
  EXPECT_THAT(Found(Check(WrittenAnd({Read(5, "a")}))), ElementsAre("C12:11"));
  EXPECT_THAT(Found(Check(WrittenAnd({Final(3)}))), IsEmpty());
  EXPECT_THAT(Found(Check(WrittenAnd({Open(5), Started(5, 0), Final(3)}))),
              ElementsAre("C12:11,13"));
  EXPECT_THAT(
      Found(Check(WrittenAnd({Open(5), Started(5, 0), End(5), Final(3)}))),
      IsEmpty())
      << "it left before";
}

TEST(HistoryCheckTest, C13NothingThatNobodyAskedFor) {
  const std::string change = Change(4, "c", 1, "ENTERED");
  EXPECT_THAT(Found(Check(WrittenAnd({Batch(4, 3, 4, "t4", change)}))),
              ElementsAre("C13:11"));
  EXPECT_THAT(Found(Check(WrittenAnd({Batch(4, 3, 4, "t4", change)}),
                          R"({"k":"begin","t":1,"format":1})")),
              IsEmpty())
      << "others write too";
  EXPECT_THAT(Found(Check(WrittenAnd({Write(5, "c"), Error(5, "UNAVAILABLE"),
                                      Batch(4, 3, 4, "t4", change)}))),
              IsEmpty())
      << "it was done after all";
  EXPECT_THAT(
      Found(Check(WrittenAnd({Write(5, "c"), Error(5, "INVALID_ARGUMENT"),
                              Batch(4, 3, 4, "t4", change)}))),
      ElementsAre("C13:13"))
      << "it was refused";
  EXPECT_THAT(Found(Check(WrittenAnd({Batch(4, 3, 4, "t4", change),
                                      Write(5, "c"), Answer(5, 4, "c", 1)}))),
              ElementsAre("C13:11,12"))
      << "before it was asked for";
}

}  // namespace
}  // namespace courant::history
