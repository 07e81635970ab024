#ifndef COURANT_SERVICES_CLI_TERMINAL_H_
#define COURANT_SERVICES_CLI_TERMINAL_H_

#include <string>

#include "absl/strings/string_view.h"

namespace courant {

// What stands at the end of an output: a screen with so many columns, or a
// file or pipe that takes everything as it is. A value type; reading it is
// thread-safe.
class Terminal {
 public:
  enum class Colour { kOff, kOn };

  // Whatever the file descriptor `fd` leads to. Colour is on for a terminal
  // unless NO_COLOR is set and not empty or TERM is "dumb".
  static Terminal Of(int fd);

  // A file or pipe.
  static Terminal None() { return Terminal(-1, 0, Colour::kOff); }

  // A screen of `columns`, at least 1, for tests.
  static Terminal Screen(int columns, Colour colour) {
    return Terminal(-1, columns, colour);
  }

  // True for a screen.
  bool interactive() const { return fd_ >= 0 || columns_ > 0; }

  // Columns of the screen now, 80 when it does not say; 0 for a file or
  // pipe, where nothing is cut.
  int Columns() const;

  // True for a screen on which a headline has no room beside long names and
  // times.
  bool narrow() const { return interactive() && Columns() < kWide; }

  // `text` in a style of SGR parameters such as "31" or "1;32", if colour is
  // on and both are not empty; else `text`.
  std::string Paint(absl::string_view style, absl::string_view text) const;

 private:
  Terminal(int fd, int columns, Colour colour)
      : fd_(fd), columns_(columns), colour_(colour) {}

  static constexpr int kWide = 112;

  int fd_;       // A terminal to ask, or -1.
  int columns_;  // Without one.
  Colour colour_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_TERMINAL_H_
