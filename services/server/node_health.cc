#include "services/server/node_health.h"

#include <utility>

#include "services/server/metric_family.h"

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

std::vector<prometheus::MetricFamily> NodeHealth::Collect() const {
  MutexLock lock(mu_);
  const bool is_draining = state_.phase == NodeState::Phase::kDraining;
  return {
      GaugeFamily("courant_ready",
                  "1 while the server is to be sent calls, as /readyz says.",
                  IsReady(state_) ? 1 : 0),
      GaugeFamily("courant_draining", "1 while the server stops.",
                  is_draining ? 1 : 0)};
}

void NodeHealth::Tell() {
  if (tell_) tell_(IsReady(state_));
}

}  // namespace courant
