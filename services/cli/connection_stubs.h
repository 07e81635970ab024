#ifndef COURANT_SERVICES_CLI_CONNECTION_STUBS_H_
#define COURANT_SERVICES_CLI_CONNECTION_STUBS_H_

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "courant/v1/article_service.grpc.pb.h"
#include "courant/v1/backup_service.grpc.pb.h"
#include "courant/v1/change_service.grpc.pb.h"
#include "courant/v1/partner_service.grpc.pb.h"
#include "courant/v1/subscription_service.grpc.pb.h"
#include "courant/v1/translation_service.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "services/cli/backoff.h"
#include "services/cli/connection.h"
#include "storage/errors/reason.h"

// How Connection calls: what its sources have in common, and nobody else's.
// Thread-safe.
namespace courant {

// However long the server asks for.
inline constexpr absl::Duration kLongestRetryWait = absl::Seconds(5);

// A channel to `address`, not connected yet.
std::shared_ptr<grpc::Channel> MakeChannel(
    const std::string& address,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials);

// Says who calls, whose eyes to see with, and what the call is a part of.
void Introduce(const Connection::Options& options,
               grpc::ClientContext& context);

// The status and details that the server sent, or how it was not reached.
absl::Status ToAbsl(const grpc::Status& status,
                    const Connection::Options& options);

// True when the same call may be answered better later.
bool MayTryAgain(const absl::Status& status);

// Calls `method` of `stub` until it is answered, as often as `options` say.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Call(const Connection::Options& options,
                              StopSource& stop, Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                           const Request&,
                                                           Response*),
                              const Request& request) {
  Backoff backoff(options.first_wait, kLongestRetryWait);
  for (int tries = 1;; ++tries) {
    grpc::ClientContext context;
    Introduce(options, context);
    context.set_deadline(std::chrono::system_clock::now() +
                         absl::ToChronoNanoseconds(options.deadline));
    Response response;
    absl::Status status =
        ToAbsl((stub.*method)(&context, request, &response), options);
    if (status.ok()) return response;
    if (!MayTryAgain(status) || tries >= options.tries) return status;
    const absl::Duration asked =
        RetryDelayOf(status).value_or(absl::ZeroDuration());
    const absl::Duration wait = std::max(backoff.Next(), asked);
    if (stop.WaitFor(std::min(wait, kLongestRetryWait))) return status;
  }
}

// A stub for each service of the contract.
struct Connection::Stubs {
  explicit Stubs(const std::shared_ptr<grpc::Channel>& channel)
      : articles(channel),
        backups(channel),
        changes(channel),
        health(channel),
        partners(channel),
        subscriptions(channel),
        translations(channel) {}

  v1::ArticleService::Stub articles;
  v1::BackupService::Stub backups;
  v1::ChangeService::Stub changes;
  grpc::health::v1::Health::Stub health;
  v1::PartnerService::Stub partners;
  v1::SubscriptionService::Stub subscriptions;
  v1::TranslationService::Stub translations;
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_CONNECTION_STUBS_H_
