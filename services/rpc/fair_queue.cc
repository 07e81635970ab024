#include "services/rpc/fair_queue.h"

#include <utility>

namespace courant {

bool FairQueue::TryPost(absl::string_view who, WorkerPool::Task task) {
  const std::string name(who);
  MutexLock lock(mu_);
  const auto line = lines_.try_emplace(name).first;
  const bool taken = line->second.IsFull(options_.max_running)
                         ? line->second.waiting.size() < options_.max_waiting
                         : AskForTurn(name, line->second);
  if (taken) {
    line->second.waiting.push_back(std::move(task));
  } else if (!line->second.IsFull(1)) {
    lines_.erase(line);
  }
  return taken;
}

size_t FairQueue::QueueLength() const {
  MutexLock lock(mu_);
  size_t waiting = 0;
  for (const auto& [who, line] : lines_) {
    waiting += line.waiting.size() - line.turns;
  }
  return waiting;
}

bool FairQueue::AskForTurn(const std::string& who, Line& line) {
  if (!pool_.TryPost([this, who] { TakeTurn(who); })) return false;
  ++line.turns;
  return true;
}

void FairQueue::TakeTurn(const std::string& who) {
  WorkerPool::Task task = Begin(who);
  while (task) {
    task();
    // What it holds goes before the next one is let in.
    task = nullptr;
    task = GoOn(who);
  }
}

WorkerPool::Task FairQueue::TakeFirst(Line& line) {
  WorkerPool::Task task = std::move(line.waiting.front());
  line.waiting.pop_front();
  return task;
}

WorkerPool::Task FairQueue::Begin(const std::string& who) {
  MutexLock lock(mu_);
  Line& line = lines_.find(who)->second;
  --line.turns;
  ++line.running;
  return TakeFirst(line);
}

WorkerPool::Task FairQueue::GoOn(const std::string& who) {
  MutexLock lock(mu_);
  const auto found = lines_.find(who);
  Line& line = found->second;
  // One that waits and has no turn gets one behind what others have asked for
  // meanwhile; when there is none to be had, this one.
  if (line.waiting.size() > line.turns && !AskForTurn(who, line)) {
    return TakeFirst(line);
  }
  --line.running;
  if (!line.IsFull(1)) lines_.erase(found);
  return nullptr;
}

}  // namespace courant
