#ifndef COURANT_SERVICES_SERVER_TLS_SET_H_
#define COURANT_SERVICES_SERVER_TLS_SET_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/config/v1/server_config.pb.h"

namespace courant {

// The files of one TLS listener as they were read together: texts in PEM
// format, which need not be good for anything before TlsSource::Check().
struct TlsSet {
  TlsSet() = default;
  // Overwrites the private key.
  ~TlsSet();

  TlsSet(const TlsSet&) = delete;
  TlsSet& operator=(const TlsSet&) = delete;

  // What the server shows: its own certificate first.
  std::string certificates;
  std::string private_key;
  // Whose clients are let in. Empty: clients are asked for no certificate.
  std::string client_authorities;
};

// Where the files of a listener are, and what they must be. Nothing here keeps
// a secret, and no error has any of what is in the files: it names the key of
// the configuration, the file and what is wrong with it. Thread-safe.
class TlsSource {
 public:
  // A file that has more is not what it should be, and is not read.
  static constexpr size_t kMaxFileBytes = 1 << 20;

  // `listener` is its name in the configuration: "partner".
  TlsSource(absl::string_view listener, config::v1::Tls files);

  // Reads all files, as they are now. Blocks on the disk.
  //   INVALID_ARGUMENT  one cannot be read, is empty, is too large or is not
  //                     text; or others than its owner and its group may read
  //                     or write the private key
  absl::StatusOr<std::shared_ptr<const TlsSet>> Read() const;

  // When the certificate of `set` expires, if a server can use the set as of
  // `now`. Does not block. What gRPC and OpenSSL would refuse at the first
  // handshake must be found here: they would tell nobody but the client.
  //   INVALID_ARGUMENT  a file is cut short or is not PEM; the key is of
  //                     another certificate; the certificate is expired, not
  //                     valid yet, too weak, or not one of a server
  absl::StatusOr<absl::Time> Check(const TlsSet& set, absl::Time now) const;

 private:
  // An error about one of the files.
  absl::Status Wrong(absl::string_view key, const std::string& path,
                     absl::string_view what) const;
  absl::StatusOr<std::string> ReadOne(absl::string_view key,
                                      const std::string& path,
                                      bool is_secret) const;

  // "listeners.partner.tls."
  const std::string prefix_;
  const config::v1::Tls files_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_TLS_SET_H_
