#include "services/rpc/stream_loop.h"

#include <pthread.h>

#include <utility>

#include "grpc/support/time.h"

namespace courant {
namespace {

// What the kernel keeps of the name of a thread.
constexpr size_t kMaxThreadName = 15;

}  // namespace

StreamLoop::StreamLoop(std::unique_ptr<grpc::ServerCompletionQueue> queue)
    : queue_(std::move(queue)) {}

StreamLoop::~StreamLoop() { Stop(); }

void StreamLoop::Start(const std::string& name) {
  thread_ = std::thread([this] { TakeAll(); });
  pthread_setname_np(thread_.native_handle(),
                     name.substr(0, kMaxThreadName).c_str());
}

void StreamLoop::Stop() {
  if (std::exchange(stopped_, true)) return;
  {
    MutexLock lock(mu_);
    while (users_ > 0 || waking_) left_.Wait(mu_);
  }
  queue_->Shutdown();
  // One that was never started is emptied all the same: gRPC insists on it.
  thread_.joinable() ? thread_.join() : TakeAll();
}

void StreamLoop::Enter() {
  MutexLock lock(mu_);
  ++users_;
}

void StreamLoop::Leave() {
  MutexLock lock(mu_);
  --users_;
  left_.SignalAll();
}

void StreamLoop::Post(std::shared_ptr<Task> task) {
  MutexLock lock(mu_);
  posted_.push_back(std::move(task));
  if (std::exchange(waking_, true)) return;
  // Under the lock: an alarm is set by one thread at a time.
  alarm_.Set(queue_.get(), gpr_inf_past(GPR_CLOCK_MONOTONIC), &woken_);
}

void StreamLoop::TakeAll() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) static_cast<Event*>(tag)->Happen(ok);
}

void StreamLoop::RunTasks() {
  {
    MutexLock lock(mu_);
    waking_ = false;
    left_.SignalAll();
    running_.swap(posted_);
  }
  for (const std::shared_ptr<Task>& task : running_) task->Run();
  running_.clear();
}

}  // namespace courant
