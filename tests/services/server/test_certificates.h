#ifndef COURANT_TESTS_SERVICES_SERVER_TEST_CERTIFICATES_H_
#define COURANT_TESTS_SERVICES_SERVER_TEST_CERTIFICATES_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace courant {

// A certificate and its key in PEM format.
struct TestCertificate {
  std::string certificate;
  std::string key;
};

// An authority that issues certificates for tests, all in memory. Keys are of
// P-256, which are quick to make; every certificate has a key of its own. A
// machine on which OpenSSL fails ends the program. Not thread-safe.
class TestAuthority {
 public:
  struct Request {
    // As OpenSSL writes them; "wire" is what the tests call a server.
    std::string alternative_names = "DNS:wire";
    std::string common_name = "wire";
    std::string purpose = "serverAuth";
    absl::Time begins = absl::Now() - absl::Hours(1);
    absl::Time expires = absl::Now() + absl::Hours(24);
  };

  // `name` is what certificates say about who issued them.
  explicit TestAuthority(const std::string& name);

  // The authority's own certificate, for who trusts it.
  const std::string& certificate() const { return certificate_; }

  TestCertificate Issue(const Request& request);
  // The same by default: a server's.
  TestCertificate Issue() { return Issue(Request{}); }

 private:
  struct Free {
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free>;

  static Key MakeKey();

  Key key_;
  std::unique_ptr<X509, Free> issuer_;
  std::string certificate_;
  long serial_ = 1;
};

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_SERVER_TEST_CERTIFICATES_H_
