#ifndef COURANT_SERVICES_RPC_STREAM_LOOP_H_
#define COURANT_SERVICES_RPC_STREAM_LOOP_H_

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "grpcpp/alarm.h"
#include "grpcpp/completion_queue.h"
#include "storage/base/mutex.h"

namespace courant {

// A completion queue of gRPC and the one thread that takes from it. The streams
// of a queue are served by its thread: it hears what became of a message, makes
// the next one and hands it over, so that a change which goes to a thousand
// streams wakes one thread once (see ADR 0011 in services/doc).
//
// Start() and Stop() from one thread; the rest is thread-safe.
class StreamLoop {
 public:
  // What stands behind a tag of the queue.
  class Event {
   public:
    // gRPC has done, or not, what the tag was given for. On the loop's thread,
    // once for each time that the tag was given. Must not block.
    virtual void Happen(bool ok) = 0;

   protected:
    ~Event() = default;
  };

  // Something that asked for the loop's thread.
  class Task {
   public:
    virtual ~Task() = default;
    // On the loop's thread. Must not block.
    virtual void Run() = 0;
  };

  // `queue` is of a server that is still to be built.
  explicit StreamLoop(std::unique_ptr<grpc::ServerCompletionQueue> queue);

  // Stop().
  ~StreamLoop();

  StreamLoop(const StreamLoop&) = delete;
  StreamLoop& operator=(const StreamLoop&) = delete;

  // Starts the thread, which is called `name`. After the server was built.
  void Start(const std::string& name);

  // Ends the thread when nobody uses the queue any more. The server must have
  // been shut down before: no call comes after that, but those that it cut may
  // still be at work.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

  // Somebody uses the queue until Leave(): gives gRPC tags, and posts.
  void Enter() ABSL_LOCKS_EXCLUDED(mu_);
  void Leave() ABSL_LOCKS_EXCLUDED(mu_);

  // Runs `task` soon.
  void Post(std::shared_ptr<Task> task) ABSL_LOCKS_EXCLUDED(mu_);

  // Calls that are to be served here are given this. Tags are Events.
  grpc::ServerCompletionQueue* queue() { return queue_.get(); }

 private:
  // The tag of the alarm.
  class Woken final : public Event {
   public:
    explicit Woken(StreamLoop* loop) : loop_(loop) {}
    void Happen(bool /*ok*/) override { loop_->RunTasks(); }

   private:
    StreamLoop* const loop_;
  };

  // Takes from the queue until it is shut down and empty.
  void TakeAll() ABSL_LOCKS_EXCLUDED(mu_);
  void RunTasks() ABSL_LOCKS_EXCLUDED(mu_);

  const std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::thread thread_;
  bool stopped_ = false;
  Woken woken_{this};
  // Those that run; only the loop's thread touches it. Kept for its memory.
  std::vector<std::shared_ptr<Task>> running_;

  Mutex mu_;
  std::vector<std::shared_ptr<Task>> posted_ ABSL_GUARDED_BY(mu_);
  grpc::Alarm alarm_ ABSL_GUARDED_BY(mu_);
  // The alarm is on its way.
  bool waking_ ABSL_GUARDED_BY(mu_) = false;
  int users_ ABSL_GUARDED_BY(mu_) = 0;
  CondVar left_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_STREAM_LOOP_H_
