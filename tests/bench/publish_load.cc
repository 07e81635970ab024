#include "tests/bench/publish_load.h"

#include <string>
#include <thread>
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

// Drives `callers` callers on one connection.
class Driver {
 public:
  Driver(const std::string& address, int number, int callers)
      : stub_(Connect(address, number)), calls_(static_cast<size_t>(callers)) {
    const std::string bytes = SampleRequest().SerializeAsString();
    const grpc::Slice slice(bytes);
    request_ = grpc::ByteBuffer(&slice, 1);
  }

  ~Driver() {
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // Starts no call after `end`; returns when all are answered.
  void Run(absl::Time end) {
    latencies.clear();
    for (Call& call : calls_) Start(call);
    size_t open = calls_.size();
    void* tag = nullptr;
    bool ok = false;
    while (open > 0 && queue_.Next(&tag, &ok)) {
      Call& call = *static_cast<Call*>(tag);
      latencies.push_back(absl::Now() - call.start);
      if (!call.status.ok()) error = call.status;
      if (error.ok() && absl::Now() < end) {
        Start(call);
      } else {
        --open;
      }
    }
  }

  std::vector<absl::Duration> latencies;  // of the last Run()
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

  grpc::GenericStub stub_;
  grpc::CompletionQueue queue_;
  grpc::ByteBuffer request_;
  std::vector<Call> calls_;
};

class PublishLoad final : public Load {
 public:
  PublishLoad(const std::string& address, int callers) {
    const int halves = callers == 1 ? 1 : 2;
    for (int i = 0; i < halves; ++i) {
      drivers_.push_back(
          std::make_unique<Driver>(address, i, callers / halves));
    }
  }

  absl::Status Run(absl::Duration slice,
                   std::vector<absl::Duration>& latencies) override {
    const absl::Time end = absl::Now() + slice;
    std::vector<std::thread> threads;
    for (const auto& driver : drivers_) {
      threads.emplace_back([&driver, end] { driver->Run(end); });
    }
    for (std::thread& thread : threads) thread.join();
    for (const auto& driver : drivers_) {
      if (!driver->error.ok()) {
        return absl::UnavailableError(driver->error.error_message());
      }
      latencies.insert(latencies.end(), driver->latencies.begin(),
                       driver->latencies.end());
    }
    return absl::OkStatus();
  }

 private:
  std::vector<std::unique_ptr<Driver>> drivers_;
};

}  // namespace

std::unique_ptr<Load> Publish(const std::string& address, int callers) {
  return std::make_unique<PublishLoad>(address, callers);
}

}  // namespace courant
