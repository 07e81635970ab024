#include "tests/bench/call_load.h"

#include <utility>
#include <vector>

#include "absl/random/random.h"
#include "absl/time/clock.h"
#include "storage/base/status_macros.h"

namespace courant::bench {
namespace {

constexpr absl::Duration kAnswerWithin = absl::Seconds(30);

class CallLoad final : public Load {
 public:
  explicit CallLoad(const CallOptions& options)
      : options_(options), begun_(static_cast<size_t>(options.callers)) {}

  absl::Status Connect(const Target& target) {
    const int connections = BestConnections(target.system, options_.callers);
    for (int i = 0; i < connections; ++i) {
      COURANT_ASSIGN_OR_RETURN(
          auto caller, OpenCaller(loop_, target, options_.operation,
                                  [this](int slot) { OnAnswered(slot); }));
      callers_.push_back(std::move(caller));
    }
    return absl::OkStatus();
  }

  absl::Status Run(absl::Duration slice,
                   std::vector<absl::Duration>& latencies) override {
    latencies_ = &latencies;
    end_ = absl::Now() + slice;
    for (int slot = 0; slot < options_.callers; ++slot) Start(slot);
    return loop_.RunUntil([this] { return open_ == 0; }, slice + kAnswerWithin);
  }

 private:
  void Start(int slot) {
    ++open_;
    begun_[static_cast<size_t>(slot)] = absl::Now();
    const uint64_t number =
        options_.operation == Operation::kPublish
            ? next_++
            : absl::Uniform<uint64_t>(random_, 0, options_.articles);
    callers_[static_cast<size_t>(slot) % callers_.size()]->Call(slot, number);
  }

  void OnAnswered(int slot) {
    const absl::Time now = absl::Now();
    latencies_->push_back(now - begun_[static_cast<size_t>(slot)]);
    --open_;
    if (now < end_) Start(slot);
  }

  const CallOptions options_;
  EventLoop loop_;
  std::vector<std::unique_ptr<Caller>> callers_;
  std::vector<absl::Time> begun_;  // by slot
  std::vector<absl::Duration>* latencies_ = nullptr;
  absl::Time end_;
  int open_ = 0;
  uint64_t next_ = 0;
  absl::InsecureBitGen random_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Load>> Calls(const Target& target,
                                            const CallOptions& options) {
  COURANT_RETURN_IF_ERROR(PrepareSpace(target));
  auto load = std::make_unique<CallLoad>(options);
  COURANT_RETURN_IF_ERROR(load->Connect(target));
  return load;
}

absl::Status CallForEach(
    uint64_t count, const std::function<absl::StatusOr<std::unique_ptr<Caller>>(
                        EventLoop&, Answered)>& open) {
  constexpr int kCallers = 64;
  EventLoop loop;
  uint64_t next = 0;
  uint64_t answered = 0;
  std::unique_ptr<Caller> caller;
  COURANT_ASSIGN_OR_RETURN(caller, open(loop, [&](int slot) {
                             ++answered;
                             if (next < count) caller->Call(slot, next++);
                           }));
  for (int slot = 0; slot < kCallers && next < count; ++slot) {
    caller->Call(slot, next++);
  }
  return loop.RunUntil([&] { return answered == count; }, absl::Minutes(30));
}

absl::Status Publish(const Target& target, uint64_t count) {
  COURANT_RETURN_IF_ERROR(PrepareSpace(target));
  return CallForEach(count, [&](EventLoop& loop, Answered answered) {
    return OpenCaller(loop, target, Operation::kPublishById,
                      std::move(answered));
  });
}

}  // namespace courant::bench
