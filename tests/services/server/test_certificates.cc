#include "tests/services/server/test_certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <iostream>

namespace courant {
namespace {

void Check(bool done, const char* what) {
  if (done) return;
  std::cerr << "OpenSSL cannot " << what << "\n";
  std::abort();
}

std::string TextIn(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

std::string PemOf(X509* certificate) {
  BIO* const bio = BIO_new(BIO_s_mem());
  Check(PEM_write_bio_X509(bio, certificate) == 1, "write a certificate");
  return TextIn(bio);
}

std::string PemOf(EVP_PKEY* key) {
  BIO* const bio = BIO_new(BIO_s_mem());
  Check(PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr,
                                      nullptr) == 1,
        "write a key");
  return TextIn(bio);
}

void Extend(X509* certificate, X509* issuer, int what,
            const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension =
      X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  Check(extension != nullptr, "make an extension");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// A certificate with what every one has.
X509* Draft(long serial, const std::string& name, EVP_PKEY* key,
            absl::Time begins, absl::Time expires) {
  X509* const made = X509_new();
  X509_set_version(made, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made), serial);
  ASN1_TIME_set(X509_getm_notBefore(made), absl::ToTimeT(begins));
  ASN1_TIME_set(X509_getm_notAfter(made), absl::ToTimeT(expires));
  X509_NAME_add_entry_by_txt(
      X509_get_subject_name(made), "CN", MBSTRING_UTF8,
      reinterpret_cast<const unsigned char*>(name.data()),
      static_cast<int>(name.size()), -1, 0);
  X509_set_pubkey(made, key);
  return made;
}

}  // namespace

TestAuthority::Key TestAuthority::MakeKey() {
  Key key(EVP_EC_gen("P-256"));
  Check(key != nullptr, "make a key");
  return key;
}

TestAuthority::TestAuthority(const std::string& name) : key_(MakeKey()) {
  issuer_.reset(Draft(serial_++, name, key_.get(),
                      absl::Now() - absl::Hours(48),
                      absl::Now() + absl::Hours(48)));
  X509_set_issuer_name(issuer_.get(), X509_get_subject_name(issuer_.get()));
  Extend(issuer_.get(), issuer_.get(), NID_basic_constraints,
         "critical,CA:TRUE");
  Extend(issuer_.get(), issuer_.get(), NID_key_usage,
         "critical,keyCertSign,cRLSign");
  Check(X509_sign(issuer_.get(), key_.get(), EVP_sha256()) > 0, "sign");
  certificate_ = PemOf(issuer_.get());
}

TestCertificate TestAuthority::Issue(const Request& request) {
  const Key key = MakeKey();
  const std::unique_ptr<X509, Free> made(Draft(serial_++, request.common_name,
                                               key.get(), request.begins,
                                               request.expires));
  X509_set_issuer_name(made.get(), X509_get_subject_name(issuer_.get()));
  Extend(made.get(), issuer_.get(), NID_subject_alt_name,
         request.alternative_names);
  Extend(made.get(), issuer_.get(), NID_ext_key_usage, request.purpose);
  Check(X509_sign(made.get(), key_.get(), EVP_sha256()) > 0, "sign");
  return {.certificate = PemOf(made.get()), .key = PemOf(key.get())};
}

}  // namespace courant
