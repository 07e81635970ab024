#include "services/server/tls_files.h"

#include "absl/strings/str_cat.h"
#include "prometheus/family.h"
#include "storage/base/status_macros.h"
#include "storage/digest.h"

namespace courant {
namespace {

prometheus::Counter& ReloadsOf(prometheus::Registry& registry,
                               absl::string_view listener, const char* result) {
  return prometheus::BuildCounter()
      .Name("courant_tls_reload_total")
      .Help(
          "Changes of the TLS files of a listener, by whether they took "
          "effect.")
      .Register(registry)
      .Add({{"listener", std::string(listener)}, {"result", result}});
}

prometheus::Gauge& ExpiryOf(prometheus::Registry& registry,
                            absl::string_view listener) {
  return prometheus::BuildGauge()
      .Name("courant_tls_certificate_expiry_seconds")
      .Help(
          "When the certificate in force expires, in Unix time; 0 where there "
          "is none.")
      .Register(registry)
      .Add({{"listener", std::string(listener)}});
}

// Tells contents apart without keeping them. What cannot be read is told apart
// by why not.
std::string PrintOf(const absl::StatusOr<std::shared_ptr<const TlsSet>>& set) {
  if (!set.ok()) return absl::StrCat("error ", set.status().message());
  std::string prints;
  for (const std::string* text : {&(*set)->certificates, &(*set)->private_key,
                                  &(*set)->client_authorities}) {
    absl::StrAppend(&prints, storage::Sha256(*text));
  }
  return prints;
}

}  // namespace

void MakeTlsMetrics(prometheus::Registry& registry,
                    absl::string_view listener) {
  ReloadsOf(registry, listener, "success");
  ReloadsOf(registry, listener, "failure");
  ExpiryOf(registry, listener);
}

TlsFiles::TlsFiles(absl::string_view listener, const config::v1::Tls& files,
                   const TlsEnvironment& environment)
    : listener_(listener),
      source_(listener, files),
      environment_(environment),
      successes_(ReloadsOf(environment.registry, listener, "success")),
      failures_(ReloadsOf(environment.registry, listener, "failure")),
      expiry_(ExpiryOf(environment.registry, listener)) {}

absl::StatusOr<std::unique_ptr<TlsFiles>> TlsFiles::Open(
    absl::string_view listener, const config::v1::Tls& files,
    const TlsEnvironment& environment) {
  std::unique_ptr<TlsFiles> opened(new TlsFiles(listener, files, environment));
  MutexLock look(opened->look_mu_);
  const auto set = opened->source_.Read();
  opened->seen_ = PrintOf(set);
  COURANT_ASSIGN_OR_RETURN(const Prepared prepared,
                           opened->Judge(set, opened->seen_));
  opened->PutInForce(prepared);
  return opened;
}

TlsFiles::~TlsFiles() { Stop(); }

void TlsFiles::Start() {
  thread_ = std::thread([this] { Run(); });
}

void TlsFiles::Stop() {
  if (!thread_.joinable()) return;
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  stop_cv_.SignalAll();
  thread_.join();
}

void TlsFiles::Run() {
  while (true) {
    {
      MutexLock lock(mu_);
      if (!stopping_) stop_cv_.WaitFor(mu_, environment_.poll);
      if (stopping_) return;
    }
    Look();
  }
}

std::shared_ptr<const TlsSet> TlsFiles::in_force() const {
  MutexLock lock(mu_);
  return in_force_;
}

absl::StatusOr<TlsFiles::Prepared> TlsFiles::Judge(
    const absl::StatusOr<std::shared_ptr<const TlsSet>>& set,
    const std::string& print) const {
  COURANT_RETURN_IF_ERROR(set.status());
  COURANT_ASSIGN_OR_RETURN(const absl::Time expires,
                           source_.Check(**set, environment_.clock.Now()));
  return Prepared{.set = *set, .print = print, .expires = expires};
}

void TlsFiles::PutInForce(const Prepared& prepared) {
  in_force_print_ = prepared.print;
  expiry_.Set(static_cast<double>(absl::ToUnixSeconds(prepared.expires)));
  MutexLock lock(mu_);
  in_force_ = prepared.set;
}

absl::StatusOr<TlsFiles::Prepared> TlsFiles::Prepare() const {
  const auto set = source_.Read();
  return Judge(set, PrintOf(set));
}

void TlsFiles::TakeOver(const Prepared& prepared) {
  MutexLock look(look_mu_);
  seen_ = prepared.print;
  refused_.clear();
  if (prepared.print == in_force_print_) return;
  PutInForce(prepared);
  successes_.Increment();
  if (environment_.on_reload) {
    environment_.on_reload(listener_, absl::OkStatus());
  }
}

void TlsFiles::Look() {
  MutexLock look(look_mu_);
  const auto set = source_.Read();
  const std::string print = PrintOf(set);
  if (print == in_force_print_) {
    seen_ = print;
    refused_.clear();
    return;
  }
  // Perhaps somebody is still writing.
  if (print != seen_) {
    seen_ = print;
    return;
  }
  const absl::StatusOr<Prepared> judged = Judge(set, print);
  const absl::Status& outcome = judged.status();
  const std::string refused =
      outcome.ok() ? "" : absl::StrCat(print, outcome.message());
  if (!outcome.ok() && refused == refused_) return;
  refused_ = refused;
  if (outcome.ok()) PutInForce(*judged);
  (outcome.ok() ? successes_ : failures_).Increment();
  if (environment_.on_reload) environment_.on_reload(listener_, outcome);
}

}  // namespace courant
