#ifndef COURANT_SERVICES_HTTP_HOST_RULE_H_
#define COURANT_SERVICES_HTTP_HOST_RULE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace courant {

// Whether `host`, the value of a Host header, is a name by which this server
// may be called: an IP address, "localhost", or one of `names`, each with any
// port or none. A page of somebody else's site that has its name lead to this
// machine reads what a browser here may read: the browser sends that name, and
// no page can make it send another. See services/doc/adr/0025.
//
// `names` are without port; upper and lower case are the same, and so is a dot
// at the end. Pure and thread-safe.
bool IsHostAllowed(absl::string_view host,
                   const std::vector<std::string>& names);

}  // namespace courant

#endif  // COURANT_SERVICES_HTTP_HOST_RULE_H_
