#include "services/cli/progress_bar.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "services/cli/display_width.h"

namespace courant {
namespace {

constexpr int kBarWidth = 24;
constexpr absl::Duration kDrawEvery = absl::Milliseconds(100);
// Back to the first column, and clear to the end of the line.
constexpr char kClearLine[] = "\r\x1b[K";

std::string Bar(int64_t done, int64_t total) {
  if (total <= 0) return "";
  const double part = std::clamp(
      static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0);
  const int filled = static_cast<int>(part * kBarWidth);
  return absl::StrFormat("[%s%s] %3d %%  ", std::string(filled, '#'),
                         std::string(kBarWidth - filled, '.'),
                         static_cast<int>(part * 100));
}

}  // namespace

ProgressBar::ProgressBar(std::ostream& out, const Terminal& terminal)
    : out_(out), terminal_(terminal) {}

ProgressBar::~ProgressBar() { Hide(); }

void ProgressBar::Show(int64_t done, int64_t total, absl::string_view text) {
  if (!Due()) return;
  last_drawn_ = absl::Now();
  visible_ = true;
  // One column less than there are: some screens wrap in the last one.
  out_ << kClearLine
       << CutToWidth(absl::StrCat(Bar(done, total), OneLine(text)),
                     terminal_.Columns() - 1)
       << std::flush;
}

bool ProgressBar::Due() const {
  return terminal_.interactive() && absl::Now() - last_drawn_ >= kDrawEvery;
}

void ProgressBar::Hide() {
  if (visible_) out_ << kClearLine << std::flush;
  visible_ = false;
}

}  // namespace courant
