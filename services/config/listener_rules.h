#ifndef COURANT_SERVICES_CONFIG_LISTENER_RULES_H_
#define COURANT_SERVICES_CONFIG_LISTENER_RULES_H_

#include <map>
#include <string>
#include <vector>

#include "courant/config/v1/server_config.pb.h"

namespace courant {

// Checks what no single value shows: that a listener which other machines can
// reach has TLS or says in words that it has none, which is not enough where
// partners send keys, that certificate and key
// come together, that no TLS is asked of a listener without it, and that no
// two listeners share an address.
//
// `listeners` is complete and its addresses are well-formed. `origins` says
// for each dotted key where it was set. Returns one line for each problem,
// beginning with the place of the key at fault; none if all is well.
std::vector<std::string> CheckListeners(
    const config::v1::Listeners& listeners,
    const std::map<std::string, std::string>& origins);

}  // namespace courant

#endif  // COURANT_SERVICES_CONFIG_LISTENER_RULES_H_
