#include "services/server/loopback_call.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <atomic>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_certificate_verifier.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "grpcpp/support/byte_buffer.h"

namespace courant {
namespace {

// HealthCheckRequest{service: "liveness"} and HealthCheckResponse{status:
// SERVING} of grpc.health.v1, which gRPC keeps to itself.
constexpr absl::string_view kAboutLiveness = "\x0a\x08liveness";
constexpr absl::string_view kServing = "\x08\x01";

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

// The first certificate of a text in PEM format; null: there is none.
Certificate FirstOf(absl::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return {PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free};
}

bool AreTheSame(absl::string_view one, absl::string_view other) {
  const Certificate a = FirstOf(one);
  const Certificate b = FirstOf(other);
  return a != nullptr && b != nullptr && X509_cmp(a.get(), b.get()) == 0;
}

// Takes the certificate that the listener is configured with, and no other.
class OwnCertificate final
    : public grpc::experimental::ExternalCertificateVerifier {
 public:
  // `tls` is not owned. `shown` is set when the certificate was shown.
  OwnCertificate(const TlsFiles* tls, std::shared_ptr<std::atomic<bool>> shown)
      : tls_(tls), before_(tls->in_force()), shown_(std::move(shown)) {}

  bool Verify(grpc::experimental::TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)> /*callback*/,
              grpc::Status* sync_status) override {
    const grpc::string_ref given = request->peer_cert();
    const absl::string_view peer(given.data(), given.size());
    // They may have been replaced since the call began.
    if (AreTheSame(peer, before_->certificates) ||
        AreTheSame(peer, tls_->in_force()->certificates)) {
      shown_->store(true);
      *sync_status = grpc::Status::OK;
    } else {
      *sync_status = grpc::Status(grpc::StatusCode::UNAUTHENTICATED,
                                  "this is not our own certificate");
    }
    return true;
  }

  void Cancel(grpc::experimental::TlsCustomVerificationCheckRequest*
              /*request*/) override {}

 private:
  const TlsFiles* const tls_;
  const std::shared_ptr<const TlsSet> before_;
  const std::shared_ptr<std::atomic<bool>> shown_;
};

std::shared_ptr<grpc::ChannelCredentials> CredentialsFor(
    const TlsFiles* tls, const std::shared_ptr<std::atomic<bool>>& shown) {
  if (tls == nullptr) return grpc::InsecureChannelCredentials();
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_verify_server_certs(false);
  options.set_check_call_host(false);
  options.set_certificate_verifier(
      grpc::experimental::ExternalCertificateVerifier::Create<OwnCertificate>(
          tls, shown));
  const std::shared_ptr<const TlsSet> set = tls->in_force();
  if (!set->client_authorities.empty()) {
    options.set_certificate_provider(
        std::make_shared<grpc::experimental::StaticDataCertificateProvider>(
            "", std::vector<grpc::experimental::IdentityKeyCertPair>{
                    {set->private_key, set->certificates}}));
    options.watch_identity_key_cert_pairs();
  }
  return grpc::experimental::TlsCredentials(options);
}

std::string TextOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return "";
  std::string text;
  for (const grpc::Slice& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return text;
}

// What the health service says to `stub`, in bytes.
grpc::Status Ask(grpc::GenericStub& stub, absl::Duration patience,
                 std::string* answer) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + patience));
  const grpc::Slice request(kAboutLiveness.data(), kAboutLiveness.size());
  grpc::CompletionQueue queue;
  const auto call =
      stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check",
                            grpc::ByteBuffer(&request, 1), &queue);
  call->StartCall();
  grpc::ByteBuffer bytes;
  grpc::Status status;
  call->Finish(&bytes, &status, &bytes);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  queue.Shutdown();
  if (status.ok()) *answer = TextOf(bytes);
  return status;
}

}  // namespace

LoopbackCall::LoopbackCall(absl::string_view address, const TlsFiles* tls)
    : target_(LoopbackTarget(address)), tls_(tls) {}

absl::Status LoopbackCall::Make(absl::Duration patience) const {
  const auto shown = std::make_shared<std::atomic<bool>>(false);
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  grpc::GenericStub stub(grpc::CreateCustomChannel(
      target_, CredentialsFor(tls_, shown), arguments));
  std::string answer;
  const grpc::Status status = Ask(stub, patience, &answer);
  if (status.ok() && answer == kServing) return absl::OkStatus();
  const bool asks_for_certificates =
      tls_ != nullptr && !tls_->in_force()->client_authorities.empty();
  if (asks_for_certificates && shown->load() &&
      status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(
      absl::StrCat("a call to ", target_, " was not answered: ",
                   status.ok() ? "it is not serving" : status.error_message()));
}

std::string LoopbackTarget(absl::string_view address) {
  if (absl::ConsumePrefix(&address, "0.0.0.0:")) {
    return absl::StrCat("ipv4:127.0.0.1:", address);
  }
  if (absl::ConsumePrefix(&address, "[::]:")) {
    return absl::StrCat("ipv6:[::1]:", address);
  }
  return absl::StrCat(absl::StartsWith(address, "[") ? "ipv6:" : "ipv4:",
                      address);
}

}  // namespace courant
