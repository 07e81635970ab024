#ifndef COURANT_SERVICES_SERVER_SERVER_POOLS_H_
#define COURANT_SERVICES_SERVER_SERVER_POOLS_H_

#include <vector>

#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "services/rpc/fair_queue.h"
#include "services/rpc/rpc_service.h"
#include "storage/base/worker_pool.h"

namespace courant {

// Long polls of partners that may wait at a time: of the threads for their
// calls, half.
inline constexpr int kMaxWaitingPartners = 4;

// The threads on which calls and streams are served. Partners have their own
// for everything: what they are given is written down first, and the house must
// not wait for that, nor for how much they ask. Thread-safe.
struct ServerPools final : public prometheus::Collectable {
  // `unary_threads` are for calls of the house; see limits.worker_threads.
  explicit ServerPools(int unary_threads);

  // Shutdown(): tasks know the queues, which go before the pools.
  ~ServerPools() override { Shutdown(); }

  ServerPools(const ServerPools&) = delete;
  ServerPools& operator=(const ServerPools&) = delete;

  // Lets what runs end, and takes no more. Blocks for that. A second call does
  // nothing.
  void Shutdown();

  // The same environment on the threads of the house, or of partners.
  RpcEnvironment ForHouse(prometheus::Registry& registry);
  RpcEnvironment ForPartners(prometheus::Registry& registry);

  // courant_thread_pool_queue_length{pool}: tasks that wait, also those of a
  // partner behind its own.
  std::vector<prometheus::MetricFamily> Collect() const override;

  WorkerPool unary;
  WorkerPool partner;
  FairQueue partner_queue;
  // Threads that make stream messages.
  WorkerPool stream;
  // And for streams that are behind: however many replay the log, a live stream
  // waits for none of them.
  WorkerPool replay;
  WorkerPool partner_stream;
  WorkerPool partner_replay;
  FairQueue partner_replay_queue;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_SERVER_POOLS_H_
