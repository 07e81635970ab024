#include "tests/services/cli/cli_run.h"

#include <sstream>

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/cli/command_line.h"

namespace courant {
namespace {

// Collects what is written and tells of each flush of something new.
class WatchedText final : public std::stringbuf {
 public:
  explicit WatchedText(const std::function<void()>& on_output)
      : std::stringbuf(std::ios::out), on_output_(on_output) {}

 protected:
  int sync() override {
    const size_t size = str().size();
    if (size > seen_) on_output_();
    seen_ = size;
    return 0;
  }

 private:
  const std::function<void()>& on_output_;
  size_t seen_ = 0;
};

}  // namespace

CliResult RunCli(const std::vector<std::string>& words,
                 const CliSetting& setting) {
  std::istringstream in(setting.input);
  WatchedText out_text(setting.on_output);
  std::ostream out(&out_text);
  std::ostringstream err;
  StopSource never;
  Console console{in,
                  out,
                  err,
                  setting.out_terminal,
                  setting.err_terminal,
                  setting.can_ask,
                  setting.stop == nullptr ? never : *setting.stop};
  CommandDefaults defaults;
  defaults.address = setting.address;
  defaults.actor = "desk/test";
  defaults.editor = setting.editor;
  defaults.edit_folder = setting.edit_folder;
  defaults.traceparent = setting.traceparent;
  const ExitCode code = RunCommandLine(words, defaults, console);
  return {code, out_text.str(), err.str()};
}

CliResult RunCliAt(const std::string& address,
                   const std::vector<std::string>& words) {
  CliSetting setting;
  setting.address = address;
  return RunCli(words, setting);
}

std::vector<std::string> LinesOf(const std::string& text) {
  if (text.empty()) return {};
  return absl::StrSplit(absl::StripSuffix(text, "\n"), '\n');
}

}  // namespace courant
