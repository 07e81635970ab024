#ifndef COURANT_SERVICES_EDGE_CONNECTION_GOVERNOR_H_
#define COURANT_SERVICES_EDGE_CONNECTION_GOVERNOR_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "services/edge/address_limit.h"
#include "services/edge/connection.h"
#include "services/edge/cut_reason.h"
#include "services/edge/edge_metrics.h"
#include "services/edge/stream_counts.h"
#include "storage/base/mutex.h"

namespace courant {

// A connection that was cut, for the log.
struct CutConnection {
  std::string peer;
  CutReason reason;
  // So many more were cut since the last that was told.
  int64_t untold = 0;
};

// Looks at all connections of a listener and cuts those that do what no client
// does that means well: see Judge(). What gRPC can be made to do before it is
// cut off is what it does between two looks, so there are many: every 2 ms, or
// as often as it goes with a 50th of a processor, which is 100 ms for some
// thousands; and every ms, with an eighth at most, at those that have shown
// no good key yet and those that send much. On a thread of its own, which
// sleeps when there are no connections.
//
// Start and Stop from one thread; Watch from any.
class ConnectionGovernor {
 public:
  struct Options {
    ConnectionLimits limits;
    // Taken from by each connection that was cut for what it sent, and not
    // because it showed no key: who shares an address with one that tries keys
    // is not to be locked out. Not owned and must outlive the governor; null:
    // not counted.
    AddressLimit* cuts = nullptr;
    // Told of what was cut, at most once a second. From the governor's thread;
    // must not block. May be null.
    std::function<void(const CutConnection&)> on_cut;
  };

  // `metrics` is not owned and must outlive the governor.
  ConnectionGovernor(Options options, EdgeMetrics& metrics);
  // Stop().
  ~ConnectionGovernor();

  ConnectionGovernor(const ConnectionGovernor&) = delete;
  ConnectionGovernor& operator=(const ConnectionGovernor&) = delete;

  // Begins. Once, after the server was started, as the last one of the process
  // until then.
  void Start();
  // Ends the thread. May be called more than once.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

  // Looks at `connection` from now on, until it has ended.
  void Watch(std::shared_ptr<Connection> connection) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // A connection, and what was seen of it.
  struct Watched {
    std::shared_ptr<Connection> connection;
    // Of the last look.
    Connection::Traffic traffic;
    uint64_t admitted = 0;
    // When it had shown a good key last.
    Connection::Traffic at_call;
    // The last answer of gRPC, when it was asked, and what had come by then.
    StreamCounts streams;
    uint64_t asked_at_bytes = 0;
    // When the second began in which streams are counted, and what there was.
    absl::Time second_began;
    StreamCounts at_second;
    // Sends much.
    bool is_busy = false;
    bool is_cut = false;

    bool IsClose() const { return !is_cut && (admitted == 0 || is_busy); }
  };

  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  // Waits until `next`, or until `soonest` when there are new connections, or
  // for as long as there are none at all; and takes those that came. False:
  // stopped.
  bool AwaitNext(absl::Time next, absl::Time soonest) ABSL_LOCKS_EXCLUDED(mu_);
  // A look at all, and whom to look at closely from now on; or at those alone.
  void LookAtAll(absl::Time now);
  void LookClosely(absl::Time now);
  // At one: asks the kernel, and gRPC if there is anything new, and cuts it if
  // it has to be.
  void Look(Watched& watched, absl::Time now);
  // Keeps what is needed for the next look.
  ConnectionFacts FactsOf(Watched& watched, absl::Time now);
  // And tells of it.
  void Cut(Watched& watched, CutReason why, absl::Time now);

  const Options options_;
  EdgeMetrics& metrics_;
  std::thread thread_;

  // Of the thread.
  std::unique_ptr<StreamCountReader> streams_;
  std::vector<Watched> watched_;
  // Indices of those to be looked at closely.
  std::vector<size_t> close_;
  absl::Time told_ = absl::InfinitePast();
  int64_t untold_ = 0;

  Mutex mu_;
  CondVar changed_;
  bool stop_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<std::shared_ptr<Connection>> new_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDGE_CONNECTION_GOVERNOR_H_
