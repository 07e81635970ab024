#include "services/cli/certificate_text.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"

namespace courant {
namespace {

struct OpensslDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};

}  // namespace

absl::StatusOr<std::string> CertificateFingerprint(absl::string_view pem) {
  const std::unique_ptr<BIO, OpensslDeleter> bytes(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const std::unique_ptr<X509, OpensslDeleter> certificate(
      PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  if (certificate == nullptr ||
      X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) != 1) {
    return absl::InvalidArgumentError("holds no certificate in PEM");
  }
  return absl::StrJoin(absl::MakeConstSpan(digest.data(), size), ":",
                       [](std::string* out, unsigned char byte) {
                         absl::StrAppendFormat(out, "%02X", byte);
                       });
}

}  // namespace courant
