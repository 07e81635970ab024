#include "services/cli/connection_stubs.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/status.pb.h"
#include "services/cli/error_text.h"
#include "services/trace/span.h"

namespace courant {
namespace {

// Who acts, if the name is ASCII; the other key takes any text.
constexpr char kActorKey[] = "courant-actor";
constexpr char kBinaryActorKey[] = "courant-actor-bin";
constexpr char kAudienceKey[] = "courant-audience";
constexpr int kMaxReceiveBytes = 64 * 1024 * 1024;
// A dead server is found after 40 s. The server takes pings every 20 s.
constexpr int kKeepaliveMillis = 30'000;
constexpr int kKeepaliveTimeoutMillis = 10'000;
// One attempt to connect, and the waits between two.
constexpr int kConnectMillis = 3'000;
constexpr int kFirstReconnectMillis = 100;
constexpr int kLongestReconnectMillis = 2'000;

void AddActor(const std::string& actor, grpc::ClientContext& context) {
  const bool ascii =
      std::all_of(actor.begin(), actor.end(),
                  [](unsigned char c) { return absl::ascii_isprint(c); });
  context.AddMetadata(ascii ? kActorKey : kBinaryActorKey, actor);
}

// The end of what the library says when it cannot connect, "Connection
// refused"; before that it repeats the address in its own words.
absl::string_view ShortCause(absl::string_view message) {
  if (!absl::StartsWith(message, "failed to connect to all addresses")) {
    return message;
  }
  const size_t last = message.rfind(": ");
  return last == message.npos ? message : message.substr(last + 2);
}

}  // namespace

std::shared_ptr<grpc::Channel> MakeChannel(
    const std::string& address,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxReceiveBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMillis);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMillis);
  // A stream of changes sends nothing; without this the pings would cease.
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS,
                   kFirstReconnectMillis);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMillis);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kLongestReconnectMillis);
  // The wire is a neighbour: a proxy set for the web must not get in between,
  // nor a look-up of service configuration in DNS.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  return grpc::CreateCustomChannel(address, credentials, arguments);
}

absl::Status ToAbsl(const grpc::Status& status,
                    const Connection::Options& options) {
  if (status.ok()) return absl::OkStatus();
  absl::Status error(static_cast<absl::StatusCode>(status.error_code()),
                     status.error_message());
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) {
      error.SetPayload(detail.type_url(), absl::Cord(detail.value()));
    }
  }
  if (ErrorInfoOf(error)) return error;
  // Everything that a courant server refuses carries an ErrorInfo.
  if (absl::IsUnavailable(error)) {
    return WithHint(
        absl::UnavailableError(absl::StrCat("no server answers at ",
                                            options.address, " (",
                                            ShortCause(error.message()), ")")),
        "start one with: courantd --data-dir ./var; or name another with "
        "--address or COURANT_ADDRESS");
  }
  if (absl::IsUnimplemented(error)) {
    return WithHint(std::move(error),
                    absl::StrCat("is the server at ", options.address,
                                 " a courantd, and as new as this tool?"));
  }
  if (absl::IsDeadlineExceeded(error)) {
    absl::Status late = absl::DeadlineExceededError(
        absl::StrCat("no answer from ", options.address, " within ",
                     absl::FormatDuration(options.deadline)));
    // The server may have begun, and logged it.
    return options.trace.trace_id == TraceId{}
               ? late
               : WithRequestId(std::move(late), ToHex(options.trace.trace_id));
  }
  return error;
}

void Introduce(const Connection::Options& options,
               grpc::ClientContext& context) {
  AddActor(options.actor, context);
  if (!options.audience.empty()) {
    context.AddMetadata(kAudienceKey, options.audience);
  }
  if (options.trace.trace_id != TraceId{}) {
    context.AddMetadata(kTraceparentKey,
                        FormatTraceparent(PartOf(options.trace).context));
  }
}

bool MayTryAgain(const absl::Status& status) {
  return absl::IsUnavailable(status) ||
         ReasonOf(status) == v1::TOO_MANY_REQUESTS;
}

}  // namespace courant
