#ifndef COURANT_SERVICES_SERVER_TLS_FILES_H_
#define COURANT_SERVICES_SERVER_TLS_FILES_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/config/v1/server_config.pb.h"
#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/registry.h"
#include "services/server/tls_set.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"

namespace courant {

// What the TLS of a server's listeners needs besides its files. Nothing is
// owned.
struct TlsEnvironment {
  const Clock& clock;
  prometheus::Registry& registry;
  // Told of each set that came into force, with OK, and once of each that is
  // refused, with what is wrong and no secret. From the thread that looks; must
  // not block.
  std::function<void(absl::string_view listener, const absl::Status&)>
      on_reload;
  // How often files are looked at, in real time.
  absl::Duration poll = absl::Seconds(1);
};

// Makes the series of a listener, all 0, so that dashboards and alerts know
// them also where it is plaintext and has no certificate that could expire.
// `registry` must outlive whoever counts.
void MakeTlsMetrics(prometheus::Registry& registry, absl::string_view listener);

// The TLS files of one listener, which an operator replaces while it serves:
// certificate, key and, if there is one, the file of client authorities. They
// take effect together or not at all, and whatever becomes of them, what was in
// force stays until there is something better:
//
// * files are read, never asked for their time: two writes can have the same;
// * what has changed is judged at the next look, if it is the same then, since
//   who writes one file may be about to write the other;
// * it is in force only if TlsSource::Check() says so. If not, that is counted
//   and told once, and looked at again each time: a certificate that is not
//   valid yet will be.
//
// Keys stay in memory; nothing is written. Connections live on with what they
// began with. Metrics of each listener, 0 without TLS:
//
//   courant_tls_reload_total{listener, result="success" or "failure"}
//   courant_tls_certificate_expiry_seconds{listener}, in Unix time
//
// Thread-safe.
class TlsFiles {
 public:
  // Reads the files. `listener` is its name in the configuration.
  //   INVALID_ARGUMENT  they cannot be used; see TlsSource
  static absl::StatusOr<std::unique_ptr<TlsFiles>> Open(
      absl::string_view listener, const config::v1::Tls& files,
      const TlsEnvironment& environment);
  // Stops.
  ~TlsFiles();

  TlsFiles(const TlsFiles&) = delete;
  TlsFiles& operator=(const TlsFiles&) = delete;

  // Begins to look, on a thread of its own. Call once.
  void Start();

  // Ends the thread. May be called more than once, from one thread.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

  // Files that can be used as they were read.
  struct Prepared {
    std::shared_ptr<const TlsSet> set;
    std::string print;
    absl::Time expires;
  };
  // Reads and judges the files as they are now, for somebody who says that they
  // are as they should be, and puts nothing in force. Blocks on the disk.
  //   INVALID_ARGUMENT  they cannot be used; see TlsSource
  absl::StatusOr<Prepared> Prepare() const;
  // Puts that in force, and tells of it when it is another set than before.
  void TakeOver(const Prepared& prepared) ABSL_LOCKS_EXCLUDED(look_mu_, mu_);

  // One look at the files. Blocks on the disk.
  void Look() ABSL_LOCKS_EXCLUDED(look_mu_, mu_);

  // What new connections get. Waits for no disk. Two are the same set only if
  // they are the same pointer.
  std::shared_ptr<const TlsSet> in_force() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  TlsFiles(absl::string_view listener, const config::v1::Tls& files,
           const TlsEnvironment& environment);

  void Run() ABSL_LOCKS_EXCLUDED(look_mu_, mu_);
  // `set`, which may be an error instead, if it can be used.
  absl::StatusOr<Prepared> Judge(
      const absl::StatusOr<std::shared_ptr<const TlsSet>>& set,
      const std::string& print) const;
  void PutInForce(const Prepared& prepared)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(look_mu_) ABSL_LOCKS_EXCLUDED(mu_);

  const std::string listener_;
  const TlsSource source_;
  const TlsEnvironment environment_;
  // Of the registry.
  prometheus::Counter& successes_;
  prometheus::Counter& failures_;
  prometheus::Gauge& expiry_;

  // Held for a look, so that there is one at a time.
  Mutex look_mu_;
  // Fingerprints: of what was found last, and of what is in force.
  std::string seen_ ABSL_GUARDED_BY(look_mu_);
  std::string in_force_print_ ABSL_GUARDED_BY(look_mu_);
  // What was refused last, and why; empty after anything else.
  std::string refused_ ABSL_GUARDED_BY(look_mu_);

  mutable Mutex mu_;
  CondVar stop_cv_;
  std::shared_ptr<const TlsSet> in_force_ ABSL_GUARDED_BY(mu_);
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_TLS_FILES_H_
