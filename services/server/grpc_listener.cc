#include "services/server/grpc_listener.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "services/config/listen_address.h"
#include "services/server/tls_credentials.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

// The part of the descriptors of the process that strangers leave to others.
constexpr double kSparedByStrangers = 0.25;
// What the kernel keeps of a connection of a stranger before gRPC has read it:
// what is there when one is cut is still read. Enough for requests; what is
// sent to them is not bounded by it.
constexpr int kUnreadOfStrangers = 16 << 10;

// For a client that was accepted just before a stop to make its first call: a
// handshake over the longest line, and some. Cut before that, it would be
// refused after all.
constexpr absl::Duration kFirstCallWithin = absl::Seconds(1);

// Takes reflection, which gRPC adds to every server of a process, from one.
class WithoutPlugins final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments* /*arguments*/) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>*
                         plugins) override {
    plugins->clear();
  }
};

void SetArgumentsForStrangers(grpc::ServerBuilder& builder) {
  builder.SetOption(std::make_unique<WithoutPlugins>());
  // Advice that honest clients take.
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 100);
  // Otherwise receive windows grow with what a client sends.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 300000);
  // Otherwise gRPC reads up to 4 MiB at a time of who sends much, keeps that
  // for as long as it keeps any of it, and is seen to do too much too late.
  builder.AddChannelArgument(GRPC_ARG_TCP_MAX_READ_CHUNK_SIZE, 4 << 10);
}

void SetArguments(grpc::ServerBuilder& builder, size_t max_message_bytes) {
  // A client that connects and says nothing is not kept.
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 5000);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 8192);
  // Identity only: the size check comes after decompression, and 200 KiB may
  // become 200 MiB.
  builder.AddChannelArgument(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET,
                             1);
  // Dead clients are found in 40 s; clients may ping every 20 s.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 20000);
  builder.SetMaxReceiveMessageSize(static_cast<int>(max_message_bytes));
}

// Threads that serve streams. Two for two processors is what was measured best;
// past eight, what they share counts for more than they add.
int StreamLoops() {
  return static_cast<int>(
      std::clamp(std::thread::hardware_concurrency(), 2U, 8U));
}

// What a stranger may do on one connection, when its largest request has so
// many bytes.
ConnectionLimits LimitsOfStrangers(size_t max_message_bytes) {
  ConnectionLimits limits;
  limits.bytes += max_message_bytes;
  return limits;
}

absl::StatusOr<std::unique_ptr<FrontDoor>> BindDoor(
    const std::string& address, const GrpcListenerOptions& options,
    const GrpcListenerEnvironment& environment) {
  FrontDoor::Options door{
      .listener = options.name,
      .accept = {.max_connections = options.max_connections,
                 .max_per_address = options.max_per_address},
      .max_cuts_per_minute = options.max_cuts_per_minute,
      .on_cut = options.on_cut};
  if (options.for_strangers) {
    door.accept.spared = kSparedByStrangers;
    door.receive_bytes = kUnreadOfStrangers;
    door.limits = LimitsOfStrangers(options.max_message_bytes);
  }
  COURANT_ASSIGN_OR_RETURN(const ListenAddress at, ParseListenAddress(address));
  absl::StatusOr<std::unique_ptr<FrontDoor>> bound =
      FrontDoor::Bind(at.host, at.port, door,
                      {.registry = environment.tls.registry,
                       .book = environment.connections,
                       .logins = environment.logins,
                       .sockets = environment.sockets});
  if (bound.ok()) return bound;
  return absl::UnavailableError(absl::StrCat("cannot listen on ", address, ": ",
                                             bound.status().message()));
}

// "", which stands for all, and the services by their full names.
std::set<std::string> NamesOf(const std::vector<RpcService*>& services) {
  std::set<std::string> names = {""};
  for (const RpcService* service : services) {
    for (const std::string& method : service->MethodNames()) {
      names.insert(method.substr(1, method.rfind('/') - 1));
    }
  }
  return names;
}

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcListener>> GrpcListener::Start(
    const config::v1::Listener& config,
    const std::vector<RpcService*>& services,
    const GrpcListenerOptions& options,
    const GrpcListenerEnvironment& environment) {
  std::unique_ptr<GrpcListener> listener(new GrpcListener);
  listener->credentials_ = grpc::InsecureServerCredentials();
  if (!config.tls().certificate_file().empty()) {
    COURANT_ASSIGN_OR_RETURN(
        listener->tls_,
        TlsFiles::Open(options.name, config.tls(), environment.tls));
    listener->credentials_ = TlsCredentials(*listener->tls_);
  }
  COURANT_ASSIGN_OR_RETURN(listener->door_,
                           BindDoor(config.address(), options, environment));
  // Of the servers that are built from here on: listeners start one by one.
  grpc::EnableDefaultHealthCheckService(!options.for_strangers);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  auto acceptor = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
      listener->credentials_);
  SetArguments(builder, options.max_message_bytes);
  if (options.for_strangers) SetArgumentsForStrangers(builder);
  listener->server_ = RpcServer::Start(builder, services, StreamLoops());
  if (listener->server_ == nullptr) {
    return absl::UnavailableError(
        absl::StrCat("gRPC would not serve ", config.address()));
  }
  listener->service_names_ = NamesOf(services);
  listener->SetServing(false);
  if (auto* const health = listener->server_->grpc().GetHealthCheckService()) {
    health->SetServingStatus("liveness", true);
  }
  COURANT_RETURN_IF_ERROR(listener->door_->Open(std::move(acceptor)));
  listener->address_ =
      absl::StrCat(config.address().substr(0, config.address().rfind(':')), ":",
                   listener->door_->port());
  if (listener->tls_ != nullptr) listener->tls_->Start();
  return listener;
}

GrpcListener::~GrpcListener() { Stop(absl::ZeroDuration()); }

absl::Time GrpcListener::LeaveToNext() {
  if (!door_->is_kept()) return absl::InfinitePast();
  door_->StopAccepting();
  return door_->last_came() + kFirstCallWithin;
}

void GrpcListener::Stop(absl::Duration grace,
                        const absl::Notification* urgent) {
  if (door_ != nullptr) door_->StopAccepting();
  if (server_ != nullptr) server_->Stop(grace, urgent);
  if (door_ != nullptr) door_->Close();
}

void GrpcListener::SetServing(bool serving) {
  auto* const health = server_->grpc().GetHealthCheckService();
  if (health == nullptr) return;
  for (const std::string& name : service_names_) {
    health->SetServingStatus(name, serving);
  }
}

}  // namespace courant
