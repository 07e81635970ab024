// What those are told who read a history that was let go in part.

#include "courant/v1/change.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/distribution/change_hub.h"
#include "storage/errors/reason.h"
#include "tests/services/retention/trimmer_fixture.h"

namespace courant {
namespace {

using storage::DecisionContext;
using testing::ElementsAre;

TEST_F(TrimmerTest, ReadersBeginAtTheFloor) {
  Write("a", v1::Change::PUBLISHED);
  v1::SubscribeChangesRequest from_start;
  from_start.set_start_from(v1::EARLIEST_RETAINED);
  StreamClient early(wire_, from_start);
  ASSERT_THAT(early.Next().status(), IsOk());  // Started, at 0.
  for (int i = 0; i < 3; ++i) Write("a");
  v1::SubscribeChangesRequest resumed;
  resumed.set_resume_token(early.token());
  ASSERT_THAT(Follow(resumed), IsOk());
  Days(60);
  Write("b");
  ASSERT_EQ(Trim(), 3);
  EXPECT_EQ(floor(), 5u);

  // Who was in the middle of it is told so, and whoever comes back.
  const absl::Status overtaken = early.Drain();
  EXPECT_EQ(ReasonOf(overtaken), v1::RESUME_TOKEN_EXPIRED) << overtaken;
  const absl::Status expired = Follow(resumed);
  EXPECT_EQ(ReasonOf(expired), v1::RESUME_TOKEN_EXPIRED);
  const auto info = ErrorInfoOf(expired);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->metadata().at("floor_sequence"), "5");
  v1::SubscribeChangesRequest earliest;
  earliest.set_resume_token(info->metadata().at("earliest_token"));
  EXPECT_THAT(Follow(earliest), IsOk());
  v1::SubscribeChangesRequest numbered;
  numbered.set_resume_after_sequence(3);
  EXPECT_EQ(ReasonOf(Follow(numbered)), v1::RESUME_TOKEN_EXPIRED);

  StreamClient again(wire_, from_start);
  ASSERT_THAT(again.Drain(), IsOk());
  EXPECT_THAT(again.delivered(), ElementsAre(5, 6));
  v1::SubscribeChangesRequest snapshot;
  snapshot.set_start_from(v1::SNAPSHOT_THEN_LIVE);
  StreamClient mirror(wire_, snapshot);
  ASSERT_THAT(mirror.Drain(), IsOk());
  ASSERT_TRUE(mirror.complete().has_value());
  EXPECT_EQ(mirror.complete()->resource_count(), 2);
}

TEST_F(TrimmerTest, AChangeThatWasLetGoIsToldWithoutTextAndTombstone) {
  Write("a", v1::Change::PUBLISHED);
  Write("a");
  Days(60);
  Write("b");
  const auto expect_facts_alone = [&] {
    const auto read = wire_.hub->Read(Sequence(0), {.max_changes = 1});
    ASSERT_THAT(read, IsOk());
    EXPECT_TRUE(read->front()->is_let_go());
    for (const Audience audience : {Audience::kInternal, Audience::kPublic}) {
      const auto bytes =
          read->front()->Encode(audience, v1::Change::DISPOSITION_UNSPECIFIED);
      ASSERT_THAT(bytes, IsOk());
      v1::Change change;
      ASSERT_TRUE(change.ParseFromString(*bytes));
      EXPECT_EQ(change.payload_case(), v1::Change::PAYLOAD_NOT_SET);
      EXPECT_EQ(change.resource(), "articles/a");
    }
  };
  ASSERT_EQ(Trim(), 1);
  expect_facts_alone();  // Of the ring.
  wire_.hub.emplace(store().change_log(), *wire_.metrics, ChangeHub::Options());
  store().applier().SetListener(&*wire_.hub);
  expect_facts_alone();  // Of the log.
}

// It might be used still; killed, it must not.
TEST_F(TrimmerTest, AKillTakesWhatWasLetGoAsWell) {
  Write("a", v1::Change::PUBLISHED);
  Write("a");
  Days(60);
  Write("b");
  ASSERT_EQ(Trim(), 1);
  const uint64_t kill = Commit([&](const DecisionContext& context) {
    auto draft = storage::DraftOf(context, "a", "");
    draft->kind = v1::Change::KILLED;
    draft->attributes.set_state(v1::Article::KILLED);
    draft->tombstone.emplace().set_reason("killed");
    draft->erased = {Sequence(1), Sequence(2)};
    return draft;
  });
  EXPECT_THAT(store().VerifyAll().status(), IsOk());
  const auto read = wire_.hub->Read(Sequence(0), {.max_changes = 2});
  ASSERT_THAT(read, IsOk());
  for (const SharedChangePtr& change : *read) {
    EXPECT_EQ(change->entry().erased_by, Sequence(kill));
    EXPECT_FALSE(change->is_let_go());
    const auto bytes = change->Encode(Audience::kInternal,
                                      v1::Change::DISPOSITION_UNSPECIFIED);
    ASSERT_THAT(bytes, IsOk());
    v1::Change told;
    ASSERT_TRUE(told.ParseFromString(*bytes));
    EXPECT_EQ(told.tombstone().reason(), "killed");
  }
}

}  // namespace
}  // namespace courant
