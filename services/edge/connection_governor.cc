#include "services/edge/connection_governor.h"

#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

namespace courant {
namespace {

// From one look to the next, and of a processor what looks may take: a 50th of
// it at all connections, an eighth while there are some to be looked at
// closely.
constexpr absl::Duration kLook = absl::Milliseconds(2);
constexpr absl::Duration kCloseLook = absl::Milliseconds(1);
constexpr int kLooksShare = 50;
constexpr int kCloseLooksShare = 8;
// But all connections at least as often as that, whatever it takes.
constexpr absl::Duration kLongestRest = absl::Milliseconds(100);
// Between two looks at all: who sends more is looked at closely.
constexpr uint64_t kBusyBytes = 16 << 10;
// The least that has to come before gRPC is asked for streams again: some
// fifty of the smallest.
constexpr uint64_t kAskBytes = 1 << 10;
constexpr absl::Duration kTell = absl::Seconds(1);

// Asks the scheduler for short turns, which it gives soon after they are asked
// for, also while others are busy. Linux knows that since 6.12; others go by
// how long a thread has slept.
void AskForShortTurns() {
  struct {
    uint32_t size = 48;
    uint32_t policy = SCHED_OTHER;
    uint64_t flags = 0;
    int32_t nice = 0;
    uint32_t priority = 0;
    uint64_t runtime_ns = 100'000;
    uint64_t deadline_ns = 0;
    uint64_t period_ns = 0;
  } wanted;
  syscall(SYS_sched_setattr, 0, &wanted, 0);
}

// How long this thread has had a processor; that it had to wait for one, under
// an attack, is no reason to look less often.
absl::Duration WorkedUntilNow() {
  timespec worked = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &worked);
  return absl::DurationFromTimespec(worked);
}

}  // namespace

ConnectionGovernor::ConnectionGovernor(Options options, EdgeMetrics& metrics)
    : options_(std::move(options)), metrics_(metrics) {}

ConnectionGovernor::~ConnectionGovernor() { Stop(); }

void ConnectionGovernor::Start() {
  streams_ = std::make_unique<StreamCountReader>();
  thread_ = std::thread([this] { Run(); });
}

void ConnectionGovernor::Stop() {
  {
    MutexLock lock(mu_);
    stop_ = true;
    changed_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
}

void ConnectionGovernor::Watch(std::shared_ptr<Connection> connection) {
  MutexLock lock(mu_);
  new_.push_back(std::move(connection));
  changed_.SignalAll();
}

bool ConnectionGovernor::AwaitNext(absl::Time next, absl::Time soonest) {
  std::vector<std::shared_ptr<Connection>> came;
  {
    MutexLock lock(mu_);
    while (!stop_) {
      if (watched_.empty() && new_.empty()) {
        changed_.Wait(mu_);
        continue;
      }
      const absl::Time due = new_.empty() ? next : std::min(next, soonest);
      const absl::Duration left = due - SteadyNow();
      if (left <= absl::ZeroDuration()) break;
      changed_.WaitFor(mu_, left);
    }
    if (stop_) return false;
    came.swap(new_);
  }
  for (auto& connection : came) {
    close_.push_back(watched_.size());
    watched_.push_back({.connection = std::move(connection)});
    watched_.back().second_began = watched_.back().connection->accepted();
  }
  return true;
}

void ConnectionGovernor::Run() {
  pthread_setname_np(pthread_self(), "governor");
  AskForShortTurns();
  absl::Time next_look = SteadyNow() + kLook;
  absl::Time soonest = SteadyNow();
  absl::Duration worked_before = WorkedUntilNow();
  while (AwaitNext(close_.empty() ? next_look : std::min(next_look, soonest),
                   soonest)) {
    const absl::Time begin = SteadyNow();
    const bool all = begin >= next_look;
    if (all) {
      LookAtAll(begin);
    } else {
      LookClosely(begin);
    }
    const absl::Time end = SteadyNow();
    const absl::Duration worked = WorkedUntilNow();
    const absl::Duration took = worked - worked_before;
    worked_before = worked;
    if (all) {
      next_look = end + std::clamp(kLooksShare * took, kLook, kLongestRest);
    }
    soonest = end + std::max(kCloseLook, kCloseLooksShare * took);
  }
}

void ConnectionGovernor::LookAtAll(absl::Time now) {
  for (Watched& watched : watched_) {
    const uint64_t before = watched.traffic.received;
    Look(watched, now);
    watched.is_busy = watched.traffic.received - before > kBusyBytes;
  }
  const auto ended = [this](const Watched& watched) {
    if (!watched.connection->is_closed()) return false;
    streams_->Forget(watched.connection->from().peer);
    return true;
  };
  watched_.erase(std::remove_if(watched_.begin(), watched_.end(), ended),
                 watched_.end());
  close_.clear();
  for (size_t i = 0; i < watched_.size(); ++i) {
    if (watched_[i].IsClose()) close_.push_back(i);
  }
}

void ConnectionGovernor::LookClosely(absl::Time now) {
  for (const size_t i : close_) Look(watched_[i], now);
  std::erase_if(close_, [this](size_t i) { return !watched_[i].IsClose(); });
}

void ConnectionGovernor::Look(Watched& watched, absl::Time now) {
  if (watched.is_cut) return;
  const std::optional<Connection::Traffic> traffic =
      watched.connection->ReadTraffic();
  if (!traffic) return;
  watched.traffic = *traffic;
  const std::optional<CutReason> why =
      Judge(FactsOf(watched, now), options_.limits);
  if (why) Cut(watched, *why, now);
}

ConnectionFacts ConnectionGovernor::FactsOf(Watched& watched, absl::Time now) {
  const Connection& connection = *watched.connection;
  const Connection::Traffic& traffic = watched.traffic;
  const uint64_t admitted = connection.admitted();
  if (admitted != watched.admitted) {
    watched.admitted = admitted;
    watched.at_call = traffic;
  }
  if (traffic.received - watched.asked_at_bytes >= kAskBytes) {
    if (const auto counts = streams_->Read(connection.from().peer)) {
      watched.streams = *counts;
      watched.asked_at_bytes = traffic.received;
    }
  }
  if (now - watched.second_began >= absl::Seconds(1)) {
    watched.second_began = now;
    watched.at_second = watched.streams;
  }
  return {.age = now - connection.accepted(),
          .admitted = admitted > 0,
          .tries_keys = connection.tries_keys(),
          .received = traffic.received - watched.at_call.received,
          .confirmed = traffic.confirmed - watched.at_call.confirmed,
          .open_streams = watched.streams.open(),
          .started = watched.streams.started - watched.at_second.started,
          .unanswered = watched.streams.failed - watched.at_second.failed};
}

void ConnectionGovernor::Cut(Watched& watched, CutReason why, absl::Time now) {
  watched.is_cut = true;
  // Counted before it is felt: who was cut may be back at once.
  metrics_.cut(why).Increment();
  const bool for_keys =
      why == CutReason::kFirstCall || why == CutReason::kLogins;
  if (options_.cuts != nullptr && !for_keys) {
    // Empty is empty.
    (void)options_.cuts->Take(watched.connection->from().neighbours, now);
  }
  watched.connection->Cut();
  if (now - told_ < kTell || !options_.on_cut) {
    ++untold_;
    return;
  }
  told_ = now;
  options_.on_cut({.peer = watched.connection->from().peer,
                   .reason = why,
                   .untold = std::exchange(untold_, 0)});
}

}  // namespace courant
