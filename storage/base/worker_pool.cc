#include "storage/base/worker_pool.h"

#include <pthread.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace courant {

WorkerPool::WorkerPool(const Options& options)
    : max_queued_(options.max_queued) {
  MutexLock lock(shutdown_mu_);
  threads_.reserve(options.threads);
  for (int i = 0; i < options.threads; ++i) {
    beds_.push_back(std::make_unique<Bed>());
    threads_.emplace_back([this, name = absl::StrCat(options.name, "-", i),
                           bed = beds_.back().get()] { Work(name, *bed); });
  }
}

WorkerPool::~WorkerPool() { Shutdown(); }

bool WorkerPool::TryPost(Task task) {
  CondVar* wake;
  {
    MutexLock lock(mu_);
    if (closed_ || queue_.size() >= max_queued_) return false;
    queue_.push_back(std::move(task));
    wake = WakeOne();
  }
  if (wake != nullptr) wake->Signal();
  return true;
}

void WorkerPool::Shutdown() {
  MutexLock lock(shutdown_mu_);
  {
    MutexLock queue_lock(mu_);
    closed_ = true;
    for (Bed* bed : std::exchange(asleep_, {})) {
      bed->woken = true;
      bed->wake.Signal();
    }
  }
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

CondVar* WorkerPool::WakeOne() {
  if (queue_.empty() || asleep_.empty() || waking_) return nullptr;
  Bed* const bed = asleep_.back();
  asleep_.pop_back();
  bed->woken = true;
  waking_ = true;
  return &bed->wake;
}

void WorkerPool::Sleep(Bed& bed) {
  bed.woken = false;
  asleep_.push_back(&bed);
  while (!bed.woken) bed.wake.Wait(mu_);
  waking_ = false;
}

void WorkerPool::Work(const std::string& thread_name, Bed& bed) {
  // A longer name is refused, not cut.
  constexpr size_t kKernelLimit = 15;
  pthread_setname_np(pthread_self(),
                     thread_name.substr(0, kKernelLimit).c_str());
  bool ran = false;
  while (true) {
    Task task;
    CondVar* wake;
    {
      MutexLock lock(mu_);
      if (ran) --running_;
      while (queue_.empty() && !closed_) Sleep(bed);
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
      ++running_;
      wake = WakeOne();
    }
    if (wake != nullptr) wake->Signal();
    std::move(task)();
    // Destroyed before it counts as done: what it captured may matter.
    task = nullptr;
    ran = true;
  }
}

}  // namespace courant
