#ifndef COURANT_SERVICES_SERVER_SERVICE_NOTIFY_H_
#define COURANT_SERVICES_SERVER_SERVICE_NOTIFY_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace courant {

// Tells the service manager `state` ("READY=1", "STOPPING=1") by the protocol
// of sd_notify(3): one datagram to the socket named in $NOTIFY_SOCKET. Does
// nothing without one; a manager that does not listen is not our problem.
// Written here because libsystemd would be a dependency for one sendto().
void NotifyServiceManager(absl::string_view state);

// Tells it that the configuration is read again, since when, until READY=1 is
// told; see Type=notify-reload in systemd.service(5).
void NotifyReloading();

// How often the service manager has to be told WATCHDOG=1 at the least, by
// sd_watchdog_enabled(3): $WATCHDOG_USEC, if $WATCHDOG_PID is this process or
// nobody. Nothing: it does not watch, or what it says is no time.
std::optional<absl::Duration> WatchdogTimeout();

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_SERVICE_NOTIFY_H_
