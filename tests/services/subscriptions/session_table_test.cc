#include "services/subscriptions/session_table.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/distribution/change_stream.h"
#include "services/subscriptions/subscription_parts.h"
#include "storage/errors/reason.h"
#include "tests/services/distribution/wire_fixture.h"
#include "tests/testing/status_matchers.h"

// Streams on subscriptions without gRPC: what they may send, and when they end.

namespace courant {
namespace {

using storage::SubscriptionEdit;
using storage::v1::SubscriptionRow;
using testing::ElementsAre;

constexpr char kAll[] = "partners/site/subscriptions/all";

std::string BytesOf(const std::vector<grpc::Slice>& message) {
  std::string bytes;
  for (const grpc::Slice& slice : message) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

class SessionTableTest : public testing::Test {
 protected:
  storage::SubscriptionStore& store() {
    return wire_.store.store->subscriptions();
  }

  // Makes the subscription kAll at the beginning, with this window.
  void Make(int32_t changes, int64_t bytes = 0,
            v1::StartFrom start = v1::EARLIEST_RETAINED) {
    SubscriptionRow row;
    row.set_max_outstanding_changes(changes);
    row.set_max_outstanding_bytes(bytes);
    COURANT_ASSERT_OK_AND_ASSIGN(const LogPosition begin,
                                 wire_.positions->Start(start));
    SetCursor(*wire_.positions, begin, Filter(), row);
    ASSERT_THAT(
        store().Run([&](SubscriptionEdit& edit) -> absl::StatusOr<std::string> {
          edit.Put(kAll, row, /*is_new=*/true);
          return std::string();
        }),
        IsOk());
  }

  // Says that everything up to the change `sequence` was committed.
  void Commit(int64_t sequence) {
    const auto position = wire_.positions->After(sequence, "sequence");
    ASSERT_THAT(position, IsOk());
    sessions_.Committed(kAll, *position);
  }

  WireFixture wire_;
  SessionTable sessions_{store(), wire_.store.clock};
};

// A client of one stream.
class SessionClient {
 public:
  SessionClient(WireFixture& wire, SessionTable& sessions)
      : stream_(
            *wire.hub, *wire.positions,
            [] {
              v1::SubscribeChangesRequest request;
              request.set_subscription(kAll);
              return request.SerializeAsString();
            }(),
            wakes_, Audience::kInternal, ChangeStream::kProgressInterval,
            [&sessions](const std::string& name,
                        std::weak_ptr<Wakeable> stream) {
              return sessions.Open(name, std::move(stream));
            }) {}

  // Takes the first message, waiting for the session.
  absl::Status Begin() {
    while (session_.empty()) {
      const int wakes = wakes_->count();
      const absl::Status status = Take();
      if (!status.ok()) return status;
      if (session_.empty() && !wakes_->WaitForMoreThan(wakes)) {
        return absl::DeadlineExceededError("was not woken");
      }
    }
    return absl::OkStatus();
  }

  // Takes all that there is; how the stream ended, or OK.
  absl::Status Take() {
    while (true) {
      std::vector<grpc::Slice> message;
      const auto pull = stream_.Next(&message);
      if (!pull.ok()) return pull.status();
      if (*pull != StreamSource::Pull::kMessage) return absl::OkStatus();
      v1::SubscribeChangesResponse response;
      EXPECT_TRUE(response.ParseFromString(BytesOf(message)));
      if (response.has_started()) session_ = response.started().session_id();
      for (const v1::Change& change : response.batch().changes()) {
        delivered_.push_back(static_cast<uint64_t>(change.sequence()));
      }
      if (response.has_batch()) token_ = response.batch().resume_token();
      if (response.has_snapshot_complete()) complete_ = true;
    }
  }

  const std::string& session() const { return session_; }
  const std::vector<uint64_t>& delivered() const { return delivered_; }
  // Of the last batch.
  const std::string& token() const { return token_; }
  bool snapshot_is_complete() const { return complete_; }
  WakeCounter& wakes() { return *wakes_; }

 private:
  const std::shared_ptr<WakeCounter> wakes_ = std::make_shared<WakeCounter>();
  ChangeStream stream_;
  std::string session_;
  std::vector<uint64_t> delivered_;
  std::string token_;
  bool complete_ = false;
};

TEST_F(SessionTableTest, TheSessionIsOnDiskBeforeTheFirstMessage) {
  Make(0);
  SessionClient client(wire_, sessions_);
  ASSERT_THAT(client.Begin(), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const auto row, store().Find(kAll));
  EXPECT_EQ(row->session_id(), client.session());
  EXPECT_TRUE(sessions_.IsOpen(kAll));
}

TEST_F(SessionTableTest, ANewerStreamEndsTheOlder) {
  Make(0);
  std::optional<SessionClient> older(std::in_place, wire_, sessions_);
  ASSERT_THAT(older->Begin(), IsOk());
  const int wakes = older->wakes().count();
  SessionClient newer(wire_, sessions_);
  ASSERT_THAT(newer.Begin(), IsOk());
  EXPECT_TRUE(older->wakes().WaitForMoreThan(wakes));
  EXPECT_EQ(ReasonOf(older->Take()), v1::SESSION_FENCED);
  EXPECT_THAT(newer.Take(), IsOk());
  // The end of the older does not take the newer's place away.
  older.reset();
  EXPECT_TRUE(sessions_.IsOpen(kAll));
}

TEST_F(SessionTableTest, AStreamThatWentBeforeItsSessionLeavesNothing) {
  Make(0);
  for (int i = 0; i < 50; ++i) {
    SessionClient client(wire_, sessions_);
    ASSERT_THAT(client.Take(), IsOk());
  }
  // Behind all of them.
  ASSERT_THAT(store().Run([](SubscriptionEdit&) -> absl::StatusOr<std::string> {
    return std::string();
  }),
              IsOk());
  EXPECT_FALSE(sessions_.IsOpen(kAll));
}

TEST_F(SessionTableTest, TheWindowCountsWhatIsNotCommitted) {
  Make(5);
  wire_.Write(12);
  SessionClient client(wire_, sessions_);
  ASSERT_THAT(client.Begin(), IsOk());
  ASSERT_THAT(client.Take(), IsOk());
  EXPECT_THAT(client.delivered(), ElementsAre(1, 2, 3, 4, 5));
  const int wakes = client.wakes().count();
  Commit(5);
  EXPECT_TRUE(client.wakes().WaitForMoreThan(wakes));
  ASSERT_THAT(client.Take(), IsOk());
  EXPECT_EQ(client.delivered().size(), 10u);
}

TEST_F(SessionTableTest, TheWindowOfBytesLetsALargerChangeThroughAlone) {
  Make(0, 1000);
  wire_.Write(3, "en", 5000);
  SessionClient client(wire_, sessions_);
  ASSERT_THAT(client.Begin(), IsOk());
  for (uint64_t sequence = 1; sequence <= 3; ++sequence) {
    ASSERT_THAT(client.Take(), IsOk());
    EXPECT_EQ(client.delivered().size(), sequence);
    Commit(static_cast<int64_t>(sequence));
  }
}

// All of it is at one sequence: what tells messages apart is the article.
TEST_F(SessionTableTest, TheWindowHoldsInASnapshotToo) {
  wire_.Write(5);
  Make(2, 0, v1::SNAPSHOT_THEN_LIVE);
  SessionClient client(wire_, sessions_);
  ASSERT_THAT(client.Begin(), IsOk());
  for (const size_t expected : {2, 4, 5}) {
    ASSERT_THAT(client.Take(), IsOk());
    EXPECT_EQ(client.delivered().size(), expected);
    EXPECT_EQ(client.snapshot_is_complete(), expected == 5);
    COURANT_ASSERT_OK_AND_ASSIGN(
        const LogPosition position,
        wire_.positions->Open(client.token(), Filter(), "token"));
    sessions_.Committed(kAll, position);
  }
}

TEST_F(SessionTableTest, WhatIsNotThereIsNotFound) {
  SessionClient client(wire_, sessions_);
  EXPECT_EQ(ReasonOf(client.Begin()), v1::RESOURCE_NOT_FOUND);
  EXPECT_FALSE(sessions_.IsOpen(kAll));
}

}  // namespace
}  // namespace courant
