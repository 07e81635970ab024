#ifndef COURANT_SERVICES_SERVER_NODE_HEALTH_H_
#define COURANT_SERVICES_SERVER_NODE_HEALTH_H_

#include <functional>
#include <vector>

#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "storage/base/mutex.h"

namespace courant {

// What decides what the server says of itself to those who send it work.
struct NodeState {
  // From the start of the process to its end, in this order.
  enum class Phase { kOpening, kServing, kDraining };
  // Where its data is kept. Full: it reads and does not write, and goes on by
  // itself when there is room. Broken: it writes no more until it is started
  // anew.
  enum class Storage { kGood, kFull, kBroken };

  Phase phase = Phase::kOpening;
  Storage storage = Storage::kGood;
};

// Whether to send it new calls: `""` and each service in grpc.health.v1, and
// /readyz. A full disk does not count: reads and streams go on, writes are
// refused with a reason, and who took a full node out of its balancer would
// have neither.
constexpr bool IsReady(const NodeState& state) {
  return state.phase == NodeState::Phase::kServing &&
         state.storage != NodeState::Storage::kBroken;
}

// Whether to let it live: `liveness` in grpc.health.v1, and /healthz. While it
// can say so, yes: starting it anew helps neither a node that opens or drains,
// nor a disk, and one that is broken ends by itself.
constexpr bool IsAlive(const NodeState& /*state*/) { return true; }

// Keeps that state, and tells of each change. Thread-safe.
class NodeHealth final : public prometheus::Collectable {
 public:
  // Calls `tell` with whether the node is ready, now and at each change until
  // it is given another one; null: nobody. Must not block.
  void TellTo(std::function<void(bool is_ready)> tell) ABSL_LOCKS_EXCLUDED(mu_);

  // The node has come to that phase.
  void Enter(NodeState::Phase phase) ABSL_LOCKS_EXCLUDED(mu_);
  // Nothing can be written any more.
  void Break() ABSL_LOCKS_EXCLUDED(mu_);

  bool is_ready() const ABSL_LOCKS_EXCLUDED(mu_);

  // courant_ready and courant_draining, as it stands now.
  std::vector<prometheus::MetricFamily> Collect() const override
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Tell() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable Mutex mu_;
  NodeState state_ ABSL_GUARDED_BY(mu_);
  std::function<void(bool)> tell_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_NODE_HEALTH_H_
