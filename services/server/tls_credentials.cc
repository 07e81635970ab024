#include "services/server/tls_credentials.h"

#include <string>

#include "grpc/grpc.h"
#include "grpc/grpc_security.h"
#include "storage/base/mutex.h"

namespace courant {
namespace {

class ReloadedCredentials final : public grpc::ServerCredentials {
 public:
  explicit ReloadedCredentials(const TlsFiles& files)
      : files_(files),
        credentials_(grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(
                files.in_force()->client_authorities.empty()
                    ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                    : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY,
                Fetch, this))) {}
  ~ReloadedCredentials() override {
    grpc_server_credentials_release(credentials_);
  }

  // Nobody here does: who calls is found out by an Authenticator.
  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& /*processor*/)
      override {}

 private:
  int AddPortToServer(const std::string& address,
                      grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  // Called when the port is opened and for each connection that is accepted,
  // and then gRPC replaces what it has without a lock around its use: that is
  // safe because connections are handed to gRPC one after the other, by one
  // thread: see Acceptor.
  static grpc_ssl_certificate_config_reload_status Fetch(
      void* self, grpc_ssl_server_certificate_config** config) {
    return static_cast<ReloadedCredentials*>(self)->FetchNew(config);
  }

  grpc_ssl_certificate_config_reload_status FetchNew(
      grpc_ssl_server_certificate_config** config) ABSL_LOCKS_EXCLUDED(mu_) {
    std::shared_ptr<const TlsSet> set = files_.in_force();
    MutexLock lock(mu_);
    if (set == given_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    const grpc_ssl_pem_key_cert_pair pair = {set->private_key.c_str(),
                                             set->certificates.c_str()};
    // gRPC 1.51 ends the program when there are no authorities here, also when
    // clients are not asked for what they would vouch for.
    const std::string& authorities = set->client_authorities.empty()
                                         ? set->certificates
                                         : set->client_authorities;
    *config = grpc_ssl_server_certificate_config_create(authorities.c_str(),
                                                        &pair, 1);
    given_ = std::move(set);
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  const TlsFiles& files_;
  grpc_server_credentials* const credentials_;
  Mutex mu_;
  // What gRPC has.
  std::shared_ptr<const TlsSet> given_ ABSL_GUARDED_BY(mu_);
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> TlsCredentials(const TlsFiles& files) {
  return std::make_shared<ReloadedCredentials>(files);
}

}  // namespace courant
