#include "storage/base/worker_pool.h"

#include <pthread.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace courant {

WorkerPool::WorkerPool(Options options) : max_queued_(options.max_queued) {
  MutexLock lock(shutdown_mu_);
  threads_.reserve(options.threads);
  for (int i = 0; i < options.threads; ++i) {
    threads_.emplace_back(
        [this, name = absl::StrCat(options.name, "-", i)] { Work(name); });
  }
}

WorkerPool::~WorkerPool() { Shutdown(); }

bool WorkerPool::TryPost(Task task) {
  {
    MutexLock lock(mu_);
    if (closed_ || queue_.size() >= max_queued_) return false;
    queue_.push_back(std::move(task));
  }
  wake_.Signal();
  return true;
}

void WorkerPool::Shutdown() {
  MutexLock lock(shutdown_mu_);
  {
    MutexLock queue_lock(mu_);
    closed_ = true;
  }
  wake_.SignalAll();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

size_t WorkerPool::QueueLength() const {
  MutexLock lock(mu_);
  return queue_.size();
}

size_t WorkerPool::Running() const {
  MutexLock lock(mu_);
  return running_;
}

void WorkerPool::Work(const std::string& thread_name) {
  // A longer name is refused, not cut.
  constexpr size_t kKernelLimit = 15;
  pthread_setname_np(pthread_self(),
                     thread_name.substr(0, kKernelLimit).c_str());
  while (true) {
    Task task;
    {
      MutexLock lock(mu_);
      while (queue_.empty() && !closed_) wake_.Wait(mu_);
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
      ++running_;
    }
    std::move(task)();
    // Destroyed before it counts as done: what it captured may matter.
    task = nullptr;
    MutexLock lock(mu_);
    --running_;
  }
}

}  // namespace courant
