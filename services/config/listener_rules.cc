#include "services/config/listener_rules.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/config/listen_address.h"
#include "services/config/setting.h"
#include "services/config/text_check.h"

namespace courant {
namespace {

using config::v1::Listener;
using config::v1::Listeners;
using config::v1::Tls;
using Origins = std::map<std::string, std::string>;

struct NamedListener {
  std::string key;  // "listeners.ops"
  const Listener& listener;
  // False for a listener that is served without TLS by this version.
  bool speaks_tls;
  // Its clients send secrets, which nobody on the way may read.
  bool takes_secrets = false;
};

class ListenerChecker {
 public:
  explicit ListenerChecker(const Origins& origins) : origins_(origins) {}

  std::vector<std::string> TakeErrors() { return std::move(errors_); }

  void CheckOne(const NamedListener& named) {
    if (named.speaks_tls) {
      CheckTlsIsComplete(named);
    } else {
      CheckTlsIsAbsent(named);
    }
    CheckReach(named);
  }

  // `a` comes before `b` in the schema.
  void CheckPair(const NamedListener& a, const NamedListener& b) {
    if (a.listener.address() != b.listener.address() ||
        absl::EndsWith(a.listener.address(), ":0")) {
      return;
    }
    // The one that somebody wrote is at fault, not the default.
    const bool blame_a =
        OriginOf(absl::StrCat(b.key, ".address")) == kDefaultPlace;
    const std::string& at_fault = blame_a ? a.key : b.key;
    const std::string& other = blame_a ? b.key : a.key;
    Refuse(absl::StrCat(at_fault, ".address"),
           absl::StrCat(QuoteForMessage(a.listener.address()),
                        " is also the address of ", other,
                        "; give each listener its own port"));
  }

 private:
  absl::string_view OriginOf(const std::string& key) const {
    const auto found = origins_.find(key);
    if (found == origins_.end()) return kDefaultPlace;
    return found->second;
  }

  void Refuse(const std::string& key, absl::string_view what) {
    errors_.push_back(absl::StrCat(OriginOf(key), ": ", key, ": ", what));
  }

  void CheckTlsIsComplete(const NamedListener& named) {
    const Tls& tls = named.listener.tls();
    const std::string prefix = absl::StrCat(named.key, ".tls.");
    const std::string certificate = absl::StrCat(prefix, "certificate_file");
    const std::string key = absl::StrCat(prefix, "key_file");
    if (!tls.certificate_file().empty() && tls.key_file().empty()) {
      Refuse(certificate, absl::StrCat("needs its private key; set ", key));
    }
    if (tls.certificate_file().empty() && !tls.key_file().empty()) {
      Refuse(key, absl::StrCat("needs its certificate; set ", certificate));
    }
    if (tls.certificate_file().empty() && !tls.client_ca_file().empty()) {
      Refuse(absl::StrCat(prefix, "client_ca_file"),
             absl::StrCat("needs a server certificate; set ", certificate,
                          " and ", key));
    }
  }

  void CheckTlsIsAbsent(const NamedListener& named) {
    const Tls& tls = named.listener.tls();
    const std::pair<absl::string_view, const std::string&> files[] = {
        {"certificate_file", tls.certificate_file()},
        {"key_file", tls.key_file()},
        {"client_ca_file", tls.client_ca_file()}};
    for (const auto& [name, value] : files) {
      if (value.empty()) continue;
      Refuse(absl::StrCat(named.key, ".tls.", name),
             "this listener is served without TLS; remove the key, and keep "
             "the address on loopback behind a proxy that has TLS");
    }
  }

  void CheckReach(const NamedListener& named) {
    const Listener& listener = named.listener;
    const auto address = ParseListenAddress(listener.address());
    const bool has_tls =
        named.speaks_tls && !listener.tls().certificate_file().empty();
    if (!address.ok() || address->is_loopback || has_tls) return;
    if (named.takes_secrets) {
      Refuse(absl::StrCat(named.key, ".address"),
             absl::StrCat(QuoteForMessage(listener.address()),
                          " can be reached from other machines and has no TLS, "
                          "so that keys could be read on the way; set ",
                          named.key,
                          ".tls.certificate_file and key_file, or use a "
                          "loopback address"));
      return;
    }
    if (listener.allow_insecure_non_loopback()) return;
    Refuse(absl::StrCat(named.key, ".address"),
           absl::StrCat(QuoteForMessage(listener.address()),
                        " can be reached from other machines and has no TLS; ",
                        named.speaks_tls ? absl::StrCat("set ", named.key,
                                                        ".tls.certificate_file "
                                                        "and key_file, ")
                                         : "",
                        "use a loopback address, or accept the risk with ",
                        named.key, ".allow_insecure_non_loopback: true"));
  }

  const Origins& origins_;
  std::vector<std::string> errors_;
};

}  // namespace

std::vector<std::string> CheckListeners(const Listeners& listeners,
                                        const Origins& origins) {
  const NamedListener all[] = {
      {"listeners.internal", listeners.internal(), true},
      {"listeners.partner", listeners.partner(), true, /*takes_secrets=*/true},
      {"listeners.http", listeners.http(), true},
      {"listeners.ops", listeners.ops(), false},
  };
  ListenerChecker checker(origins);
  for (const NamedListener& listener : all) checker.CheckOne(listener);
  for (const NamedListener& later : all) {
    for (const NamedListener& earlier : all) {
      if (&earlier == &later) break;
      checker.CheckPair(earlier, later);
    }
  }
  return checker.TakeErrors();
}

}  // namespace courant
