#ifndef COURANT_SERVICES_CONSOLE_CONSOLE_PAGES_H_
#define COURANT_SERVICES_CONSOLE_CONSOLE_PAGES_H_

#include <map>
#include <string>
#include <vector>

#include "services/console/console_state.h"
#include "services/http/ops_server.h"

namespace courant {

// Where the library that draws the charts may be: a file of a package of the
// distribution, libjs-chart.js, which the server reads when a browser asks for
// it. Without it the page has everything but charts, and says why.
std::vector<std::string> ChartFiles();

// The console, by path, for an ops listener:
//
//   /console             the page, for people
//   /console/state       what it shows beside /metrics: see ConsoleState
//   /console/console.js  and the other files of the page
//   /console/chart.js    the first of `chart_files` that can be read, 1 MiB at
//                        most; 404 when there is none
//
// A browser may run and load from them what this server gives, and nothing
// else: no script in the page, no other host, no frame. The handlers are
// thread-safe; `state` is not owned and must outlive them.
std::map<std::string, OpsHandler> ConsolePages(
    const ConsoleState& state, std::vector<std::string> chart_files);

// The same with ChartFiles().
std::map<std::string, OpsHandler> ConsolePages(const ConsoleState& state);

}  // namespace courant

#endif  // COURANT_SERVICES_CONSOLE_CONSOLE_PAGES_H_
