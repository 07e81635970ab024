#ifndef COURANT_SERVICES_CLI_PROGRESS_BAR_H_
#define COURANT_SERVICES_CLI_PROGRESS_BAR_H_

#include <cstdint>
#include <ostream>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/cli/terminal.h"

namespace courant {

// Shows on the last line of a screen how far long work is; on a file or pipe
// it shows nothing. Not thread-safe.
class ProgressBar {
 public:
  // `out` must outlive this and lead to `terminal`.
  ProgressBar(std::ostream& out, const Terminal& terminal);

  // Hide().
  ~ProgressBar();

  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // Shows that `done` of `total` is done, in whatever unit, and `text` beside
  // it. Draws at most ten times a second. `total` of 0 shows `text` alone.
  void Show(int64_t done, int64_t total, absl::string_view text);

  // True when the next Show() would draw.
  bool Due() const;

  // Clears the line, so that others can print; a Show() draws it again.
  void Hide();

 private:
  std::ostream& out_;
  const Terminal terminal_;
  absl::Time last_drawn_ = absl::InfinitePast();
  bool visible_ = false;
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_PROGRESS_BAR_H_
