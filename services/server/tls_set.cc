#include "services/server/tls_set.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr char kCertificate[] = "certificate_file";
constexpr char kKey[] = "key_file";
constexpr char kAuthorities[] = "client_ca_file";

template <auto kFree>
struct FreeBy {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Bio = std::unique_ptr<BIO, FreeBy<BIO_free>>;
using Certificate = std::unique_ptr<X509, FreeBy<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, FreeBy<SSL_CTX_free>>;

Bio BioOf(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// The password to try, as gRPC does. With none at all OpenSSL would ask for
// one at the terminal.
void* NoPassword() {
  static char empty[] = "";
  return empty;
}

// What OpenSSL says is wrong: words of its own, nothing of the data. Forgets
// it, since errors are kept for the thread.
std::string WhyNot() {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason == nullptr ? "OpenSSL does not say why" : reason;
}

// Whether every block that begins has its end.
bool IsWhole(const std::string& text) {
  int open = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (line.substr(0, 9) == "-----END ") --open;
    if (line.substr(0, 10) == "-----BEGIN") ++open;
  }
  return open == 0;
}

// All certificates of `text`, at least one; the error says what is wrong.
absl::StatusOr<std::vector<Certificate>> CertificatesOf(
    const std::string& text) {
  ERR_clear_error();
  const Bio bio = BioOf(text);
  std::vector<Certificate> all;
  while (Certificate one{
      PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, NoPassword())}) {
    all.push_back(std::move(one));
  }
  const auto error = ERR_peek_last_error();
  if (ERR_GET_LIB(error) != ERR_LIB_PEM ||
      ERR_GET_REASON(error) != PEM_R_NO_START_LINE) {
    return absl::InvalidArgumentError(
        absl::StrCat("has a certificate that cannot be read: ", WhyNot()));
  }
  ERR_clear_error();
  if (!IsWhole(text)) return absl::InvalidArgumentError("is cut short");
  if (all.empty()) {
    return absl::InvalidArgumentError("has no certificate in PEM format");
  }
  return all;
}

absl::Time TimeOf(const ASN1_TIME* time) {
  std::tm parts = {};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return absl::InfinitePast();
  return absl::FromTM(parts, absl::UTCTimeZone());
}

absl::Status CheckServerCertificate(X509* certificate, absl::Time now) {
  const absl::Time begin = TimeOf(X509_get0_notBefore(certificate));
  const absl::Time end = TimeOf(X509_get0_notAfter(certificate));
  if (now >= end) {
    return absl::InvalidArgumentError(absl::StrCat(
        "has expired at ", absl::FormatTime(end, absl::UTCTimeZone())));
  }
  if (now < begin) {
    return absl::InvalidArgumentError(absl::StrCat(
        "is not valid before ", absl::FormatTime(begin, absl::UTCTimeZone())));
  }
  if (X509_check_purpose(certificate, X509_PURPOSE_SSL_SERVER, /*ca=*/0) != 1) {
    return absl::InvalidArgumentError("is not for a server");
  }
  return absl::OkStatus();
}

// Whether a server may show that chain, as the machine's rules are: some do not
// take short keys or old digests.
absl::Status CheckUse(const std::vector<Certificate>& chain) {
  const Context context(SSL_CTX_new(TLS_server_method()));
  bool taken = context != nullptr &&
               SSL_CTX_use_certificate(context.get(), chain[0].get()) == 1;
  for (size_t i = 1; taken && i < chain.size(); ++i) {
    taken = SSL_CTX_add1_chain_cert(context.get(), chain[i].get()) == 1;
  }
  if (taken) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("is not taken: ", WhyNot()));
}

}  // namespace

TlsSet::~TlsSet() { OPENSSL_cleanse(private_key.data(), private_key.size()); }

TlsSource::TlsSource(absl::string_view listener, config::v1::Tls files)
    : prefix_(absl::StrCat("listeners.", listener, ".tls.")),
      files_(std::move(files)) {}

absl::Status TlsSource::Wrong(absl::string_view key, const std::string& path,
                              absl::string_view what) const {
  return absl::InvalidArgumentError(
      absl::StrCat(prefix_, key, ": ", path, ": ", what));
}

absl::StatusOr<std::string> TlsSource::ReadOne(absl::string_view key,
                                               const std::string& path,
                                               bool is_secret) const {
  const auto failed = [&](absl::string_view what) {
    return Wrong(key, path, absl::StrCat(what, ": ", strerror(errno)));
  };
  // Without waiting: somebody may have put a pipe there.
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return failed("cannot open it");
  const absl::Cleanup closer = [file] { close(file); };
  struct stat about;
  if (fstat(file, &about) != 0) return failed("cannot look at it");
  if (!S_ISREG(about.st_mode)) return Wrong(key, path, "is not a file");
  if (is_secret && (about.st_mode & S_IRWXO) != 0) {
    return Wrong(key, path,
                 "anybody on this machine may read or write it; chmod o=, and "
                 "if somebody may have, make another key");
  }
  // Its whole size at once and one byte more: a string that grew would leave
  // pieces of a key behind.
  std::string text(kMaxFileBytes + 1, '\0');
  const absl::Cleanup wipe = [&text] {
    OPENSSL_cleanse(text.data(), text.size());
  };
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t part = read(file, text.data() + size, text.size() - size);
    if (part < 0 && errno == EINTR) continue;
    if (part < 0) return failed("cannot read it");
    if (part == 0) break;
    size += static_cast<size_t>(part);
  }
  if (size > kMaxFileBytes) {
    return Wrong(key, path,
                 absl::StrCat("has more than ", kMaxFileBytes, " bytes"));
  }
  if (size == 0) return Wrong(key, path, "is empty");
  // gRPC would take what stands before a NUL for all of it.
  if (memchr(text.data(), '\0', size) != nullptr) {
    return Wrong(key, path, "is not text in PEM format");
  }
  return std::string(text.data(), size);
}

absl::StatusOr<std::shared_ptr<const TlsSet>> TlsSource::Read() const {
  auto set = std::make_shared<TlsSet>();
  COURANT_ASSIGN_OR_RETURN(
      set->certificates,
      ReadOne(kCertificate, files_.certificate_file(), /*is_secret=*/false));
  COURANT_ASSIGN_OR_RETURN(
      set->private_key, ReadOne(kKey, files_.key_file(), /*is_secret=*/true));
  if (!files_.client_ca_file().empty()) {
    COURANT_ASSIGN_OR_RETURN(
        set->client_authorities,
        ReadOne(kAuthorities, files_.client_ca_file(), /*is_secret=*/false));
  }
  return set;
}

absl::StatusOr<absl::Time> TlsSource::Check(const TlsSet& set,
                                            absl::Time now) const {
  const auto wrong_certificate = [this](const absl::Status& why) {
    return Wrong(kCertificate, files_.certificate_file(), why.message());
  };
  const auto chain = CertificatesOf(set.certificates);
  if (!chain.ok()) return wrong_certificate(chain.status());
  X509* const own = chain->front().get();
  const Bio bio = BioOf(set.private_key);
  const Key key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, NoPassword()));
  if (key == nullptr) {
    return Wrong(kKey, files_.key_file(),
                 absl::StrCat("has no private key without a password in PEM "
                              "format: ",
                              WhyNot()));
  }
  if (X509_check_private_key(own, key.get()) != 1) {
    ERR_clear_error();
    return Wrong(kKey, files_.key_file(),
                 absl::StrCat("is not the key of the first certificate in ",
                              files_.certificate_file()));
  }
  for (const absl::Status& fault :
       {CheckServerCertificate(own, now), CheckUse(*chain)}) {
    if (!fault.ok()) return wrong_certificate(fault);
  }
  if (!files_.client_ca_file().empty()) {
    const auto authorities = CertificatesOf(set.client_authorities);
    if (!authorities.ok()) {
      return Wrong(kAuthorities, files_.client_ca_file(),
                   authorities.status().message());
    }
  }
  return TimeOf(X509_get0_notAfter(own));
}

}  // namespace courant
