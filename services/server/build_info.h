#ifndef COURANT_SERVICES_SERVER_BUILD_INFO_H_
#define COURANT_SERVICES_SERVER_BUILD_INFO_H_

#include "prometheus/registry.h"

namespace courant {

// Which program this is, for who looks at the metrics: courant_build_info, 1,
// with the versions of it and of what it is made from as labels.
void TellBuild(prometheus::Registry& registry);

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_BUILD_INFO_H_
