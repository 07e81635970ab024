#ifndef COURANT_TESTS_SERVICES_CLI_CLI_RUN_H_
#define COURANT_TESTS_SERVICES_CLI_CLI_RUN_H_

#include <functional>
#include <string>
#include <vector>

#include "services/cli/error_text.h"
#include "services/cli/stop_source.h"
#include "services/cli/terminal.h"

namespace courant {

// What a run of the tool left behind.
struct CliResult {
  ExitCode code;
  std::string out;
  std::string err;
};

// What surrounds a run of the tool.
struct CliSetting {
  std::string address = "127.0.0.1:1";  // Where nothing listens.
  std::string input = "";
  Terminal out_terminal = Terminal::None();
  Terminal err_terminal = Terminal::None();
  bool can_ask = false;          // Whether a person answers with `input`.
  std::string editor = "false";  // A command of the shell.
  std::string edit_folder = "";
  std::string traceparent = "";
  StopSource* stop = nullptr;  // One that nobody sets off when null.
  // Called whenever results were made visible.
  std::function<void()> on_output = [] {};
};

// Runs the command line `words` in this process, as actor "desk/test" unless
// they say otherwise.
CliResult RunCli(const std::vector<std::string>& words,
                 const CliSetting& setting = {});

// RunCli() against the server at `address`.
CliResult RunCliAt(const std::string& address,
                   const std::vector<std::string>& words);

// The lines of `text`, without line breaks.
std::vector<std::string> LinesOf(const std::string& text);

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_CLI_CLI_RUN_H_
