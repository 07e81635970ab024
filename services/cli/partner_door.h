#ifndef COURANT_SERVICES_CLI_PARTNER_DOOR_H_
#define COURANT_SERVICES_CLI_PARTNER_DOOR_H_

#include <string>

#include "absl/status/statusor.h"
#include "courant/v1/account_service.pb.h"

namespace courant {

// The listener for partners, as one of them sees it.
struct PartnerDoor {
  // In any form that gRPC takes: "127.0.0.1:7401", "wire.example:7401".
  std::string address;
  // Whom to trust, in PEM. Empty: without TLS, which is for loopback alone; a
  // key is never sent anywhere else in the clear.
  std::string ca_pem;
};

// What whoever has `key` is told about itself there: that the address, the
// certificate and the key are right. Tries once, within 10 s. Thread-safe.
//   FAILED_PRECONDITION  without TLS, to an address that is not loopback
//   UNAVAILABLE          nobody answers there, or is not trusted
//   what AccountService.GetAccount answers
absl::StatusOr<v1::Account> AskAccount(const PartnerDoor& door,
                                       const std::string& key);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_PARTNER_DOOR_H_
