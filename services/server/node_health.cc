#include "services/server/node_health.h"

#include <utility>

namespace courant {

void NodeHealth::TellTo(std::function<void(bool)> tell) {
  MutexLock lock(mu_);
  tell_ = std::move(tell);
  Tell();
}

void NodeHealth::Enter(NodeState::Phase phase) {
  MutexLock lock(mu_);
  state_.phase = phase;
  Tell();
}

void NodeHealth::Break() {
  MutexLock lock(mu_);
  state_.storage = NodeState::Storage::kBroken;
  Tell();
}

bool NodeHealth::is_ready() const {
  MutexLock lock(mu_);
  return IsReady(state_);
}

void NodeHealth::Tell() {
  if (tell_) tell_(IsReady(state_));
}

}  // namespace courant
