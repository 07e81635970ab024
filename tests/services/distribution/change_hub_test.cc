#include "services/distribution/change_hub.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/distribution/wire_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// The bytes of the changes after `after`, one string each, as a batch has them.
std::vector<std::string> ReadBytes(const WireFixture& wire, uint64_t after,
                                   size_t most) {
  const auto changes = wire.hub->Read(Sequence(after), {.max_changes = most});
  EXPECT_THAT(changes, IsOk());
  std::vector<std::string> bytes;
  if (!changes.ok()) return bytes;
  for (const SharedChangePtr& change : *changes) {
    bytes.push_back(ElementBytes(*change));
  }
  return bytes;
}

TEST(ChangeHubTest, GivesTheSameFromMemoryAndFromTheLog) {
  // Everything in memory; a few; the newest alone, however large.
  WireFixture all;
  WireFixture some({.ring_bytes = 3000});
  WireFixture one({.ring_bytes = 1});
  for (WireFixture* wire : {&all, &some, &one}) {
    for (int i = 0; i < 20; ++i) {
      wire->Write(1 + i % 3, i % 2 == 0 ? "en" : "ko", 10 * i);
    }
  }
  const uint64_t tail = all.tail();
  for (uint64_t after = 0; after <= tail; ++after) {
    for (const size_t most : {size_t{1}, size_t{7}, size_t{100}}) {
      SCOPED_TRACE(absl::StrCat(most, " after ", after));
      const std::vector<std::string> wanted = ReadBytes(all, after, most);
      EXPECT_THAT(wanted, SizeIs(std::min<size_t>(most, tail - after)));
      EXPECT_EQ(ReadBytes(some, after, most), wanted);
      EXPECT_EQ(ReadBytes(one, after, most), wanted);
    }
  }
}

TEST(ChangeHubTest, KeepsInMemoryWhatItIsAllowedTo) {
  WireFixture wire({.ring_bytes = 3000, .replay_bytes = 0});
  wire.Write(100);
  // What is in memory is one object for everybody; what is not is made anew.
  const auto is_shared = [&wire](uint64_t sequence) {
    const auto first = wire.hub->Read(Sequence(sequence - 1), {});
    const auto second = wire.hub->Read(Sequence(sequence - 1), {});
    return first.ok() && second.ok() && first->front() == second->front();
  };
  EXPECT_TRUE(is_shared(100));
  EXPECT_FALSE(is_shared(1));
  size_t bytes = 0;
  for (uint64_t sequence = 100; is_shared(sequence); --sequence) {
    bytes += wire.hub->Read(Sequence(sequence - 1), {})->front()->size_bytes();
  }
  EXPECT_LE(bytes, 3000);
  EXPECT_GT(bytes, 2000);
}

TEST(ChangeHubTest, StopsABatchAtItsBytes) {
  WireFixture in_memory;
  WireFixture in_the_log({.ring_bytes = 1});
  for (WireFixture* wire : {&in_memory, &in_the_log}) {
    wire->Write(10, "en", 1000);
    const auto changes =
        wire->hub->Read(Sequence(0), {.max_changes = 10, .max_bytes = 2500});
    ASSERT_THAT(changes, IsOk());
    EXPECT_THAT(*changes, SizeIs(2 + 1)) << "it stops after passing the limit";
  }
}

TEST(ChangeHubTest, HasNothingAtTheTail) {
  WireFixture wire;
  EXPECT_THAT(ReadBytes(wire, 0, 10), IsEmpty());
  wire.Write(2);
  EXPECT_THAT(ReadBytes(wire, 2, 10), IsEmpty());
}

TEST(ChangeHubTest, WakesEverybodyForEachCommitAndForgetsWhoLeft) {
  WireFixture wire;
  const auto first = std::make_shared<WakeCounter>();
  const auto second = std::make_shared<WakeCounter>();
  const auto far_away = absl::ToUnixMicros(absl::InfiniteFuture());
  const auto stays = wire.hub->Subscribe(first);
  stays->due_us = far_away;
  {
    const auto leaves = wire.hub->Subscribe(second);
    leaves->due_us = far_away;
    EXPECT_EQ(wire.hub->SubscriberCount(), 2);
    const int before = second->count();
    wire.Write(1);
    EXPECT_GT(second->count(), before);
  }
  EXPECT_EQ(wire.hub->SubscriberCount(), 1);
  const int first_before = first->count();
  const int second_before = second->count();
  wire.Write(1);
  EXPECT_EQ(first->count(), first_before + 1);
  EXPECT_EQ(second->count(), second_before);
}

TEST(ChangeHubTest, ChangesCanBeReadBeforeAnybodyIsWoken) {
  // Reads at once when it is woken, as a stream does.
  struct Reader final : Wakeable {
    void Wake() override {
      const auto changes = hub->Read(Sequence(position), {});
      if (changes.ok()) position += changes->size();
    }
    ChangeHub* hub = nullptr;
    uint64_t position = 0;
  };
  WireFixture wire;
  const auto reader = std::make_shared<Reader>();
  reader->hub = &*wire.hub;
  const auto subscriber = wire.hub->Subscribe(reader);
  subscriber->due_us = absl::ToUnixMicros(absl::InfiniteFuture());
  for (uint64_t i = 1; i <= 10; ++i) {
    wire.Write(1);
    EXPECT_EQ(reader->position, i);
  }
}

TEST(ChangeHubTest, WakesByTimeWhoIsDueAndNobodyElse) {
  WireFixture wire({.tick = absl::Milliseconds(1)});
  const auto due = std::make_shared<WakeCounter>();
  const auto later = std::make_shared<WakeCounter>();
  const auto due_subscriber = wire.hub->Subscribe(due);
  const auto later_subscriber = wire.hub->Subscribe(later);
  // Until here both were due.
  later_subscriber->due_us = absl::ToUnixMicros(absl::InfiniteFuture());
  ASSERT_TRUE(due->WaitForMoreThan(due->count() + 1));
  const int before = later->count();
  ASSERT_TRUE(due->WaitForMoreThan(due->count() + 5));
  EXPECT_EQ(later->count(), before);
}

TEST(ChangeHubTest, CallsOnTickUntilItIsStopped) {
  const auto ticks = std::make_shared<WakeCounter>();
  WireFixture wire(
      {.tick = absl::Milliseconds(1), .on_tick = [ticks] { ticks->Wake(); }});
  ASSERT_TRUE(ticks->WaitForMoreThan(3));
  wire.hub->StopTicking();
  const int after = ticks->count();
  wire.hub->StopTicking();
  EXPECT_EQ(ticks->count(), after);
}

TEST(ChangeHubTest, DrainReachesEverybodyOnceAndForGood) {
  WireFixture wire;
  const auto stream = std::make_shared<WakeCounter>();
  const auto subscriber = wire.hub->Subscribe(stream);
  subscriber->due_us = absl::ToUnixMicros(absl::InfiniteFuture());
  EXPECT_FALSE(wire.hub->draining());
  const int before = stream->count();
  wire.hub->Drain();
  EXPECT_TRUE(wire.hub->draining());
  EXPECT_EQ(stream->count(), before + 1);
}

}  // namespace
}  // namespace courant
