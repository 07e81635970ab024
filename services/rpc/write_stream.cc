#include "services/rpc/write_stream.h"

#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "grpcpp/server_context.h"
#include "services/rpc/status_mapping.h"

namespace courant {

WriteStream::WriteStream(grpc::CallbackServerContext* context, WorkerPool& pool,
                         MethodMetrics& metrics)
    : context_(context), pool_(pool), metrics_(metrics), begin_(absl::Now()) {}

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
  const bool posted =
      pool_.TryPost([self = shared_from_this()] { self->Pump(); });
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
      message_ = grpc::ByteBuffer(message.data(), message.size());
      {
        MutexLock lock(mu_);
        state_ = State::kWriting;
        write_begin_ = absl::Now();
      }
      metrics_.Sent();
      // The write may complete, and the stream end, before this returns.
      StartWrite(&message_);
      return;
    }
    MutexLock lock(mu_);
    if (woken_ || cancelled_) continue;
    state_ = State::kIdle;
    return;
  }
  End(absl::CancelledError("the client left"));
}

void WriteStream::End(const absl::Status& status) {
  {
    MutexLock lock(mu_);
    if (state_ == State::kFinished) return;
    state_ = State::kFinished;
    code_ = status.code();
  }
  Finish(ToGrpcStatus(status));
}

void WriteStream::OnWriteDone(bool ok) {
  {
    MutexLock lock(mu_);
    if (!ok) cancelled_ = true;
    write_begin_ = absl::InfiniteFuture();
    state_ = State::kPumping;
  }
  Post();
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

void WriteStream::CutIfStalled(absl::Duration limit) {
  {
    MutexLock lock(mu_);
    if (done_ || state_ != State::kWriting ||
        absl::Now() - write_begin_ < limit) {
      return;
    }
    cutter_ = std::this_thread::get_id();
  }
  // Not under the lock: the reactions that follow may run in this call.
  context_->TryCancel();
  MutexLock lock(mu_);
  cutter_ = std::thread::id();
  cut_.SignalAll();
}

}  // namespace courant
