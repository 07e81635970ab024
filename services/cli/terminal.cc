#include "services/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace courant {
namespace {

// Empty when it is not set.
absl::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Terminal Terminal::Of(int fd) {
  if (isatty(fd) != 1) return None();
  const bool plain =
      !Environment("NO_COLOR").empty() || Environment("TERM") == "dumb";
  return Terminal(fd, 0, plain ? Colour::kOff : Colour::kOn);
}

int Terminal::Columns() const {
  if (fd_ < 0) return columns_;
  winsize size = {};
  if (ioctl(fd_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

std::string Terminal::Paint(absl::string_view style,
                            absl::string_view text) const {
  if (colour_ == Colour::kOff || style.empty() || text.empty()) {
    return std::string(text);
  }
  return absl::StrCat("\x1b[", style, "m", text, "\x1b[0m");
}

}  // namespace courant
