#ifndef COURANT_TESTS_SERVICES_DISTRIBUTION_WIRE_FIXTURE_H_
#define COURANT_TESTS_SERVICES_DISTRIBUTION_WIRE_FIXTURE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "courant/v1/change_service.pb.h"
#include "services/distribution/change_hub.h"
#include "services/distribution/change_stream.h"
#include "services/distribution/hub_metrics.h"
#include "services/distribution/log_positions.h"
#include "services/rpc/stream_source.h"
#include "services/rpc/token_mac.h"
#include "storage/base/mutex.h"
#include "tests/storage/store_fixture.h"

namespace courant {

// Counts how often it is woken. Thread-safe.
class WakeCounter final : public Wakeable {
 public:
  void Wake() override ABSL_LOCKS_EXCLUDED(mu_);

  int count() const ABSL_LOCKS_EXCLUDED(mu_);

  // Waits until it was woken more than `seen` times; false after 30 s.
  bool WaitForMoreThan(int seen) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  mutable Mutex mu_;
  CondVar changed_;
  int count_ ABSL_GUARDED_BY(mu_) = 0;
};

// The change as an element of a batch for the house, in one piece.
std::string ElementBytes(const SharedChange& change);

// A store, and what distributes its changes: everything behind ChangeService
// but gRPC.
class WireFixture {
 public:
  // Fails the test when the store cannot be opened.
  explicit WireFixture(ChangeHub::Options options = {});
  ~WireFixture();

  // Commits one change each for `count` new articles, in one frame. Every
  // article is in `language` and has a headline of `bytes` bytes.
  void Write(int count, const std::string& language = "en", size_t bytes = 10);

  uint64_t tail() const { return hub->log().tail().last_sequence.value(); }

  storage::StoreFixture store;
  std::optional<HubMetrics> metrics;
  std::optional<ChangeHub> hub;
  std::optional<LogPositions> positions;

 private:
  std::optional<TokenKey> key_;
  int written_ = 0;
};

// A client of a ChangeStream that believes nothing: it fails the test when a
// message does not continue where the one before ended, and keeps what it was
// given.
class StreamClient {
 public:
  StreamClient(
      WireFixture& wire, const v1::SubscribeChangesRequest& request,
      absl::Duration progress_interval = ChangeStream::kProgressInterval,
      FollowingViewer viewer = Audience::kInternal);

  // The next message; nothing when the stream has nothing to say now. An error
  // when it ended with one; OUT_OF_RANGE when it ended well.
  absl::StatusOr<std::optional<v1::SubscribeChangesResponse>> Next();

  // Takes messages until the stream has nothing to say, and returns the last
  // status: OK, or how it ended.
  absl::Status Drain();

  // Sequences of all changes delivered.
  const std::vector<uint64_t>& delivered() const { return delivered_; }
  // The changes themselves.
  const std::vector<v1::Change>& changes() const { return changes_; }
  // What a change of rights took away: its sequence and the name of an article,
  // in order. Not among the changes.
  using Revoked = std::pair<uint64_t, std::string>;
  const std::vector<Revoked>& revoked() const { return revoked_; }
  // Up to where the client knows about all changes.
  uint64_t position() const { return position_; }
  // Stands for position().
  const std::string& token() const { return token_; }
  // By how many changes each batch had.
  const std::vector<int>& batches() const { return batches_; }

  // What was said at the end of a snapshot; nothing before.
  const std::optional<v1::SnapshotComplete>& complete() const {
    return complete_;
  }
  // Of all changes delivered.
  size_t bytes() const { return bytes_; }

  WakeCounter& wakes() { return *wakes_; }

 private:
  void Continue(int64_t after, int64_t sequence, const std::string& token);

  const std::shared_ptr<WakeCounter> wakes_ = std::make_shared<WakeCounter>();
  ChangeStream stream_;
  std::vector<uint64_t> delivered_;
  std::vector<v1::Change> changes_;
  std::vector<Revoked> revoked_;
  std::vector<int> batches_;
  uint64_t position_ = 0;
  std::string token_;
  bool in_snapshot_ = false;
  std::string last_of_snapshot_;
  std::optional<v1::SnapshotComplete> complete_;
  size_t bytes_ = 0;
};

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_DISTRIBUTION_WIRE_FIXTURE_H_
