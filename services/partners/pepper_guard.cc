#include "services/partners/pepper_guard.h"

#include "absl/strings/str_cat.h"
#include "storage/errors/reason.h"

namespace courant {

size_t PepperGuard::Unusable() const {
  // First: a key that is made meanwhile has its pepper in the file before.
  const size_t live = ring_.LiveAt(clock_.Now());
  return file_.fault().ok() ? 0 : live;
}

std::string PepperGuard::Trouble() const {
  const size_t unusable = Unusable();
  if (unusable == 0) return "";
  return absl::StrCat(
      file_.fault().message(), "; ", unusable,
      " live keys depend on it, and whoever shows one is refused. Put back the "
      "copy of the file and start again; or revoke these keys and make new "
      "ones");
}

absl::Status PepperGuard::Keep() {
  if (const std::string trouble = Trouble(); !trouble.empty()) {
    return MakeError(v1::NOT_OFFERED, trouble);
  }
  const absl::Status kept = file_.Keep();
  return kept.ok() ? kept : MakeError(v1::NOT_OFFERED, kept.message());
}

std::vector<prometheus::MetricFamily> PepperGuard::Collect() const {
  prometheus::ClientMetric metric;
  metric.gauge.value = static_cast<double>(Unusable());
  prometheus::MetricFamily family;
  family.name = "courant_auth_keys_unusable";
  family.help = "Live keys that are refused since their pepper is not there.";
  family.type = prometheus::MetricType::Gauge;
  family.metric.push_back(metric);
  return {family};
}

}  // namespace courant
