#include "services/rpc/write_stream.h"

#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "storage/base/failpoint.h"

namespace courant {

WriteStream::WriteStream(StreamLoop& loop, const Pools& pools,
                         MethodMetrics& metrics, const TrailOfMethod& trail)
    : loop_(loop), pools_(pools), metrics_(metrics), trail_(trail) {}

void* WriteStream::Expect(std::function<void()> arrived) {
  when_arrived_ = std::move(arrived);
  call_.context.AsyncNotifyWhenDone(&done_);
  loop_.Enter();
  MutexLock lock(mu_);
  self_ = shared_from_this();
  return &arrived_;
}

void WriteStream::OnArrived(bool ok) {
  // Of a call that never came gRPC has no other tag.
  if (!ok) return LetGo();
  begin_ = absl::Now();
  metrics_.Started();
  call_.trail.Begin(call_.context, trail_);
  call_.trail.Tell();
  std::exchange(when_arrived_, nullptr)();
}

void WriteStream::Start(std::unique_ptr<StreamSource> source, std::string who) {
  metrics_.Received();
  source_ = std::move(source);
  who_ = std::move(who);
  GoOn();
}

void WriteStream::Refuse(const absl::Status& why) { End(why); }

void WriteStream::Wake() {
  {
    MutexLock lock(mu_);
    if (state_ != State::kIdle) {
      woken_ = true;
      return;
    }
    state_ = State::kPumping;
  }
  loop_.Post(shared_from_this());
}

void WriteStream::GoOn() {
  const bool behind = has_sent_ && source_->CatchingUp();
  // Who is up to date needs no other thread: to wake one costs more than to
  // make the message.
  if (has_sent_ && !behind && !source_->MayBlock()) return Pump();
  if (!PostPump(behind)) {
    End(absl::UnavailableError("the server is stopping"));
  }
}

bool WriteStream::PostPump(bool behind) {
  auto pump = [self = shared_from_this()] { self->Pump(); };
  if (!behind) return pools_.open.TryPost(std::move(pump));
  if (pools_.replay_queue == nullptr || who_.empty()) {
    return pools_.replay.TryPost(std::move(pump));
  }
  return pools_.replay_queue->TryPost(who_, std::move(pump));
}

void WriteStream::Pump() {
  const SpanScope scope(call_.trail.span());
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
      return Send(message);
    }
    {
      MutexLock lock(mu_);
      if (!woken_ && !cancelled_) {
        state_ = State::kIdle;
        return;
      }
    }
    // Again, but behind whoever waits for this thread.
    return loop_.Post(shared_from_this());
  }
  End(absl::CancelledError("the client left"));
}

void WriteStream::Send(const std::vector<grpc::Slice>& message) {
  has_sent_ = true;
  uint64_t write;
  {
    MutexLock lock(mu_);
    state_ = State::kWriting;
    ++tags_;
    write = ++writes_;
  }
  metrics_.Sent();
  const absl::Time begin = absl::Now();
  // On a thread of a pool, this write may complete, and the next one begin,
  // before the call returns.
  call_.writer.Write(grpc::ByteBuffer(message.data(), message.size()),
                     &written_);
  MutexLock lock(mu_);
  if (state_ == State::kWriting && writes_ == write) write_begin_ = begin;
}

void WriteStream::End(const absl::Status& status) {
  {
    MutexLock lock(mu_);
    if (state_ == State::kFinished) return;
    state_ = State::kFinished;
    ++tags_;
    status_ = status;
    finish_begin_ = absl::Now();
  }
  call_.presence.End();
  call_.writer.Finish(call_.trail.ForTransport(status), &finished_);
}

void WriteStream::OnWritten(bool ok) {
  bool goes_on;
  {
    MutexLock lock(mu_);
    if (!ok) cancelled_ = true;
    write_begin_ = absl::InfiniteFuture();
    // Ended while it was under way: there is no other message.
    goes_on = state_ != State::kFinished;
    if (goes_on) state_ = State::kPumping;
  }
  if (goes_on) GoOn();
  TagCameBack();
}

void WriteStream::OnFinished(bool /*ok*/) { TagCameBack(); }

void WriteStream::OnDone(bool /*ok*/) {
  bool idle;
  {
    MutexLock lock(mu_);
    cancelled_ = true;
    idle = state_ == State::kIdle;
    if (idle) state_ = State::kPumping;
  }
  if (idle) Pump();
  TagCameBack();
}

void WriteStream::TagCameBack() {
  absl::Status status;
  uint64_t messages;
  {
    MutexLock lock(mu_);
    --tags_;
    if (state_ != State::kFinished || tags_ > 0) return;
    status = status_;
    messages = writes_;
  }
  const absl::Duration took = absl::Now() - begin_;
  if (source_ != nullptr) source_->Ended(status);
  metrics_.Handled(status.code(), took);
  if (note_ != nullptr) note_->End(status.code(), messages);
  call_.trail.End(status, took, messages);
  LetGo();
}

void WriteStream::LetGo() {
  std::shared_ptr<WriteStream> self;
  {
    MutexLock lock(mu_);
    self = std::move(self_);
  }
  loop_.Leave();
}

bool WriteStream::CutIfStalled(absl::Duration limit, absl::Duration patience) {
  bool stalled;
  {
    MutexLock lock(mu_);
    const absl::Time now = absl::Now();
    const bool is_writing = state_ == State::kWriting;
    stalled = is_writing && now - write_begin_ >= limit;
    const bool stuck = now - finish_begin_ >= patience;
    if (!stalled && !stuck) {
      return is_writing && now - write_begin_ >= limit / 3;
    }
    if (stalled) {
      state_ = State::kFinished;
      ++tags_;
      finish_begin_ = now;
    }
  }
  if (!stalled) {
    call_.context.TryCancel();
    return true;
  }
  // Nothing pumps: the last message is with gRPC.
  const absl::Status why = source_->Stalled();
  {
    MutexLock lock(mu_);
    status_ = why;
  }
  call_.presence.End();
  call_.writer.Finish(call_.trail.ForTransport(why), &finished_);
  return true;
}

}  // namespace courant
