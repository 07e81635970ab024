#include "services/edge/front_door.h"

#include <utility>

#include "storage/base/status_macros.h"

namespace courant {
namespace {

// `cuts` is not owned.
Acceptor::Options With(Acceptor::Options options, const AddressLimit* cuts) {
  options.cuts = cuts;
  return options;
}

// `sockets` may be null.
absl::StatusOr<ListeningSocket> SocketFor(const std::string& host,
                                          uint16_t port,
                                          const FrontDoor::Options& options,
                                          InheritedSockets* sockets) {
  std::optional<ListeningSocket> inherited;
  if (sockets != nullptr) inherited = sockets->Take(options.listener);
  if (!inherited) return Listen(host, port, options.receive_bytes);
  COURANT_RETURN_IF_ERROR(SetOptions(*inherited, options.receive_bytes));
  return *std::move(inherited);
}

}  // namespace

absl::StatusOr<std::unique_ptr<FrontDoor>> FrontDoor::Bind(
    const std::string& host, uint16_t port, const Options& options,
    const Environment& environment) {
  COURANT_ASSIGN_OR_RETURN(ListeningSocket socket,
                           SocketFor(host, port, options, environment.sockets));
  return std::unique_ptr<FrontDoor>(
      new FrontDoor(std::move(socket), options, environment));
}

FrontDoor::FrontDoor(ListeningSocket socket, const Options& options,
                     const Environment& environment)
    : port_(socket.port),
      is_kept_(socket.is_kept),
      cuts_(options.max_cuts_per_minute, options.max_cuts_per_minute),
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
