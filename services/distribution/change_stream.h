#ifndef COURANT_SERVICES_DISTRIBUTION_CHANGE_STREAM_H_
#define COURANT_SERVICES_DISTRIBUTION_CHANGE_STREAM_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "courant/v1/change_service.pb.h"
#include "services/distribution/change_hub.h"
#include "services/distribution/following_viewer.h"
#include "services/distribution/log_positions.h"
#include "services/distribution/match.h"
#include "services/distribution/rights_scan.h"
#include "services/distribution/snapshot_scan.h"
#include "services/distribution/stream_cursor.h"
#include "services/filter/filter.h"
#include "services/rpc/stream_source.h"

namespace courant {

// One subscriber of ChangeService.SubscribeChanges: a position that moves along
// the log and makes messages of what it passes. Every message says which
// positions it covers, and they join without a gap.
//
// Not thread-safe: WriteStream never runs Next() twice at a time. It holds no
// change between two calls; what the client has not taken yet is one message in
// the transport, and the rest is in the log.
class ChangeStream final : public StreamSource {
 public:
  // Changes passed over without a match before the client is told.
  static constexpr uint64_t kProgressEvery = 4096;
  // Changes in a message, at most, and about so many bytes: the read stops
  // after the change that passes the limit, so a larger one goes alone. More
  // gains no throughput and lets one stream keep a thread longer.
  static constexpr size_t kMaxBatchChanges = 64;
  static constexpr size_t kMaxBatchBytes = 256 << 10;

  // How long nothing may be said when the request does not tell: what
  // `stream.default_progress_interval` is by default.
  static constexpr absl::Duration kProgressInterval = absl::Seconds(5);

  // `request` is still encoded and is refused by the first Next() when it is
  // wrong. `hub` and `positions` are not owned and must outlive the stream.
  // `stream` is woken when there may be more. What `viewer` does not see is
  // passed over like what does not match. `progress_interval` goes for a
  // request that names none. `open_cursor` is for a request that names a
  // subscription; without it there are none.
  ChangeStream(ChangeHub& hub, const LogPositions& positions,
               std::string request, std::weak_ptr<Wakeable> stream,
               FollowingViewer viewer,
               absl::Duration progress_interval = kProgressInterval,
               OpenCursor open_cursor = nullptr);

  // What comes next, in this order: Started; Notices that a partner has to be
  // told; once, Drain when the server stops, behind a Progress if there were
  // changes that did not match;
  // what a change of rights takes from a partner, and RightsChange; a batch if
  // anything matches; Progress when the stream reaches the tail,
  // when kProgressEvery were passed over, or when nothing was said for the
  // interval. kEnd after end_sequence. In a snapshot, batches and Progress
  // until SnapshotComplete.
  //   INVALID_ARGUMENT  of the first call: what is wrong with the request
  //   UNAVAILABLE / NODE_DRAINING  after Drain
  //   errors of StreamCursor
  //   errors of LogPositions, and DATA_LOSS of the log
  absl::StatusOr<Pull> Next(std::vector<grpc::Slice>* message) override;

  // More than one message is waiting, or the next one is not in memory.
  bool CatchingUp() const override;

  // What a partner may have is looked up.
  bool MayBlock() const override {
    return viewer_.audience() == Audience::kPartner;
  }

  // RESOURCE_EXHAUSTED / SUBSCRIBER_STALLED, with the token of the last
  // message: whoever reads this has read that.
  absl::Status Stalled() const override;

  // Counts the end, of a stream that had begun.
  void Ended(const absl::Status& status) override {
    if (subscriber_ != nullptr) hub_.metrics().streams.Ended(status);
  }

 private:
  // Checks the request, finds the start, makes Started.
  absl::StatusOr<Pull> Open(std::vector<grpc::Slice>* message);
  // Fills the start of `request` in from its subscription. False: not there
  // yet, the stream is woken then.
  absl::StatusOr<bool> StartFromCursor(v1::SubscribeChangesRequest& request);
  // What the next message may take. Without room, the window of the
  // subscription is full, and nothing may be sent until something is committed.
  MessageLimits Limits() const;
  // Reads on and moves the position. Stops when a message is due.
  absl::StatusOr<std::vector<Match>> Advance();
  // The same for a client that wants them conflated: reads on until that fills
  // a message, or the log ends.
  absl::StatusOr<std::vector<Match>> AdvanceConflated();
  // Advance(), or AdvanceConflated(), until all of it may be given.
  absl::StatusOr<std::vector<Match>> AdvanceToGive();
  // Next() before SnapshotComplete.
  absl::StatusOr<Pull> NextInSnapshot(std::vector<grpc::Slice>* message);
  // Next() in the middle of a change of rights.
  absl::StatusOr<Pull> NextInRights(std::vector<grpc::Slice>* message);
  absl::StatusOr<Pull> SendBatch(const std::vector<Match>& matches,
                                 std::vector<grpc::Slice>* message);
  // kNothing when there is no notice.
  absl::StatusOr<Pull> SendNotices(std::vector<grpc::Slice>* message);
  Pull SendProgress(std::vector<grpc::Slice>* message);
  // Nothing now, but more in a moment.
  Pull ComeBack() const;
  // Nothing until there is progress to tell, or room to look for.
  Pull Sleep();
  // Whether what was to be given has to wait because that could not be written
  // down on a full disk; then Sleep() wakes to try again.
  bool WaitsForRoom(const absl::Status& error);
  // In a snapshot, when there is nothing to send now.
  Pull WaitOrProgress(std::vector<grpc::Slice>* message);
  absl::StatusOr<Pull> SendSnapshotComplete(std::vector<grpc::Slice>* message);
  Pull SendDrain(std::vector<grpc::Slice>* message);
  // Notes that the client knows the position now, and that the next Progress is
  // a whole interval away.
  void Announced();

  ChangeHub& hub_;
  const LogPositions& positions_;
  std::string request_;  // until opened
  const std::weak_ptr<Wakeable> stream_;
  FollowingViewer viewer_;
  const OpenCursor open_cursor_;
  std::unique_ptr<StreamCursor> cursor_;  // null without a subscription
  NoticeReader notices_;                  // of a partner

  // Set when opened.
  std::shared_ptr<Subscriber> subscriber_;
  Filter filter_;
  uint64_t end_sequence_ = 0;  // 0: never
  size_t max_batch_changes_ = kMaxBatchChanges;
  bool conflates_ = false;
  absl::Duration progress_interval_;

  // Set from the first step of a change of rights to the last.
  std::optional<RightsScan> rights_;

  // Set until SnapshotComplete was sent.
  std::optional<SnapshotScan> snapshot_;
  // What it found last; kept until the snapshot is summarised.
  SnapshotScan::Step step_;
  // What SnapshotComplete will say.
  std::optional<SnapshotDigest> summary_;

  LogPosition position_;  // everything up to here was looked at
  Sequence announced_;    // everything up to here the client knows about
  absl::Time progress_due_;
  absl::Time room_due_ = absl::InfiniteFuture();
  bool live_ = false;     // has told the client that it is at the tail
  bool drained_ = false;  // has said goodbye
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_CHANGE_STREAM_H_
