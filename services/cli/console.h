#ifndef COURANT_SERVICES_CLI_CONSOLE_H_
#define COURANT_SERVICES_CLI_CONSOLE_H_

#include <istream>
#include <ostream>

#include "services/cli/stop_source.h"
#include "services/cli/terminal.h"

namespace courant {

// Where a command reads and writes: the standard streams, or strings in a
// test. Results go to `out`; progress, remarks and errors to `err`. Only the
// thread that runs the command uses the streams; `stop` is thread-safe.
struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  // Where `out` leads: decides on colour and on where lines are cut.
  Terminal out_terminal;
  // Where `err` leads: decides whether progress is shown.
  Terminal err_terminal;
  // True when a person can be asked: `in` and `err` are a terminal.
  bool can_ask;
  // Set off by Ctrl-C.
  StopSource& stop;
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_CONSOLE_H_
