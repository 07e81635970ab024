// What a kill takes away is in no answer of the hub any more, and in no memory
// of it.

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/distribution/change_hub.h"
#include "tests/services/distribution/wire_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

constexpr char kTakenAway[] = "unrepeatable";

// Whether the change at `sequence` has the word in it as a stream would send
// it.
bool HasWord(const WireFixture& wire, uint64_t sequence) {
  const auto changes =
      wire.hub->Read(Sequence(sequence - 1), {.max_changes = 1});
  EXPECT_THAT(changes, IsOk());
  if (!changes.ok() || changes->size() != 1) return false;
  return absl::StrContains(ElementBytes(*changes->front()), kTakenAway);
}

TEST(ChangeHubErasureTest, DropsWhatIsTakenAwayAtOnce) {
  WireFixture in_memory;
  WireFixture in_the_log({.ring_bytes = 1});
  for (WireFixture* wire : {&in_memory, &in_the_log}) {
    ASSERT_THAT(wire->store.Write("killed", kTakenAway), IsOk());
    ASSERT_THAT(wire->store.Write("other", kTakenAway), IsOk());
    ASSERT_THAT(wire->store.Write("killed", kTakenAway), IsOk());
    for (const uint64_t sequence : {1, 2, 3}) {
      EXPECT_TRUE(HasWord(*wire, sequence)) << sequence;
    }
    const std::weak_ptr<const SharedChange> kept =
        wire->hub->Read(Sequence(0), {.max_changes = 1})->front();
    ASSERT_THAT(wire->store.Erase("killed", {Sequence(1), Sequence(3)}),
                IsOk());
    EXPECT_FALSE(HasWord(*wire, 1));
    EXPECT_TRUE(HasWord(*wire, 2));
    EXPECT_FALSE(HasWord(*wire, 3));
    EXPECT_FALSE(HasWord(*wire, 4));
    // Nobody holds the text who did not ask for it before.
    EXPECT_TRUE(kept.expired());
  }
}

}  // namespace
}  // namespace courant
