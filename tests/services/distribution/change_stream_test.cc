#include "services/distribution/change_stream.h"

#include <numeric>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/errors/reason.h"
#include "tests/services/distribution/wire_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::SubscribeChangesRequest FromEarliest() {
  v1::SubscribeChangesRequest request;
  request.set_start_from(v1::EARLIEST_RETAINED);
  return request;
}

v1::SubscribeChangesRequest FromToken(const std::string& token) {
  v1::SubscribeChangesRequest request;
  request.set_resume_token(token);
  return request;
}

// first, first + 1, ..., last.
std::vector<uint64_t> Range(uint64_t first, uint64_t last) {
  std::vector<uint64_t> range(last - first + 1);
  std::iota(range.begin(), range.end(), first);
  return range;
}

// The next message, which there must be.
v1::SubscribeChangesResponse Message(StreamClient& client) {
  auto message = client.Next();
  EXPECT_THAT(message, IsOk());
  EXPECT_TRUE(message.ok() && message->has_value()) << "nothing was said";
  if (!message.ok() || !message->has_value()) return {};
  return **std::move(message);
}

// A control frame has a digest and no change: a token is of the change before.
TEST(ChangeStreamTest, ATokenOfTheTailIsGoodBehindAControlFrame) {
  WireFixture wire;
  wire.Write(3);
  const storage::Tail tail = wire.hub->log().tail();
  ASSERT_THAT(wire.store.store->applier().Apply(
                  storage::MakeFrame(tail, tail.epoch, tail.commit_time, {})),
              IsOk());
  StreamClient client(wire, {});
  const v1::Started started = Message(client).started();
  EXPECT_EQ(started.resume_after_sequence(), 3);
  StreamClient again(wire, FromToken(started.resume_token()));
  EXPECT_EQ(Message(again).started().resume_after_sequence(), 3);
}

TEST(ChangeStreamTest, BeginsAtTheTailUnlessToldOtherwise) {
  WireFixture wire;
  wire.Write(3);
  StreamClient client(wire, {});
  const v1::Started started = Message(client).started();
  EXPECT_EQ(started.resume_after_sequence(), 3);
  EXPECT_EQ(started.tail_sequence(), 3);
  EXPECT_EQ(started.floor_sequence(), 1);
  EXPECT_EQ(Message(client).progress().state(), v1::Progress::LIVE);
  EXPECT_THAT(client.Drain(), IsOk());
  EXPECT_THAT(client.delivered(), IsEmpty());
  wire.Write(2);
  EXPECT_THAT(client.Drain(), IsOk());
  EXPECT_THAT(client.delivered(), ElementsAre(4, 5));
}

TEST(ChangeStreamTest, PutsWhatIsPendingIntoOneBatchUpToItsLimit) {
  WireFixture wire;
  wire.Write(150);
  StreamClient client(wire, FromEarliest());
  EXPECT_THAT(client.Drain(), IsOk());
  EXPECT_THAT(client.batches(), ElementsAre(64, 64, 22));
  EXPECT_EQ(client.delivered(), Range(1, 150));

  v1::SubscribeChangesRequest small = FromEarliest();
  small.set_max_batch_changes(60);
  StreamClient other(wire, small);
  EXPECT_THAT(other.Drain(), IsOk());
  EXPECT_THAT(other.batches(), ElementsAre(60, 60, 30));
}

TEST(ChangeStreamTest, SendsAChangeLargerThanABatchAlone) {
  WireFixture wire;
  wire.Write(1);
  wire.Write(1, "en", ChangeStream::kMaxBatchBytes + 1);
  wire.Write(1, "en", ChangeStream::kMaxBatchBytes + 1);
  wire.Write(1);
  StreamClient client(wire, FromEarliest());
  EXPECT_THAT(client.Drain(), IsOk());
  EXPECT_THAT(client.batches(), ElementsAre(2, 1, 1));
  EXPECT_EQ(client.delivered(), Range(1, 4));
}

TEST(ChangeStreamTest, SaysHowFarItIsWhenNothingMatches) {
  WireFixture wire;
  const int count = 2 * ChangeStream::kProgressEvery + 100;
  wire.Write(count);
  v1::SubscribeChangesRequest request = FromEarliest();
  request.set_filter("language=cy");
  StreamClient client(wire, request);
  EXPECT_TRUE(Message(client).has_started());
  for (int part = 1; part <= 2; ++part) {
    const v1::Progress progress = Message(client).progress();
    EXPECT_EQ(progress.state(), v1::Progress::CATCHING_UP);
    EXPECT_EQ(progress.sequence(), part * ChangeStream::kProgressEvery);
    EXPECT_EQ(progress.tail_sequence(), count);
  }
  EXPECT_EQ(Message(client).progress().state(), v1::Progress::LIVE);
  EXPECT_EQ(client.position(), count);
  EXPECT_THAT(client.Drain(), IsOk());
  EXPECT_THAT(client.delivered(), IsEmpty());

  wire.Write(1, "cy");
  EXPECT_THAT(client.Drain(), IsOk());
  EXPECT_THAT(client.delivered(), ElementsAre(count + 1));
}

TEST(ChangeStreamTest, EndsAtItsEndAlsoWhenNothingMatchesThere) {
  WireFixture wire;
  wire.Write(10);
  for (const char* filter : {"", "language=cy"}) {
    v1::SubscribeChangesRequest request = FromEarliest();
    request.set_filter(filter);
    request.set_end_sequence(7);
    StreamClient client(wire, request);
    EXPECT_THAT(client.Drain(), StatusIs(absl::StatusCode::kOutOfRange, "end"));
    EXPECT_EQ(client.position(), 7);
  }
}

TEST(ChangeStreamTest, RefusesInItsFirstMessageWhatIsWrong) {
  WireFixture wire;
  v1::SubscribeChangesRequest request;
  request.set_end_sequence(-1);
  EXPECT_THAT(StreamClient(wire, request).Next(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  request = {};
  request.set_filter("language=");
  const auto refused = StreamClient(wire, request).Next();
  EXPECT_EQ(ReasonOf(refused.status()), v1::FILTER_INVALID);
  request = {};
  request.set_resume_after_sequence(1);
  const auto future = StreamClient(wire, request).Next();
  EXPECT_EQ(ReasonOf(future.status()), v1::SEQUENCE_IN_FUTURE);
  EXPECT_EQ(wire.hub->SubscriberCount(), 0);
}

// A follower that is cut at any message and comes back with its last token has,
// in the end, what one that was never cut has.
TEST(ChangeStreamTest, ResumesAnywhereWithoutAGapOrARepeat) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  const auto up_to = [&random](int most) {
    return std::uniform_int_distribution<int>(1, most)(random);
  };
  // A ring of a few changes, so that most reads begin in the log.
  WireFixture wire({.ring_bytes = 2000});
  std::vector<uint64_t> english;
  while (wire.tail() < 400) {
    const int count = up_to(9);
    const bool in_english = up_to(2) == 1;
    for (int i = 1; in_english && i <= count; ++i) {
      english.push_back(wire.tail() + i);
    }
    wire.Write(count, in_english ? "en" : "ko", up_to(300));
  }
  const std::string filters[] = {"", "language=en"};
  const std::vector<uint64_t> wanted[] = {Range(1, wire.tail()), english};
  for (int which = 0; which < 2; ++which) {
    std::vector<uint64_t> seen;
    v1::SubscribeChangesRequest request = FromEarliest();
    uint64_t position = 0;
    while (position < wire.tail()) {
      request.set_filter(filters[which]);
      request.set_max_batch_changes(up_to(64));
      StreamClient client(wire, request);
      EXPECT_EQ(Message(client).started().resume_after_sequence(), position);
      for (int i = up_to(4); i > 0; --i) {
        const auto message = client.Next();
        ASSERT_THAT(message, IsOk());
        if (!message->has_value()) break;
      }
      seen.insert(seen.end(), client.delivered().begin(),
                  client.delivered().end());
      position = client.position();
      request = FromToken(client.token());
    }
    EXPECT_EQ(seen, wanted[which]);
  }
}

TEST(ChangeStreamTest, SaysGoodbyeWithATokenWhenTheServerStops) {
  WireFixture wire;
  wire.Write(5);
  v1::SubscribeChangesRequest request = FromEarliest();
  request.set_max_batch_changes(3);
  StreamClient client(wire, request);
  EXPECT_TRUE(Message(client).has_started());
  EXPECT_TRUE(Message(client).has_batch());
  const int before = client.wakes().count();
  wire.hub->Drain();
  EXPECT_GT(client.wakes().count(), before);
  const v1::Drain drain = Message(client).drain();
  EXPECT_EQ(drain.after_sequence(), 3);
  EXPECT_LT(drain.reconnect_after().seconds(), 5);
  const auto end = client.Next();
  EXPECT_THAT(end, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(ReasonOf(end.status()), v1::NODE_DRAINING);

  StreamClient rest(wire, FromToken(drain.resume_token()));
  EXPECT_EQ(Message(rest).started().resume_after_sequence(), 3);
}

// The stream is further than it has said: it says so before it goes.
TEST(ChangeStreamTest, TheTokenOfADrainIsOfThePositionThatItSays) {
  WireFixture wire;
  wire.Write(1);
  v1::SubscribeChangesRequest request = FromEarliest();
  request.set_filter("language=cy");
  StreamClient client(wire, request);
  EXPECT_TRUE(Message(client).has_started());
  EXPECT_EQ(Message(client).progress().sequence(), 1);
  wire.Write(2);
  const auto nothing = client.Next();
  ASSERT_THAT(nothing, IsOk());
  EXPECT_FALSE(nothing->has_value());
  wire.hub->Drain();
  EXPECT_EQ(Message(client).progress().sequence(), 3);
  const v1::Drain drain = Message(client).drain();
  EXPECT_EQ(drain.after_sequence(), 3);
  request = FromToken(drain.resume_token());
  request.set_filter("language=cy");
  StreamClient rest(wire, request);
  EXPECT_EQ(Message(rest).started().resume_after_sequence(), 3);
}

TEST(ChangeStreamTest, AStreamThatOpensWhileTheServerStopsIsToldAtOnce) {
  WireFixture wire;
  wire.Write(5);
  wire.hub->Drain();
  StreamClient client(wire, FromEarliest());
  EXPECT_TRUE(Message(client).has_started());
  EXPECT_EQ(Message(client).drain().after_sequence(), 0);
}

TEST(ChangeStreamTest, WantsToBeWokenWhenProgressIsDue) {
  // A tick is all that the hub waits before it wakes who is due.
  WireFixture wire({.tick = absl::Milliseconds(1)});
  StreamClient client(wire, {}, absl::Milliseconds(5));
  EXPECT_THAT(client.Drain(), IsOk());
  const int before = client.wakes().count();
  ASSERT_TRUE(client.wakes().WaitForMoreThan(before));
  EXPECT_EQ(Message(client).progress().state(), v1::Progress::LIVE);
}

// Writers, and followers that sleep until they are woken, at the same time:
// nobody misses a change that came between looking and falling asleep.
TEST(ChangeStreamTest, EveryFollowerGetsEverythingWhileOthersWrite) {
  constexpr int kWriters = 2;
  constexpr int kWrites = 30;
  constexpr uint64_t kLast = kWriters * kWrites;
  WireFixture wire({.ring_bytes = 5000, .tick = absl::Milliseconds(1)});
  std::vector<std::thread> threads;
  for (int follower = 0; follower < 3; ++follower) {
    threads.emplace_back([&wire] {
      v1::SubscribeChangesRequest request = FromEarliest();
      request.set_end_sequence(kLast);
      StreamClient client(wire, request);
      while (true) {
        const int seen = client.wakes().count();
        const absl::Status status = client.Drain();
        if (absl::IsOutOfRange(status)) break;
        ASSERT_THAT(status, IsOk());
        ASSERT_TRUE(client.wakes().WaitForMoreThan(seen));
      }
      EXPECT_EQ(client.delivered(), Range(1, kLast));
    });
  }
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&wire, writer] {
      for (int i = 0; i < kWrites; ++i) {
        EXPECT_THAT(wire.store.Write(absl::StrCat("w", writer, "-", i), "x"),
                    IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace courant
