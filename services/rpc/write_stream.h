#ifndef COURANT_SERVICES_RPC_WRITE_STREAM_H_
#define COURANT_SERVICES_RPC_WRITE_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "services/rpc/rpc_metrics.h"
#include "services/rpc/stream_source.h"
#include "storage/base/mutex.h"
#include "storage/base/worker_pool.h"

namespace courant {

// A server stream that pulls from a StreamSource. One function, Pump, is the
// only caller of StartWrite, and of Finish as long as the client reads; it runs
// on the pools, and where gRPC says that a message was taken. Everything else
// only says that there may be something to do. Owned by gRPC until OnDone
// (through self_) and by whoever runs Pump at the moment: with gRPC 1.51,
// OnDone often comes before Finish has returned.
class WriteStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                          public Wakeable,
                          public std::enable_shared_from_this<WriteStream> {
 public:
  // `context`, the pools and `metrics` are not owned; the first lives until
  // OnDone, the others must outlive the stream. Messages are made on `pool`, or
  // on `replay_pool` while the source says that it is catching up.
  WriteStream(grpc::CallbackServerContext* context, WorkerPool& pool,
              WorkerPool& replay_pool, MethodMetrics& metrics);

  // Begins. Call once, before returning the reactor to gRPC. A Wake() before it
  // is not lost.
  void Start(std::unique_ptr<StreamSource> source) ABSL_LOCKS_EXCLUDED(mu_);

  // Begins a stream that is refused at once. Instead of Start().
  void Refuse(const absl::Status& why) ABSL_LOCKS_EXCLUDED(mu_);

  // Lets Pump look again. Posts at most one task, however often it is called.
  void Wake() override ABSL_LOCKS_EXCLUDED(mu_);

  // Ends the stream if its client has taken nothing for `limit`: with what the
  // source says, which arrives behind the messages before it should the client
  // read after all. If nothing has come of that for `patience`, or of any other
  // end, the stream is cut, and with it goes what it holds. The caller must
  // hold a reference to the stream. One caller at a time.
  void CutIfStalled(absl::Duration limit, absl::Duration patience)
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  enum class State {
    kIdle,      // nothing to do until woken
    kPumping,   // Pump is queued or runs
    kWriting,   // gRPC has a message
    kFinished,  // Finish was called
  };

  // By gRPC, on its threads: these note what happened and post, and OnWriteDone
  // goes on itself when that will not block. OnDone is the last call and may
  // destroy the stream.
  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mu_);
  void OnCancel() override ABSL_LOCKS_EXCLUDED(mu_);
  void OnDone() override ABSL_LOCKS_EXCLUDED(mu_);

  // Takes what comes next from the source and hands it to gRPC. Ends when a
  // write is under way, when there is nothing now, or with the stream.
  void Pump() ABSL_LOCKS_EXCLUDED(mu_);
  // Queues Pump. The state must be kPumping already.
  void Post() ABSL_LOCKS_EXCLUDED(mu_);
  // Finishes, the first time.
  void End(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mu_);

  grpc::CallbackServerContext* const context_;
  WorkerPool& pool_;
  WorkerPool& replay_pool_;
  MethodMetrics& metrics_;
  const absl::Time begin_;

  // Touched by Pump alone, and at the very end by CutIfStalled.
  std::unique_ptr<StreamSource> source_;
  grpc::ByteBuffer message_;

  Mutex mu_;
  State state_ ABSL_GUARDED_BY(mu_) = State::kIdle;
  // Wake() came while Pump ran: look once more before falling asleep.
  bool woken_ ABSL_GUARDED_BY(mu_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mu_) = false;
  bool done_ ABSL_GUARDED_BY(mu_) = false;
  // Where the next message is made.
  bool behind_ ABSL_GUARDED_BY(mu_) = false;
  // When the write under way began; infinite when there is none, or gRPC does
  // not have it yet. A stream is stalled by this alone: a client with nothing
  // to read is not.
  absl::Time write_begin_ ABSL_GUARDED_BY(mu_) = absl::InfiniteFuture();
  uint64_t writes_ ABSL_GUARDED_BY(mu_) = 0;
  // When Finish was called.
  absl::Time finish_begin_ ABSL_GUARDED_BY(mu_) = absl::InfiniteFuture();
  absl::StatusCode code_ ABSL_GUARDED_BY(mu_) = absl::StatusCode::kCancelled;
  // Keeps the stream for gRPC, from Start() until OnDone.
  std::shared_ptr<WriteStream> self_ ABSL_GUARDED_BY(mu_);
  // The thread in CutIfStalled that uses the context; none most of the time.
  std::thread::id cutter_ ABSL_GUARDED_BY(mu_);
  CondVar cut_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_WRITE_STREAM_H_
