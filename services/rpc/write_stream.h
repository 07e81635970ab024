#ifndef COURANT_SERVICES_RPC_WRITE_STREAM_H_
#define COURANT_SERVICES_RPC_WRITE_STREAM_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/async_stream.h"
#include "grpcpp/support/byte_buffer.h"
#include "services/rpc/call_audit.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/call_trail.h"
#include "services/rpc/fair_queue.h"
#include "services/rpc/rpc_metrics.h"
#include "services/rpc/stream_loop.h"
#include "services/rpc/stream_source.h"
#include "storage/base/mutex.h"
#include "storage/base/worker_pool.h"

namespace courant {

// A server stream that pulls from a StreamSource. One function, Pump, is the
// only one that writes, and that finishes as long as the client reads.
// Everything else only says that there may be something to do. What need not
// wait for the disk is done on the thread of its loop. Owns itself from
// Expect() until gRPC has given all its tags back.
class WriteStream final : public Wakeable,
                          public StreamLoop::Task,
                          public std::enable_shared_from_this<WriteStream> {
 public:
  // Where gRPC puts a call when it comes.
  struct Call {
    grpc::ServerContext context;
    grpc::ByteBuffer request;
    grpc::ServerAsyncWriter<grpc::ByteBuffer> writer{&context};
    // Of the stream on its connection, until it is finished.
    Presence presence;
    // By what the call is found again; from when it has come.
    CallTrail trail;
  };

  // Where streams do what may wait for the disk. Nothing is owned.
  struct Pools {
    // The first message, and those of a source that may block.
    WorkerPool& open;
    // While the source says that it is catching up.
    WorkerPool& replay;
    // Whose turn it is there, of those that were found out. Null: in the order
    // in which they come.
    FairQueue* replay_queue = nullptr;
  };

  // Nothing is owned; all must outlive the stream.
  WriteStream(StreamLoop& loop, const Pools& pools, MethodMetrics& metrics,
              const TrailOfMethod& trail);

  // Makes the stream wait for a call, and returns the tag with which gRPC is to
  // be asked for one. `arrived` runs on the loop's thread when it has come, and
  // must call Start() or Refuse(). When the server shuts down instead, it does
  // not run, and the stream goes. Once, before anything else.
  void* Expect(std::function<void()> arrived) ABSL_LOCKS_EXCLUDED(mu_);

  Call& call() { return call_; }

  // Has `note`, unless it is null, hear of the end. Before Start().
  void TellEnd(std::unique_ptr<StreamNote> note) { note_ = std::move(note); }

  // Begins, for `who`; empty: for nobody that was found out. A Wake() before it
  // is not lost.
  void Start(std::unique_ptr<StreamSource> source, std::string who)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Begins a stream that is refused at once. Instead of Start().
  void Refuse(const absl::Status& why) ABSL_LOCKS_EXCLUDED(mu_);

  // Lets Pump look again. Posts at most one task, however often it is called.
  void Wake() override ABSL_LOCKS_EXCLUDED(mu_);

  // Ends the stream if its client has taken nothing for `limit`: with what the
  // source says, which arrives behind the messages before it should the client
  // read after all. If nothing has come of that for `patience`, or of any other
  // end, the stream is cut, and with it goes what it holds. The caller must
  // hold a reference to the stream. One caller at a time. Returns whether the
  // client has taken nothing for a third of `limit`, which is too long for who
  // reads at all.
  bool CutIfStalled(absl::Duration limit, absl::Duration patience)
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  enum class State {
    kIdle,      // nothing to do until woken
    kPumping,   // Pump is queued or runs
    kWriting,   // gRPC has a message
    kFinished,  // Finish was called, or is about to be
  };

  // A tag: which of the things below has happened.
  class Tag final : public StreamLoop::Event {
   public:
    using Handler = void (WriteStream::*)(bool ok);
    Tag(WriteStream* stream, Handler handler)
        : stream_(stream), handler_(handler) {}
    void Happen(bool ok) override { (stream_->*handler_)(ok); }

   private:
    WriteStream* const stream_;
    const Handler handler_;
  };

  // What gRPC says, on the loop's thread.
  void OnArrived(bool ok) ABSL_LOCKS_EXCLUDED(mu_);
  void OnWritten(bool ok) ABSL_LOCKS_EXCLUDED(mu_);
  void OnFinished(bool ok) ABSL_LOCKS_EXCLUDED(mu_);
  // The client left, or has got the status.
  void OnDone(bool ok) ABSL_LOCKS_EXCLUDED(mu_);
  // One of these came back. After the last the stream goes, if it has finished.
  void TagCameBack() ABSL_LOCKS_EXCLUDED(mu_);
  // The stream may be gone when this returns.
  void LetGo() ABSL_LOCKS_EXCLUDED(mu_);

  // Woken: on the loop's thread.
  void Run() override ABSL_LOCKS_EXCLUDED(mu_) { GoOn(); }

  // Has Pump run on a pool. False: the pool is shut down, or full beyond its
  // bound.
  bool PostPump(bool behind);
  // Pumps where it will not hold up others. On the loop's thread or before
  // Start() returns; the state is kPumping.
  void GoOn() ABSL_LOCKS_EXCLUDED(mu_);
  // Takes what comes next from the source and hands it to gRPC. Ends when a
  // write is under way, when there is nothing now, or with the stream.
  void Pump() ABSL_LOCKS_EXCLUDED(mu_);
  // Hands a message to gRPC. By Pump alone.
  void Send(const std::vector<grpc::Slice>& message) ABSL_LOCKS_EXCLUDED(mu_);
  // Finishes, the first time.
  void End(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mu_);

  StreamLoop& loop_;
  const Pools pools_;
  MethodMetrics& metrics_;
  const TrailOfMethod& trail_;
  std::function<void()> when_arrived_;
  Call call_;
  Tag arrived_{this, &WriteStream::OnArrived};
  Tag written_{this, &WriteStream::OnWritten};
  Tag finished_{this, &WriteStream::OnFinished};
  Tag done_{this, &WriteStream::OnDone};
  absl::Time begin_;
  std::unique_ptr<StreamNote> note_;

  // Touched by whoever has made the state kPumping, at the very end by
  // CutIfStalled, and after that when the last tag has come back.
  std::unique_ptr<StreamSource> source_;
  std::string who_;
  bool has_sent_ = false;

  Mutex mu_;
  // Until Start() nobody pumps, but nothing is to be posted either.
  State state_ ABSL_GUARDED_BY(mu_) = State::kPumping;
  // Wake() came while Pump ran: look once more before falling asleep.
  bool woken_ ABSL_GUARDED_BY(mu_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mu_) = false;
  // When the write under way began; infinite when there is none, or gRPC does
  // not have it yet. A stream is stalled by this alone: a client with nothing
  // to read is not.
  absl::Time write_begin_ ABSL_GUARDED_BY(mu_) = absl::InfiniteFuture();
  uint64_t writes_ ABSL_GUARDED_BY(mu_) = 0;
  // When Finish was called.
  absl::Time finish_begin_ ABSL_GUARDED_BY(mu_) = absl::InfiniteFuture();
  // And with what.
  absl::Status status_ ABSL_GUARDED_BY(mu_) =
      absl::Status(absl::StatusCode::kCancelled, "");
  // Tags that gRPC has once there is a call: done_, to begin with.
  int tags_ ABSL_GUARDED_BY(mu_) = 1;
  // Keeps the stream for gRPC.
  std::shared_ptr<WriteStream> self_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_WRITE_STREAM_H_
