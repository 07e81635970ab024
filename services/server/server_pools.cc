#include "services/server/server_pools.h"

namespace courant {
namespace {

// As many as can be busy at once.
constexpr int kStreamThreads = 4;
constexpr int kReplayThreads = 2;
// Unary calls that may wait for a thread.
constexpr size_t kMaxQueuedCalls = 1024;
// The same for partners: as many as keep a disk busy.
constexpr int kPartnerThreads = 2 * kMaxWaitingPartners;
constexpr size_t kMaxQueuedPartnerCalls = 256;
// Of one partner.
constexpr int kMaxRunningOfPartner = kPartnerThreads / 2;
constexpr size_t kMaxWaitingOfPartner = 64;
// A stream posts at most one task, so this only bounds memory.
constexpr size_t kMaxQueuedStreams = 1'000'000;

WorkerPool::Options StreamPool(const char* name, int threads) {
  return {.name = name, .threads = threads, .max_queued = kMaxQueuedStreams};
}

}  // namespace

ServerPools::ServerPools(int unary_threads)
    : unary({.name = "unary",
             .threads = unary_threads,
             .max_queued = kMaxQueuedCalls}),
      partner({.name = "partner",
               .threads = kPartnerThreads,
               .max_queued = kMaxQueuedPartnerCalls}),
      partner_queue(partner, {.max_running = kMaxRunningOfPartner,
                              .max_waiting = kMaxWaitingOfPartner}),
      stream(StreamPool("stream", kStreamThreads)),
      replay(StreamPool("replay", kReplayThreads)),
      partner_stream(StreamPool("p-stream", kStreamThreads)),
      partner_replay(StreamPool("p-replay", kReplayThreads)),
      partner_replay_queue(partner_replay, {.max_running = kReplayThreads,
                                            .max_waiting = kMaxQueuedStreams}) {
}

void ServerPools::Shutdown() {
  unary.Shutdown();
  partner.Shutdown();
  stream.Shutdown();
  replay.Shutdown();
  partner_stream.Shutdown();
  partner_replay.Shutdown();
}

std::vector<prometheus::MetricFamily> ServerPools::Collect() const {
  prometheus::MetricFamily family;
  family.name = "courant_thread_pool_queue_length";
  family.help =
      "Tasks that wait for a thread, also those that wait for others "
      "of the same partner.";
  family.type = prometheus::MetricType::Gauge;
  const auto add = [&family](const char* pool, size_t waiting) {
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    metric.label = {{"pool", pool}};
    metric.gauge.value = static_cast<double>(waiting);
  };
  add("unary", unary.QueueLength());
  add("partner", partner.QueueLength() + partner_queue.QueueLength());
  add("stream", stream.QueueLength());
  add("replay", replay.QueueLength());
  add("partner_stream", partner_stream.QueueLength());
  add("partner_replay",
      partner_replay.QueueLength() + partner_replay_queue.QueueLength());
  return {family};
}

RpcEnvironment ServerPools::ForHouse(prometheus::Registry& registry) {
  return {.unary_pool = unary,
          .stream_pool = stream,
          .replay_pool = replay,
          .registry = registry};
}

RpcEnvironment ServerPools::ForPartners(prometheus::Registry& registry) {
  return {.unary_pool = partner,
          .stream_pool = partner_stream,
          .replay_pool = partner_replay,
          .registry = registry,
          .fair_queue = &partner_queue,
          .replay_queue = &partner_replay_queue};
}

}  // namespace courant
