#ifndef COURANT_SERVICES_DISTRIBUTION_CHANGE_STREAM_H_
#define COURANT_SERVICES_DISTRIBUTION_CHANGE_STREAM_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "courant/v1/change_service.pb.h"
#include "services/distribution/change_hub.h"
#include "services/distribution/log_positions.h"
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
  // `stream` is woken when there may be more. What `audience` does not see is
  // passed over like what does not match. `progress_interval` goes for a
  // request that names none.
  ChangeStream(ChangeHub& hub, const LogPositions& positions,
               std::string request, std::weak_ptr<Wakeable> stream,
               Audience audience,
               absl::Duration progress_interval = kProgressInterval);

  // What comes next, in this order: Started; once, Drain when the server stops;
  // a batch if anything matches; Progress when the stream reaches the tail,
  // when kProgressEvery were passed over, or when nothing was said for the
  // interval. kEnd after end_sequence.
  //   INVALID_ARGUMENT  of the first call: what is wrong with the request
  //   UNAVAILABLE / NODE_DRAINING  after Drain
  //   errors of LogPositions, and DATA_LOSS of the log
  absl::StatusOr<Pull> Next(std::vector<grpc::Slice>* message) override;

 private:
  // A change that matches, and what it means to the filter.
  struct Match {
    SharedChangePtr change;
    v1::Change::Disposition disposition;
  };

  // Checks the request, finds the start, makes Started.
  absl::StatusOr<Pull> Open(std::vector<grpc::Slice>* message);
  absl::StatusOr<LogPosition> FindStart(const v1::SubscribeChangesRequest&);
  // Reads on and moves the position. Stops when a message is due.
  absl::StatusOr<std::vector<Match>> Advance();
  absl::StatusOr<Pull> SendBatch(const std::vector<Match>& matches,
                                 std::vector<grpc::Slice>* message);
  Pull SendProgress(std::vector<grpc::Slice>* message);
  Pull SendDrain(std::vector<grpc::Slice>* message);
  // Notes that the client knows the position now, and that the next Progress is
  // a whole interval away.
  void Announced();

  ChangeHub& hub_;
  const LogPositions& positions_;
  std::string request_;  // until opened
  const std::weak_ptr<Wakeable> stream_;
  const Audience audience_;

  // Set when opened.
  std::shared_ptr<Subscriber> subscriber_;
  Filter filter_;
  uint64_t end_sequence_ = 0;  // 0: never
  size_t max_batch_changes_ = kMaxBatchChanges;
  absl::Duration progress_interval_;

  LogPosition position_;  // everything up to here was looked at
  Sequence announced_;    // everything up to here the client knows about
  absl::Time progress_due_;
  bool live_ = false;     // has told the client that it is at the tail
  bool drained_ = false;  // has said goodbye
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_CHANGE_STREAM_H_
