#include "services/edge/front_door.h"

#include <utility>

#include "storage/base/status_macros.h"

namespace courant {
namespace {

// Connections of one address that may be cut for what they sent before it gets
// no more. One costs some 20 ms of a processor until it is cut.
constexpr int kCutsPerMinute = 20;
constexpr int kCutsAtOnce = 20;

// `cuts` is not owned.
Acceptor::Options With(Acceptor::Options options, const AddressLimit* cuts) {
  options.cuts = cuts;
  return options;
}

}  // namespace

absl::StatusOr<std::unique_ptr<FrontDoor>> FrontDoor::Bind(
    const std::string& host, uint16_t port, const Options& options,
    const Environment& environment) {
  COURANT_ASSIGN_OR_RETURN(ListeningSocket socket,
                           Listen(host, port, options.receive_bytes));
  return std::unique_ptr<FrontDoor>(
      new FrontDoor(std::move(socket), options, environment));
}

FrontDoor::FrontDoor(ListeningSocket socket, const Options& options,
                     const Environment& environment)
    : port_(socket.port),
      cuts_(kCutsPerMinute, kCutsAtOnce),
      metrics_(environment.registry, options.listener,
               /*are_followed=*/environment.book != nullptr),
      acceptor_(std::move(socket), With(options.accept, &cuts_),
                environment.book, metrics_, environment.logins) {
  if (!options.limits) return;
  governor_.emplace(
      ConnectionGovernor::Options{
          .limits = *options.limits, .cuts = &cuts_, .on_cut = options.on_cut},
      metrics_);
}

FrontDoor::~FrontDoor() { Close(); }

absl::Status FrontDoor::Open(
    std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> server) {
  server_ = std::move(server);
  Acceptor::Actions actions;
  actions.hand_over = [this](Descriptor fd) {
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters
        parameters;
    parameters.fd = fd.Release();
    server_->HandleNewConnection(&parameters);
  };
  if (governor_) {
    governor_->Start();
    actions.opened = [this](const std::shared_ptr<Connection>& connection) {
      governor_->Watch(connection);
    };
  }
  if (acceptor_.Start(std::move(actions))) return absl::OkStatus();
  return absl::UnavailableError("there are no file descriptors left");
}

void FrontDoor::StopAccepting() { acceptor_.StopAccepting(); }

void FrontDoor::Close() {
  acceptor_.Stop();
  if (governor_) governor_->Stop();
}

}  // namespace courant
