// A snapshot, then live: no seam, wherever it is cut.

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/audience/visibility.h"
#include "services/distribution/change_stream.h"
#include "storage/entry_builder.h"
#include "tests/services/distribution/random_newsroom.h"
#include "tests/services/distribution/wire_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using v1::Change;

v1::SubscribeChangesRequest Snapshot(const std::string& filter = "") {
  v1::SubscribeChangesRequest request;
  request.set_start_from(v1::SNAPSHOT_THEN_LIVE);
  request.set_filter(filter);
  return request;
}

// Follows a snapshot with streams that are cut after a number of messages, and
// keeps everything that they were given.
class CutFollower {
 public:
  CutFollower(WireFixture& wire, Audience audience, const std::string& filter,
              int batch)
      : wire_(wire), audience_(audience), request_(Snapshot(filter)) {
    request_.set_max_batch_changes(batch);
  }

  // Takes `messages` of a new stream, Started not counted, fewer when it has
  // nothing to say any more; then drops it.
  void Follow(int messages) {
    StreamClient client(wire_, request_, ChangeStream::kProgressInterval,
                        audience_);
    const auto started = client.Next();
    ASSERT_THAT(started, IsOk());
    if (position_) {
      EXPECT_EQ((*started)->started().resume_after_sequence(), *position_);
    }
    EXPECT_EQ((*started)->started().in_snapshot(), !complete_);
    while (messages-- > 0) {
      const auto message = client.Next();
      ASSERT_THAT(message, IsOk());
      if (!message->has_value()) break;
    }
    for (const Change& change : client.changes()) {
      if (change.disposition() == Change::SNAPSHOT) {
        EXPECT_TRUE(in_snapshot_.insert(change.resource()).second)
            << change.resource() << " came twice";
      } else {
        EXPECT_GT(change.sequence(), last_) << "came twice, or out of order";
        last_ = change.sequence();
      }
      mirror_.Apply(change);
      bytes_ += change.ByteSizeLong();
      all_ += change.SerializeAsString();
    }
    if (client.complete()) {
      EXPECT_FALSE(complete_) << "a second end";
      complete_ = client.complete();
    }
    position_ = client.position();
    request_.set_resume_token(client.token());
  }

  // Whether the end of the snapshot was among what was given in the last
  // Follow(), with nothing behind it.
  bool is_complete() const { return complete_.has_value(); }
  const v1::SnapshotComplete& complete() const { return *complete_; }
  const Mirror& mirror() const { return mirror_; }
  size_t bytes() const { return bytes_; }
  const std::string& all() const { return all_; }

 private:
  WireFixture& wire_;
  const Audience audience_;
  v1::SubscribeChangesRequest request_;
  std::optional<uint64_t> position_;
  std::optional<v1::SnapshotComplete> complete_;
  std::set<std::string> in_snapshot_;
  int64_t last_ = 0;
  Mirror mirror_;
  size_t bytes_ = 0;
  std::string all_;
};

TEST(SnapshotStreamTest, GivesTheArticlesThenTheChanges) {
  WireFixture wire;
  wire.Write(3);
  StreamClient client(wire, Snapshot());
  EXPECT_THAT(client.Drain(), IsOk());
  EXPECT_THAT(client.delivered(), ElementsAre(1, 2, 3));
  for (const Change& change : client.changes()) {
    EXPECT_EQ(change.disposition(), Change::SNAPSHOT);
    // They were of one commit.
    EXPECT_FALSE(change.group_continues());
  }
  ASSERT_TRUE(client.complete());
  EXPECT_EQ(client.complete()->sequence(), 3);
  EXPECT_EQ(client.complete()->resource_count(), 3);
  wire.Write(1);
  EXPECT_THAT(client.Drain(), IsOk());
  EXPECT_EQ(client.changes().back().disposition(), Change::ENTERED);
  EXPECT_EQ(client.position(), 4);
}

TEST(SnapshotStreamTest, OfNothingIsComplete) {
  WireFixture wire;
  StreamClient client(wire, Snapshot());
  EXPECT_THAT(client.Drain(), IsOk());
  ASSERT_TRUE(client.complete());
  EXPECT_EQ(client.complete()->sequence(), 0);
  EXPECT_EQ(client.complete()->digest(), std::string(16, '\0'));
  StreamClient live(wire, [&] {
    v1::SubscribeChangesRequest request;
    request.set_resume_token(client.complete()->resume_token());
    return request;
  }());
  const auto started = live.Next();
  ASSERT_THAT(started, IsOk());
  EXPECT_FALSE((*started)->started().in_snapshot());
}

// More rows than one step and one part of the summary take, none of which
// matches: the position is told, and the end comes.
TEST(SnapshotStreamTest, SaysHowFarItIsWhenNothingMatches) {
  WireFixture wire;
  const int count = 2 * SnapshotScan::kStepRows + 1000;
  wire.Write(count);
  StreamClient client(wire, Snapshot("language=cy"));
  EXPECT_THAT(client.Next(), IsOk());
  for (int part = 1; part <= 2; ++part) {
    const auto message = client.Next();
    ASSERT_THAT(message, IsOk());
    ASSERT_TRUE(message->has_value());
    EXPECT_EQ((*message)->progress().state(), v1::Progress::SNAPSHOT);
  }
  EXPECT_THAT(client.Drain(), IsOk());
  ASSERT_TRUE(client.complete());
  EXPECT_EQ(client.complete()->resource_count(), 0);
  EXPECT_EQ(client.position(), count);
}

TEST(SnapshotStreamTest, SaysGoodbyeInTheMiddleAndGoesOnAfter) {
  WireFixture wire;
  wire.Write(10);
  v1::SubscribeChangesRequest request = Snapshot();
  request.set_max_batch_changes(4);
  StreamClient client(wire, request);
  EXPECT_THAT(client.Next(), IsOk());
  EXPECT_THAT(client.Next(), IsOk());
  EXPECT_EQ(client.changes().size(), 4);
  wire.hub->Drain();
  const auto drain = client.Next();
  ASSERT_THAT(drain, IsOk());
  ASSERT_TRUE((*drain)->has_drain());
  request.set_resume_token((*drain)->drain().resume_token());
  StreamClient rest(wire, request);
  const auto started = rest.Next();
  ASSERT_THAT(started, IsOk());
  EXPECT_TRUE((*started)->started().in_snapshot());
  EXPECT_EQ(client.changes().back().resource(), "articles/a3");
}

// The end of the log is where the stream is to end: not before it is whole.
TEST(SnapshotStreamTest, EndsAfterItsEndAndNotBefore) {
  WireFixture wire;
  wire.Write(5);
  v1::SubscribeChangesRequest request = Snapshot();
  request.set_end_sequence(2);
  request.set_max_batch_changes(2);
  StreamClient client(wire, request);
  EXPECT_THAT(client.Drain(), StatusIs(absl::StatusCode::kOutOfRange, "end"));
  EXPECT_EQ(client.changes().size(), 5);
  EXPECT_TRUE(client.complete());
}

// Which kinds are for the house alone is known in two places: here they agree.
TEST(SnapshotStreamTest, ARowCountsWhatThePublicIsNotToldOf) {
  for (int kind = 1; kind <= v1::Change::Kind_MAX; ++kind) {
    if (!v1::Change::Kind_IsValid(kind)) continue;
    storage::ChangeDraft draft{.kind = static_cast<Change::Kind>(kind),
                               .article_id = "tide"};
    const storage::Entry entry = storage::MakeEntry(
        draft, {.sequence = Sequence(1), .commit_time = absl::UnixEpoch()}, {});
    EXPECT_EQ(entry.facts.row().internal_revisions(),
              IsTold(Audience::kPublic, draft.kind) ? 0 : 1)
        << Change::Kind_Name(draft.kind);
  }
}

class CutSnapshotTest : public ::testing::TestWithParam<Audience> {
 protected:
  const uint64_t seed_ = std::random_device()();
};

// Nothing changes: what comes is the same, byte for byte, wherever it is cut.
TEST_P(CutSnapshotTest, IsTheSameHoweverItIsCut) {
  SCOPED_TRACE(seed_);
  WireFixture wire({.ring_bytes = 2000});
  RandomNewsroom newsroom(wire, seed_, 60);
  for (int i = 0; i < 150; ++i) newsroom.Step();
  for (int filters = 0; filters < 4; ++filters) {
    const std::string filter = filters == 0 ? "" : newsroom.SomeFilter();
    SCOPED_TRACE(filter);
    CutFollower whole(wire, GetParam(), filter, 3);
    whole.Follow(1000);
    ASSERT_TRUE(whole.is_complete());
    EXPECT_EQ(whole.mirror().articles(), newsroom.List(GetParam(), filter));
    EXPECT_EQ(whole.complete().digest(), whole.mirror().Digest());
    EXPECT_EQ(whole.complete().resource_count(),
              whole.mirror().articles().size());
    for (int every = 1; every <= 8; ++every) {
      CutFollower cut(wire, GetParam(), filter, 3);
      while (!cut.is_complete()) cut.Follow(every);
      EXPECT_EQ(cut.all(), whole.all());
      EXPECT_EQ(cut.complete().digest(), whole.complete().digest());
    }
  }
}

// Everything changes all the time: what is applied in order is the list.
TEST_P(CutSnapshotTest, EndsInTheListWhateverHappensMeanwhile) {
  SCOPED_TRACE(seed_);
  WireFixture wire({.ring_bytes = 5000});
  RandomNewsroom newsroom(wire, seed_, 80);
  for (int i = 0; i < 100; ++i) newsroom.Step();
  for (int round = 0; round < 12; ++round) {
    const std::string filter = newsroom.SomeFilter();
    SCOPED_TRACE(filter);
    CutFollower follower(wire, GetParam(), filter, newsroom.UpTo(9));
    while (!follower.is_complete()) {
      follower.Follow(newsroom.UpTo(4));
      if (HasFatalFailure()) return;
      if (follower.is_complete()) break;
      for (int i = newsroom.UpTo(3); i > 0; --i) newsroom.Step();
    }
    follower.Follow(1000);
    EXPECT_EQ(follower.mirror().articles(), newsroom.List(GetParam(), filter));
  }
}

// The end says what the client has then, also when much happened on the way.
TEST_P(CutSnapshotTest, SaysAtTheEndWhatTheClientHas) {
  SCOPED_TRACE(seed_);
  WireFixture wire;
  RandomNewsroom newsroom(wire, seed_, 40);
  for (int i = 0; i < 60; ++i) newsroom.Step();
  for (int round = 0; round < 12; ++round) {
    const std::string filter = newsroom.SomeFilter();
    SCOPED_TRACE(filter);
    CutFollower follower(wire, GetParam(), filter, 4);
    while (!follower.is_complete()) {
      follower.Follow(1);
      if (follower.is_complete()) break;
      newsroom.Step();
    }
    EXPECT_EQ(follower.complete().resource_count(),
              follower.mirror().articles().size());
    EXPECT_EQ(follower.complete().digest(), follower.mirror().Digest());
  }
}

INSTANTIATE_TEST_SUITE_P(Audiences, CutSnapshotTest,
                         ::testing::Values(Audience::kInternal,
                                           Audience::kPublic));

}  // namespace
}  // namespace courant
