#include "tests/bench/publish_load.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"

namespace courant {
namespace {

constexpr char kMethod[] = "/courant.v1.ArticleService/CreateArticle";

// One call in progress.
struct Call {
  std::unique_ptr<grpc::ClientContext> context;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
  grpc::ByteBuffer answer;
  grpc::Status status;
  absl::Time start;
};

// Drives `callers` callers on one connection until `end`.
class Driver {
 public:
  Driver(const std::string& address, int number, int callers, absl::Time end)
      : callers_(callers), end_(end), stub_(Connect(address, number)) {
    const std::string bytes = SampleRequest().SerializeAsString();
    const grpc::Slice slice(bytes);
    request_ = grpc::ByteBuffer(&slice, 1);
  }

  void Run() {
    calls_.resize(static_cast<size_t>(callers_));
    for (Call& call : calls_) Start(call);
    int open = callers_;
    void* tag = nullptr;
    bool ok = false;
    while (open > 0 && queue_.Next(&tag, &ok)) {
      Call& call = *static_cast<Call*>(tag);
      latencies.push_back(absl::Now() - call.start);
      if (!call.status.ok()) error = call.status;
      if (error.ok() && absl::Now() < end_) {
        Start(call);
      } else {
        --open;
      }
    }
    queue_.Shutdown();
    while (queue_.Next(&tag, &ok)) {
    }
  }

  std::vector<absl::Duration> latencies;
  grpc::Status error;

 private:
  static std::shared_ptr<grpc::Channel> Connect(const std::string& address,
                                                int number) {
    grpc::ChannelArguments arguments;
    // Different arguments, or the two would share a connection.
    arguments.SetInt("courant.bench.number", number);
    return grpc::CreateCustomChannel(
        address, grpc::InsecureChannelCredentials(), arguments);
  }

  void Start(Call& call) {
    call.context = std::make_unique<grpc::ClientContext>();
    call.answer.Clear();
    call.start = absl::Now();
    call.reader =
        stub_.PrepareUnaryCall(call.context.get(), kMethod, request_, &queue_);
    call.reader->StartCall();
    call.reader->Finish(&call.answer, &call.status, &call);
  }

  const int callers_;
  const absl::Time end_;
  grpc::GenericStub stub_;
  grpc::CompletionQueue queue_;
  grpc::ByteBuffer request_;
  std::vector<Call> calls_;
};

}  // namespace

absl::StatusOr<Measured> MeasurePublish(const std::string& address, int callers,
                                        absl::Duration duration) {
  const absl::Time begin = absl::Now();
  std::vector<std::unique_ptr<Driver>> drivers;
  const int halves = callers == 1 ? 1 : 2;
  for (int i = 0; i < halves; ++i) {
    drivers.push_back(std::make_unique<Driver>(address, i, callers / halves,
                                               begin + duration));
  }
  std::vector<std::thread> threads;
  for (const auto& driver : drivers) {
    threads.emplace_back([&driver] { driver->Run(); });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<absl::Duration> all;
  for (const auto& driver : drivers) {
    if (!driver->error.ok()) {
      return absl::UnavailableError(driver->error.error_message());
    }
    all.insert(all.end(), driver->latencies.begin(), driver->latencies.end());
  }
  return Summarize(std::move(all), absl::Now() - begin);
}

}  // namespace courant
