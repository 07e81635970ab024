#include "services/rpc/write_stream.h"

#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "grpcpp/server_context.h"
#include "services/rpc/status_mapping.h"
#include "storage/base/failpoint.h"

namespace courant {

WriteStream::WriteStream(grpc::CallbackServerContext* context, WorkerPool& pool,
                         WorkerPool& replay_pool, MethodMetrics& metrics)
    : context_(context),
      pool_(pool),
      replay_pool_(replay_pool),
      metrics_(metrics),
      begin_(absl::Now()) {}

void WriteStream::Start(std::unique_ptr<StreamSource> source) {
  metrics_.Started();
  metrics_.Received();
  source_ = std::move(source);
  {
    MutexLock lock(mu_);
    self_ = shared_from_this();
    if (state_ != State::kIdle) return;
    state_ = State::kPumping;
  }
  Post();
}

void WriteStream::Refuse(const absl::Status& why) {
  metrics_.Started();
  {
    MutexLock lock(mu_);
    self_ = shared_from_this();
  }
  End(why);
}

void WriteStream::Wake() {
  {
    MutexLock lock(mu_);
    if (state_ != State::kIdle) {
      woken_ = true;
      return;
    }
    state_ = State::kPumping;
  }
  Post();
}

void WriteStream::Post() {
  bool behind;
  {
    MutexLock lock(mu_);
    behind = behind_;
  }
  const bool posted =
      (behind ? replay_pool_ : pool_).TryPost([self = shared_from_this()] {
        self->Pump();
      });
  // Only a pool that is shut down, or full beyond its bound, refuses.
  if (!posted) End(absl::UnavailableError("the server is stopping"));
}

void WriteStream::Pump() {
  while (true) {
    {
      MutexLock lock(mu_);
      woken_ = false;
      if (cancelled_) break;
    }
    std::vector<grpc::Slice> message;
    const absl::StatusOr<StreamSource::Pull> pull = source_->Next(&message);
    if (!pull.ok()) return End(pull.status());
    if (*pull == StreamSource::Pull::kEnd) return End(absl::OkStatus());
    if (*pull == StreamSource::Pull::kMessage) {
      if (COURANT_FAILPOINT("rpc.lose_message")) continue;
      message_ = grpc::ByteBuffer(message.data(), message.size());
      uint64_t write;
      {
        MutexLock lock(mu_);
        state_ = State::kWriting;
        write = ++writes_;
      }
      metrics_.Sent();
      const absl::Time begin = absl::Now();
      // The write may complete, and the stream end, before this returns.
      StartWrite(&message_);
      MutexLock lock(mu_);
      if (state_ == State::kWriting && writes_ == write) write_begin_ = begin;
      return;
    }
    const bool behind = source_->CatchingUp();
    {
      MutexLock lock(mu_);
      if (cancelled_) continue;
      if (!woken_) {
        state_ = State::kIdle;
        return;
      }
      behind_ = behind;
    }
    // Again, but behind whoever waits for this thread.
    return Post();
  }
  End(absl::CancelledError("the client left"));
}

void WriteStream::End(const absl::Status& status) {
  {
    MutexLock lock(mu_);
    if (state_ == State::kFinished) return;
    state_ = State::kFinished;
    code_ = status.code();
    finish_begin_ = absl::Now();
  }
  Finish(ToGrpcStatus(status));
}

void WriteStream::OnWriteDone(bool ok) {
  std::shared_ptr<WriteStream> self;
  {
    MutexLock lock(mu_);
    if (!ok) cancelled_ = true;
    write_begin_ = absl::InfiniteFuture();
    // Ended while it was under way: there is no other message.
    if (state_ == State::kFinished) return;
    state_ = State::kPumping;
    self = self_;
  }
  // The log may have gone on while the client was taking the message.
  const bool behind = source_->CatchingUp();
  {
    MutexLock lock(mu_);
    behind_ = behind;
  }
  // Who is up to date needs no other thread: to wake one costs more than to
  // make the message.
  behind ? Post() : Pump();
}

void WriteStream::OnCancel() {
  {
    MutexLock lock(mu_);
    cancelled_ = true;
    if (state_ != State::kIdle) return;
    state_ = State::kPumping;
  }
  Post();
}

void WriteStream::OnDone() {
  std::shared_ptr<WriteStream> self;
  absl::StatusCode code;
  {
    MutexLock lock(mu_);
    done_ = true;
    // The context goes with this call: let a cut on another thread end first.
    while (cutter_ != std::thread::id() &&
           cutter_ != std::this_thread::get_id()) {
      cut_.Wait(mu_);
    }
    code = code_;
    self = std::move(self_);
  }
  metrics_.Handled(code, absl::Now() - begin_);
}

void WriteStream::CutIfStalled(absl::Duration limit, absl::Duration patience) {
  bool stalled;
  {
    MutexLock lock(mu_);
    const absl::Time now = absl::Now();
    stalled = state_ == State::kWriting && now - write_begin_ >= limit;
    const bool stuck = now - finish_begin_ >= patience;
    if (done_ || !(stalled || stuck)) return;
    if (stalled) {
      state_ = State::kFinished;
      finish_begin_ = now;
    } else {
      cutter_ = std::this_thread::get_id();
    }
  }
  if (stalled) {
    // Nothing pumps: the last message is with gRPC, which waits for this call
    // before it may say that the stream is done.
    const absl::Status why = source_->Stalled();
    {
      MutexLock lock(mu_);
      code_ = why.code();
    }
    Finish(ToGrpcStatus(why));
    return;
  }
  // Not under the lock: the reactions that follow may run in this call.
  context_->TryCancel();
  MutexLock lock(mu_);
  cutter_ = std::thread::id();
  cut_.SignalAll();
}

}  // namespace courant
