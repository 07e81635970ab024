#include "services/cli/lease_keeper.h"

#include <chrono>
#include <utility>

#include "courant/v1/translation_service.pb.h"
#include "services/cli/request_id.h"

namespace courant {

LeaseKeeper::LeaseKeeper(Connection& connection, Options options)
    : connection_(connection),
      options_(std::move(options)),
      thread_([this] { Run(); }) {}

LeaseKeeper::~LeaseKeeper() {
  {
    MutexLock lock(mu_);
    end_ = true;
    ended_.SignalAll();
  }
  thread_.join();
}

absl::Status LeaseKeeper::lost() const {
  MutexLock lock(mu_);
  return lost_;
}

bool LeaseKeeper::WaitForTurn() {
  const auto turn = std::chrono::steady_clock::now() +
                    absl::ToChronoNanoseconds(options_.interval);
  MutexLock lock(mu_);
  while (!end_) {
    const absl::Duration left =
        absl::FromChrono(turn - std::chrono::steady_clock::now());
    if (left <= absl::ZeroDuration()) return true;
    ended_.WaitFor(mu_, left);
  }
  return false;
}

void LeaseKeeper::Run() {
  while (WaitForTurn()) {
    v1::RenewTranslationLeaseRequest request;
    request.set_name(options_.translation);
    request.set_fencing_token(options_.fencing_token);
    request.set_lease_seconds(options_.lease_seconds);
    request.set_request_id(NewRequestId());
    const absl::Status status =
        connection_.RenewTranslationLease(request).status();
    // A server that is away may be back in time.
    if (status.ok() || absl::IsUnavailable(status) ||
        absl::IsDeadlineExceeded(status) || absl::IsResourceExhausted(status)) {
      continue;
    }
    MutexLock lock(mu_);
    lost_ = status;
    return;
  }
}

}  // namespace courant
